"""The machine's own sensors: what their names mean, who measures, what is an estimate."""

from __future__ import annotations

from pathlib import Path

import pytest

from hw_profiles import interpret, load
from hw_profiles.load import ProfileError
from hw_profiles.match import choose
from model.devices import ALL_TIERS, DeviceId, Identity, Protocol
from model.raw import Raw, Sample, SensorDef, SensorTable, Value
from model.readings import Fault, Outcome, Quality, Reading, Reason, Source
from model.sensors import Quantity, Role, Sensor

PACK = load.pack()
HOST = PACK.named("linux-host")
_Q, _S = Quantity, Source


def sensor(name: str, quantity: Quantity, source: Source, kind: int = 0x01) -> SensorDef:
    return SensorDef(name, name, 0, 0, 0, kind, 0, 0, quantity, source=source)


def understood(*sensors: tuple[SensorDef, Value | Fault]) -> tuple[Outcome, ...]:
    """The outcomes of a machine with these sensors and answers."""
    assert HOST is not None
    table = SensorTable(tuple(definition for definition, _ in sensors))
    identity = Identity(Protocol.HOST, DeviceId(), sensors=table)
    found = choose(PACK, identity)
    assert found is not None
    assert found.profile is HOST
    raw = Raw({definition.key: answer for definition, answer in sensors})
    return interpret.outcomes(HOST, identity, raw, ALL_TIERS)


def told(outcomes: tuple[Outcome, ...]) -> list[tuple[object, ...]]:
    """Word, component, labels, value or reason, quality, source."""
    return [
        (o.sensor.word, o.sensor.component, o.sensor.labels, o.value, o.quality, o.source)
        if isinstance(o, Reading)
        else (o.sensor.word, o.sensor.component, o.sensor.labels, o.reason)
        for o in outcomes
        if o.sensor is not None
    ]


def number(value: float) -> Sample:
    return Sample(value, int(value), 0)


METER = sensor("power_meter/0", _Q.POWER, _S.ACPI_METER)
PACKAGES = [sensor(f"rapl/{n}/package-{n}/power", _Q.POWER, _S.RAPL) for n in (0, 1)]
DARK = Fault(None, Reason.IMPLAUSIBLE, "0 cannot be")


def test_the_meter_measures_and_rapl_estimates() -> None:
    outcomes = understood(
        (METER, number(305.0)), (PACKAGES[0], number(100.0)), (PACKAGES[1], number(90.0))
    )
    assert told(outcomes) == [
        ("node.power_watts", "", (), 305.0, Quality.MEASURED, _S.ACPI_METER),
        ("node_rapl.power_watts", "", (), 190.0, Quality.ESTIMATED, _S.RAPL),
        ("cpu.power_watts", "0", (), 100.0, Quality.ESTIMATED, _S.RAPL),
        ("cpu.power_watts", "1", (), 90.0, Quality.ESTIMATED, _S.RAPL),
    ]


def test_rapl_stands_in_for_a_meter_without_a_reading() -> None:
    outcomes = understood((METER, DARK), (PACKAGES[0], number(100.0)), (PACKAGES[1], number(90.0)))
    assert told(outcomes)[:2] == [
        ("node.power_watts", "", (), 190.0, Quality.ESTIMATED, _S.RAPL),
        ("node_meter.power_watts", "", (), Reason.IMPLAUSIBLE),
    ]


def test_a_part_of_the_packages_is_no_sum() -> None:
    denied = Fault(None, Reason.NO_PERMISSION, "energy_uj: Permission denied")
    outcomes = understood((METER, DARK), (PACKAGES[0], number(100.0)), (PACKAGES[1], denied))
    first = outcomes[0]
    assert first == Fault(
        Sensor(Role.NODE, _Q.POWER),
        Reason.IMPLAUSIBLE,
        "power meter: 0 cannot be; sum of cpu.power_watts: 1 has no reading (no_permission)",
        rule=first.rule,
    )


def test_a_second_meter_keeps_its_own_name() -> None:
    second = sensor("power_meter/1", _Q.POWER, _S.ACPI_METER)
    outcomes = understood((METER, number(305.0)), (second, number(40.0)))
    assert told(outcomes) == [
        ("node.power_watts", "", (), 305.0, Quality.MEASURED, _S.ACPI_METER),
        ("sensor.power_watts", "power_meter/1", (), 40.0, Quality.MEASURED, _S.ACPI_METER),
    ]


