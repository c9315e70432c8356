"""What ipmitool prints of a server is understood as the server itself is."""

from __future__ import annotations

import pytest

from hw_profiles.capture import Capture, parse, read
from hw_profiles.load import pack
from model.readings import Reading
from model.sensors import Role
from tests.golden.exposition import CAPTURES, polled
from tests.real.test_suite17 import ipmitool, serving

PACK = pack()
_COMMANDS = frozenset({Role.CHASSIS, Role.SEL, Role.NODE, Role.NODE_DCMI, Role.NODE_SDR})
"""What a listing of sensors cannot have, and what is chosen by it."""


async def numbers(capture: Capture) -> dict[str, list[float]]:
    """Word → the values of a server's sensors but of states, in order."""
    found: dict[str, list[float]] = {}
    for outcome in (await polled(capture, PACK)).outcomes:
        if (
            isinstance(outcome, Reading)
            and not outcome.text
            and outcome.sensor.role not in _COMMANDS
        ):
            found.setdefault(outcome.sensor.word, []).append(outcome.value)
    return found


@pytest.mark.peer("ipmitool")
@pytest.mark.parametrize("name", ["dell-idrac", "hpe-ilo", "supermicro", "xfusion-ibmc"])
async def test_a_listing_says_what_the_server_says(name: str) -> None:
    capture = read(CAPTURES / f"{name}.capture")
    wanted = await numbers(capture)
    async with serving(capture) as (_, port):
        for form in ("elist", "list"):
            found = await numbers(parse(await ipmitool(port, "sdr", form), "listing"))
            assert found.keys() == wanted.keys()
            for word, values in wanted.items():
                assert found[word] == pytest.approx(values, rel=0.02, abs=0.01), word
