"""What an inventory becomes at /metrics."""

from __future__ import annotations

import pytest

from exporters.declared import Declared, families
from exporters.message import Request
from exporters.render import text
from exporters.routes import Routes
from model.devices import Place
from model.inventory import (
    Basis,
    Boundary,
    EmissionFactor,
    Feed,
    Inventory,
    Kind,
    Lifecycle,
    Meter,
    Node,
    Peak,
    Rack,
    RackState,
    Rating,
    RenewableShare,
    Site,
    Supply,
)
from tests.unit.exporters.serving import FakeSource
from tests.unit.exporters.site import POWER, answered

FEEDS = (Feed("pdu-a", "A"), Feed("pdu-b", ""))
ROW = Place("sichuan", "tianfu", "双流", "dc1", room="r1", row="A")
NODES = (
    Node(
        *("n1", Kind.AI, Place(*("sichuan", "tianfu", "双流", "dc1", "c1", "r1", "A", "A01", "5"))),
        ratings=(Rating(5200.0, Basis.PROFILE), Rating(9000.0, Basis.NAMEPLATE)),
        peaks=(Peak("fp64", 1.3312e12), Peak("fp16", 2.504e15)),
        vendor="Huawei", model='Atlas "800"', arch="aarch64", domestic=True, address="10.0.0.1",
        supplies=(Supply("pdu-a", "7"), Supply("pdu-b"), Supply("pdu-x", "1")),
    ),
    Node("n2", Kind.GENERAL, Place(site="dc1"), Lifecycle.SPARE, domestic=False),
)  # fmt: skip
INVENTORY = Inventory(
    sites=(Site("dc1", "sichuan", "tianfu", "双流"), Site("dc2", "sichuan")),
    racks=(
        Rack("A01", ROW, RackState.INSTALLED, 6000.0, 42, 2, FEEDS),
        Rack("A02", ROW, RackState.RESERVED),
    ),
    nodes=NODES,
    meters=(Meter("f1", "dc1", Boundary.FACILITY), Meter("u1", "dc1", Boundary.IT, "1")),
    factors=(EmissionFactor("sichuan", 2023, "MEE", 0.1564),),
    renewables=(RenewableShare("dc1", 0.35, "2025", "GEC-17"),),
)
LINES = [
    'dcagent_inventory_site_info{hub="tianfu",province="sichuan",site="dc1",zone="双流"} 1.0',
    'dcagent_inventory_site_info{province="sichuan",site="dc2"} 1.0',
    'dcagent_inventory_node_info{arch="aarch64",cluster="c1",domestic="true",hub="tianfu",'
    'kind="ai",lifecycle="active",model="Atlas \\"800\\"",node="n1",province="sichuan",'
    'rack="A01",room="r1",row="A",site="dc1",vendor="Huawei",zone="双流"} 1.0',
    'dcagent_inventory_node_info{domestic="false",kind="general",lifecycle="spare",node="n2",'
    'site="dc1"} 1.0',
    'dcagent_inventory_node_rated_power_watts{basis="profile",node="n1",site="dc1"} 5200.0',
    'dcagent_inventory_node_rated_power_watts{basis="nameplate",node="n1",site="dc1"} 9000.0',
    'dcagent_inventory_node_peak_flops{node="n1",precision="fp64",site="dc1"} 1.3312e+12',
    'dcagent_inventory_node_peak_flops{node="n1",precision="fp16",site="dc1"} 2.504e+15',
    'dcagent_inventory_rack_info{hub="tianfu",province="sichuan",rack="A01",room="r1",row="A",'
    'site="dc1",state="installed",zone="双流"} 1.0',
    'dcagent_inventory_rack_info{hub="tianfu",province="sichuan",rack="A02",room="r1",row="A",'
    'site="dc1",state="reserved",zone="双流"} 1.0',
    'dcagent_inventory_rack_rated_power_watts{rack="A01",site="dc1"} 6000.0',
    'dcagent_inventory_rack_pdus{rack="A01",site="dc1"} 2.0',
    'dcagent_inventory_pdu_info{feed="A",pdu="pdu-a",rack="A01",site="dc1"} 1.0',
    'dcagent_inventory_pdu_info{pdu="pdu-b",rack="A01",site="dc1"} 1.0',
    'dcagent_inventory_psu_info{feed="A",node="n1",outlet="7",pdu="pdu-a",psu="1",site="dc1"} 1.0',
    'dcagent_inventory_psu_info{node="n1",pdu="pdu-b",psu="2",site="dc1"} 1.0',
    'dcagent_inventory_psu_info{node="n1",outlet="1",pdu="pdu-x",psu="3",site="dc1"} 1.0',
    'dcagent_inventory_meter_info{boundary="facility",meter="f1",site="dc1"} 1.0',
    'dcagent_inventory_meter_info{boundary="it",category="1",meter="u1",site="dc1"} 1.0',
    'dcagent_grid_emission_factor_kg_per_kwh{province="sichuan",source="MEE",year="2023"} 0.1564',
    'dcagent_site_renewable_ratio{evidence="GEC-17",period="2025",site="dc1"} 0.35',
]


def samples(page: bytes) -> list[str]:
    return [line for line in page.decode().splitlines() if not line.startswith("#")]


def test_each_thing_has_its_series_and_what_is_not_known_none() -> None:
    assert samples(b"".join(text(families(INVENTORY)))) == LINES


def test_families_are_made_once_for_an_inventory_and_anew_for_the_next() -> None:
    declared = Declared()
    first = declared.families(INVENTORY)
    assert declared.families(INVENTORY) is first
    later = declared.families(Inventory(nodes=NODES[1:]))
    assert samples(b"".join(text(later))) == LINES[3:4]
    assert declared.families(Inventory()) == []


@pytest.mark.parametrize("probes", [False, True])
def test_it_stands_at_metrics_in_both_modes_and_never_at_probe(probes: bool) -> None:
    source = FakeSource(answered(POWER))
    routes = Routes(source, probes=probes)

    def page(path: str, **query: list[str]) -> list[str]:
        return samples(b"".join(routes.answer(Request("GET", path, query)).body))

    def ours(lines: list[str]) -> list[str]:
        names = ("dcagent_inventory_", "dcagent_grid_", "dcagent_site_")
        return [line for line in lines if line.startswith(names)]

    assert ours(page("/metrics")) == []
    source.declared = INVENTORY
    assert ours(page("/metrics")) == LINES
    assert ours(page("/probe", target=["a01-17"])) == []
