"""A small site and its past: what a scrape of it says now, and a month of recorded series."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.score.promtool import braces

DAY, MINUTE = 86400, 60
PLACE = {"province": "sichuan", "hub": "tianfu", "zone": "pidu", "site": "dc1"}
METERS = {"f1": ("facility", "", 1300.0), "u1": ("it", "2", 1000.0), "c1": ("cooling", "", 200.0)}
SAID = "dcagent_inventory_"


def page(now: float, begun: float) -> str:
    """What inventory, agents and meters of the site say at a moment."""
    lines = [f"{SAID}site_info{braces(PLACE)} 1"]
    lines += _racks()
    for node, facts in NODES.items():
        lines += _node(node, facts, now)
    for meter, (boundary, category, watts) in METERS.items():
        about = {"site": "dc1", "meter": meter, "boundary": boundary, "category": category}
        lines.append(f"{SAID}meter_info{braces(about)} 1")
        counter = {"site": "dc1", "meter": meter}
        joules = f"{watts * (now - begun):.3f}"
        lines.append(f"dcagent_{boundary}_energy_joules_total{braces(counter)} {joules}")
    factor = {"province": "sichuan", "year": "2023", "source": "mee"}
    lines.append(f"dcagent_grid_emission_factor_kg_per_kwh{braces(factor)} 0.1564")
    share = {"site": "dc1", "period": "2026", "evidence": "gec"}
    lines.append(f"dcagent_site_renewable_ratio{braces(share)} 0.4")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Node:
    """A server; `watts` None is one that is silent."""

    rack: str
    kind: str
    rated: float
    watts: float | None
    used: Mapping[str, float]
    inlet: float = 24.0


NODES = {
    "n1": Node("k1", "general", 500, 300, {"cpu": 0.5}),
    "n2": Node("k1", "general", 500, 300, {"cpu": 0.02}),
    "g1": Node("k2", "ai", 1000, 900, {"cpu": 0.2, "ascend0": 0.9}, 28),
    "silent": Node("k3", "general", 500, None, {}),
    "zero": Node("k3", "general", 500, 0, {"cpu": 0.1}),
}


def _racks() -> Iterator[str]:
    for rack, design in (("k1", 1000), ("k2", 2000), ("k3", 1000), ("empty", 1000)):
        at = {**PLACE, "room": "r1", "row": "a", "rack": rack}
        short = braces({"site": "dc1", "rack": rack})
        yield f"{SAID}rack_info{braces({**at, 'state': 'installed'})} 1"
        yield f"{SAID}rack_rated_power_watts{short} {design}"
    yield f"{SAID}rack_pdus{braces({'site': 'dc1', 'rack': 'k2'})} 2"
    for pdu, inlet, watts in (("a", "1", 700), ("a", "2", 150), ("b", "", 100)):
        own = {"site": "dc1", "rack": "k2", "pdu": pdu, "inlet": inlet, "target": pdu}
        yield f"dcagent_rack_power_watts{braces({**own, 'quality': 'measured'})} {watts}"


def _node(name: str, node: Node, now: float) -> Iterator[str]:
    at = {**PLACE, "room": "r1", "row": "a", "rack": node.rack, "node": name}
    about = {"kind": node.kind, "cluster": node.kind, "lifecycle": "active"}
    about["domestic"] = "true" if node.kind == "ai" else "false"
    yield f"{SAID}node_info{braces({**at, **about})} 1"
    basis = {"site": "dc1", "node": name, "basis": "profile"}
    yield f"{SAID}node_rated_power_watts{braces(basis)} {node.rated}"
    if node.watts is None:
        return
    own = {"site": "dc1", "node": name, "target": name, "rack": node.rack}
    power = {**own, "source": "dcmi", "quality": "measured"}
    yield f"dcagent_node_power_watts{braces(power)} {node.watts}"
    yield f"dcagent_node_power_timestamp_seconds{braces(own)} {now:.3f}"
    yield f"dcagent_node_chassis_on{braces(own)} 1"
    inlet = {**own, "sensor": "Inlet"}
    yield f"dcagent_node_inlet_temperature_celsius{braces(inlet)} {node.inlet}"
    for device, value in node.used.items():
        accelerates = device != "cpu"
        peak = {**own, "device": device, "precision": "fp16" if node.kind == "ai" else "fp32"}
        yield f"dcagent_node_peak_flops{braces(peak)} {99e12 if accelerates else 4e12:g}"
        basis = {**own, "device": device, "basis": "activity" if accelerates else "time"}
        yield f"dcagent_node_device_utilization_ratio{braces(basis)} {value}"


@contextmanager
def exposed(begun: float) -> Iterator[str]:
    """Serves the page on loopback; gives "host:port"."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page(time.time(), begun).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


Sample = tuple[str, float, float]
"""Series, value, time in seconds."""

