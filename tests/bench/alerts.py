"""What the alerts take where 20,000 servers are well: rules as often as they are shipped.

    python -m tests.bench.alerts [SERVERS]

Debian's prometheus scrapes the parts of a simulated fleet on loopback and evaluates the pack.
Printed: what each group took last, and what that is of a minute, since groups differ in how often
they are evaluated.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.pack import pack
from alerts.pack_text import text
from tests.bench.fleet import NODES_PER_RACK, Fleet, exposed
from tests.bench.score import configuration, measure

LIMIT = 6.0
"""Seconds of evaluation in a minute, all groups: a tenth of one core."""
SITES, FANS = 4, 4
_SECONDS = {"s": 1, "m": 60, "h": 3600}


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


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 where the promised one is missed."""
    servers = int(arguments[0]) if arguments else 20000
    fleet = Parts(SITES, servers // SITES // NODES_PER_RACK)
    made = pack()
    with tempfile.TemporaryDirectory() as name, exposed(fleet) as targets:
        directory = Path(name)
        groups, memory, series = measure(directory, configuration(directory, text(made), targets))
    total = 0.0
    for group in made.groups:
        every = int(group.interval[:-1]) * _SECONDS[group.interval[-1]]
        share = groups[group.name] * 60 / every
        total += share
        print(f"  {group.name:26} {groups[group.name]:6.2f} s each {group.interval}")
    print(
        f"{fleet.servers} servers: {total:.1f} s of evaluation a minute (limit {LIMIT:g} s),"
        f" {memory / 2**20:.0f} MiB, {series:.0f} series in the head"
    )
    return int(total > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
