"""A fleet of servers as Prometheus meets it: the inventory's and the agents' series, as text."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NODES_PER_RACK = 20
ACCELERATORS = 8
DESIGN_WATTS = 12000.0
_PLACE = 'province="p",hub="h",zone="z{zone}",site="s{site}"'


@dataclass(frozen=True, slots=True)
class Fleet:
    """`sites` sites of `racks` racks each; one rack in ten is of AI servers, one of HPC."""

    sites: int
    racks: int

    @property
    def servers(self) -> int:
        """All servers."""
        return self.sites * self.racks * NODES_PER_RACK

    def page(self, site: int) -> str:
        """The exposition of one site; {now} and {joules} stand where the clock goes."""
        place = _PLACE.format(zone=site % 2, site=site)
        lines = [f"dcagent_inventory_site_info{{{place}}} 1"]
        for rack in range(self.racks):
            lines += _rack(site, place, rack)
        return "\n".join(lines) + "\n"


def _rack(site: int, place: str, rack: int) -> Iterator[str]:
    where = f'room="r{rack // 50}",row="w{rack // 10}",rack="k{rack}"'
    short = f'site="s{site}",rack="k{rack}"'
    yield f'dcagent_inventory_rack_info{{{place},{where},state="installed"}} 1'
    yield f"dcagent_inventory_rack_rated_power_watts{{{short}}} {DESIGN_WATTS}"
    yield f"dcagent_inventory_rack_pdus{{{short}}} 2"
    for pdu, watts in (("a", 5200.0), ("b", 0.0)):
        on = f'{where},site="s{site}",target="k{rack}{pdu}",pdu="k{rack}{pdu}",source="snmp"'
        yield f'dcagent_rack_power_watts{{{on},quality="measured"}} {watts}'
        yield f"dcagent_rack_energy_joules_total{{{on}}} {{joules}}"
    kind = {0: "ai", 1: "hpc"}.get(rack % 10, "general")
    for number in range(NODES_PER_RACK):
        yield from _node(site, f"{place},{where}", where, kind, f"n{rack}-{number}")


def _node(site: int, place: str, where: str, kind: str, node: str) -> Iterator[str]:
    domestic = "true" if node.endswith(("0", "2", "4")) else "false"
    about = f'cluster="{kind}",kind="{kind}",lifecycle="active",vendor="v",model="m",arch="a"'
    yield f'dcagent_inventory_node_info{{{place},node="{node}",{about},domestic="{domestic}"}} 1'
    rated = 6000.0 if kind == "ai" else 500.0
    declared = f'site="s{site}",node="{node}",basis="profile"'
    yield f"dcagent_inventory_node_rated_power_watts{{{declared}}} {rated}"
    own = f'site="s{site}",{where},target="{node}",node="{node}"'
    yield f'dcagent_node_power_watts{{{own},source="dcmi",quality="measured"}} {rated * 0.6}'
    yield f"dcagent_node_power_timestamp_seconds{{{own}}} {{now}}"
    yield f"dcagent_node_chassis_on{{{own}}} 1"
    yield f'dcagent_node_inlet_temperature_celsius{{{own},sensor="Inlet"}} 24.5'
    yield f'dcagent_node_energy_joules_total{{{own},source="dcmi"}} {{joules}}'
    yield f"dcagent_node_energy_gap_seconds_total{{{own}}} 0"
    yield from _device(own, "cpu", {"fp64": 1e12, "fp32": 4e12, "fp16": 8e12})
    for number in range(ACCELERATORS if kind == "ai" else 0):
        yield from _device(own, f"ascend{number}", {"fp16": 3e14, "fp32": 8e13})


def _device(own: str, device: str, peaks: dict[str, float]) -> Iterator[str]:
    for precision, flops in peaks.items():
        labels = f'{own},device="{device}",precision="{precision}"'
        yield f"dcagent_node_peak_flops{{{labels}}} {flops:g}"
    basis = "time" if device == "cpu" else "activity"
    yield f'dcagent_node_device_utilization_ratio{{{own},device="{device}",basis="{basis}"}} 0.4'


@contextmanager
def exposed(fleet: Fleet) -> Iterator[list[str]]:
    """Serves the fleet on loopback, one target a site; gives the targets' "host:port"."""
    begun = time.time()
    pages = {f"/s{site}": fleet.page(site) for site in range(fleet.sites)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            now = time.time()
            page = pages[self.path].replace("{now}", f"{now:.1f}")
            body = page.replace("{joules}", f"{300 * (now - begun):.0f}").encode()
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
            yield [f"http://127.0.0.1:{server.server_port}{path}" for path in pages]
        finally:
            server.shutdown()
            thread.join()
