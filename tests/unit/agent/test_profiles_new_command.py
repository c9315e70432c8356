"""`dcagent profiles new`: the draft, what it says beside it, and what it says without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.agent.probe_devices import CAPTURES, dcagent
from tests.unit.agent.profile_files import CAPTURE, acme

__all__ = ["acme"]

_DRAFT = """\
# Drafted from a capture: every line is a guess, its reason above it.

[profile]
name     = "acme-draft"
protocol = "snmp"
kind     = "pdu"
title    = "ACME power strip"
source   = "drafted from acme.capture (invented)"
verified = "capture"
expects  = ["rack.power_watts", "phase.current_amperes", "phase.voltage_volts", \
"phase.energy_joules_total"]

[match]
sys_object_id = ["1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.1.*"]
probe         = "1.3.6.1.4.1.99999.1.9.0"

[snmp]
base = "1.3.6.1.4.1.99999"

[metrics]
# guess: 1810 W: 1810 W, and the parts come to 1810 W
"rack.power_watts" = {oid = ".1.9.0", missing = [-1]}

[tables.phase]
role  = "phase"
names = {1 = "L1", 2 = "L2", 3 = "L3"}
[tables.phase.metrics]
# guess: at most 231 V: 228.8…231 V are mains volts
"phase.voltage_volts" = {oid = ".2.1.2", scale = 0.1, missing = [-1, 0]}
# guess: at most 4.2 A: with 4 and the volts a power factor of 0.93
"phase.current_amperes" = {oid = ".2.1.3", scale = 0.1, missing = [-1]}
# guess: at most 900 W: 0.93 of V × A in 3 rows
"phase.power_watts" = {oid = ".2.1.4", missing = [-1]}
# guess: at most 11832.1 kWh: at the present watts 1.5 years of load (the scale is a guess)
"phase.energy_joules_total" = {oid = ".2.1.6", scale = 360000, missing = [-1]}
"""


def _new(*arguments: str, lang: str = "en", code: int = 0) -> tuple[str, str]:
    ran = dcagent("profiles", "new", *arguments, "--lang", lang)
    assert ran.code == code, ran
    return ran.out, ran.err


@pytest.mark.usefixtures("acme")
def test_the_draft_on_standard_output() -> None:
    assert _new("--capture", "acme.capture") == (_DRAFT, "")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "en",
            "my-pdu.toml: profile my-pdu, 5 lines; every one is a guess: hold them against the "
            "device\nnext: dcagent profiles test my-pdu.toml --capture acme.capture\n",
        ),
        (
            "zh",
            "my-pdu.toml: 画像 my-pdu，5 行；每一行都是猜测，请对照设备核实\n"
            "下一步: dcagent profiles test my-pdu.toml --capture acme.capture\n",
        ),
    ],
)
def test_the_draft_in_a_file(acme: Path, lang: str, told: str) -> None:
    assert _new("--capture", "acme.capture", "--out", "my-pdu.toml", lang=lang) == (told, "")
    text = (acme / "my-pdu.toml").read_text(encoding="utf-8")
    assert text == _DRAFT.replace('"acme-draft"', '"my-pdu"')


@pytest.mark.usefixtures("acme")
def test_the_draft_is_right_and_holds_against_its_capture() -> None:
    _new("--capture", "acme.capture", "--out", "Mein PDU.toml")
    checked = dcagent("profiles", "check", "Mein PDU.toml", "--lang", "en")
    assert (checked.code, checked.out) == (0, "1 files, no errors\n")
    held = dcagent("profiles", "test", "Mein PDU.toml", "--capture", "acme.capture", "--lang", "en")
    assert held.code == 0, held.out
    assert " roles    [ok  ] 4 of 4\n" in held.out


def test_a_file_that_exists_is_never_overwritten(acme: Path) -> None:
    before = (acme / "acme.toml").read_text(encoding="utf-8")
    _, err = _new("--capture", "acme.capture", "--out", "acme.toml", code=64)
    assert err == "acme.toml exists: take another name, or move it away\n"
    _, err = _new("--capture", "acme.capture", "--out", "acme.toml", code=64, lang="zh")
    assert err == "acme.toml 已存在；换一个名字，或先移走它\n"
    assert (acme / "acme.toml").read_text(encoding="utf-8") == before


def test_a_device_that_a_profile_knows_is_told_so(tmp_path: Path) -> None:
    out = tmp_path / "x.toml"
    capture = str(CAPTURES / "apc-rpdu2.capture")
    told, _ = _new("--capture", capture, "--out", str(out), lang="zh")
    lines = told.splitlines()
    why = "sysObjectID 1.3.6.1.4.1.318.1.3.4.6, 有 1.3.6.1.4.1.318.1.1.26.2.1.8.1"
    assert lines[1] == (
        f"自带的画像 apc-rpdu2 已认识该设备 ({why})；除非它读错了，否则不需要这份草稿"
    )
    assert (
        out.read_text(encoding="utf-8")
        .splitlines()[1]
        .startswith("# apc-rpdu2 knows this device already (sysObjectID 1.3.6.1.4.1.318.1.3.4.6, ")
    )


def _rebranded(folder: Path) -> str:
    """An APC PDU under another maker's identifier, which has not the object that is asked for."""
    text = (CAPTURES / "apc-rpdu2.capture").read_text(encoding="utf-8")
    text = text.replace("|6|1.3.6.1.4.1.318.1.3.4.6", "|6|1.3.6.1.4.1.99999.1")
    lines = [line for line in text.splitlines() if not line.startswith("1.3.6.1.4.1.318.1.1.26.2.")]
    (folder / "other.capture").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder / "other.capture")


