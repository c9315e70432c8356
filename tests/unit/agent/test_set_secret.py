"""`dcagent config set-secret`: a secret goes from a prompt into its file, and nowhere else."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent import secrets
from agent.config import load
from agent.secret_files import write
from model.credentials import Secret

CONFIG = """
[credentials.bmc]
type = "ipmi"
username = "monitor"
password = "file:secrets/bmc"

[credentials.pdu]
type = "snmp-v3"
username = "monitor"
auth_protocol = "sha256"
auth_password = "file:/{directory}/keys/auth"
priv_protocol = "aes"
priv_password = "env:PDU_PRIV"

[credentials.old]
type = "snmp-community"
community = "public"
"""
LONG_ENOUGH = "correct horse"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "dcagent.toml"
    file.write_text(CONFIG.replace("{directory}", str(tmp_path).lstrip("/")))
    return file


def command(config: Path, name: str, *more: str) -> list[str]:
    program = (sys.executable, "-m", "agent.cli.main", "config", "set-secret", name)
    return [*program, "--config", str(config), *more]


def piped(config: Path, name: str, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(config, name, "--lang", "en"),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def typed(config: Path, *answers: str) -> tuple[int, str]:
    """Runs it on a terminal; the exit code and all that the terminal showed."""
    child, terminal = pty.fork()
    if child == 0:
        line = command(config, "bmc", "--lang", "zh")
        os.execv(line[0], line)
    shown = b""
    for answer in answers:
        while not shown.endswith(b": "):
            shown += os.read(terminal, 1000)
        os.write(terminal, f"{answer}\n".encode())
        shown += b"\n"
    try:
        while more := os.read(terminal, 1000):
            shown += more
    except OSError:  # the other side of a terminal that is closed
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_typed_twice_it_is_written_and_never_shown(config: Path) -> None:
    code, shown = typed(config, "s3cret-of-bmc", "s3cret-of-bmc")
    file = config.parent / "secrets" / "bmc"
    assert (code, file.read_text()) == (0, "s3cret-of-bmc\n")
    assert (mode(file), mode(file.parent)) == (0o640, 0o750)
    assert f"已写入 {file} (0640)" in shown
    assert "s3cret" not in shown
    assert secrets.from_file(file) == Secret("s3cret-of-bmc")


def test_two_that_differ_are_not_written(config: Path) -> None:
    code, shown = typed(config, "one", "two")
    assert code == 64
    assert "不一致" in shown
    assert not (config.parent / "secrets").exists()


def test_the_credentials_own_file_is_written_whole_or_not_at_all(config: Path) -> None:
    (config.parent / "keys").mkdir()
    file = config.parent / "keys" / "auth"
    file.write_text("old and longer than the new one\n")
    done = piped(config, "pdu.auth_password", f"{LONG_ENOUGH}\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_text() == f"{LONG_ENOUGH}\n"
    assert list(file.parent.iterdir()) == [file]
    assert "systemctl reload dcagent" in done.stdout


def test_a_new_name_says_how_to_refer_to_it(config: Path) -> None:
    done = piped(config, "ups", "public\n")
    assert done.returncode == 0
    assert f'"file:{config.parent}/secrets/ups"' in done.stdout
    assert (config.parent / "secrets" / "ups").read_text() == "public\n"


@pytest.mark.parametrize(
    ("name", "text", "code", "why"),
    [
        ("bmc", "x" * 21, 64, "IPMI allows 20 bytes, this one has 21"),
        ("bmc", "", 64, "it is empty"),
        ("bmc", "a\tb\n", 64, "no keyboard types"),
        ("pdu.auth_password", "short", 64, "at least 8 characters"),
        ("pdu", LONG_ENOUGH, 64, "name one of pdu.auth_password, pdu.priv_password"),
        ("pdu.priv_password", LONG_ENOUGH, 64, "the environment variable PDU_PRIV"),
        ("old", LONG_ENOUGH, 64, 'put "file:secrets/…" there'),
        ("../etc/passwd", LONG_ENOUGH, 64, "is no name"),
    ],
)
def test_what_cannot_be_is_refused(config: Path, name: str, text: str, code: int, why: str) -> None:
    done = piped(config, name, text)
    assert (done.returncode, done.stdout) == (code, "")
    assert why in done.stderr
    assert not (config.parent / "secrets").exists()
    assert not text.strip() or text.strip() not in done.stderr


def test_a_broken_file_is_named(config: Path) -> None:
    config.write_text("[credentials\n")
    done = piped(config, "bmc", "abc")
    assert done.returncode == 78
    assert str(config) in done.stderr


def test_without_the_group_only_the_owner_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refused)
    file = tmp_path / "secret"
    assert write(file, Secret("x"), tmp_path) == 0o600
    assert mode(file) == 0o600


def test_the_agent_takes_what_was_written(config: Path) -> None:
    config.write_text(CONFIG.partition("[credentials.pdu]")[0])
    assert piped(config, "bmc", "pass-of-bmc\n").returncode == 0
    assert load(config).credentials["bmc"].password == Secret("pass-of-bmc")  # type: ignore[union-attr]


def test_a_relative_path_of_conf_d_starts_where_the_agent_lets_it_start(config: Path) -> None:
    (config.parent / "conf.d").mkdir()
    text = '[credentials.rack]\ntype = "snmp-community"\ncommunity = "file:../secrets/rack"\n'
    (config.parent / "conf.d" / "rack.toml").write_text(text)
    config.write_text("")
    assert piped(config, "rack", "of-the-rack\n").returncode == 0
    assert (config.parent / "secrets" / "rack").read_text() == "of-the-rack\n"
    assert load(config).credentials["rack"].community == Secret("of-the-rack")  # type: ignore[union-attr]
