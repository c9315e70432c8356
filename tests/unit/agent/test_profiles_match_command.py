"""`dcagent profiles match`: why a profile won, who came second, and what misses by little."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from agent.cli.profiles_words import facts
from hw_profiles.load import pack
from simulators.bmc import SimulatedBmc
from simulators.snmp_agent import SimulatedAgent
from tests.unit.agent.probe_devices import CAPTURES, answering, capture, dcagent

_PACK = pack()
_INSPUR = str(CAPTURES / "inspur.capture")
_GENERIC = str(CAPTURES / "generic-ipmi.capture")


def _fitting(protocol: str) -> int:
    return sum(profile.protocol.value == protocol for profile in _PACK.profiles)


def _match(*arguments: str, lang: str = "en", code: int = 0) -> str:
    ran = dcagent("profiles", "match", *arguments, "--lang", lang)
    assert ran.code == code, ran
    return ran.out


def test_the_winner_the_runner_up_and_the_next_step() -> None:
    lines = _match(_INSPUR).splitlines()
    assert lines[:3] == [
        " device     Inspur · NF5280M5 · 4.26 · manufacturer 37945, product 514",
        " match      [ok  ] inspur: manufacturer 37945 (score 0.62)",
        " runner-up  generic-ipmi: any device of this protocol (score 0.05, below 0.62)",
    ]
    others = _fitting("ipmi") - 2
    step = f" 2 fit, {others} do not · next: dcagent profiles test inspur --capture {_INSPUR}"
    assert lines[-1] == f"{step:86} exit 0"


def test_in_chinese_columns_line_up() -> None:
    lines = _match(_INSPUR, lang="zh").splitlines()
    assert lines[:3] == [
        " 设备    Inspur · NF5280M5 · 4.26 · manufacturer 37945, product 514",
        " 识别    [ok  ] inspur: 厂商号 37945 (把握 0.62)",
        " 其次    generic-ipmi: 同协议的任何设备 (把握 0.05，低于 0.62)",
    ]
    assert lines[3].startswith(" 不适用  ")
    rest = [line.removeprefix(" 不适用").strip() for line in lines[3:-1]]
    assert all(line.partition(": ")[2] or line.startswith("… 另有 ") for line in rest)
    assert not any("is named" in line or "does not exist" in line for line in rest)
    assert lines[-1].startswith(f" 2 个适用，{_fitting('ipmi') - 2} 个不适用 · 下一步: dcagent")
    assert lines[-1].endswith(" 退出码 0")


def test_only_those_that_miss_by_little_are_named() -> None:
    lines = _match(str(CAPTURES / "apc-rpdu2.capture")).splitlines()
    unfit = lines[lines.index(next(line for line in lines if line.startswith(" unfit"))) : -1]
    assert [line[12:].partition(":")[0] for line in unfit[:-1]] == [
        "apc-inrow",
        "apc-rpdu",
        "apc-ups",
    ]
    assert unfit[0] == (" unfit      apc-inrow: 1.3.6.1.4.1.318.1.1.13.3.2.2.2.7.0 does not exist")
    assert unfit[-1] == f"            … {_fitting('snmp') - 4} more (all with --json)"


def test_a_generic_profile_alone_is_a_warning_and_leads_to_a_draft() -> None:
    lines = _match(_GENERIC, code=1).splitlines()
    assert lines[1] == (
        " match      [WARN] only a generic profile fits: generic-ipmi: any device of this protocol"
        " (score 0.05)  DCA-PROF-023"
    )
    assert lines[2] == " runner-up  no other profile fits"
    assert f"next: dcagent profiles new --capture {_GENERIC}" in lines[-1]
    assert lines[-1].endswith("exit 1")


@pytest.fixture
def unknown(tmp_path: Path) -> str:
    """A capture of a device that no profile knows."""
    file = tmp_path / "unknown.capture"
    file.write_text(
        "# dcagent-capture: 1\n1.3.6.1.2.1.1.1.0|4|ACME\n"
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n1.3.6.1.4.1.99999.1.1.0|2|7\n",
        encoding="utf-8",
    )
    return str(file)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", " match   [FAIL] no profile knows it  DCA-PROF-021"),
        ("zh", " 识别    [FAIL] 没有一个画像认识它  DCA-PROF-021"),
    ],
)
def test_a_device_that_no_profile_knows(unknown: str, lang: str, told: str) -> None:
    lines = _match(unknown, lang=lang, code=2).splitlines()
    assert lines[1] == told
    assert f"dcagent profiles new --capture {unknown}" in lines[-1]
    assert lines[-1].split()[-1] == "2"


def test_json(unknown: str) -> None:
    found = json.loads(_match(_INSPUR, "--json"))
    assert (found["profile"], found["runner_up"], found["exit_code"]) == (
        *("inspur", "generic-ipmi", 0),
    )
    assert found["device"] == {
        "vendor": "Inspur", "model": "NF5280M5", "firmware": "4.26", "manufacturer": 37945,
        "product": 514, "sys_object_id": None, "sys_descr": None,
    }  # fmt: skip
    assert found["candidates"][0] == {
        "profile": "inspur", "score": 0.62, "why": "manufacturer 37945", "fits": True,
    }  # fmt: skip
    assert len(found["candidates"]) == _fitting("ipmi")
    assert found["next"] == f"dcagent profiles test inspur --capture {_INSPUR}"
    nobody = json.loads(_match(unknown, "--json", code=2))
    assert (nobody["profile"], nobody["runner_up"]) == (None, None)
    assert nobody["device"]["sys_object_id"] == "1.3.6.1.4.1.99999.1"


def test_a_profile_of_ones_own_goes_first_where_it_is_as_sure(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        '[profile]\nname = "mine"\nprotocol = "ipmi"\nextends = "inspur"\nsource = "a test"\n'
        'verified = "bench"\n[match]\nmanufacturer = 37945\n',
        encoding="utf-8",
    )
    lines = _match(_INSPUR, "-d", str(tmp_path)).splitlines()
    assert lines[1] == " match      [ok  ] mine: manufacturer 37945 (score 0.62)"
    assert lines[2] == (
        " runner-up  inspur: manufacturer 37945 (as sure: 0.62; a user's own goes first)"
    )
    assert lines[3] == (" also fit   generic-ipmi: any device of this protocol (score 0.05)")


def test_a_broken_profile_of_ones_own_exits_78(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[profile]\nnmae = "x"\n', encoding="utf-8")
    ran = dcagent("profiles", "match", _INSPUR, "-d", str(tmp_path))
    assert (ran.code, ran.out) == (78, "")
    assert 'mine.toml:2  unknown key "nmae"' in ran.err


def test_what_is_neither_a_file_nor_a_target_exits_64() -> None:
    ran = dcagent("profiles", "match", "no-such-thing", "--lang", "en")
    assert (ran.code, ran.err) == (
        64, '"no-such-thing" is neither a file nor a configured target\n',
    )  # fmt: skip


def test_a_file_that_is_no_capture_exits_78_and_does_not_flood(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear all,\n" * 50, encoding="utf-8")
    ran = dcagent("profiles", "match", str(file), "--lang", "en")
    assert (ran.code, ran.out) == (78, "")
    lines = ran.err.splitlines()
    assert lines[0] == f"{file}:1  is not a capture line: expected oid|tag|value"
    assert (len(lines), lines[-1]) == (6, "… +45")


_TARGETS = """[credentials.bmc]
type = "ipmi"
username = "monitor"
password = "file:pw"

