"""Sensors of a BMC: which rule takes which, and what their answers mean."""

from __future__ import annotations

import pytest

from hw_profiles import interpret, load
from model.devices import ALL_TIERS, DeviceId, Tier
from model.raw import (
    CHASSIS_POWER,
    DCMI_POWER,
    SEL_ENTRIES,
    SEL_USED,
    Raw,
    Sample,
    SensorDef,
    Value,
)
from model.readings import Fault, Quality, Reading, Reason, Source
from model.sensors import Limits, Quantity, Role, Sensor
from tests.unit.hw_profiles.writing import (
    FAN,
    PSU,
    VOLTAGE,
    analog,
    bmc,
    discrete,
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
        (analog("CPU1 MEM Temp", Q.TEMPERATURE, entity=0x20), Role.DIMM, "CPU1 MEM Temp"),
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


POWER = analog("Power", Q.POWER, 0x0B)
INPUTS = (
    analog("PSU1_PIN", Q.POWER, 0x0B, entity=0x0A, instance=1),
    analog("PSU2_PIN", Q.POWER, 0x0B, entity=0x0A, instance=2),
)
FITTED = discrete("PSU2_Status", PSU, entity=0x0A, instance=2)
ALL = (POWER, *INPUTS, FITTED)


def _power(values: dict[str, Value | Fault]) -> dict[Role, Reading | Fault]:
    assert GENERIC
    found = read(GENERIC, values, bmc(*ALL), frozenset({Tier.FAST}))
    roles = (Role.NODE, Role.NODE_DCMI, Role.NODE_SDR, Role.NODE_PSU_SUM)
    return {o.sensor.role: o for o in found if o.sensor and o.sensor.role in roles}


WATTS: dict[str, Value | Fault] = {
    DCMI_POWER: 300,
    CHASSIS_POWER: 1,
    "Power": _sample(310.0),
    "PSU1_PIN": _sample(160.0),
    "PSU2_PIN": _sample(155.0),
    "PSU2_Status": _sample(None, 0, 1),
}


def test_dcmi_then_sensor_then_sum() -> None:
    found = _power(WATTS)
    assert {role: o.value for role, o in found.items() if isinstance(o, Reading)} == {
        Role.NODE: 300.0,
        Role.NODE_SDR: 310.0,
        Role.NODE_PSU_SUM: 315.0,
    }
    node, total = found[Role.NODE], found[Role.NODE_PSU_SUM]
    assert isinstance(node, Reading)
    assert isinstance(total, Reading)
    assert (node.source, node.quality) == (Source.DCMI, Quality.MEASURED)
    assert (total.source, total.quality) == (Source.PSU_SUM, Quality.DERIVED)


def test_zero_watts_of_a_server_that_is_on_is_no_value() -> None:
    found = _power({**WATTS, DCMI_POWER: 0})
    node, dcmi = found[Role.NODE], found[Role.NODE_DCMI]
    assert isinstance(node, Reading)
    assert (node.value, node.source) == (310.0, Source.SDR)
    assert isinstance(dcmi, Fault)
    assert dcmi.reason is Reason.IMPLAUSIBLE


def test_zero_watts_of_a_server_that_is_off_is_a_value() -> None:
    node = _power({**WATTS, DCMI_POWER: 0, CHASSIS_POWER: 0})[Role.NODE]
    assert isinstance(node, Reading)
    assert node.value == 0.0


def test_sum_of_all_supplies_that_are_fitted() -> None:
    lost = Fault(None, Reason.UNAVAILABLE, "reading unavailable")
    gone: dict[str, Value | Fault] = {
        **WATTS,
        DCMI_POWER: lost,
        "Power": lost,
        "PSU2_PIN": lost,
    }
    assert isinstance(_power(gone)[Role.NODE], Fault)
    empty = _power({**gone, "PSU2_Status": _sample(None, 0, 0)})[Role.NODE]
    assert isinstance(empty, Reading)
    assert (empty.value, empty.source) == (160.0, Source.PSU_SUM)


def test_where_every_source_fails_each_says_why() -> None:
    lost = Fault(None, Reason.UNAVAILABLE, "reading unavailable")
    dcmi = Fault(None, Reason.UNSUPPORTED, "C1h")
    found = _power({**WATTS, DCMI_POWER: dcmi, "Power": lost, "PSU1_PIN": lost})
    assert {role: o.reason for role, o in found.items() if isinstance(o, Fault)} == {
        Role.NODE: Reason.UNSUPPORTED,
        Role.NODE_DCMI: Reason.UNSUPPORTED,
        Role.NODE_SDR: Reason.UNAVAILABLE,
        Role.NODE_PSU_SUM: Reason.UNAVAILABLE,
    }
    node = found[Role.NODE]
    assert isinstance(node, Fault)
    assert node.detail == (
        "DCMI: C1h; total: reading unavailable; "
        "sum of psu_input.power_watts: 1 has no reading (unavailable)"
    )


def test_huawei_power_is_not_added_to_its_supplies() -> None:
    assert HUAWEI
    sensors = (POWER, analog("Power2", Q.POWER, 0x0B, entity=0x0A, instance=2))
    outcomes = read(HUAWEI, {"Power": _sample(276.0), "Power2": _sample(276.0)}, bmc(*sensors))
    assert value(outcomes, "node.power_watts") == 276.0
    assert value(outcomes, "psu_input.power_watts", "2") == 276.0


def test_plan_of_a_tier() -> None:
    assert GENERIC
    identity = bmc(*ALL, analog("P12V", Q.VOLTAGE, VOLTAGE))
    fast = interpret.plan(GENERIC, identity, frozenset({Tier.FAST})).gets
    # the presence of a supply decides whether the sum is whole
    assert set(fast) == {
        *(DCMI_POWER, CHASSIS_POWER, "Power", "PSU1_PIN", "PSU2_PIN", "PSU2_Status")
    }
    assert interpret.plan(GENERIC, identity, frozenset({Tier.NORMAL})).gets == ("P12V",)
    slow = interpret.plan(GENERIC, identity, frozenset({Tier.SLOW})).gets
    assert set(slow) == {"PSU2_Status", SEL_ENTRIES, SEL_USED}


def test_presence_that_feeds_a_sum_is_no_outcome_of_its_tier() -> None:
    assert GENERIC
    outcomes = read(GENERIC, WATTS, bmc(*ALL), frozenset({Tier.FAST}))
    assert not [o for o in outcomes if o.sensor and o.sensor.role is Role.PSU]


def test_bindings_are_made_once() -> None:
    assert GENERIC
    identity = bmc(*ALL)
    again = bmc(*ALL)
    assert interpret.plan(GENERIC, identity, ALL_TIERS).gets is (
        interpret.plan(GENERIC, again, ALL_TIERS).gets
    )


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
