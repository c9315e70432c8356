"""A machine's files in, exposition text out: byte for byte, for each tree."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hw_profiles.load import pack
from model.devices import Health
from tests import sysfs
from tests.golden.exposition import golden_file
from tests.golden.host import MACHINES, exposition, polled

PACK = pack()


@pytest.mark.parametrize("name", MACHINES)
def test_text(name: str) -> None:
    assert exposition(name, PACK) == golden_file(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("machine", sysfs.MACHINES)
def test_a_machine_without_some_sensors_is_no_worse(machine: str, tmp_path: Path) -> None:
    poll = asyncio.run(polled(machine, tmp_path, PACK))
    assert poll.profile == "linux-host"
    words = {fault.sensor.word for fault in poll.faults if fault.sensor}
    assert words <= {"device.peak_flops"}  # a processor that no table knows
    assert poll.coverage.missing == ()
    assert poll.health in (Health.UP, Health.DEGRADED)


@pytest.mark.parametrize("machine", sysfs.MACHINES)
def test_a_tree_says_what_it_is(machine: str) -> None:
    origin = sysfs.origin(machine)
    assert origin["origin"] == "invented"
    assert origin["device"]
    assert origin["source"]