_NAMES = {
    "useful": "dcagent_useful_power_watts:sum",
    "matched": "dcagent_matched_power_watts:sum",
    "power": "dcagent_rack_power_watts:known",
    "design": "dcagent_rack_rated_power_watts:known",
    "excess": "dcagent_inlet_excess_kelvin:sum",
    "inlets": "dcagent_inlets:valid",
    "eta": "dcagent_matched_coverage:ratio",
    "load": "dcagent_it_load_coverage:ratio",
    "air": "dcagent_inlet_coverage:ratio",
}
"""What windows read: sums, and the coverage of each minute."""
_USED = 0.2 * 4 / 103 + 0.9 * 99 / 103
"""The utilisation of g1, by the peaks of its devices."""
_K1 = {"useful": 260, "matched": 600, "power": 600, "design": 1000, "excess": 0, "inlets": 2}
_K2 = {"useful": _USED * 1000, "matched": 900, "power": 950, "design": 2000, "excess": 1}
_K3 = {"excess": 0, "inlets": 1, "eta": 0, "load": 0, "air": 0.5}
_EMPTY = {"power": 0, "design": 1000, "load": 1}
_WHOLE = {"eta": 1, "load": 1, "air": 1}
_SITE = {"useful": 260 + _USED * 1000, "matched": 1500, "power": 1550, "design": 4000}
_SITE |= {"excess": 1, "inlets": 4, "eta": 2000 / 3000, "load": 4000 / 5000, "air": 4 / 5}


def _members() -> Iterator[tuple[str, dict[str, str], Mapping[str, float]]]:
    """Level, labels and figures of every member: what is recorded of it now as well."""
    rack = {**PLACE, "room": "r1", "row": "a"}
    yield "rack", {**rack, "rack": "k1"}, {**_K1, **_WHOLE}
    yield "rack", {**rack, "rack": "k2"}, {**_K2, "inlets": 1, **_WHOLE}
    yield "rack", {**rack, "rack": "k3"}, _K3
    yield "rack", {**rack, "rack": "empty"}, _EMPTY
    pool = {"useful": 260, "matched": 600, "eta": 1000 / 2000}
    yield "cluster", {**PLACE, "cluster": "general", "kind": "general"}, pool
    pool = {"useful": _USED * 1000, "matched": 900, "eta": 1}
    yield "cluster", {**PLACE, "cluster": "ai", "kind": "ai"}, pool
    for level, kept in (("site", 4), ("zone", 3), ("hub", 2), ("province", 1)):
        yield level, dict(list(PLACE.items())[:kept]), _SITE


def minutes(now: float, begun: float) -> Iterator[Sample]:
    """A day and an hour, each minute, up to two minutes ago: sums of levels, and meters."""
    times = [now - ago * MINUTE for ago in range(25 * 60, 1, -1)]
    for level, labels, figures in _members():
        for figure, value in figures.items():
            name = f"{level}:{_NAMES[figure]}{braces(labels)}"
            yield from ((name, value, at) for at in times)
    for meter, (boundary, category, watts) in METERS.items():
        about = {"site": "dc1", "meter": meter, "boundary": boundary, "category": category}
        name = f"meter:dcagent_energy_joules:total{braces(about)}"
        yield from ((name, watts * (at - begun), at) for at in times)


def raw(now: float, begun: float, target: str, spans: int) -> Iterator[Sample]:
    """What scrapes of the last minutes would have found, up to now."""
    times = [now - ago * MINUTE for ago in range(spans, -1, -1)]
    pages = [page(at, begun).splitlines() for at in times]
    for lines in zip(*pages, strict=True):
        series = lines[0].rpartition(" ")[0].removesuffix("}")
        name = f'{series},instance="{target}",job="site"}}'
        values = (float(line.rpartition(" ")[2]) for line in lines)
        yield from ((name, value, at) for value, at in zip(values, times, strict=True))


def days(now: float) -> Iterator[Sample]:
    """A month of energies, half a year of busiest hours, each day, up to yesterday."""
    about = braces({**PLACE, "category": "2"})
    for side, watts in (("facility", 1300.0), ("it", 1000.0)):
        name = f"site:dcagent_{side}_energy_joules:day{about}"
        yield from ((name, watts * DAY, now - ago * DAY) for ago in range(29, 0, -1))
    for node, busiest in (("n1", 0.5), ("n2", 0.02), ("g1", _USED), ("zero", 0.1)):
        kind, rack = NODES[node].kind, NODES[node].rack
        own = {"site": "dc1", "cluster": kind, "rack": rack, "node": node, "kind": kind}
        labels = braces({**own, "domestic": "true" if kind == "ai" else "false"})
        for name, value in (("max1d", busiest), ("hours1d", 24)):
            series = f"node:dcagent_utilization:{name}{labels}"
            yield from ((series, value, now - ago * DAY) for ago in range(179, 0, -1))


def openmetrics(samples: Iterator[Sample]) -> str:
    """As promtool takes them: one family after the other, times in seconds."""
    return "".join(f"{name} {value!r} {at:.3f}\n" for name, value, at in samples) + "# EOF\n"


def with_milliseconds(samples: Iterator[Sample]) -> str:
    """As victoria-metrics takes them."""
    return "".join(f"{name} {value!r} {at * 1000:.0f}\n" for name, value, at in samples)