NAMES: list[tuple[str, Quantity, str, str, tuple[tuple[str, str], ...]]] = [
    ("uptime", _Q.UPTIME, "node.uptime_seconds", "", ()),
    ("device/cpu/utilization/time", _Q.UTILIZATION, "device", "cpu", (("basis", "time"),)),
    ("edac/mc0/ce", _Q.ERRORS, "memory", "mc0", (("kind", "ce"),)),
    ("edac/mc0/ue", _Q.ERRORS, "memory", "mc0", (("kind", "ue"),)),
    ("rapl/0/package-0", _Q.ENERGY, "cpu", "0", ()),
    ("rapl/2/package-1-die-0", _Q.ENERGY, "cpu", "1-die-0", ()),
    ("rapl/0:2/dram/power", _Q.POWER, "dimm", "0:2", ()),
    ("hwmon/coretemp/Package id 0", _Q.TEMPERATURE, "cpu", "0", ()),
    ("hwmon/coretemp[1]/Package id 1", _Q.TEMPERATURE, "cpu", "1", ()),
    ("hwmon/k10temp[3]/Tdie", _Q.TEMPERATURE, "cpu", "3", ()),
    ("hwmon/cpu-hwmon/CPU 2 Temperature", _Q.TEMPERATURE, "cpu", "2", ()),
    ("hwmon/via_cputemp[0]/Core 7", _Q.TEMPERATURE, "cpu", "Core 7", ()),
    ("hwmon/scpi_sensors/ts0", _Q.TEMPERATURE, "cpu", "ts0", ()),
    ("hwmon/scpi_sensors/temp2", _Q.TEMPERATURE, "cpu", "temp2", ()),
    ("hwmon/acpitz/temp1", _Q.TEMPERATURE, "board", "acpitz/temp1", ()),
    ("thermal/3/soc-thermal", _Q.TEMPERATURE, "board", "soc-thermal", ()),
    ("hwmon/nvme[1]/Composite", _Q.TEMPERATURE, "disk", "nvme[1]", ()),
    ("hwmon/drivetemp/temp1", _Q.TEMPERATURE, "disk", "drivetemp", ()),
    ("hwmon/spd5118[2]/temp1", _Q.TEMPERATURE, "dimm", "spd5118[2]", ()),
    ("hwmon/nct6779/SYSFAN2", _Q.FAN_SPEED, "fan", "nct6779/SYSFAN2", ()),
    ("hwmon/nct6779/VCore", _Q.VOLTAGE, "sensor", "hwmon/nct6779/VCore", ()),
    ("accelerator/ascend0/power", _Q.POWER, "accelerator", "ascend0", ()),
    (
        *("accelerator/ascend0/utilization/activity", _Q.UTILIZATION, "device", "ascend0"),
        (("basis", "activity"),),
    ),
]


@pytest.mark.parametrize(("name", "quantity", "word", "component", "labels"), NAMES)
def test_names(
    name: str,
    quantity: Quantity,
    word: str,
    component: str,
    labels: tuple[tuple[str, str], ...],
) -> None:
    (outcome,) = (
        o
        for o in understood((sensor(name, quantity, _S.HWMON), number(0.5)))
        if o.sensor is not None and o.sensor.role is not Role.NODE_RAPL
    )
    assert outcome.sensor is not None
    whole = word if "." in word else f"{word}.{quantity.value}"
    found = (outcome.sensor.word, outcome.sensor.component, outcome.sensor.labels)
    assert found == (whole, component, labels)


@pytest.mark.parametrize(
    "name", ["hwmon/coretemp/Core 3", "hwmon/coretemp[1]/Core 63", "rapl/0:2/dram"]
)
def test_what_is_not_worth_a_read_is_not_asked(name: str) -> None:
    assert HOST is not None
    quantity = _Q.ENERGY if name.startswith("rapl") else _Q.TEMPERATURE
    table = SensorTable((sensor(name, quantity, _S.HWMON),))
    identity = Identity(Protocol.HOST, DeviceId(), sensors=table)
    assert interpret.plan(HOST, identity, ALL_TIERS).gets == ()


def test_health_is_a_state() -> None:
    health = sensor("accelerator/ascend0/health", _Q.STATE, _S.TOOL, 0x70)
    (outcome,) = understood((health, Sample(None, 2, 4)))
    assert isinstance(outcome, Reading)
    assert (outcome.value, outcome.text, outcome.source) == (2.0, "critical", _S.TOOL)


def test_a_profile_for_the_host_has_its_own_section(tmp_path: Path) -> None:
    text = """[profile]
name = "mine"
protocol = "host"
extends = "linux-host"
source = "here"
verified = "bench"

[match]
fru = {product_name = 'TaiShan 200 .*'}

[host]
ignore = 'hwmon/acpitz/.*'
"""
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    found = load.pack(tmp_path).named("mine")
    assert found is not None
    assert [pattern.pattern for pattern in found.ignore] == ["hwmon/acpitz/.*"]
    fru = {"product_name": "TaiShan 200 (Model 2280)"}
    match = choose(load.pack(tmp_path), Identity(Protocol.HOST, DeviceId(), fru=fru))
    assert match is not None
    assert match.profile.name == "mine"
    file.write_text(text.replace("[host]", "[ipmi]"), encoding="utf-8")
    with pytest.raises(ProfileError) as error:
        load.pack(tmp_path)
    assert '"ipmi" has no place in a profile for host' in str(error.value)
