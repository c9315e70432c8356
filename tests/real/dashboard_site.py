"""Three sites as their agents see them, down to fans and PSUs: what dashboards are tested with.

dc1 is the site of `score_site` with a silent server, one that says 0 W and a silent IT meter.
dc2 is the same without these: all of it answers. dc3 is dc2 with design and rated powers that
cannot be, inlets too hot and too cold, and a meter that counts too much. Names of racks, servers
and meters are the same in all of them, so that a query that forgets its site shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.real.recorded import Row
from tests.real.score_site import NODES, page
from tests.score.promtool import braces

WHOLE, HOLED, WRONG = "dc2", "dc1", "dc3"
_GONE = re.compile(r'(node|rack)="(silent|zero|k3)"')
_SILENT_METER = re.compile(r'^dcagent_it_energy_joules_total\{site="dc1"')
DAY = 86400
SILENT_FOR = 900
"""Seconds since the silent server was asked."""
LIMITS = {"upper_warning": 90, "upper_critical": 95}
COUNTED = {"n1": 300.0, "n2": 300.0, "g1": 900.0}
"""Watts that the agent integrates, by server."""
PDU_LINES = (("a", "1", 700.0), ("a", "2", 150.0), ("b", "", 100.0))
UPS_LINES = ("L1", "L2", "L3")


def lines(now: float, begun: float) -> Iterator[str]:
    """What a scrape of all sites says at a moment; counters began at `begun`."""
    for line in page(now, begun).splitlines():
        if not _SILENT_METER.match(line):
            yield line
        if not _GONE.search(line):
            yield _at(WHOLE, line)
            yield _wrong(_at(WRONG, line))
    yield from _wrong_meter(now - begun)
    yield from _holes()
    yield from _targets()
    yield from _pdus(now - begun)
    yield from _ups()
    for name, watts in COUNTED.items():
        yield from _counters(name, watts * (now - begun))
    yield from _server()
    yield from _alerts(now)
    yield from _graded()


def _at(site: str, line: str) -> str:
    return line.replace('site="dc1"', f'site="{site}"').replace('"pidu"', '"shuangliu"')


def _wrong(line: str) -> str:
    """Racks a hundred times as large, ratings three times too high, inlets at 35 and 16 °C."""
    series, _, value = line.rpartition(" ")
    if series.startswith("dcagent_inventory_rack_rated_power_watts"):
        return f"{series} {100 * float(value)}"
    if series.startswith("dcagent_inventory_node_rated_power_watts"):
        return f"{series} {3 * float(value)}"
    if series.startswith("dcagent_node_inlet_temperature_celsius"):
        return f"{series} {35.0 if 'n1' in series else 16.0}"
    return line


def _wrong_meter(elapsed: float) -> Iterator[str]:
    """A meter of dc3's servers that counts more than the whole facility."""
    own = {"site": WRONG, "meter": "u3"}
    yield _say("inventory_meter_info", 1.0, **own, boundary="it", category="3")
    yield _say("it_energy_joules_total", 2000.0 * elapsed, **own)


def _say(name: str, value: float, /, **labels: object) -> str:
    texts = {key: str(text) for key, text in labels.items()}
    return f"dcagent_{name}{braces({'site': WHOLE, **texts})} {value!r}"


def _holes() -> Iterator[str]:
    """The silent server of dc1, whose credential is locked, and the one that says 0 W."""
    at = {"site": HOLED, "rack": "k3"}
    for name, up, reason in (("silent", 0.0, "wrong_password"), ("zero", 1.0, "implausible")):
        own = {**at, "target": name}
        yield _say("target_up", up, **own)
        yield _say("target_info", 1.0, **own, node=name, protocol="ipmi")
        yield _say("target_faults", 1.0, **own, reason=reason)
        yield _say("target_locked", 1.0 - up, **own)
        yield _say("target_backoff_seconds", 0.0, **own)
        yield _say("poll_age_seconds", float(SILENT_FOR), **own)


def _targets() -> Iterator[str]:
    """The targets of dc2: three BMCs, two PDUs, a UPS."""
    for name, rack, told in _TARGETS:
        own = {"rack": rack, "target": name}
        yield _say("target_up", 1.0, **own)
        yield _say("target_info", 1.0, **own, **told, zone="shuangliu")
        yield _say("target_locked", 0.0, **own)
        yield _say("target_backoff_seconds", 0.0, **own)
        yield _say("target_coverage_expected", 5.0, **own)
        yield _say("target_coverage_present", 4.0 if name == "g1" else 5.0, **own)
        yield _say("poll_age_seconds", 14.0, **own)
    yield _say("target_faults", 2.0, rack="k2", target="g1", reason="unavailable")
    about = {"vendor": "Huawei", "model": "Atlas 800", "serial": "SN1", "firmware": "3.1"}
    yield _say("device_info", 1.0, rack="k2", target="g1", profile="huawei-ibmc", **about)


