"""`dcagent inventory check`, `import` and `show`: what they print, and what the shell is told."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from agent.cli.application import run
from agent.inventory.site_file import load
from agent.results import SCHEMA_FILE
from model.inventory import Basis, Part, Peak, Supply
from tests.unit.agent.inventory_site import SHEET, SITE, node, written

ROOT = Path(__file__).parents[3]
SAMPLE = [str(ROOT / "packaging" / name) for name in ("inventory.toml", "nodes.csv")]
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
Capture = pytest.CaptureFixture[str]


def said(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = run(["inventory", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_sample_is_right(capsys: Capture) -> None:
    fine = "1 sites, 2 racks, 3 nodes, 2 meters: nothing inconsistent\n"
    assert said(capsys, "check", *SAMPLE, "--lang", "en") == (0, fine, "")
    found = load([Path(name) for name in SAMPLE])
    assert [(n.name, n.place.rack, n.u, n.height) for n in found.nodes] == [
        ("srv-17", "A01", 17, 2),
        ("srv-20", "A01", 20, 2),
        ("srv-22", "A01", 22, 1),
    ]
    assert found.nodes[0].rating is not None
    assert (found.nodes[0].rating.watts, found.nodes[0].rating.basis) == (800.0, Basis.MEASURED)
    assert found.nodes[1].processors == (Part("Hygon C86 7285", 2),)
    assert found.nodes[1].supplies == (Supply("pdu-a01-a", "9"), Supply("pdu-a01-b", "9"))
    assert found.factors[0].kg_per_kwh == 0.1564
    assert found.nodes[1].peaks == (Peak("fp64", 1.024e12), Peak("fp32", 2.048e12))


def test_a_site_s_own_processors_give_peaks_where_the_configuration_is_named(
    tmp_path: Path, capsys: Capture
) -> None:
    written(tmp_path, SITE + node("a", 'processors = "2 x Xeon 1"'))
    written(tmp_path, '[inventory]\nfiles = ["site.toml"]\n', "dcagent.toml")
    config = ("--config", str(tmp_path / "dcagent.toml"))
    code, out, _ = said(capsys, "check", *config, "--lang", "en")
    assert (code, "DCA-INV-025 warning  No peak for a model" in out) == (1, True)
    (tmp_path / "processors.d").mkdir()
    own = written(
        tmp_path / "processors.d",
        '[[processor]]\nvendor = "Intel"\nmodel = "Xeon 1"\nmatch = {vendor_id = "GenuineIntel"}\n'
        "flops_per_cycle = {fp64 = 32}\ncores = 10\nbase_ghz = 2\n"
        'source = "sheet"\nconfidence = "high"\n',
    )
    assert said(capsys, "check", *config)[0] == 0
    code, out, _ = said(capsys, "show", *config, "--json")
    assert json.loads(out)["nodes"][0]["peaks"] == [{"precision": "fp64", "flops": 1.28e12}]
    own.write_text("[[processor]]\n")
    assert said(capsys, "check", *config)[0] == 78


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", """\
DCA-INV-010 错误  未知的机柜
  {f}:16  站点 dc1 没有机柜 A02；是不是 "A01"？
    原因 节点所在的机柜没有声明: 机柜号写法不同，或机柜表没有一起检查
    处理 1. 把机柜和节点的文件一起检查
            dcagent inventory check inventory.toml {f}
         2. 或补一张 [[racks]] 表

1 个站点，1 个机柜，1 个节点，0 块电表: 1 个错误，0 个警告
"""),
        ("en", """\
DCA-INV-010 error  Unknown rack
  {f}:16  site dc1 has no rack A02: did you mean "A01"?
    cause nobody has declared the rack of this node: its number is written in another way, or
          the file of racks was not checked with this one
    fix 1. check racks and nodes together
           dcagent inventory check inventory.toml {f}
        2. or add a [[racks]] table

