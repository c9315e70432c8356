"""Every inconsistency is found, at its row, and said in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config_targets import Entry
from agent.inventory.agreement import agreement
from agent.inventory.findings import WARNINGS, Code
from agent.inventory.site_file import examine, load
from model.devices import Place, Protocol, Target
from model.document import DocumentError
from tests.unit.agent.inventory_site import SITE, node, written

LINES = SITE.count("\n")
HEAD = LINES + 1
"""The line of the first table behind the site."""
A = node("a", 'address = "10.0.0.1"', 'psus = ["pdu-a:1", "pdu-b:1"]', u=1)
SECOND = HEAD + A.count("\n")
"""The line of the second."""
OTHER_RACK = '[[racks]]\nname = "A02"\nroom = "r1"\nrow = "A"\ndesign_power = 5000\n'


@pytest.mark.parametrize(
    ("text", "code", "line", "zh", "en"),
    [
        (A + node("a", u=2), Code.NODE_TWICE, SECOND,
         "节点 a 在站点 dc1 出现两次: 先见 {f}:" + str(HEAD),
         "node a stands twice in site dc1: first at {f}:" + str(HEAD)),
        (OTHER_RACK + A + node("a", u=2, rack="A02"), Code.NODE_TWICE, SECOND + 5,
         "节点 a 在站点 dc1 出现两次: 先见 {f}:" + str(HEAD + 5),
         "node a stands twice in site dc1: first at {f}:" + str(HEAD + 5)),
        (A + node("b", 'address = "10.0.0.1"', u=2), Code.ADDRESS_TWICE, SECOND,
         f"BMC 地址 10.0.0.1 用了两次: {{f}}:{HEAD} 的节点 a 也是它",
         f"BMC address 10.0.0.1 stands twice: node a at {{f}}:{HEAD} has it too"),
        ('[[meters]]\nname = "m"\nboundary = "facility"\n' * 2, Code.TWICE, HEAD + 3,
         f"dc1 / m 出现两次: 先见 {{f}}:{HEAD}", f"dc1 / m stands twice: first at {{f}}:{HEAD}"),
        (node("a", 'site = "dc2"', 'lifecycle = "spare"', rack=""), Code.UNKNOWN_SITE, HEAD,
         '没有声明站点 dc2；是不是 "dc1"？',
         'there is no [[sites]] entry for dc2: did you mean "dc1"?'),
        (node("a", rack="A1"), Code.UNKNOWN_RACK, HEAD,
         '站点 dc1 没有机柜 A1；是不是 "A01"？', 'site dc1 has no rack A1: did you mean "A01"?'),
        (node("a", 'room = "r9"'), Code.RACK_ELSEWHERE, HEAD,
         "节点 a 写在 r9，它的机柜 A01 却在 r1 ({f}:7)",
         "node a is said to be in r9, but its rack A01 is in r1 ({f}:7)"),
        (A + node("b", "height = 3", u=1), Code.OVERLAPPING_U, SECOND,
         f"机柜 A01 的 U1 重叠: 节点 b 与 {{f}}:{HEAD} 的 a",
         f"U1 of rack A01 is taken twice: by node b and by a at {{f}}:{HEAD}"),
        (node("a", 'height = "2U"', u=42), Code.BEYOND_RACK, HEAD,
         "节点 a 占到 U43，机柜 A01 只有 42U", "node a reaches up to U43, rack A01 has 42U"),
        (A + node("b", 'psus = ["pdu-a:1"]', u=2), Code.OUTLET_TWICE, SECOND,
         f"PDU pdu-a 的插座 1 用了两次: 节点 b 与 {{f}}:{HEAD} 的 a",
         f"outlet 1 of PDU pdu-a is used twice: by node b and by a at {{f}}:{HEAD}"),
        (node("a", 'psus = ["pdu-c:1"]'), Code.UNKNOWN_PDU, HEAD,
         '节点 a 插在 pdu-c，机柜 A01 没有这个 PDU；是不是 "pdu-b"？',
         'node a is plugged into pdu-c, which is no PDU of rack A01: did you mean "pdu-b"?'),
        (node("a", 'psus = ["pdu-a:1", "pdu-a:2"]'), Code.ONE_PDU, HEAD,
         "节点 a 有 2 个电源插在同一个 PDU pdu-a",
         "2 PSUs of node a are plugged into one PDU, pdu-a"),
        ('[[racks]]\nname = "A02"\n', Code.NO_DESIGN_POWER, HEAD,
         "机柜 A02 没有设计功率: IT 负载率不含它",
         "rack A02 has no design power: the IT load leaves it out"),
        (node("a", 'nameplate_power = "2 kW"', rated=False), Code.NAMEPLATE, HEAD,
         "节点 a 的额定功率 2000 W 是铭牌值: 不参与评分",
         "node a is rated 2000 W by its nameplate alone: it is not scored"),
        (node("a", rated=False), Code.NO_RATING, HEAD,
         "在用节点 a 没有额定功率: 计入缺失，不参与评分",
         "active node a has no rated power: it counts as missing and is not scored"),
        (node("a", rack=""), Code.NO_RACK, HEAD,
         "在用节点 a 没有机柜: 机柜一级不含它",
         "active node a has no rack: what is said of racks leaves it out"),
        (node("a", 'processors = "2 x Kunpeng 920"'), Code.NO_PEAK, HEAD,
         "节点 a: 处理器表没有 Kunpeng 920 的峰值，它的算力不在清单里",
         "node a: the processor table has no peak for Kunpeng 920: what it adds to is not "
         "declared"),
        ('[[nodes]]\nname = "a"\nlifecycle = "spare"\n', Code.MISSING_KEY, HEAD,
         '[[nodes]] 缺少键 "kind"', '[[nodes]] lacks the key "kind"'),
        (node("a", 'lifecyle = "spare"'), Code.UNKNOWN_KEY, HEAD + 3,
         '未知的键 "lifecyle"；是不是 "lifecycle"？',
         'unknown key "lifecyle": did you mean "lifecycle"?'),
        (node("a", 'lifecycle = "activ"'), Code.UNKNOWN_WORD, HEAD + 3,
         'lifecycle: 应为 下列之一: "active", "spare", "maintenance", "planned", "retired"，'
         '现为 "activ"；是不是 "active"？',
         'lifecycle: expected one of "active", "spare", "maintenance", "planned", "retired", '
         'found "activ": did you mean "active"?'),
        (node("a", 'nameplate_power = "2 kVA"'), Code.BAD_VALUE, HEAD + 3,
         'nameplate_power: 应为 20 W 到 200 kW 的功率，如 "6 kW" 或 6000，现为 "2 kVA"',
         'nameplate_power: expected a power from 20 W to 200 kW such as "6 kW" or 6000, '
         'found "2 kVA"'),
        ('[[emission_factor]]\nyear = 2023\nkg_per_kwh = 0.1\n', Code.MISSING_KEY, HEAD,
         '[[emission_factor]] 缺少键 "source"', '[[emission_factor]] lacks the key "source"'),
        ('[[renewable]]\nperiod = "2025"\nratio = 0.1\n', Code.MISSING_KEY, HEAD,
         '[[renewable]] 缺少键 "evidence"', '[[renewable]] lacks the key "evidence"'),
        ('[[meters]]\nname = "m"\nboundary = "it"\n', Code.MISSING_KEY, HEAD,
         '[[meters]] 缺少键 "category"', '[[meters]] lacks the key "category"'),
    ],
)  # fmt: skip
def test_one_thing_is_amiss(
    tmp_path: Path, text: str, code: Code, line: int, zh: str, en: str
) -> None:
    path = written(tmp_path, SITE + text)
    (found,) = examine([path]).findings
    assert (found.code, found.file, found.line) == (code, str(path), line)
    assert found.message("zh") == zh.format(f=path)
    assert found.message("en") == en.format(f=path)
    assert found.warning == (code in WARNINGS)
    if found.warning:
        assert load([path]).sites
    else:
        with pytest.raises(DocumentError) as error:
            load([path])
        assert [p.code for p in error.value.problems] == [code.value]


def test_psus_of_two_pdus_on_one_feed(tmp_path: Path) -> None:
    site = SITE.replace('["A", "B"]', '["A", "A"]')
    (found,) = examine([written(tmp_path, site + A)]).findings
    assert found.code is Code.ONE_FEED
    assert found.message("zh") == "节点 a 的 2 个电源都在 A 路"
    assert found.message("en") == "all 2 PSUs of node a hang on one feed, A"


def test_a_rack_of_another_site(tmp_path: Path) -> None:
    site = SITE.replace('name = "A01"', 'name = "A01"\nsite = "dc1"')
    path = written(tmp_path, site + '[[sites]]\nname = "dc2"\n' + node("a", 'site = "dc2"'))
    (found,) = examine([path]).findings
    assert (found.code, found.line) == (Code.RACK_ELSEWHERE, HEAD + 3)
    assert found.message("zh") == f"节点 a 写在 dc2，它的机柜 A01 却在 dc1 ({path}:7)"
    assert found.message("en") == (
        f"node a is said to be in dc2, but its rack A01 is in dc1 ({path}:7)"
    )


def test_what_is_gone_or_to_come_takes_no_room(tmp_path: Path) -> None:
    gone = node("b", 'lifecycle = "退役"', 'address = "10.0.0.1"', 'psus = ["pdu-a:1"]', u=1)
    assert examine([written(tmp_path, SITE + A + gone)]).findings == ()


def test_targets_belong_elsewhere(tmp_path: Path) -> None:
    (found,) = examine([written(tmp_path, '[[targets]]\nname = "x"\n')]).findings
    assert (found.code, found.line) == (Code.UNKNOWN_KEY, 1)


def target(name: str, place: Place, address: str = "192.0.2.1", node: str = "") -> Entry:
    found = Target(name, address, Protocol.IPMI, place=place, node=node)
    return Entry(found, file="dcagent.toml", line=9)


def test_targets_and_inventory_are_compared(tmp_path: Path) -> None:
    here = Place(site="dc1", room="r1", row="A", rack="A01")
    text = SITE + A + node("b", 'address = "10.0.0.2"', u=2) + node("c", u=3)
    found = examine([written(tmp_path, text)])
    entries = (
        target("bmc-a", here, node="a"),
        target("bmc-b", here, "10.0.0.2"),
        target("d", here),
        Entry(Target("pdu", "192.0.2.2", Protocol.SNMP)),
    )
    told = [(f.code, f.message("en")) for f in agreement(entries, found.read.nodes)]
    where = f"{tmp_path}/site.toml:{SECOND}"
    assert told == [
        (Code.DISAGREE, f"target bmc-b has node bmc-b, the inventory says b at {where}"),
        (Code.NOT_LISTED, "target d is node d, which the inventory lacks"),
        (Code.NOT_POLLED, "no target of the configuration asks node c"),
    ]
    moved = Place(site="dc1", room="r1", row="A", rack="A02")
    (only, *_) = agreement([target("a", moved)], found.read.nodes)
    assert only.message("zh") == (
        f"目标 a 的 rack 是 A02，清单 {tmp_path}/site.toml:{HEAD} 说是 A01"
    )