_TARGETS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("n1", "k1", {"node": "n1", "u": "9", "protocol": "ipmi"}),
    ("n2", "k1", {"node": "n2", "u": "17", "protocol": "ipmi"}),
    ("g1", "k2", {"node": "g1", "u": "5", "protocol": "ipmi"}),
    ("a", "k2", {"feed": "A", "protocol": "snmp"}),
    ("b", "k2", {"protocol": "snmp"}),
    ("ups1", "", {"protocol": "snmp"}),
)


def _pdus(elapsed: float) -> Iterator[str]:
    """What the PDUs of rack k2 say beside their power."""
    for pdu, inlet, watts in PDU_LINES:
        own = {"rack": "k2", "pdu": pdu, "inlet": inlet, "target": pdu}
        yield _say("rack_energy_joules_total", watts * elapsed, **own)
    for pdu in "ab":
        own = {"rack": "k2", "pdu": pdu, "target": pdu}
        yield _say("rack_apparent_power_voltamperes", 1000.0, **own)
        yield _say("rack_power_factor_ratio", 0.85, **own)
        yield _say("rack_state", 0.0, **own, state="normal")
    # the feed of one stands in the inventory, that of the other in its target's configuration
    yield _say("inventory_pdu_info", 1.0, rack="k2", pdu="b", feed="B")
    for psu, pdu, plug, feed in (("1", "a", "7", "A"), ("2", "b", "3", "B")):
        plugged = {"psu": psu, "pdu": pdu, "outlet": plug, "feed": feed}
        yield _say("inventory_psu_info", 1.0, node="g1", **plugged)
    at = {"rack": "k2", "target": "a"}
    for phase, amperes in (("L1", 3.0), ("L2", 2.0), ("L3", 1.0)):
        yield _say("phase_current_amperes", amperes, **at, phase=phase)
        yield _say("phase_voltage_volts", 230.0, **at, phase=phase)
    yield _say("branch_current_amperes", 8.0, **at, branch="1")
    yield _say("branch_state", 0.0, **at, branch="1", state="normal")
    for bound, amperes in (("upper_warning", 12.8), ("upper_critical", 16.0)):
        yield _say("branch_current_amperes_limit", amperes, **at, branch="1", bound=bound)
    outlet = {**at, "outlet": "7", "name": "g1"}
    yield _say("outlet_power_watts", 460.0, **outlet)
    yield _say("outlet_current_amperes", 2.0, **outlet)
    yield _say("outlet_state", 0.0, **outlet, state="on")
    yield _say("environment_temperature_celsius", 24.5, **at, sensor="1")
    yield _say("environment_humidity_ratio", 0.45, **at, sensor="1")


def _ups() -> Iterator[str]:
    """A UPS that loses a tenth."""
    own = {"target": "ups1"}
    for phase, load in zip(UPS_LINES, (0.54, 0.6, 0.54), strict=True):
        yield _say("ups_input_power_watts", 400.0, **own, phase=phase)
        yield _say("ups_output_power_watts", 360.0, **own, phase=phase)
        yield _say("ups_output_load_ratio", load, **own, phase=phase)
    yield _say("ups_state", 1.0, **own, state="on_battery")
    yield _say("battery_state", 0.0, **own, state="normal")
    yield _say("battery_charge_ratio", 0.98, **own)
    yield _say("battery_runtime_seconds", 1800.0, **own)
    yield _say("battery_temperature_celsius", 25.0, **own)


def _counters(name: str, joules: float) -> Iterator[str]:
    own = {"rack": NODES[name].rack, "target": name, "node": name}
    yield _say("node_energy_joules_total", joules, **own, source="dcmi")
    yield _say("node_energy_gap_seconds_total", 30.0, **own)
    yield _say("memory_errors_total", 3.0, **own, controller="mc0", kind="ce")


G1 = {"rack": "k2", "target": "g1", "node": "g1"}
PLAIN = {
    "node_dcmi_power_watts": 905.0,
    "node_sdr_power_watts": 905.0,
    "node_psu_sum_power_watts": 905.0,
    "node_meter_power_watts": 905.0,
    "node_snmp_power_watts": 901.0,
    "node_rapl_power_watts": 400.0,
    "sel_entries": 42.0,
    "sel_used_ratio": 0.08,
    # disks as a whole and memory as a whole: two families with the same labels
    "disk_temperature_celsius": 31.0,
    "dimm_temperature_celsius": 38.0,
}
"""What g1 says without a further label."""


