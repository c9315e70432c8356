"""Air, PSUs, fans and logs of servers: what is lost, and what is off on purpose or never was."""

from __future__ import annotations

from tests.alerts.expect import fires
from tests.alerts.site import SITE, Series, declared, of, reading, server, supply
from tests.score.promtool import Case

_INLET = "dcagent_node_inlet_temperature_celsius"


def _air(node: str, celsius: float | str, **limits: float) -> Series:
    """Inlet air of a server, and the BMC's own limits."""
    own = of(node, sensor="Inlet")
    found = reading(_INLET, celsius, **own)
    for bound, value in limits.items():
        found |= reading(f"{_INLET}_limit", value, **own, bound=bound)
    return found


def _inlets(*nodes: str) -> list[dict[str, str]]:
    return [of(node, sensor="Inlet") for node in nodes]


def inlets() -> Case:
    """Above 27 °C for a while; above the device's own limit, else above 32 °C."""
    case = Case("inlets", step="1m").feed(
        _air("cool", 27),
        _air("warm", 28),
        _air("warm-a-while", "28x10 26x200"),
        _air("code", 255),
        _air("edge", 32),
        _air("hot", 33),
        _air("tolerant", 35, upper_warning=40, upper_critical=45),
        _air("warned", 40, upper_warning=40, upper_critical=45),
        _air("critical", 46, upper_critical=46),
        _air("unset", 30, upper_warning=0, upper_critical=0),
        _air("unset-hot", 33, upper_warning=0, upper_critical=0),
        _air("spike", "33x3 24x200"),
    )
    hot = _inlets("hot", "warned", "critical", "unset-hot")
    warm = _inlets("warm", "edge", "tolerant", "unset")
    fires(case, 5, "DcagentInletAboveAllowable", *hot)
    return fires(case, 15, "DcagentInletAboveRecommended", *hot, *warm)


def _psu(node: str, value: float | str, state: str, psu: str = "1", rack: str = "k1") -> Series:
    return reading("dcagent_psu_state", value, **of(node, rack), psu=psu, state=state)


def psus() -> Case:
    """A PSU that has failed or has no input; not where the server is off or out of service."""
    case = Case("lost PSUs", step="1m").feed(
        server("failed"),
        _psu("failed", 2, "failed"),
        _psu("failed", 0, "present", "2"),
        _psu("worn", 1, "predictive_failure"),
        server("off", on=0),
        _psu("off", 2, "input_lost"),
        server("mended"),
        declared("mended", "maintenance"),
        _psu("mended", 2, "input_lost"),
        _psu("short", "2x3 0x200", "input_lost"),
        _psu("cord", 2, "input_lost", "2"),
        server("no-sensor"),
    )
    return fires(
        *(case, 4, "DcagentPsuLost"),
        of("failed", psu="1", state="failed"),
        of("cord", psu="2", state="input_lost"),
    )


def missing() -> Case:
    """A PSU that was there within the week, while its server answers and is on."""
    case = Case("missing PSU", interval="1h", step="1h").feed(
        *(server(n) for n in ("pulled", "whole", "dead", "grown", "one", "unnamed")),
        server("off", on=0),
        *(_psu(n, 0, "present") for n in ("pulled", "whole", "grown", "one", "off")),
        _psu("pulled", "0x5 stale", "present", "2"),
        _psu("whole", 0, "present", "2"),
        _psu("dead", "0x5 stale", "present"),
        _psu("dead", "0x5 stale", "present", "2"),
        _psu("grown", "_x5 0x200", "present", "2"),
        _psu("off", "0x5 stale", "present", "2"),
        _psu("unnamed", "0x5 stale", "ok", ""),
    )
    pulled = {**SITE, "rack": "k1", "node": "pulled", "target": "bmc-pulled"}
    return fires(case, 7 * 60, "DcagentPsuMissing", pulled)


def _rack(rack: str, servers: int, lost: int, on: float = 1) -> Series:
    found: Series = {}
    for number in range(servers):
        node = f"{rack}-{number}"
        found |= server(node, rack=rack, on=on)
        value, word = (2, "input_lost") if number < lost else (0, "present")
        found |= _psu(node, value, word, rack=rack)
    return found


def lost_feed() -> Case:
    """PSUs of half of a rack, and of no less than three servers."""
    case = Case("lost feed", step="1m").feed(
        _rack("half", 6, 3),
        _rack("few", 7, 3),
        _rack("small", 2, 2),
        _rack("off", 4, 4, on=0),
    )
    return fires(case, 2, "DcagentRackPsusLost", {**SITE, "rack": "half"})


