"""Sensors of a BMC: which rule takes which, and what their answers mean."""

from __future__ import annotations

import pytest

from hw_profiles import interpret, load
from model.devices import ALL_TIERS, DeviceId, Tier
from model.raw import (
    CHASSIS_POWER,
    SEL_ENTRIES,
    SEL_USED,
    Raw,
    Sample,
    SensorDef,
    Value,
)
from model.readings import Fault, Reading, Reason, Source
from model.sensors import Limits, Quantity, Role, Sensor
from tests.unit.hw_profiles.writing import (
    FAN,
    VOLTAGE,
    analog,
    bmc,
    fault,
    ipmi,
    read,
    value,
)

Q = Quantity
GENERIC = load.pack().named("generic-ipmi")
assert GENERIC is not None
INSPUR = load.pack().named("inspur")
HUAWEI = load.pack().named("huawei-ibmc")


def _sample(number: float | None, raw: int = 7, states: int = 0) -> Sample:
    return Sample(number, raw, states)


@pytest.mark.parametrize(
    ("sensor", "role", "component"),
    [
        (analog("Inlet Temp", Q.TEMPERATURE), Role.AIR_INLET, "Inlet Temp"),
        (analog("inlet1_temp", Q.TEMPERATURE), Role.AIR_INLET, "inlet1_temp"),
        (analog("Ambient", Q.TEMPERATURE, entity=0x37), Role.AIR_INLET, "Ambient"),
        (analog("Front", Q.TEMPERATURE, entity=0x40), Role.AIR_INLET, "Front"),
        (analog("Exhaust", Q.TEMPERATURE, entity=0x37), Role.AIR_EXHAUST, "Exhaust"),
        (analog("SYS_Outlet_Temp", Q.TEMPERATURE), Role.AIR_EXHAUST, "SYS_Outlet_Temp"),
        (analog("CPU1_Core_Temp", Q.TEMPERATURE), Role.CPU, "1"),
        (analog("CPU_Temp_01", Q.TEMPERATURE), Role.CPU, "01"),
        (analog("CPU2 Core Rem", Q.TEMPERATURE, entity=0x03), Role.CPU, "2"),
        (analog("Proc 1 Temp", Q.TEMPERATURE, entity=0x41), Role.CPU, "1"),
        (analog("P0", Q.TEMPERATURE, entity=0x41), Role.CPU, "P0"),
        (analog("CPU1 VDDQ Temp", Q.TEMPERATURE, entity=0x03), Role.BOARD, "CPU1 VDDQ Temp"),
        (analog("CPU1 MEM Temp", Q.TEMPERATURE, entity=0x20), Role.DIMM, "CPU1"),
        (analog("HDD", Q.TEMPERATURE, entity=0x04), Role.DISK, "HDD"),
        (analog("PSU0_Temp", Q.TEMPERATURE, entity=0x0A), Role.PSU, "0"),
        (analog("PSU1_PIN", Q.POWER, 0x0B), Role.PSU_INPUT, "1"),
        (analog("PSU2_Power_in", Q.POWER, 0x0B), Role.PSU_INPUT, "2"),
        (analog("PS1 Input Power", Q.POWER, 0x0B), Role.PSU_INPUT, "1"),
        (analog("PS2 VIN", Q.VOLTAGE, VOLTAGE), Role.PSU_INPUT, "2"),
        (analog("FAN1 F Speed", Q.FAN_SPEED, FAN), Role.FAN, "1 F"),
        (analog("Rotor A", Q.FAN_SPEED, FAN), Role.FAN, "Rotor A"),
        (analog("Rotor B", Q.UTILIZATION, FAN), Role.FAN, "Rotor B"),
        (analog("P12V", Q.VOLTAGE, VOLTAGE), Role.BOARD, "P12V"),
        (analog("HSC Power", Q.POWER, 0x0B), Role.SENSOR, "HSC Power"),
        (analog("Power", Q.POWER, 0x0B), Role.NODE, ""),
        (analog("Power Meter", Q.POWER, 0x0B), Role.NODE, ""),
    ],
)
def test_role_of_a_sensor(sensor: SensorDef, role: Role, component: str) -> None:
    assert GENERIC
    (found,) = (
        o
        for o in read(GENERIC, {sensor.key: _sample(24.0)}, bmc(sensor), ALL_TIERS)
        if isinstance(o, Reading) and o.source is Source.SDR
    )
    assert (found.sensor.role, found.sensor.component, found.value) == (role, component, 24.0)


@pytest.mark.parametrize("name", ["CPU0_DTS", "CPU1 DTS", "P1 Therm Margin"])
def test_margins_are_no_temperatures(name: str) -> None:
    assert GENERIC
    sensor = analog(name, Q.TEMPERATURE, entity=0x03)
    assert name not in interpret.plan(GENERIC, bmc(sensor), ALL_TIERS).gets


