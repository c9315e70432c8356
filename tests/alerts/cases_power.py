"""Racks, feeds, PDUs and UPSs."""

from __future__ import annotations

from tests.alerts.expect import fires, silent
from tests.alerts.site import SITE, Series, at, inventory_of, pdu, reading
from tests.score.promtool import Case, series


def _pair(rack: str, one: float, other: float, feeds: str = "AB", **declared: str) -> Series:
    """A rack with two PDUs; `declared` feeds of PDUs are the inventory's."""
    found: Series = {}
    for letter, watts, feed in zip("ab", (one, other), feeds, strict=True):
        name = f"pdu-{rack}-{letter}"
        found |= pdu(name, watts, rack=rack, feed=feed.strip())
        if letter in declared:
            found |= _declared(name, rack, declared[letter])
    return found


def _declared(name: str, rack: str, feed: str) -> Series:
    own = {"site": "dc1", "rack": rack, "pdu": name, "feed": feed}
    return reading("dcagent_inventory_pdu_info", 1, **own, **inventory_of("a"))


def feeds() -> Case:
    """More than 70 % on one of two feeds, where both are known and all PDUs answer."""
    case = Case("feeds", step="5m").feed(
        _pair("tilted", 900, 100),
        _pair("even", 600, 400),
        _pair("edge", 700, 300),
        _pair("small", 400, 99),
        _pair("declared", 900, 100, "  ", a="A", b="B"),
        _pair("unknown", 900, 100, "A "),
        _pair("same", 900, 100, "AA"),
        pdu("pdu-half-a", 900, rack="half", feed="A"),
        pdu("pdu-half-b", None, rack="half", feed="B", up=0),
        _pair("deaf", 900, 100),
        pdu("pdu-deaf-c", None, rack="deaf", feed="B", up=0),
        _pair("untold", 900, 100),
        _declared("pdu-untold-c", "untold", "B"),
        _pair("doubtful", 900, 100, a="A", b="B"),
        _declared("pdu-doubtful-b", "elsewhere", "A"),
    )
    tilted = ({**SITE, "rack": rack} for rack in ("tilted", "declared"))
    return fires(case, 30, "DcagentFeedImbalance", *tilted)


def _load(rack: str, value: str) -> Series:
    return series("rack:dcagent_it_load:ratio", value, **_rack(rack))


def _rack(rack: str) -> dict[str, str]:
    return {"province": "sichuan", "hub": "tianfu", "zone": "pidu", **SITE, "rack": rack}


def racks() -> Case:
    """Above 80 % of the design for a while, above the design itself."""
    case = Case("rack power", step="1m").feed(
        _load("high", "0.81x200"),
        _load("edge", "0.8x200"),
        _load("above", "1.01x200"),
        _load("design", "1x200"),
        _load("spike", "1.2x4 0.5x200"),
    )
    fires(case, 5, "DcagentRackPowerAboveDesign", _rack("above"))
    high = map(_rack, ("high", "above", "design"))
    return fires(case, 15, "DcagentRackPowerHigh", *high)


_POWER = {"source": "snmp", "quality": "measured"}


def _current(family: str, pdu_name: str, amperes: float, **labels: str) -> Series:
    """A current with a warning limit of 24 A and a critical one of 30 A."""
    own = {**at(pdu_name), **labels}
    found = reading(family, amperes, **own)
    for bound, value in (("upper_warning", 24), ("upper_critical", 30)):
        found |= reading(f"{family}_limit", value, **own, bound=bound)
    return found