def _group(node: str, value: float | str, state: str, sensor: str = "PS Redundancy") -> Series:
    return reading("dcagent_redundancy_state", value, **of(node), sensor=sensor, state=state)


def redundancy() -> Case:
    """Lost or no longer whole; not of a server that has one PSU by the inventory."""
    two = {"psu1": "pdu-a:A", "psu2": "pdu-b:B"}
    case = Case("redundancy", step="1m").feed(
        _group("lost", 2, "redundancy_lost"),
        _group("reduced", 1, "not_redundant_sufficient"),
        supply("reduced", **two),
        _group("whole", 0, "redundant"),
        _group("short", "2x9 0x200", "redundancy_lost"),
        server("off", on=0),
        _group("off", 2, "redundancy_lost"),
        _group("single", 2, "redundancy_lost"),
        _group("single", 2, "redundancy_lost", "FAN Redundancy"),
        supply("single", psu1="pdu-a:A"),
        supply("single", agent="b", psu1="pdu-a:A"),
    )
    return fires(
        *(case, 10, "DcagentRedundancyLost"),
        of("lost", sensor="PS Redundancy", state="redundancy_lost"),
        of("reduced", sensor="PS Redundancy", state="not_redundant_sufficient"),
        of("single", sensor="FAN Redundancy", state="redundancy_lost"),
    )


def _fan(node: str, rpm: float, least: float | None = None, fan: str = "1") -> Series:
    family, own = "dcagent_fan_speed_rpm", of(node, fan=fan)
    found = reading(family, rpm, **own)
    if least is not None:
        found |= reading(f"{family}_limit", least, **own, bound="lower_critical")
    return found


def fans() -> Case:
    """Failed by its own word, or at or below the BMC's own limit."""
    state = "dcagent_fan_state"
    case = Case("fans", step="1m").feed(
        reading(state, 2, **of("failed"), fan="1", state="failed"),
        _fan("failed", 0, 400),
        reading(state, 1, **of("worn"), fan="1", state="degraded"),
        _fan("slow", 400, 400),
        _fan("slow", 5000, 400, "2"),
        _fan("fast", 401, 400),
        _fan("unlimited", 0),
        server("off", on=0),
        _fan("off", 0, 400),
    )
    word = of("failed", fan="1", state="failed")
    return fires(case, 5, "DcagentFanFailed", word, of("slow", fan="1"))


def event_log() -> Case:
    """Nine tenths full, or full by its own word."""
    used, word = "dcagent_sel_used_ratio", "dcagent_sensor_state"
    full = {"sensor": "SEL", "state": "log_almost_full"}
    case = Case("event log", step="10m").feed(
        reading(used, 0.9, **of("full")),
        reading(word, 1, **of("full"), **full),
        reading(used, 0.89, **of("roomy")),
        reading(word, 1, **of("says"), **full),
        reading(word, 1, **of("opened"), sensor="Intrusion", state="chassis_intrusion"),
    )
    return fires(case, 30, "DcagentSelFull", of("full"), of("says", **full))


def one_feed() -> Case:
    """All PSUs behind one PDU or one feed; not where a feed is unknown, nor out of service."""
    supplies = {
        "two-feeds": {"psu1": "pdu-a:A", "psu2": "pdu-b:B"},
        "one-pdu": {"psu1": "pdu-a:A", "psu2": "pdu-a:A"},
        "one-feed": {"psu1": "pdu-a:A", "psu2": "pdu-c:A"},
        "unknown": {"psu1": "pdu-a:A", "psu2": "pdu-x:"},
        "unknown-pdu": {"psu1": "pdu-x:", "psu2": "pdu-x:"},
        "unknown-two": {"psu1": "pdu-x:", "psu2": "pdu-y:"},
        "single": {"psu1": "pdu-a:A"},
        "spare": {"psu1": "pdu-a:A", "psu2": "pdu-a:A"},
    }
    case = Case("one feed", step="5m")
    for node, psus in supplies.items():
        lifecycle = "spare" if node == "spare" else "active"
        for agent in ("a", "b"):
            case.feed(supply(node, agent, **psus), declared(node, lifecycle, agent=agent))
    found = ("one-pdu", "one-feed", "unknown-pdu")
    labels = ({**SITE, "rack": "k1", "node": node} for node in found)
    return fires(case, 10, "DcagentPsusOnOneFeed", *labels)


CASES = (
    *(inlets(), psus(), missing(), lost_feed(), redundancy(), fans()),
    *(event_log(), one_feed()),
)
