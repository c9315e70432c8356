"""`dcagent profiles`: what it prints and how it exits."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from agent.cli.application import run
from hw_profiles.load import SHIPPED, pack

WRONG = """[profile]
name = "mine"
protocol = "snmp"
source = "a test"
verified = "manual"
[metrics]
"rack.power_wats" = "1.3"
"""


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profiles", "list", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "protocol", "kind", "verified", "words", "device"]
    assert len(lines) == len(pack().profiles) + 2
    assert lines[-1] == f"{len(pack().profiles)} profiles"


def test_list_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profiles", "list", "--lang", "zh"]) == 0
    assert capsys.readouterr().out.splitlines()[0].split()[:3] == ["名称", "协议", "类别"]


def _line_of(file: str, text: str) -> int:
    """The line of a shipped profile that holds this text."""
    lines = (SHIPPED / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profiles", "show", "huawei-ibmc", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "match     manufacturer 2011\n" in out
    assert "extends   generic-ipmi\n" in out
    line = _line_of("huawei/huawei-ibmc.toml", "{sensor = 'Power'},")
    assert f"huawei-ibmc.toml:{line} sensor 'Power' ×1\n" in out


def test_show_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profiles", "show", "apc-rpdu2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    line = _line_of("apc/apc-rpdu2.toml", '= ".9.4.3.1.7"')
    assert found["name"] == "apc-rpdu2"
    assert {
        "word": "outlet.power_watts",
        "file": "apc-rpdu2.toml",
        "line": line,
        "rule": f"apc-rpdu2.toml:{line} oid 1.3.6.1.4.1.318.1.1.26.9.4.3.1.7 ×1",
    } in found["rules"]


def test_show_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profiles", "show", "huawei-ibcm"]) == 64
    assert capsys.readouterr().err == (
        'there is no profile "huawei-ibcm": did you mean "huawei-ibmc"?\n'
    )


def test_check_of_the_shipped_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profiles", "check", "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"{len(pack().profiles)} files, no errors\n"


def test_check_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.toml").write_text(WRONG, encoding="utf-8")
    assert run(["profiles", "check", str(tmp_path), "--lang", "en"]) == 78
    assert capsys.readouterr().out == (
        f'{tmp_path}/mine.toml:7  unknown word "rack.power_wats": did you mean '
        '"rack.power_watts"?  DCA-PROF-005\n'
        "1 files, 1 errors  exit 78\n"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_json_is_of_the_shape_of_all_checks(
    lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(WRONG, encoding="utf-8")
    shape = json.loads(files("agent").joinpath("data/check-result.schema.json").read_bytes())
    assert run(["profiles", "check", str(file), "--json", "--lang", lang]) == 78
    result = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, shape)
    assert result["command"] == "profiles-check"
    assert result["summary"]["fail"] == 1
    assert result["checks"][0]["code"] == "DCA-PROF-005"
    assert run(["profiles", "check", "--json", "--lang", lang]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), shape)


def test_broken_own_profile_stops_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.toml").write_text(WRONG, encoding="utf-8")
    assert run(["profiles", "list", "-d", str(tmp_path)]) == 78
    assert "mine.toml:7  unknown word" in capsys.readouterr().err
