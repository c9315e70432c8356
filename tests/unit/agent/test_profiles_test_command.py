"""`dcagent profiles test`: exact text in both languages, exit codes, the golden text, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from agent.results import SCHEMA_FILE
from tests.unit.agent.probe_devices import CAPTURES, dcagent, steady
from tests.unit.agent.profile_files import PROFILE, acme, changed

__all__ = ["acme"]
_NO_PORT = 31337
_SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def _test(*arguments: str, code: int = 0, lang: str = "en", profile: str = "acme.toml") -> str:
    ran = dcagent(
        "profiles", "test", profile, "--capture", "acme.capture", "--lang", lang, *arguments
    )
    assert (ran.code, ran.err) == (code, ""), ran
    return steady(ran.out, _NO_PORT) if "--json" not in arguments else ran.out


@pytest.mark.usefixtures("acme")
def test_a_profile_that_is_right() -> None:
    assert (
        _test()
        == """\
 match    [ok  ] sysObjectID 1.3.6.1.4.1.99999.1
 readings [ok  ] 13 readings, 0 without a value
 units    [ok  ] 13 readings, all plausible
 roles    [ok  ] 4 of 4
 unused   [ok  ] nothing that looks like a reading is left unread
 N ms · 5 ok · next: cp acme.toml /etc/dcagent/profiles.d/  exit 0
"""
    )


@pytest.mark.usefixtures("acme")
def test_in_chinese() -> None:
    assert (
        _test(lang="zh")
        == """\
 识别     [ok  ] sysObjectID 1.3.6.1.4.1.99999.1
 读数     [ok  ] 13 项读数，0 项没有值
 单位     [ok  ] 13 项读数都说得通
 部位     [ok  ] 4/4
 未用     [ok  ] 没有看似读数而未被读取的地址
 N ms · 5 项正常 · 下一步: cp acme.toml /etc/dcagent/profiles.d/  退出码 0
"""
    )


_AMPERES = ('{oid = ".2.1.3", scale = 0.1}', '".2.1.3"')


def test_a_failure_with_file_line_code_cause_and_fix(acme: Path) -> None:
    changed(acme, *_AMPERES)
    assert (
        _test(code=2)
        == """\
 match    [ok  ] sysObjectID 1.3.6.1.4.1.99999.1
 readings [ok  ] 13 readings, 0 without a value
 units    [FAIL] phase.power_watts L1 = 900, but 230.1 V × 42 A = 9664.2  DCA-PROF-011
                 acme.toml:22
                 cause watts at one point are not volts × amperes × power factor: most likely
                       the scale of one of the lines is wrong
                 fix check the scale of these lines; tenths and kilowatts are common
                     dcagent profiles test acme.toml --capture acme.capture
 roles    [ok  ] 4 of 4
 unused   [ok  ] nothing that looks like a reading is left unread
 N ms · 4 ok, 1 fail · more: dcagent explain DCA-PROF-011  exit 2
"""
    )


def test_a_failure_in_chinese(acme: Path) -> None:
    changed(acme, *_AMPERES)
    assert (
        _test(code=2, lang="zh")
        == """\
 识别     [ok  ] sysObjectID 1.3.6.1.4.1.99999.1
 读数     [ok  ] 13 项读数，0 项没有值
 单位     [FAIL] phase.power_watts L1 = 900，但 230.1 V × 42 A = 9664.2  DCA-PROF-011
                 acme.toml:22
                 原因 同一点的功率不等于电压 × 电流 × 功率因数，多半是其中一行的 scale 错了
                 处理 核对这几行的 scale；厂家差十倍或用 kW 的不少
                      dcagent profiles test acme.toml --capture acme.capture
 部位     [ok  ] 4/4
 未用     [ok  ] 没有看似读数而未被读取的地址
 N ms · 4 项正常, 1 项失败 · 详解: dcagent explain DCA-PROF-011  退出码 2