1 sites, 1 racks, 1 nodes, 0 meters: 1 errors, 0 warnings
"""),
    ],
)  # fmt: skip
def test_a_finding_has_its_row_cause_and_fix(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, lang: str, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, SITE + "\n" + node("a", rack="A02"), "a.toml")
    code, out, _ = said(capsys, "check", "a.toml", "--lang", lang)
    assert (code, out) == (78, text.format(f="a.toml"))
    code, out, _ = said(capsys, "check", "a.toml", "--lang", lang, "--json")
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    assert (code, document["exit_code"], document["status"]) == (78, 78, "fail")
    assert document["checks"][0]["evidence"] == "a.toml:16"
    assert document["checks"][0]["id"] == "inventory.unknown_rack"


def test_warnings_alone_exit_with_1_and_many_are_cut(tmp_path: Path, capsys: Capture) -> None:
    nodes = "".join(node(f"n{u}", u=u, rated=False) for u in range(1, 15))
    file = str(written(tmp_path, SITE + nodes))
    code, out, _ = said(capsys, "check", file, "--lang", "en")
    assert code == 1
    assert "  … 4 more of these: --all\n" in out
    assert out.endswith("1 sites, 1 racks, 14 nodes, 0 meters: 0 errors, 14 warnings\n")
    _, out, _ = said(capsys, "check", file, "--lang", "en", "--all")
    assert "active node n14 has no rated power: it counts as missing and is not scored" in out


CONFIG = """\
[inventory]
files = ["site.toml"]
[place]
site = "dc1"
[[targets]]
name = "bmc-a"
address = "10.0.0.1"
protocol = "ipmi"
credential = "bmc"
node = "a"
room = "r1"
row = "A"
rack = "A02"
[credentials.bmc]
type = "ipmi"
username = "monitor"
password = "file:secret"
"""


def test_the_targets_of_a_configuration_are_compared(tmp_path: Path, capsys: Capture) -> None:
    written(tmp_path, SITE + node("a") + node("b", u=2))
    written(tmp_path, "x\n", "secret").chmod(0o600)
    config = written(tmp_path, CONFIG, "dcagent.toml")
    code, out, _ = said(capsys, "check", "--config", str(config), "--lang", "en")
    assert code == 78
    assert f"  {config}:5  target bmc-a has rack A02, the inventory says A01 at " in out
    assert "  no target of the configuration asks node b\n" in out
    moved = written(tmp_path, CONFIG.replace("A02", "A01"), "dcagent.toml")
    assert said(capsys, "check", "--config", str(moved), "--lang", "en")[0] == 1
    broken = written(tmp_path, "[inventory]\nfile = 1\n", "broken.toml")
    code, _, err = said(capsys, "check", "--config", str(broken))
    assert (code, "DCA-CONF-003" in err) == (78, True)


def test_the_check_of_a_configuration_reads_its_inventory(tmp_path: Path, capsys: Capture) -> None:
    config = written(tmp_path, '[inventory]\nfiles = ["site.toml"]\n', "dcagent.toml")
    written(tmp_path, SITE + node("a"))
    assert run(["config", "check", str(config)]) == 0
    assert capsys.readouterr().out == "2 files, ok, 0 targets and this machine\n"
    file = written(tmp_path, SITE + "\n" + node("a", rack="A02"))
    assert run(["config", "check", str(config)]) == 78
    told = f'{file}:16  site dc1 has no rack A02: did you mean "A01"?  DCA-INV-010'
    assert capsys.readouterr().out == f"{told}\n2 files, 1 error\n"
    assert run(["config", "check", str(config), "--json"]) == 78
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert document["checks"][0]["code"] == "DCA-INV-010"


UNDERSTOOD = """\
nodes.csv: 2 行 节点，GB18030 编码，表头在第 3 行
  列            键           单位  例
  主机名        name               n1
  BMC地址       address            10.0.0.17
  机柜号        rack               A01
  U位           u                  17-18
  算力类型      kind               通用
  状态          lifecycle          在用
  额定功率(kW)  rated_power  kW    0.8
  功率依据      rated_basis        实测
  电源1         psus               pdu-a:7
  电源2         psus               pdu-b:7
  采购日期      (未使用)           2024

