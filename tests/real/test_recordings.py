"""Recordings of real devices that others published: all that dcagent reads out of them.

They come with the package snmpsim-data and are read where pip put them. `test_recordings.toml` says
what each device measures. A value more (a sentinel, a phase that is not there) fails as one less.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from hw_profiles.capture import read
from hw_profiles.load import Pack, pack
from model.devices import Poll
from model.readings import Reason
from tests.golden.exposition import polled

DATA = Path(str(files("snmpsim_data"))) / "data"
KNOWN: Mapping[str, dict[str, object]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
Told = dict[tuple[str, str], float | str]


@pytest.fixture(scope="module")
def profiles() -> Pack:
    return pack()


@pytest.mark.parametrize("name", KNOWN)
async def test_a_device_is_read_whole(name: str, profiles: Pack) -> None:
    known = KNOWN[name]
    poll = await polled(read(DATA / str(known["file"])), profiles)
    assert poll.profile == known["profile"]
    assert _read(poll) == _expected(known["readings"])


@pytest.mark.parametrize("name", KNOWN)
async def test_a_healthy_device_contradicts_nothing(name: str, profiles: Pack) -> None:
    poll = await polled(read(DATA / str(KNOWN[name]["file"])), profiles)
    assert {fault.reason for fault in poll.faults} <= {Reason.ABSENT}
    assert poll.coverage.missing in ((), ("battery.runtime_seconds",))


@pytest.mark.parametrize(
    "file",
    [
        "bmc/hp-onboard-administrator.snmprec.bz2",
        "network/appliance/huawei-ism.snmprec.bz2",
        "network/appliance/tripplite-poweralert.snmprec",
        "network/firewall/sangfor-vad1.snmprec.bz2",
        "network/router/huawei-s5720.snmprec.bz2",
        "network/switch/h3c-comware-lsq1wcmd0.snmprec.bz2",
        "network/switch/maipu-sm4200-16gef8ge-ac.snmprec.bz2",
        "os/linux/unknown-002.snmprec.bz2",
        "os/windows/XP.snmprec.bz2",
        "storage/netapp-fas3270.snmprec.bz2",
    ],
)
async def test_no_profile_takes_what_it_does_not_know(file: str, profiles: Pack) -> None:
    poll = await polled(read(DATA / file), profiles)
    assert (poll.profile, poll.readings) == ("", ())
    assert [fault.reason for fault in poll.faults] == [Reason.NO_PROFILE]


def _read(poll: Poll) -> Told:
    """Word and component → value to six digits, or the state's word; no reading twice."""
    told: Told = {}
    for reading in poll.readings:
        place = (reading.sensor.word, reading.sensor.component)
        assert place not in told
        told[place] = reading.text or float(f"{reading.value:.6g}")
    return told


def _expected(readings: object) -> Told:
    assert isinstance(readings, dict)
    told: Told = {}
    for word, values in readings.items():
        for component, value in (values if isinstance(values, dict) else {"": values}).items():
            told[(word, component)] = value
    return told