def limits() -> Case:
    """States and limits are the device's own; too little load is no alarm."""
    phase, branch = "dcagent_phase_current_amperes", "dcagent_branch_current_amperes"
    rack, inlet = at("p6", pdu="p6"), {**at("p5"), "inlet": "1"}
    watts = "dcagent_rack_power_watts"
    near = {"phase": "L1", "state": "near_overload"}
    tripped = {"branch": "3", "state": "breaker_tripped"}
    case = Case("PDU limits", step="1m").feed(
        reading("dcagent_phase_state", 1, **at("p1"), **near),
        reading("dcagent_phase_state", 1, **at("p1"), phase="L2", state="low_warning"),
        reading("dcagent_branch_state", 2, **at("p2"), **tripped),
        reading("dcagent_branch_state", 2, **at("p2"), branch="4", state="low_alarm"),
        _current(phase, "p3", 24, phase="L1"),
        _current(phase, "p3", 23.9, phase="L2"),
        _current(branch, "p4", 30, branch="1"),
        _current(phase, "p4", 31, phase="L3"),
        reading(phase, 99, **at("unlimited"), phase="L1"),
        reading("dcagent_power_inlet_state", 1, **inlet, state="near_overload"),
        reading(watts, 5000, **rack, **_POWER),
        reading(f"{watts}_limit", 5000, **rack, bound="upper_critical"),
        reading("dcagent_rack_state", 2, **rack, state="overload"),
    )
    over = [rack, {**rack, "state": "overload"}]
    both = [at("p4", branch="1"), at("p4", phase="L3")]
    fires(case, 2, "DcagentPduOverload", at("p2", **tripped), *both, *over)
    warned = [at("p1", **near), at("p3", phase="L1"), {**inlet, "state": "near_overload"}]
    return fires(case, 5, "DcagentPduNearLimit", *warned, *both)


def _ups(name: str, value: float | str, state: str) -> Series:
    return reading("dcagent_ups_state", value, **at(name, ""), state=state)


def _battery(name: str, value: float, state: str) -> Series:
    return reading("dcagent_battery_state", value, **at(name, ""), state=state)


def ups() -> Case:
    """On battery by either word; bypass and off are faults; a self-test is neither."""
    on_battery, others = ("battery", "battery_eco", "joint"), ("battery_test", "bypass")
    states = {**dict.fromkeys((*on_battery, *others), 1), "off": 2, "normal": 0, "eco": 0}
    case = Case("UPS states", step="1m")
    for state, value in states.items():
        case.feed(_ups(f"ups-{state}", value, state))
    case.feed(
        _battery("ups-battery", 1, "discharging"),
        _battery("ups-eaton", 1, "discharging"),
        _battery("ups-low", 1, "low"),
        _battery("ups-depleted", 2, "depleted"),
        _battery("ups-normal", 0, "normal"),
        _ups("ups-flicker", "1x0 stale", "battery"),
    )

    def told(*words: str) -> list[dict[str, str]]:
        return [at(f"ups-{state}", "", state=state) for state in words]

    eaton = at("ups-eaton", "", state="discharging")
    fires(case, 1, "DcagentUpsOnBattery", *told(*on_battery), eaton)
    fires(case, 2, "DcagentUpsFault", *told("bypass", "off"))
    return fires(case, 1, "DcagentUpsBatteryLow", *told("low", "depleted"))


def _loaded(name: str, load: float | str, limit: float | None = None, phase: str = "") -> Series:
    family = "dcagent_ups_output_load_ratio" if phase else "dcagent_ups_load_ratio"
    own = {**at(name, ""), **({"phase": phase} if phase else {})}
    found = reading(family, load, **own)
    if limit is not None:
        found |= reading(f"{family}_limit", limit, **own, bound="upper_critical")
    return found


def overload() -> Case:
    """Above its own limit, else above its rating."""
    case = Case("UPS load", step="1m").feed(
        _loaded("over", 1.05),
        _loaded("full", 1.0),
        _loaded("own", 0.9, 0.9),
        _loaded("tolerant", 1.05, 1.1),
        _loaded("unset", 0.5, 0),
        _loaded("unset-over", 1.05, 0),
        _loaded("inrush", "1.3x1 0.6x200"),
        _loaded("phases", 1.02, None, "L1"),
        _loaded("phases", 0.7, None, "L2"),
        _loaded("phases-own", 0.9, 0.85, "L1"),
        _loaded("phases-tolerant", 1.05, 1.1, "L1"),
    )
    whole = [at(name, "") for name in ("over", "own", "unset-over")]
    phases = [at(name, "", phase="L1") for name in ("phases", "phases-own")]
    return fires(case, 2, "DcagentUpsOverloaded", *whole, *phases)


def alarms() -> Case:
    """The device counts alarms of its own."""
    case = Case("alarms", step="1m").feed(
        reading("dcagent_alarms", 2, **at("ups-1", "")),
        reading("dcagent_alarms", 0, **at("ups-2", "")),
        reading("dcagent_alarms", "1x4 0x200", **at("ups-3", "")),
    )
    return fires(silent(case, 0, "DcagentUpsFault"), 5, "DcagentDeviceAlarm", at("ups-1", ""))


CASES = (feeds(), racks(), limits(), ups(), overload(), alarms())
