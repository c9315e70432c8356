"""NUT's snmp-ups reads the same devices: its values are ours, where it has an address at all."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from hw_profiles.capture import read
from hw_profiles.load import Pack, pack
from model.devices import Poll
from simulators.snmp_agent import SimulatedAgent
from tests.golden.exposition import CAPTURES, polled
from tests.real.test_recordings import DATA

pytestmark = pytest.mark.peer("snmp-ups")

SCALARS = {
    "battery.charge": ("battery.charge_ratio", 0.01),
    "battery.runtime": ("battery.runtime_seconds", 1),
    "battery.temperature": ("battery.temperature_celsius", 1),
    "battery.voltage": ("battery.voltage_volts", 1),
    "input.bypass.frequency": ("ups_bypass.frequency_hertz", 1),
    "output.frequency": ("ups_output.frequency_hertz", 1),
}
LINES = {
    "input.{}-N.voltage": ("ups_input.voltage_volts", 1),
    "input.{}.current": ("ups_input.current_amperes", 1),
    "input.{}.frequency": ("ups_input.frequency_hertz", 1),
    "input.{}.realpower": ("ups_input.power_watts", 1),
    "output.{}-N.voltage": ("ups_output.voltage_volts", 1),
    "output.{}.current": ("ups_output.current_amperes", 1),
    "output.{}.power.percent": ("ups_output.load_ratio", 0.01),
    "output.{}.realpower": ("ups_output.power_watts", 1),
    "input.bypass.{}-N.voltage": ("ups_bypass.voltage_volts", 1),
}
UPS: Mapping[str, tuple[str, float]] = {
    **{nut: (f"{word} ", factor) for nut, (word, factor) in SCALARS.items()},
    **{
        nut.format(line): (f"{word} {line}", factor)
        for nut, (word, factor) in LINES.items()
        for line in ("L1", "L2", "L3")
    },
}
"""NUT's name → our word and component, and what NUT's value times makes ours."""

SINGLE = {
    "input.voltage": ("ups_input.voltage_volts L1", 1.0),
    "output.voltage": ("ups_output.voltage_volts L1", 1.0),
    "ups.load": ("ups_output.load_ratio L1", 0.01),
    "ups.temperature": ("battery.temperature_celsius ", 1.0),
    "battery.charge": ("battery.charge_ratio ", 0.01),
    "output.frequency": ("ups_output.frequency_hertz ", 1.0),
}
APC = {
    **{name: UPS[name] for name in ("battery.charge", "battery.runtime", "battery.voltage")},
    "ups.temperature": ("battery.temperature_celsius ", 1.0),
    "input.voltage": ("ups_input.voltage_volts L1", 1.0),
    "input.frequency": ("ups_input.frequency_hertz ", 1.0),
    "output.voltage": ("ups_output.voltage_volts L1", 1.0),
    "output.current": ("ups_output.current_amperes L1", 1.0),
    "output.frequency": ("ups_output.frequency_hertz ", 1.0),
    "ups.load": ("ups_output.load_ratio ", 0.01),
    "ups.power": ("ups_output.apparent_power_voltamperes ", 1.0),
    "ups.realpower": ("ups_output.power_watts ", 1.0),
}
OWN_TREE = {  # one table: kilowatts, and a battery with a number
    **{nut: to for nut, to in UPS.items() if not nut.startswith(("battery", "output.L"))},
    **{nut: to for nut, to in UPS.items() if nut.startswith("output.L") and "real" not in nut},
    **{
        f"output.L{n}.power": (f"ups_output.apparent_power_voltamperes L{n}", 1e3)
        for n in (1, 2, 3)
    },
    "battery.charge": ("battery.charge_ratio 1", 0.01),
    "battery.runtime": ("battery.runtime_seconds 1", 1.0),
    "battery.voltage": ("battery.voltage_volts 1", 1.0),
    "battery.current": ("battery.current_amperes 1", 1.0),
}
EPDU = {
    "input.L1.voltage": ("phase.voltage_volts L1", 1.0),
    "input.L1.current": ("phase.current_amperes L1", 1.0),
    "input.L1.power": ("phase.apparent_power_voltamperes L1", 1.0),
    "input.L1.realpower": ("phase.power_watts L1", 1.0),
    "input.realpower": ("rack.power_watts 1", 1.0),
}
PX = {
    "input.voltage": ("power_inlet.voltage_volts 1", 1.0),
    "input.power": ("power_inlet.apparent_power_voltamperes 1", 1.0),
    "input.realpower": ("rack.power_watts 1", 1.0),
    "input.powerfactor": ("power_inlet.power_factor_ratio 1", 1.0),
    **{f"outlet.{n}.power": (f"outlet.power_watts {n}", 1.0) for n in (1, 2, 13, 18)},
    **{f"outlet.{n}.current": (f"outlet.current_amperes {n}", 0.01) for n in (1, 2, 13, 18)},
}


@pytest.fixture(scope="module")
def profiles() -> Pack:
    return pack()


@pytest.mark.parametrize(
    ("file", "mib", "names", "least"),
    [
        (CAPTURES / "kstar-ups.capture", "ietf", UPS, 32),
        (CAPTURES / "eaton-xups.capture", "pw", UPS, 24),
        (CAPTURES / "apc-ups.capture", "apcc", APC, 12),
        (CAPTURES / "huawei-ups.capture", "huawei", OWN_TREE, 20),
        (CAPTURES / "eaton-epdu.capture", "eaton_epdu", EPDU, 5),
        (CAPTURES / "raritan-px.capture", "raritan-px2", PX, 12),
        (DATA / "UPS/huawei-gse200m.snmprec.bz2", "huawei", OWN_TREE, 20),
        (DATA / "UPS/ingrasys-power-switch.snmprec.bz2", "ietf", UPS, 18),
        (DATA / "UPS/phoenixtec-power.snmprec.bz2", "xppc", SINGLE, 5),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else None,
)
async def test_nut_reads_alike(
    file: Path,
    mib: str,
    names: Mapping[str, tuple[str, float]],
    least: int,
    profiles: Pack,
    tmp_path: Path,
) -> None:
    poll, theirs = await polled(read(file), profiles), await _nut(file, mib, tmp_path)
    ours = _told(poll)
    both = {nut for nut, (to, _) in names.items() if nut in theirs and to in ours}
    assert len(both) >= least, f"NUT: {sorted(theirs)}, ours: {sorted(ours)}"
    for nut in both:
        to, factor = names[nut]
        # NUT rounds to hundredths, and prints the whole volts of XPPC's tree.
        assert ours[to] == pytest.approx(float(theirs[nut]) * factor, rel=6e-3, abs=6e-3), nut


def _told(poll: Poll) -> dict[str, float]:
    return {f"{r.sensor.word} {r.sensor.component}": r.value for r in poll.readings}


async def _nut(file: Path, mib: str, place: Path) -> dict[str, str]:
    """What snmp-ups dumps after one look at the device, simulated on loopback."""
    agent = SimulatedAgent(read(file))
    port = await agent.start()
    program = shutil.which("snmp-ups", path="/usr/lib/nut:/lib/nut:/usr/libexec/nut")
    assert program
    settings = (f"port=127.0.0.1:{port}", "community=public", "snmp_retries=1", f"mibs={mib}")
    words = ["-s", "device", *(word for each in settings for word in ("-x", each))]
    driver = await asyncio.create_subprocess_exec(
        *(program, *words, "-d", "1", "-u", os.environ.get("USER", "root")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={key: str(place) for key in ("NUT_STATEPATH", "SNMP_PERSISTENT_DIR", "HOME")},
    )
    try:
        printed, said = await asyncio.wait_for(driver.communicate(), 60)
    finally:
        if driver.returncode is None:
            driver.kill()
        agent.close()
    assert driver.returncode == 0, said.decode()
    lines = (line.partition(": ") for line in printed.decode().splitlines())
    return {name: value for name, _, value in lines if value}