"""


def test_a_sheet_becomes_toml(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, SHEET.encode("gb18030"), "nodes.csv")
    code, text, told = said(capsys, "import", "nodes.csv", "--lang", "zh")
    assert (code, told) == (0, UNDERSTOOD)
    assert text.startswith(
        '[[nodes]]\nname = "n1"\naddress = "10.0.0.17"\nrack = "A01"\nu = 17\nheight = 2\n'
        'kind = "general"\nrated_power = 800\nrated_basis = "measured"\n'
        'psus = ["pdu-a:7", "pdu-b:7"]\n\n[[nodes]]\n'
    )
    code, out, _ = said(capsys, "import", "nodes.csv", "--lang", "zh", "--out", "nodes.toml")
    assert (code, out) == (0, f"{UNDERSTOOD}2 张表 → nodes.toml\n")
    assert (tmp_path / "nodes.toml").read_text(encoding="utf-8") == text
    code, _, err = said(capsys, "import", "nodes.csv", "--lang", "zh", "--out", "nodes.toml")
    assert (code, err) == (64, "dcagent inventory: nodes.toml 已存在，不会覆盖\n")


def test_a_sheet_with_a_mistake_is_not_written(tmp_path: Path, capsys: Capture) -> None:
    file = str(written(tmp_path, SHEET.replace("智算", "智箅"), "nodes.csv"))
    out_file = tmp_path / "o.toml"
    code, out, _ = said(capsys, "import", file, "--lang", "en", "--out", str(out_file))
    assert (code, out_file.exists()) == (78, False)
    assert f'  {file}:5  kind: expected one of "hpc", "ai", "general", "edge", found "智箅"' in out
    code, out, _ = said(capsys, "import", file, "--json")
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    assert document["checks"][4] == {
        "id": "inventory.column.u", "title": "U位", "status": "ok", "evidence": "17-18",
    }  # fmt: skip
    assert document["checks"][11]["status"] == "skip"


def test_what_no_column_says_is_set(tmp_path: Path, capsys: Capture) -> None:
    file = str(written(tmp_path, "主机名,SN\nn1,S1\n", "a.csv"))
    code, text, _ = said(capsys, "import", file, "--set", "kind=ai", "--set", "lifecycle=备用")
    assert code == 0
    assert text == (
        '[[nodes]]\nname = "n1"\nkind = "ai"\nlifecycle = "spare"\nserial = "S1"\n'
    )  # fmt: skip
    for wrong in ("kind", "colour=red"):
        assert said(capsys, "import", file, "--set", wrong)[0] == 64


@pytest.mark.parametrize(
    ("level", "text"),
    [
        ("site", """\
省份     枢纽    起步区     站点  机柜  已用 U  节点  在用  额定 kW  设计 kW  占比
sichuan  tianfu  shuangliu  dc1      1    5/42     3     2     0.8?      6.0     -
"""),
        ("rack", """\
站点  机房  列  机柜  状态       已用 U  节点  在用  额定 kW  设计 kW  占比
dc1   r1    A   A01   installed    5/42     3     2     0.8?      6.0     -
"""),
        ("node", """\
站点  机柜   U 位  节点  类型     状态    额定 kW  依据      BMC 地址   型号
dc1   A01   17-18  n1    general  active     0.80  measured  10.0.0.17  -
dc1   A01      20  n2    ai       spare      6.50  profile   10.0.0.18  -
dc1   A01     1-2  机一  ai       active        -  -         -          -
"""),
    ],
)  # fmt: skip
def test_it_is_shown_level_by_level(tmp_path: Path, capsys: Capture, level: str, text: str) -> None:
    site = written(tmp_path, SITE + node("机一", "height = 2", rated=False))
    sheet = written(tmp_path, SHEET, "nodes.csv")
    files = (str(sheet), str(site))
    assert said(capsys, "show", *files, "--level", level, "--lang", "zh") == (0, text, "")
    _, out, _ = said(capsys, "show", *files, "--json")
    assert json.loads(out)["nodes"][0]["address"] == "10.0.0.17"


def test_what_cannot_be_had_is_said(tmp_path: Path, capsys: Capture) -> None:
    missing = str(tmp_path / "none.toml")
    code, _, err = said(capsys, "show", missing, "--lang", "zh")
    assert (code, err) == (
        78, f"dcagent inventory: {missing}  无法读取: No such file or directory  DCA-INV-001\n"
    )  # fmt: skip
    empty = written(tmp_path, "", "empty.toml")
    code, _, err = said(capsys, "check", "--config", str(empty), "--lang", "en")
    told = f"no inventory file was given, and [inventory] of {empty} names none"
    assert (code, err) == (78, f"dcagent inventory: {told}  DCA-INV-001\n")