"""
    )


_MISSING = ('"rack.power_watts" = ".1.9.0"', "")


def test_a_vital_role_that_is_missing_and_the_object_that_may_be_it(acme: Path) -> None:
    changed(acme, *_MISSING)
    lines = _test(code=1).splitlines()
    assert lines[3] == " roles    [WARN] missing rack.power_watts  acme.toml  DCA-PROF-013"
    assert " unused   [info] 1.3.6.1.4.1.99999.1.9.0 looks like power_watts ×1: 1810" in lines
    assert lines[-1] == " N ms · 3 ok, 1 warn · more: dcagent explain DCA-PROF-013  exit 1"
    assert _test("--fail-on", "warn", code=2).endswith("exit 2\n")
    assert _test("--fail-on", "fail").endswith("exit 0\n")


def test_a_percentage_taken_for_a_speed(acme: Path) -> None:
    changed(
        acme, '"rack.power_watts" = ".1.9.0"',
        '"rack.power_watts" = ".1.9.0"\n"fan.speed_rpm" = {oid = ".1.9.0", scale = 20}',
    )  # fmt: skip
    lines = _test(code=2).splitlines()
    assert lines[2] == (
        " units    [FAIL] fan.speed_rpm = 36200 rpm, above 30000: is it a percentage?  DCA-PROF-009"
    )
    assert lines[3] == " " * 17 + "acme.toml:16"
    changed(
        acme, '"rack.power_watts" = ".1.9.0"',
        '"rack.power_watts" = ".1.9.0"\n"fan.duty_ratio" = {oid = ".1.9.0", scale = 0.025}',
    )  # fmt: skip
    lines = _test(code=2, lang="zh").splitlines()
    assert lines[2] == (
        " 单位     [FAIL] fan.duty_ratio = 45.25，高于 1: 是不是百分数？scale = 0.01  DCA-PROF-009"
    )
    assert lines[3] == " " * 17 + "acme.toml:16"


def test_what_would_not_be_chosen(acme: Path) -> None:
    changed(acme, "99999.*", "88888.*")
    lines = _test(code=2).splitlines()
    assert lines[0] == (
        " match    [FAIL] does not fit: sysObjectID is 1.3.6.1.4.1.99999.1; what wins is -"
        "  DCA-PROF-010"
    )
    assert lines[1] == " " * 17 + "acme.toml"
    assert lines[5].strip() == "dcagent profiles match acme.capture"


@pytest.mark.usefixtures("acme")
def test_a_profile_for_another_protocol() -> None:
    out = _test(code=2, lang="zh", profile="inspur")
    assert out.startswith(" 识别     [FAIL] 画像用于 ipmi，采样是 snmp 的  DCA-PROF-010\n")
    assert out.endswith(" N ms · 1 项失败 · 详解: dcagent explain DCA-PROF-010  退出码 2\n")


def test_the_golden_text_is_written_and_then_held(acme: Path) -> None:
    golden = ("--golden", "acme.prom")
    lines = _test(*golden, code=2).splitlines()
    assert " golden   [FAIL] there is no file acme.prom  DCA-PROF-015" in lines
    command = "dcagent profiles test acme.toml --capture acme.capture --golden acme.prom --update"
    assert lines[-2].strip() == command
    written = " golden   [ok  ] written to acme.prom; read every line"
    assert written in _test(*golden, "--update").splitlines()
    text = (acme / "acme.prom").read_text(encoding="utf-8")
    assert 'phase="L2"' in text
    assert "build_info" not in text
    assert " golden   [ok  ] equal to acme.prom" in _test(*golden).splitlines()


def test_a_golden_text_that_differs_is_shown_line_by_line(acme: Path) -> None:
    _test("--golden", "acme.prom", "--update")
    file = acme / "acme.prom"
    old = file.read_text(encoding="utf-8")
    file.write_text(old.replace("} 1810.0", "} 1811.0"), encoding="utf-8")
    lines = _test("--golden", "acme.prom", code=2, lang="zh").splitlines()
    assert " 金样     [FAIL] 与 acme.prom 不同: 2 行  DCA-PROF-015" in lines
    assert lines[lines.index("  --- acme.prom") + 1] == "  +++ now"
    shown = [line for line in lines if line.startswith(("  -dcagent", "  +dcagent"))]
    labels = '{pdu="device",quality="measured",rack="A01",site="dc1",source="snmp",target="device"}'
    assert shown == [
        f"  -dcagent_rack_power_watts{labels} 1811.0",
        f"  +dcagent_rack_power_watts{labels} 1810.0",
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("change", [None, _AMPERES, _MISSING])
def test_json_is_of_the_shape_of_all_checks(
    acme: Path, change: tuple[str, str] | None, lang: str
) -> None:
    if change:
        changed(acme, *change)
    code = {None: 0, _AMPERES: 2, _MISSING: 1}[change]
    found = json.loads(_test("--json", code=code, lang=lang))
    jsonschema.validate(found, _SCHEMA)
    assert (found["command"], found["lang"], found["exit_code"]) == ("profiles-test", lang, code)
    assert found["subject"]["profile"] == "acme"
    assert {check["id"] for check in found["checks"]} >= {"profile.match.wins"}
    readings = {
        (r["role"], r.get("labels", {}).get("phase")): r["value"] for r in found["readings"]
    }
    assert readings["phase.energy_joules_total", "L3"] == 32_719 * 3.6e5
    failed = [check for check in found["checks"] if check["status"] in ("fail", "warn")]
    assert [check["code"] for check in failed] == (
        {None: [], _AMPERES: ["DCA-PROF-011"], _MISSING: ["DCA-PROF-013"]}[change]
    )


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("acme.toml", "--capture", "none.capture"), 64, "there is no file none.capture\n"),
        (("none.toml", "--capture", "acme.capture"), 78, "none.toml"),
        (("apc-rpdu3", "--capture", "acme.capture"), 64, 'did you mean "apc-rpdu"?\n'),
        (("acme.toml", "--capture", "acme.capture", "--update"), 64, "--update needs --golden"),
        (("acme.toml",), 64, "--capture"),
        (("acme.toml", "--capture", "acme.toml"), 78, "acme.toml:1  is not a capture line"),
    ],
)
@pytest.mark.usefixtures("acme")
def test_what_cannot_be_tested(arguments: tuple[str, ...], code: int, told: str) -> None:
    ran = dcagent("profiles", "test", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def test_a_profile_with_mistakes_exits_78(acme: Path) -> None:
    changed(acme, "scale = 3.6e5", "scal = 3.6e5")
    ran = dcagent("profiles", "test", "acme.toml", "--capture", "acme.capture")
    assert (ran.code, ran.err) == (
        78,
        'acme.toml:23  unknown key "scal" in "phase.energy_joules_total": did you mean "scale"?'
        "  DCA-PROF-002\n",
    )


def test_a_profile_of_ones_own_beside_others(acme: Path) -> None:
    (acme / "own").mkdir()
    (acme / "own" / "other.toml").write_text(
        PROFILE.replace('"acme"', '"other"').replace("99999.*", "99999.1"), encoding="utf-8"
    )
    lines = _test("-d", "own", code=2).splitlines()
    assert lines[0].startswith(" match    [FAIL] other wins (sysObjectID 1.3.6.1.4.1.99999.1;")


@pytest.mark.parametrize("name", ["apc-rpdu2", "inspur", "stulz-wib8000", "rfc1628-ups"])
def test_shipped_profiles_by_name(name: str) -> None:
    file = str(CAPTURES / f"{name}.capture")
    ran = dcagent("profiles", "test", name, "--capture", file, "--lang", "en")
    assert ran.code in (0, 1), ran.out
    assert "[FAIL]" not in ran.out
    if ran.code == 0:
        assert f"· next: dcagent profiles show {name}" in ran.out