def test_a_profile_that_would_read_it_is_the_one_to_extend(tmp_path: Path) -> None:
    out, _ = _new("--capture", _rebranded(tmp_path))
    remark = out.splitlines()[1]
    assert remark.startswith("# apc-rpdu2 reads ")
    assert remark.endswith(
        ' words here, though its [match] does not fit: extends = "apc-rpdu2" with a [match] of '
        "your own may be all it takes"
    )


_OPAQUE = "".join(
    [
        "# dcagent-capture: 1\n1.3.6.1.2.1.1.1.0|4|ACME box\n",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n",
        *(f"1.3.6.1.4.1.99999.3.1.2.{row}|2|{v}\n" for row, v in ((1, 7710), (2, 5512), (3, 13))),
        "1.3.6.1.4.1.99999.4.1.0|2|3\n",
    ]
)


def test_where_nothing_could_be_drafted_it_says_what_stands_there(tmp_path: Path) -> None:
    file = tmp_path / "opaque.capture"
    file.write_text(_OPAQUE, encoding="utf-8")
    out, err = _new("--capture", str(file), "--out", str(tmp_path / "x.toml"), code=2)
    assert out == ""
    assert err == (
        "the capture holds nothing that could be drafted  DCA-PROF-016\n"
        "2 columns of numbers were not understood, among them:\n"
        "  1.3.6.1.4.1.99999.3.1.2: 7710, 5512, 13\n"
        "next: see in the device's own pages and the vendor's MIB which column is what, write a "
        "few lines by docs/profiles.md, then: dcagent profiles check FILE\n"
    )
    assert not (tmp_path / "x.toml").exists()
    _, err = _new("--capture", str(file), code=2, lang="zh")
    assert err.splitlines()[:2] == [
        "采样里没有可起草的读数  DCA-PROF-016",
        "采样里有 2 列数值没有看懂，例如:",
    ]


def test_a_capture_without_any_object_of_a_vendor(tmp_path: Path) -> None:
    file = tmp_path / "bare.capture"
    file.write_text(CAPTURE.split("1.3.6.1.4.1.99999.1.9")[0], encoding="utf-8")
    _, err = _new("--capture", str(file), code=2)
    assert err.splitlines()[1:] == [
        "the capture holds no object of a vendor (1.3.6.1.4.1): it was cut short, or the agent "
        "tells the standard ones alone",
        "next: dcagent probe ADDRESS --record FILE, with a credential that may see everything",
    ]


def test_where_a_profile_knows_it_that_is_the_next_step(tmp_path: Path) -> None:
    lines = (CAPTURES / "akcp-sensorprobe.capture").read_text(encoding="utf-8")
    file = tmp_path / "akcp.capture"
    file.write_text(lines, encoding="utf-8")
    _, err = _new("--capture", str(file), code=2)
    told = err.splitlines()
    assert told[1].startswith("akcp-sensorprobe knows this device already (sysObjectID ")
    assert told[-1] == f"next: dcagent profiles test akcp-sensorprobe --capture {file}"


_SDR = """\
CPU0_Temp        | 45 degrees C      | ok
Inlet_Temp       | 23 degrees C      | ok
PSU0_PIN         | 210 Watts         | ok
PSU1_PIN         | 205 Watts         | ok
Sys_Tot_Pwr      | 412 Watts         | ok
FAN0_Speed       | 5400 RPM          | ok
CPU0_DTS         | -42 degrees C     | ok
Weird_Sensor     | 31 degrees C      | ok
"""


def test_the_text_that_ipmitool_printed(tmp_path: Path) -> None:
    file, out = tmp_path / "sdr.txt", tmp_path / "board.toml"
    file.write_text(_SDR, encoding="utf-8")
    _new("--capture", str(file), "--out", str(out))
    text = out.read_text(encoding="utf-8")
    assert 'extends  = "generic-ipmi"' in text
    assert 'sensors = ["Sys[ _]Tot[ _]Pwr", "Inlet[ _]Temp"' in text
    assert '"node.power_watts" = [{sensor = "Sys_Tot_Pwr"}' in text
    assert "#   'Weird_Sensor' 31 °C\n" in text
    assert "DTS" not in text
    ran = dcagent("profiles", "test", str(out), "--capture", str(file), "--lang", "en")
    assert ran.code == 0, ran.out
    assert ran.out.startswith(" match    [ok  ] sensor Sys_Tot_Pwr, sensor Inlet_Temp")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--capture", "none.capture"), 64, "there is no file none.capture\n"),
        ((), 64, "--capture"),
        (("--capture", "acme.toml"), 78, "acme.toml:1  is not a capture line"),
    ],
)
@pytest.mark.usefixtures("acme")
def test_what_cannot_be_drafted(arguments: tuple[str, ...], code: int, told: str) -> None:
    out, err = _new(*arguments, code=code)
    assert (out, told in err) == ("", True)
