"""A real Prometheus scrapes us both ways, and has nothing to complain about."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from exporters.server import Server
from model.devices import Protocol, TargetStatus
from model.readings import Reading
from model.sensors import Limits, Quantity, Role, Sensor
from tests.real.prometheus_peer import TROUBLE, Prometheus, prometheus
from tests.unit.exporters.serving import FakeSource, serving
from tests.unit.exporters.site import Fleet, answered, poll, target, temperature, up

pytestmark = pytest.mark.peer("prometheus")

SECONDS = 20
ODD = 'PDU "A"\\1 机柜'
"""A name with all that a label has to escape."""


class MovingSource(FakeSource):
    """Twelve servers and an oddly named PDU with two sensors of one name; all values move."""

    def __init__(self) -> None:
        super().__init__()
        self._fleet = Fleet(12, 40)
        self._begun = time.time()

    def statuses(self) -> Sequence[TargetStatus]:
        now = time.time()
        pdu = target(ODD, Protocol.SNMP)
        outcomes = (
            Reading(Sensor(Role.OUTLET, Quantity.ENERGY, "1"), 3.6e6 * (now - self._begun)),
            temperature("Temp", 20.0, Limits(upper_warning=35)),
            temperature("Temp", 21.5, Limits(upper_warning=36)),
        )
        moving = self._fleet.statuses(shift=now % 10)
        return (*moving, up(poll(pdu, *outcomes, at=now)), answered(of=target("silent")))

    def status(self, name: str) -> TargetStatus | None:
        return next((s for s in self.statuses() if s.target.name == name), None)


def discovery(server: Server) -> str:
    host, port = server.addresses[0]
    return f"http://{host}:{port}/sd"


def scraped_without_trouble(peer: Prometheus, targets: int) -> None:
    assert [t["lastError"] for t in peer.targets()] == [""] * targets
    assert peer.query("min(min_over_time(up[30s]))") == {"": 1}
    assert peer.query("count(up)") == {"": targets}
    assert peer.trouble() == dict.fromkeys(TROUBLE, 0)


def test_both_ways_for_a_while(tmp_path: Path) -> None:
    source = MovingSource()
    with (
        serving(source) as whole,
        serving(source, expose="probe") as each,
        prometheus(tmp_path, {"whole": discovery(whole), "each": discovery(each)}) as peer,
    ):
        peer.wait_for(lambda: peer.query("count(up == 1)") == {"": 16}, 30)
        time.sleep(SECONDS)
        scraped_without_trouble(peer, 16)
        scrapes = peer.query('min(count_over_time(up{job="each"}[30s]))')[""]
        assert scrapes >= SECONDS - 2

        powers = peer.query('dcagent_node_power_watts{job="each"}')
        assert powers == dict.fromkeys((f"bmc-{n:04}" for n in range(12)), 412)
        assert peer.query('sum(dcagent_node_power_watts{job="whole"})') == {"": 12 * 412}
        name = ODD.replace("\\", "\\\\").replace('"', '\\"')
        selector = f'{{job="each",target="{name}",sensor="Temp#2"}}'
        assert peer.query(f"dcagent_board_temperature_celsius{selector}") == {ODD: 21.5}
        assert peer.query(f"dcagent_board_temperature_celsius_limit{selector}") == {ODD: 36}
        watts = peer.query('rate(dcagent_outlet_energy_joules_total{job="each"}[10s])')
        assert watts[ODD] == pytest.approx(3.6e6, rel=0.05)
        assert peer.query('count(dcagent_board_temperature_celsius{job="whole"})') == {"": 482}
        assert peer.query('count(dcagent_target_up{job="each"})') == {"": 14}
        assert peer.query("count(dcagent_build_info)") == {"": 2}
