"""What the alerts take where 20,000 servers are well: CPU of Prometheus in a minute.

    python -m tests.bench.alerts [SERVERS]

Debian's prometheus scrapes the parts of a simulated fleet on loopback and is asked each expression
of the pack some times. What counts is the least CPU that it took, since scrapes come in between and
the wall clock tells of other work on the machine, times how often its group is evaluated.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alerts.groups import Group
from alerts.pack import pack
from tests.bench.fleet import NODES_PER_RACK, Fleet, exposed
from tests.bench.score import configuration, cpu
from tests.real.prometheus_peer import Prometheus, free_port

LIMIT = 6.0
"""CPU seconds in a minute, all groups: a tenth of one core."""
SITES, FANS, TIMES = 4, 4, 6
_SECONDS = {"m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Parts(Fleet):
    """A fleet as alerts read it: targets, PSUs, fans, air, logs and how it is wired."""

    def page(self, site: int) -> str:
        """The exposition of one site."""
        return "\n".join(self._lines(site)) + "\n"

    def _lines(self, site: int) -> Iterator[str]:
        for rack in range(self.racks):
            where = f'site="s{site}",room="r{rack // 50}",row="w{rack // 10}",rack="k{rack}"'
            for pdu, feed in (("a", "A"), ("b", "B")):
                name = f"k{rack}{pdu}"
                own = f'{where},target="{name}"'
                yield from _target(own, f'protocol="snmp",feed="{feed}"')
                power = f'{own},pdu="{name}",source="snmp",quality="measured"'
                yield f"dcagent_rack_power_watts{{{power}}} 2600"
            for number in range(NODES_PER_RACK):
                yield from _server(site, where, f"n{rack}-{number}", f"k{rack}")


def _target(own: str, words: str) -> Iterator[str]:
    yield f"dcagent_target_up{{{own}}} 1"
    yield f"dcagent_target_locked{{{own}}} 0"
    yield f"dcagent_target_info{{{own},{words}}} 1"


def _server(site: int, where: str, node: str, rack: str) -> Iterator[str]:
    own = f'{where},target="{node}",node="{node}"'
    yield f'dcagent_inventory_node_info{{{where},node="{node}",lifecycle="active"}} 1'
    yield from _target(f'{where},target="{node}"', f'protocol="ipmi",node="{node}"')
    yield f"dcagent_node_chassis_on{{{own}}} 1"
    yield f"dcagent_node_energy_gap_seconds_total{{{own}}} 0"
    yield f"dcagent_sel_used_ratio{{{own}}} 0.1"
    inlet = f'{own},sensor="Inlet"'
    yield f"dcagent_node_inlet_temperature_celsius{{{inlet}}} 24.5"
    for bound, celsius in (("upper_warning", 40), ("upper_critical", 45)):
        limit = f'{inlet},bound="{bound}"'
        yield f"dcagent_node_inlet_temperature_celsius_limit{{{limit}}} {celsius}"
    for group in ("PS", "FAN"):
        state = f'{own},sensor="{group} Redundancy",state="redundant"'
        yield f"dcagent_redundancy_state{{{state}}} 0"
    for fan in range(FANS):
        yield f'dcagent_fan_speed_rpm{{{own},fan="{fan}"}} 5000'
        yield f'dcagent_fan_speed_rpm_limit{{{own},fan="{fan}",bound="lower_critical"}} 400'
    for psu, feed in (("1", "A"), ("2", "B")):
        part = f'{own},psu="{psu}"'
        yield f'dcagent_psu_state{{{part},state="present"}} 0'
        yield f"dcagent_psu_input_voltage_volts{{{part}}} 228"
        yield f'dcagent_psu_input_voltage_volts_limit{{{part},bound="lower_critical"}} 170'
        plug = f'site="s{site}",node="{node}",psu="{psu}",pdu="{rack}{feed.lower()}",feed="{feed}"'
        yield f"dcagent_inventory_psu_info{{{plug}}} 1"


@contextmanager
def scraping(directory: Path, targets: Sequence[str]) -> Iterator[tuple[Prometheus, int]]:
    """Prometheus, and its process, once it has scraped all of these."""
    config = configuration(directory, "groups: []\n", targets)
    address = f"127.0.0.1:{free_port()}"
    command = [
        *("prometheus", f"--config.file={config}", f"--web.listen-address={address}"),
        *(f"--storage.tsdb.path={directory / 'data'}", "--log.level=warn"),
    ]
    with subprocess.Popen(command, stdout=2, stderr=2) as process:
        try:
            peer = Prometheus(address)
            peer.wait_for(lambda: peer.ready() or process.poll() is not None, 30)
            peer.wait_for(lambda: peer.query("count(up == 1)").get("") == len(targets), 180)
            yield peer, process.pid
        finally:
            process.terminate()


def seconds(peer: Prometheus, pid: int, expression: str) -> float:
    """The least CPU that one question took."""
    spent = []
    for _ in range(TIMES):
        before = cpu(pid)
        peer.series(f"count(({expression}))", time.time())
        spent.append(cpu(pid) - before)
    return min(spent)


def in_a_minute(peer: Prometheus, pid: int, group: Group) -> float:
    """CPU of one group's expressions in a minute; what takes much is printed."""
    share = 60 / (int(group.interval[:-1]) * _SECONDS[group.interval[-1]])
    total = 0.0
    named = [(r.record, r.expr) for r in group.rules] + [(a.name, a.expr) for a in group.alerts]
    for name, expression in named:
        taken = seconds(peer, pid, expression)
        total += taken * share
        if taken >= 0.1:
            print(f"  {taken:6.2f} s each {group.interval}  {name}", flush=True)
    return total


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 where the promised one is missed."""
    servers = int(arguments[0]) if arguments else 20000
    fleet = Parts(SITES, servers // SITES // NODES_PER_RACK)
    with (
        tempfile.TemporaryDirectory() as name,
        exposed(fleet) as targets,
        scraping(Path(name), targets) as (peer, pid),
    ):
        total = sum(in_a_minute(peer, pid, group) for group in pack().groups)
        series = {s.name: s.value for s in peer.own_samples()}["prometheus_tsdb_head_series"]
    print(
        f"{fleet.servers} servers, {series:.0f} series: {total:.1f} s of CPU in a minute"
        f" (limit {LIMIT:g} s)"
    )
    return int(total > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