def _server() -> Iterator[str]:
    """Everything inside g1, and a PSU of n2 that failed."""
    lost = {"rack": "k1", "target": "n2", "node": "n2", "psu": "1"}
    yield _say("psu_state", 2.0, **lost, state="failure")
    for name, value in PLAIN.items():
        yield _say(name, value, **G1)
    for psu, into, out in (("0", 460.0, 430.0), ("1", 440.0, 410.0)):
        yield from _psu({**G1, "psu": psu}, into, out)
    yield _say("redundancy_state", 0.0, **G1, sensor="PS", state="redundant")
    yield _say("subsystem_power_watts", 158.0, **G1, subsystem="CPU")
    yield _say("node_exhaust_temperature_celsius", 41.0, **G1, sensor="Outlet")
    for cpu, celsius in (("0", 52.0), ("1", 49.0)):
        yield _say("cpu_temperature_celsius", celsius, **G1, cpu=cpu)
        for bound, value in LIMITS.items():
            limit = {**G1, "cpu": cpu, "bound": bound}
            yield _say("cpu_temperature_celsius_limit", float(value), **limit)
    yield _say("fan_speed_rpm", 5400.0, **G1, fan="1")
    yield _say("fan_duty_ratio", 0.35, **G1, fan="1")
    yield _say("fan_state", 0.0, **G1, fan="1", state="ok")
    chip = {**G1, "device": "ascend0"}
    for name, value in _CHIP.items():
        yield _say(f"accelerator_{name}", value, **chip)
    yield _say("accelerator_state", 0.0, **chip, state="ok")


_CHIP = {
    "power_watts": 310.0,
    "temperature_celsius": 66.0,
    "utilization_ratio": 0.9,
    "memory_used_bytes": 30e9,
    "memory_total_bytes": 64e9,
}


def _psu(own: Mapping[str, str], into: float, out: float) -> Iterator[str]:
    yield _say("psu_state", 0.0, **own, state="ok")
    yield _say("psu_input_power_watts", into, **own)
    yield _say("psu_output_power_watts", out, **own)
    yield _say("psu_input_voltage_volts", 228.0, **own)
    yield _say("psu_input_current_amperes", 2.0, **own)
    yield _say("psu_load_ratio", 0.3, **own)
    yield _say("psu_temperature_celsius", 33.0, **own)


def _alerts(now: float) -> Iterator[str]:
    """As Prometheus and vmalert write them."""
    for name, severity, place in (
        (
            "DcagentInletHigh",
            "warning",
            {"site": WHOLE, "rack": "k2", "node": "g1", "target": "g1"},
        ),
        ("DcagentTargetDown", "critical", {"site": HOLED, "rack": "k3", "target": "silent"}),
        ("DcagentCredentialLocked", "critical", {"credential": "bmc"}),
        ("SomebodyElses", "critical", {"site": WHOLE}),
    ):
        about = {"alertname": name, "severity": severity, **place}
        yield f"ALERTS{braces({**about, 'alertstate': 'firing'})} 1"
        yield f"ALERTS_FOR_STATE{braces(about)} {now - now % DAY!r}"


GRADED = {"ga": (85, 90, 70), "gb": (85, 95, 50), "gc": (45, 90, 30), "gd": (20, 30, 10)}
"""Site → its score, and its sub-scores: as they are recorded, for the grade alone."""


def _graded() -> Iterator[str]:
    for site, (score, *points) in GRADED.items():
        yield f'site:dcagent_score:points{{site="{site}",confidence="full"}} {score}'
        for number, value in enumerate(points):
            yield f'site:dcagent_kpi_score:points{{site="{site}",kpi="k{number}"}} {value}'


_LINE = re.compile(r"(?P<name>[\w:]+)\{(?P<labels>.*)\} (?P<value>\S+)")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
HOUR, MINUTE = 3600, 60


def rows(now: float, begun: float) -> Iterator[Row]:
    """The raw series of the day up to `now`, each minute: counters count, all else stands still."""
    before = list(lines(now - HOUR, begun))
    for line, earlier in zip(lines(now, begun), before, strict=True):
        found, old = _LINE.fullmatch(line), _LINE.fullmatch(earlier)
        assert found is not None
        assert old is not None
        value = float(found["value"])
        rate = (value - float(old["value"])) / HOUR
        times = [now - ago for ago in range(27 * HOUR, -1, -MINUTE)]
        labels = {"__name__": found["name"], **dict(_LABEL.findall(found["labels"]))}
        yield labels, [value - rate * (now - at) for at in times], times
