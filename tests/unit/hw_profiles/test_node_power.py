"""The power of a server by its best source, and what is asked to know it."""

from __future__ import annotations

from hw_profiles import interpret, load
from model.devices import ALL_TIERS, Tier
from model.raw import (
    CHASSIS_POWER,
    DCMI_POWER,
    LAN_ADDRESS,
    LAN_MAC,
    SEL_ENTRIES,
    SEL_USED,
    Sample,
    Value,
)
from model.readings import Fault, Quality, Reading, Reason, Source
from model.sensors import Quantity, Role
from tests.unit.hw_profiles.writing import PSU, VOLTAGE, analog, bmc, discrete, read, value

Q = Quantity
GENERIC = load.pack().named("generic-ipmi")
HUAWEI = load.pack().named("huawei-ibmc")


def _sample(number: float | None, raw: int = 7, states: int = 0) -> Sample:
    return Sample(number, raw, states)


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
    assert set(slow) == {"PSU2_Status", SEL_ENTRIES, SEL_USED, LAN_ADDRESS, LAN_MAC}


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
