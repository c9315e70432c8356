"""The program as a shell sees it: exit codes, what is imported, completion, `dcagent config`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from agent.cli.application import COMMANDS
from agent.config_codes import Code
from agent.diagnosis import catalogue
from agent.version import VERSION
from tests.unit.agent.test_config_errors import CREDENTIALS, TARGET


def dcagent(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


def imported_by(*arguments: str) -> set[str]:
    """The modules that a command line imports."""
    code = (
        "import sys\n"
        "from agent.cli.main import main\n"
        f"sys.argv[1:] = {list(arguments)!r}\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sys.modules))\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(found.stderr.split())


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_comes_before_any_library(option: str) -> None:
    assert dcagent(option).stdout == f"dcagent {VERSION}\n"
    assert not {"typer", "asyncio", "tomllib"} & imported_by(option)


def test_the_version_is_an_option_like_others() -> None:
    assert dcagent("--version", "probe").stdout == f"dcagent {VERSION}\n"


def test_help_names_every_command_and_imports_none() -> None:
    text = dcagent("--help").stdout
    for name, (_, _, line) in COMMANDS.items():
        assert f"  {name} " in text
        assert line in text
    assert not {module for module, _, _ in COMMANDS.values()} & imported_by("--help")


def test_only_the_command_that_was_asked_for_is_imported() -> None:
    found = imported_by("config", "example")
    assert {m for m in found if m.startswith("agent.cli.")} == {
        "agent.cli.application",
        "agent.cli.config",
        "agent.cli.config_hash",
        "agent.cli.config_secret",
        "agent.cli.language",
        "agent.cli.main",
        "agent.cli.probe_options",
    }
    assert not {"asyncio", "pysnmp", "pyipmi", "prometheus_client"} & found


@pytest.mark.parametrize("name", list(COMMANDS))
def test_each_command_helps_with_an_example(name: str) -> None:
    done = dcagent(name, "--help")
    assert done.returncode == 0
    assert f"Example: dcagent {name}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "Error: No such command 'nonsense'."),
        (["run", "--nonsense"], "Error: No such option: --nonsense"),
        (["run", "--log.level", "loud"], "expected debug, info, warning, error"),
        (["config", "check", "a", "b"], "Error: Got unexpected extra argument"),
        (["--nonsense"], "Error: No such option: --nonsense"),
    ],
)
def test_bad_arguments_exit_64_in_one_line(arguments: list[str], said: str) -> None:
    done = dcagent(*arguments)
    assert done.returncode == 64
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"_DCAGENT_COMPLETE": "complete_bash", "COMP_WORDS": "dcagent pro", "COMP_CWORD": "1"},
         "probe\nprofiles"),
        ({"_DCAGENT_COMPLETE": "complete_bash", "COMP_WORDS": "dcagent run --web.en",
          "COMP_CWORD": "2"}, "--web.enable-lifecycle"),
        ({"_DCAGENT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "dcagent config ch"},
         '"check":"Find every mistake in the configuration."'),
        ({"_DCAGENT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "dcagent run '--log.l"},
         ""),
    ],
)  # fmt: skip
def test_a_shell_can_complete(environment: dict[str, str], said: str) -> None:
    done = dcagent(**environment)
    assert said in done.stdout
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m agent.cli.main config example | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_config_example_is_the_shipped_text_and_passes_its_own_check(tmp_path: Path) -> None:
    text = dcagent("config", "example").stdout
    assert text == files("agent").joinpath("dcagent.toml").read_text(encoding="utf-8")
    assert text == (Path(__file__).parents[3] / "packaging" / "dcagent.toml").read_text("utf-8")
    file = tmp_path / "dcagent.toml"
    file.write_text(text, encoding="utf-8")
    done = dcagent("config", "check", str(file))
    assert (done.returncode, done.stdout) == (0, "1 file, ok, 0 targets and this machine\n")


def test_config_check_prints_each_mistake_and_counts(tmp_path: Path) -> None:
    file = tmp_path / "dcagent.toml"
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "b.toml").write_text(TARGET.replace('"ipmi"', '"impi"'))
    file.write_text("[poll]\nintervall = 10\n" + CREDENTIALS)
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0o644)
    done = dcagent("config", "check", str(file), COMMUNITY="c")
    assert done.returncode == 78
    assert done.stdout.splitlines() == [
        f'{file}:2  unknown key "intervall": did you mean "interval"?  DCA-CONF-003',
        f"{file}:6  password: {tmp_path}/secret is readable by everyone (0644):"
        f" chmod 640 {tmp_path}/secret, chgrp to the agent's group  DCA-CONF-011",
        f'{tmp_path}/conf.d/b.toml:4  protocol: expected "ipmi", "snmp" or "host", found "impi":'
        ' did you mean "ipmi"?  DCA-CONF-009',
        "2 files, 3 errors",
    ]


@pytest.mark.parametrize("text", ["", "[poll]\nintervall = 10\n", "[poll"])
def test_config_check_in_json_keeps_to_the_schema(tmp_path: Path, text: str) -> None:
    file = tmp_path / "dcagent.toml"
    file.write_text(text)
    done = dcagent("config", "check", str(file), "--json")
    result = json.loads(done.stdout)
    schema = json.loads(files("agent").joinpath("data/check-result.schema.json").read_text())
    jsonschema.validate(result, schema, format_checker=jsonschema.FormatChecker())
    assert result["command"] == "config-check"
    assert result["exit_code"] == done.returncode == (78 if text else 0)
    assert result["status"] == ("fail" if text else "ok")
    if text:
        (check,) = result["checks"]
        assert check["evidence"] == f"{file}:{2 if 'intervall' in text else 1}"
        assert check["code"] == ("DCA-CONF-003" if "intervall" in text else "DCA-CONF-001")


def test_every_code_of_the_configuration_has_its_page() -> None:
    known = {code for code in catalogue() if code.startswith("DCA-CONF-")}
    assert {code.value for code in Code} <= known
