"""A reading of 1 whose labels are what standard commands say."""

from __future__ import annotations

import pytest

from exporters.families import families
from exporters.render import text
from hw_profiles import interpret
from model.devices import ALL_TIERS, Poll, Protocol, Target, TargetStatus, Tier
from model.raw import LAN_ADDRESS, LAN_MAC, Raw, Value
from model.readings import Fault, Outcome, Reading, Reason, Source
from tests.unit.hw_profiles.writing import HEAD, bmc, checked, ipmi

PROFILE = ipmi(
    """
[metrics]
"bmc.info" = {labels = {address = "lan.address", mac = "lan.mac"}}
"""
)
ABSENT = Fault(None, Reason.ABSENT, "none")
OVER_LAN = Fault(None, Reason.UNSUPPORTED, "asked in-band alone")


def told(values: dict[str, Value | Fault]) -> tuple[Outcome, ...]:
    return interpret.outcomes(PROFILE, bmc(), Raw(values), ALL_TIERS)


def test_texts_become_labels() -> None:
    (found,) = told({LAN_ADDRESS: "10.0.0.17", LAN_MAC: "02:00:00:00:00:01"})
    assert isinstance(found, Reading)
    assert (found.sensor.word, found.value, found.source) == ("bmc.info", 1.0, Source.COMMAND)
    assert dict(found.sensor.labels) == {"address": "10.0.0.17", "mac": "02:00:00:00:00:01"}
    (part,) = told({LAN_ADDRESS: ABSENT, LAN_MAC: "02:00:00:00:00:01"})
    assert isinstance(part, Reading)
    assert dict(part.sensor.labels) == {"mac": "02:00:00:00:00:01"}


def test_what_there_is_not_to_tell_is_no_fault() -> None:
    assert told({LAN_ADDRESS: OVER_LAN, LAN_MAC: OVER_LAN}) == ()
    assert told({LAN_ADDRESS: ABSENT, LAN_MAC: ABSENT}) == ()
    assert told({}) == ()


def test_what_failed_is_a_fault() -> None:
    (found,) = told({LAN_ADDRESS: Fault(None, Reason.TRUNCATED, "short"), LAN_MAC: "02:…"})
    assert isinstance(found, Fault)
    assert (found.reason, found.detail) == (Reason.TRUNCATED, "short")


def test_it_is_asked_with_the_slow_tier_alone() -> None:
    def asked(tier: Tier) -> tuple[str, ...]:
        return interpret.plan(PROFILE, bmc(), frozenset({tier})).gets

    assert asked(Tier.SLOW) == (LAN_ADDRESS, LAN_MAC)
    assert asked(Tier.FAST) == asked(Tier.NORMAL) == ()


def test_the_series_joins_host_and_bmc() -> None:
    outcomes = told({LAN_ADDRESS: "10.0.0.17", LAN_MAC: "02:00:00:00:00:01"})
    target = Target("own", "/dev/ipmi0", Protocol.IPMI, node="srv-17")
    poll = Poll(target, 100.0, 0.1, outcomes)
    page = b"".join(text(families([TargetStatus(target, (poll,), poll)], 100.0))).decode()
    labels = 'address="10.0.0.17",mac="02:00:00:00:00:01",node="srv-17",target="own"'
    assert f"dcagent_node_bmc_info{{{labels}}} 1" in page


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{labels = {address = "lan.adress"}}', 'did you mean "lan.address"'),
        ('{labels = "lan.address"}', "must be a table"),
        ('{labels = {mac = "lan.mac"}, command = "sel.used"}', "needs one address"),
        ('{command = "lan.mac"}', "expected one of dcmi.power"),
    ],
)
def test_mistakes_are_told(line: str, words: str) -> None:
    _told(f'"bmc.info" = {line}', words)


def test_only_information_has_labels_alone() -> None:
    _told('"fan.speed_rpm" = {labels = {mac = "lan.mac"}}', 'only an "…info" word')


def _told(line: str, words: str) -> None:
    _, problems = checked(f"{HEAD.format(protocol='ipmi')}[metrics]\n{line}\n")
    assert any(words in problem.message for problem in problems), problems
