"""Which addresses a command line means."""

from __future__ import annotations

import pytest

from agent.cli.discover_ranges import addresses
from agent.cli.prompts import Refused


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["10.0.0.5"], ("10.0.0.5",)),
        (["10.0.0.0/30"], ("10.0.0.1", "10.0.0.2")),
        (["10.0.0.2/30"], ("10.0.0.1", "10.0.0.2")),
        (["10.0.0.0/31"], ("10.0.0.0", "10.0.0.1")),
        (["10.0.0.7/32"], ("10.0.0.7",)),
        (["10.0.0.254-10.0.1.1"], ("10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1")),
        (["10.0.0.9-11"], ("10.0.0.9", "10.0.0.10", "10.0.0.11")),
        (["10.0.0.1,10.0.0.2", "10.0.0.2"], ("10.0.0.1", "10.0.0.2")),
        (["10.0.0.1，10.0.0.3"], ("10.0.0.1", "10.0.0.3")),
        (["2001:db8::/126"], ("2001:db8::1", "2001:db8::2", "2001:db8::3")),
        (["fe80::1%eth0", "[::1]"], ("fe80::1%eth0", "::1")),
    ],
)
def test_ranges(words: list[str], found: tuple[str, ...]) -> None:
    assert addresses(words) == found


def test_a_whole_16_is_taken() -> None:
    found = addresses(["10.1.0.0/16"])
    assert (len(found), found[0], found[-1]) == (65534, "10.1.0.1", "10.1.255.254")


@pytest.mark.parametrize(
    "words", [["10.0.0.0/15"], ["10.0.0.0/16", "10.1.0.0/24"], ["2001:db8::/64"], ["0.0.0.1/0"]]
)
def test_more_than_a_16_in_total_is_refused_and_counted(words: list[str]) -> None:
    with pytest.raises(Refused, match="at most 65536 at once") as refused:
        addresses(words)
    assert (refused.value.exit_code, refused.value.entry.code) == (64, "DCA-DISC-001")


@pytest.mark.parametrize(
    "word",
    ["bmc-17", "10.0.0", "10.0.0.1/33", "10.0.0.9-10.0.0.1", "10.0.0.1-300", "10.0.0.1-::5",
     "224.0.0.0/28", "0.0.0.0", "255.255.255.255", "10.0.0.1-x", "", "-"],
)  # fmt: skip
def test_what_is_no_range_is_refused(word: str) -> None:
    with pytest.raises(Refused) as refused:
        addresses([word])
    assert refused.value.exit_code == 64
