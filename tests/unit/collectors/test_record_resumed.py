"""Recordings that were interrupted go on to what an uninterrupted one holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors.ipmi.record import IpmiRecorder
from collectors.recording import Recording
from hw_profiles.capture import SnmpObject, parse, read, render
from tests.unit.collectors.test_record import (
    CAPTURES,
    Enough,
    bmc,
    record_agent,
    record_bmc,
    until,
)


@pytest.mark.parametrize("after", [0, 1, 9, 60, 130, 240, 300])
async def test_an_interrupted_recording_of_a_bmc_goes_on_to_the_same_end(after: int) -> None:
    capture = read(CAPTURES[0].with_name("generic-ipmi.capture"))
    whole, into = Recording(), Recording()
    await record_bmc(capture, whole)
    try:
        await record_bmc(capture, into, until(after))
    except Enough:
        assert len(into.exchanges) < len(whole.exchanges)
    kept = parse(render(into.capture(into.notes)), "x.part")
    resumed = Recording.of(kept)
    simulated = await record_bmc(capture, resumed)
    assert render(resumed.capture({})) == render(whole.capture({}))
    assert resumed.notes == whole.notes
    assert simulated.commands < len(whole.exchanges) * 3


@pytest.mark.parametrize("after", [0, 1, 2, 5, 20, 45])
@pytest.mark.parametrize("name", ["raritan-px", "huawei-ibmc-snmp"])
async def test_an_interrupted_recording_of_an_agent_goes_on_to_the_same_end(
    name: str, after: int
) -> None:
    capture = read(CAPTURES[0].with_name(f"{name}.capture"))
    other = SnmpObject((1, 3, 6, 1, 4, 1, 9, 1, 0), 4, b"below the maker's own")
    capture = replace(capture, objects=tuple(sorted((*capture.objects, other), key=_oid)))
    into = Recording()
    try:
        await record_agent(capture, into, until(after))
    except Enough:
        assert len(into.objects) < len(capture.objects)
    resumed = Recording.of(parse(render(into.capture(into.notes)), "x.part"))
    await record_agent(capture, resumed)
    assert resumed.capture({}).objects == capture.objects
    assert resumed.notes == {}


def _oid(thing: SnmpObject) -> tuple[int, ...]:
    return thing.oid


async def test_what_a_recording_holds_is_not_asked_again() -> None:
    capture, into = read(CAPTURES[0].with_name("inspur.capture")), Recording()
    first = (await record_bmc(capture, into)).commands
    async with bmc(capture) as (simulated, road, collector, target):
        await road.poll(target)
        before, channel = simulated.commands, collector.session(target)
        assert channel is not None
        await IpmiRecorder(channel, into).run()
        assert simulated.commands == before
    assert first > 200
