"""The files of an inventory: what they declare, and that no bytes break the reader."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.diagnosis import Lang
from agent.inventory.site_columns import HEADERS, columns
from agent.inventory.site_file import examine, load, of_sheet, sheet
from agent.inventory.site_text import tables
from model.devices import Place
from model.document import DocumentError
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
    Part,
    Rack,
    RackState,
    Rating,
    RenewableShare,
    Site,
    Supply,
)
from tests.unit.agent.inventory_site import SHEET, SITE, written

AT = Place("sichuan", "tianfu", "shuangliu", "dc1", room="r1", row="A")
RACK = Rack("A01", AT, RackState.INSTALLED, 6000.0, 42, 2, (Feed("pdu-a", "A"), Feed("pdu-b", "B")))


def in_rack(u: str, cluster: str = "") -> Place:
    return Place("sichuan", "tianfu", "shuangliu", "dc1", cluster, "r1", "A", "A01", u)


N1 = Node(
    *("n1", Kind.GENERAL, in_rack("17"), Lifecycle.ACTIVE, 17, 2, "10.0.0.17"),
    ratings=(Rating(800.0, Basis.MEASURED),),
    supplies=(Supply("pdu-a", "7"), Supply("pdu-b", "7")),
)
N2 = Node(
    *("n2", Kind.AI, in_rack("20"), Lifecycle.SPARE, 20, 1, "10.0.0.18"),
    ratings=(Rating(6500.0, Basis.PROFILE),),
    supplies=(Supply("pdu-a", "8"), Supply("pdu-b", "8")),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_toml_and_a_sheet_in_any_encoding_make_one_inventory(tmp_path: Path, encoding: str) -> None:
    files = written(tmp_path, SITE), written(tmp_path, SHEET.encode(encoding), "nodes.csv")
    site = Site("dc1", "sichuan", "tianfu", "shuangliu")
    assert load(files) == Inventory((site,), (RACK,), (N1, N2))


FULL = """
[[racks]]
name = "A02"
state = "预留"
pdus = 2
[[nodes]]
name = "n3"
kind = "hpc"
cluster = "c1"
rack = "A01"
u = 5
height = "4U"
address = "FE80::0001"
rated_power = "5.2 kW"
rated_basis = "profile"
nameplate_power = 9000
processors = ["2 x Kunpeng 920"]
accelerators = "Ascend 910B"
accelerators_count = 8
vendor = "Huawei"
model = "Atlas 800"
serial = "S1"
arch = "arm64"
domestic = "是"
[[meters]]
name = "f1"
boundary = "facility"
[[meters]]
name = "u1"
boundary = "it"
category = "1"
[[emission_factor]]
year = 2023
source = "MEE"
kg_per_kwh = 0.1564
[[renewable]]
ratio = "35 %"
period = "2025"
evidence = "GEC-17"
"""


def test_every_key_of_every_table(tmp_path: Path) -> None:
    found = load([written(tmp_path, SITE + FULL)])
    reserved = Place("sichuan", "tianfu", "shuangliu", "dc1")
    assert found.racks == (RACK, Rack("A02", reserved, RackState.RESERVED, pdu_count=2))
    assert found.nodes == (
        Node(
            *("n3", Kind.HPC, in_rack("5", "c1"), Lifecycle.ACTIVE, 5, 4, "fe80::1"),
            (Rating(5200.0, Basis.PROFILE), Rating(9000.0, Basis.NAMEPLATE)),
            (Part("Kunpeng 920", 2),),
            (Part("Ascend 910B", 8),),
            *("Huawei", "Atlas 800", "S1", "aarch64", True),
        ),
    )
    assert found.nodes[0].rating == Rating(5200.0, Basis.PROFILE)
    assert found.nodes[0].top == 8
    assert found.meters == (
        Meter("f1", "dc1", Boundary.FACILITY),
        Meter("u1", "dc1", Boundary.IT, "1"),
    )
    assert found.factors == (EmissionFactor("sichuan", 2023, "MEE", 0.1564),)
    assert found.renewables == (RenewableShare("dc1", 0.35, "2025", "GEC-17"),)


def test_the_configurations_place_declares_its_site(tmp_path: Path) -> None:
    file = written(tmp_path, '[[nodes]]\nname = "n"\nkind = "ai"\n')
    place = Place("sichuan", site="dc9", room="r7")
    found = load([file], place)
    assert found.sites == (Site("dc9", "sichuan"),)
    assert found.nodes == (Node("n", Kind.AI, Place("sichuan", site="dc9", room="r7")),)


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("主机名,BMC地址,机柜\nn,10.0.0.1,A\n", "nodes",
         {"name": "n", "address": "10.0.0.1", "rack": "A"}),
        ("机柜编号(必填);机房;设计功率/kW;U数;PDU数量\nA01;r1;6;42U;2\n", "racks",
         {"name": "A01", "room": "r1", "design_power": "6 kW", "units": "42U", "pdus": "2"}),
        ("电表编号\t计量边界\t类别\nm1\tIT\t2\n", "meters",
         {"name": "m1", "boundary": "IT", "category": "2"}),
        ("站点,省份,枢纽\ndc1,四川,天府\n", "sites",
         {"name": "dc1", "province": "四川", "hub": "天府"}),
        ("node,name,bmc_ip\n-,bmc-1,10.0.0.1\n", "nodes", {"name": "bmc-1", "address": "10.0.0.1"}),
    ],
)  # fmt: skip
def test_what_a_sheet_is_about_shows_in_its_headers(
    tmp_path: Path, text: str, kind: str, told: dict[str, str]
) -> None:
    found = sheet(written(tmp_path, text, "a.csv"))
    assert (found.kind, found.document.data) == (kind, {kind: [told]})


def test_a_sheet_is_told_what_no_column_says(tmp_path: Path) -> None:
    path = written(tmp_path, "rack,name\nA01,n1\n", "a.csv")
    with pytest.raises(DocumentError, match="has no header of nodes, racks or meters"):
        sheet(path)
    found = sheet(path, "nodes", {"kind": "ai"})
    assert found.document.data == {"nodes": [{"kind": "ai", "rack": "A01", "name": "n1"}]}


def test_every_key_is_a_header_of_its_own() -> None:
    for kind, headers in HEADERS.items():
        assert [column.key for column in columns(kind, list(headers))] == list(headers)


def test_a_sheet_as_toml_declares_the_same(tmp_path: Path) -> None:
    read = of_sheet(sheet(written(tmp_path, SHEET.encode("gb18030"), "nodes.csv")))
    text = tables([node.it for node in read.nodes])
    files = written(tmp_path, SITE), written(tmp_path, text, "nodes.toml")
    assert load(files).nodes == (N1, N2)
    everything = load([written(tmp_path, SITE + FULL)])
    text = tables([*everything.sites, *everything.racks, *everything.nodes, *everything.meters])
    again = load([written(tmp_path, text, "again.toml")])
    assert (again.sites, again.racks) == (everything.sites, everything.racks)
    assert (again.nodes, again.meters) == (everything.nodes, everything.meters)


LANGS: tuple[Lang, ...] = ("zh", "en")
HEADED = "主机名,机柜号,U位,算力类型,额定功率,状态,电源1\n".encode()
TOML = SITE.encode()


def read_or_refused(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), data, name)
        found = examine([path])
        assert {finding.code.value[:8] for finding in found.findings} <= {"DCA-INV-"}
        assert all(finding.message(lang) for finding in found.findings for lang in LANGS)
        try:
            load([path])
        except DocumentError:
            assert found.errors
        else:
            assert not found.errors


ANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@ANY
@given(st.binary(max_size=200))
def test_any_bytes_are_an_inventory_or_refused(junk: bytes) -> None:
    for name in ("a.csv", "a.toml"):
        read_or_refused(name, junk)
    read_or_refused("a.csv", HEADED + junk)
    read_or_refused("a.toml", TOML + junk)


@ANY
@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=4))
def test_any_cells_are_an_inventory_or_refused(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(row) for row in rows)
    read_or_refused("a.csv", HEADED + text.encode(errors="replace"))


_VALUES = st.recursive(
    st.one_of(
        st.integers(), st.floats(), st.booleans(), st.sampled_from(['"x"', '"6 kW"', "1979-05-27"])
    ).map(lambda value: str(value).lower() if not isinstance(value, str) else value),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=4,
)


@ANY
@given(
    st.sampled_from(sorted(HEADERS["nodes"])), _VALUES, st.sampled_from(sorted(HEADERS["racks"]))
)
def test_any_value_of_any_key_is_understood_or_refused(key: str, value: str, other: str) -> None:
    text = f"[[nodes]]\n{key} = {value}\n[[racks]]\n{other} = {value}\n[place]\nsite = {value}\n"
    read_or_refused("a.toml", text.encode())
    read_or_refused("a.toml", f"nodes = {value}\nplace = {value}\n{key} = {value}\n".encode())


def test_a_number_beyond_all_measure_is_refused() -> None:
    read_or_refused("a.toml", b"x = " + b"9" * 5000)
    read_or_refused("a.toml", b"x = " + b"[" * 3000)