@pytest.mark.parametrize("name", ["MB_Inlet_Temp", "M.2_Inlet_Temp"])
def test_inlet_of_a_part_is_not_the_rooms(name: str) -> None:
    assert INSPUR
    sensor = analog(name, Q.TEMPERATURE, entity=0x37)
    outcomes = read(INSPUR, {name: _sample(33.0)}, bmc(sensor))
    assert value(outcomes, "board.temperature_celsius", name) == 33.0


def test_reading_carries_raw_rule_and_the_devices_limits() -> None:
    assert GENERIC
    limits = Limits(upper_warning=43, upper_critical=48)
    sensor = analog("Inlet Temp", Q.TEMPERATURE, limits=limits)
    fast = frozenset({Tier.FAST})
    found = read(GENERIC, {"Inlet Temp": _sample(24.0, 0x18)}, bmc(sensor), fast)[-1]
    assert isinstance(found, Reading)
    assert found.sensor == Sensor(Role.AIR_INLET, Q.TEMPERATURE, "Inlet Temp", (), limits)
    assert found.raw == 0x18
    assert found.rule.startswith("generic-ipmi.toml:")
    assert found.rule.endswith(" sensor 'Inlet Temp' ×1")


def test_two_sensors_of_one_name_get_an_index() -> None:
    assert GENERIC
    first = analog("CPU1 Temp", Q.TEMPERATURE)
    second = SensorDef("CPU1 Temp#2", "CPU1 Temp", 2, 0, 1, 1, 3, 2, Q.TEMPERATURE)
    outcomes = read(
        GENERIC, {"CPU1 Temp": _sample(50.0), "CPU1 Temp#2": _sample(51.0)}, bmc(first, second)
    )
    assert value(outcomes, "cpu.temperature_celsius", "1") == 50.0
    assert value(outcomes, "cpu.temperature_celsius", "1#2") == 51.0


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Fault(None, Reason.SCANNING_DISABLED, "off"), Reason.SCANNING_DISABLED),
        (_sample(None), Reason.UNAVAILABLE),
        (None, Reason.UNAVAILABLE),
        (_sample(-5.0), Reason.IMPLAUSIBLE),
        (_sample(float("nan")), Reason.UNDECODABLE),
        (b"\xff", Reason.UNDECODABLE),
    ],
)
def test_fault_carries_its_sensor(answer: Value | Fault | None, reason: Reason) -> None:
    assert GENERIC
    sensor = analog("FAN1 Speed", Q.FAN_SPEED, FAN)
    values: dict[str, Value | Fault] = {} if answer is None else {"FAN1 Speed": answer}
    found = fault(read(GENERIC, values, bmc(sensor)), "fan.speed_rpm", "1")
    assert found.reason is reason
    assert "sensor 'FAN1 Speed'" in found.rule


def test_vendor_sentinel() -> None:
    assert INSPUR
    sensor = analog("Total_Power", Q.POWER, 0x0B)
    found = fault(read(INSPUR, {"Total_Power": _sample(0.0)}, bmc(sensor)), "node.power_watts")
    assert found.reason is Reason.ABSENT


def test_scale_of_a_sensor() -> None:
    profile = ipmi('[metrics]\n"psu_input.power_watts" = {sensor = "P", scale = 10}\n')
    outcomes = read(profile, {"P": _sample(12.0)}, bmc(analog("P", Q.POWER, 0x0B)))
    assert value(outcomes, "psu_input.power_watts") == 120.0


def test_a_rule_takes_only_its_own_quantity() -> None:
    profile = ipmi("""[metrics]
"cpu.temperature_celsius" = {sensor = 'CPU(?P<cpu>\\d+)'}
"cpu.power_watts" = {sensor = 'CPU(?P<cpu>\\d+)'}
""")
    outcomes = read(profile, {"CPU1": _sample(96.0)}, bmc(analog("CPU1", Q.POWER, 0x0B)))
    assert value(outcomes, "cpu.power_watts", "1") == 96.0


def test_chassis_and_event_log() -> None:
    assert GENERIC
    outcomes = read(GENERIC, {CHASSIS_POWER: 1, SEL_ENTRIES: 3, SEL_USED: 0.25}, bmc())
    assert value(outcomes, "chassis.state") == 1.0
    assert value(outcomes, "sel.count") == 3.0
    assert value(outcomes, "sel.load_ratio") == 0.25


def test_device_keeps_its_own_words() -> None:
    assert HUAWEI
    said = DeviceId("Vendor", "M", "S", "1.0")
    assert interpret.device(HUAWEI, bmc(), Raw(), said) == said
    assert interpret.device(HUAWEI, bmc(), Raw(), DeviceId()).vendor == "Huawei"