[credentials.pdu]
type = "snmp-community"
community = "file:community"

[[targets]]
name = "a01-17"
address = "127.0.0.1"
port = {port}
protocol = "ipmi"
credential = "bmc"

[[targets]]
name = "a01-pdu"
address = "127.0.0.1"
port = {port}
protocol = "snmp"
credential = "pdu"
"""


def _configured(folder: Path, port: int, password: str = "monitor-pass") -> str:
    for name, secret in (("pw", password), ("community", "lab-read")):
        (folder / name).write_text(secret, encoding="utf-8")
        (folder / name).chmod(0o600)
    file = folder / "dcagent.toml"
    file.write_text(_TARGETS.format(port=port), encoding="utf-8")
    return str(file)


def test_a_configured_bmc_is_asked_over_the_wire(tmp_path: Path) -> None:
    with answering(SimulatedBmc(capture("inspur"))) as port:
        lines = _match("a01-17", "--config", _configured(tmp_path, port)).splitlines()
    assert lines[1] == " match      [ok  ] inspur: manufacturer 37945 (score 0.62)"
    assert "· next: dcagent probe a01-17 " in lines[-1]


def test_a_configured_pdu_is_asked_over_the_wire(tmp_path: Path) -> None:
    with answering(SimulatedAgent(capture("raritan-px"), ("lab-read",))) as port:
        out = _match("a01-pdu", "--config", _configured(tmp_path, port), "--json")
    found = json.loads(out)
    assert found["profile"] == "raritan-px"
    assert found["device"]["sys_object_id"] == "1.3.6.1.4.1.13742.6"


def test_a_generic_target_is_to_be_recorded(tmp_path: Path) -> None:
    with answering(SimulatedBmc(capture("generic-ipmi"))) as port:
        lines = _match("a01-17", "--config", _configured(tmp_path, port), code=1).splitlines()
    assert "next: dcagent probe a01-17 --record a01-17.capture" in lines[-1]


@pytest.mark.parametrize(("lang", "cause"), [("en", "cause"), ("zh", "原因")])
def test_a_refused_login_is_a_failure_with_its_cause(tmp_path: Path, lang: str, cause: str) -> None:
    with answering(SimulatedBmc(capture("inspur"))) as port:
        config = _configured(tmp_path, port, password="wrong")
        ran = dcagent("profiles", "match", "a01-17", "--config", config, "--lang", lang)
    assert (ran.code, ran.out) == (2, "")
    first, second, *_ = ran.err.splitlines()
    assert first.startswith(" [FAIL] ")
    assert first.endswith("DCA-IPMI-004")
    assert second.split()[0] == cause


def test_silence_leaves_it_undecided(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        config = _configured(tmp_path, silent.getsockname()[1])
        with Path(config).open("a", encoding="utf-8") as file:
            file.write("\n[poll]\ntimeout = 0.2\nretries = 0\n")
        ran = dcagent("profiles", "match", "a01-17", "--config", config, "--lang", "en")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[0].endswith("DCA-NET-001")


def test_a_name_that_is_misspelt(tmp_path: Path) -> None:
    ran = dcagent(
        "profiles", "match", "a01-71", "--config", _configured(tmp_path, 1), "--lang", "zh"
    )
    assert ran.code == 64
    assert ran.err == '"a01-71" 既不是文件，也不是配置中的目标: did you mean "a01-17"?\n'


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("manufacturer 2011, product 1", "厂商号 2011, 产品号 1"),
        ("manufacturer is 0; product is 1", "厂商号 0; 产品号 1"),
        ("manufacturer is None", "厂商号 None"),
        ("product manufacturer is 'ACME'", "product 厂商 'ACME'"),
        ("no sensor is named 'Power'", "没有这样命名的传感器 'Power'"),
        ("sensor PSU0_POUT, sensor Inlet_Temp", "传感器 PSU0_POUT, 传感器 Inlet_Temp"),
        ("1.3.6.1.4.1.9.1 does not exist", "没有 1.3.6.1.4.1.9.1"),
        (
            "sysObjectID 1.3.6.1.4.1.9, 1.3.6.1.4.1.9.1 exists",
            "sysObjectID 1.3.6.1.4.1.9, 有 1.3.6.1.4.1.9.1",
        ),
        ("sysObjectID is 1.3.6.1; sysDescr is 'x'", "sysObjectID 是 1.3.6.1; sysDescr 是 'x'"),
        ("any device of this protocol", "同协议的任何设备"),
        ("it speaks snmp", "它用于 snmp"),
    ],
)
def test_reasons_in_chinese(why: str, told: str) -> None:
    assert facts("zh", why) == told
    assert facts("en", why) == why
