"""The command around a probe: arguments, secrets, the terminal, Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from agent.results import SCHEMA_FILE
from simulators.bmc import SimulatedBmc
from simulators.bmc_vices import BmcVices
from tests.unit.agent.probe_devices import answering, capture, dcagent

DCAGENT = (sys.executable, "-m", "agent.cli.main")
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("10.0.0.17", "--protocol", "telnet"),
        ("10.0.0.17", "--port", "70000"),
        ("10.0.0.17", "--cipher-suite", "0"),
        ("10.0.0.17", "--password", "secret"),
        ("10.0.0.17", "-p", "secret"),
        ("10.0.0.17", "--lang", "de"),
        ("10.0.0.17", "--fail-on", "never"),
        ("10.0.0.17", "-u", "monitor"),
        ("10.0.0.0/24",),
    ],
)
def test_bad_arguments_exit_64(arguments: tuple[str, ...]) -> None:
    ran = dcagent("probe", *arguments)
    assert ran.code == 64
    assert ran.out == ""
    assert ran.err


def test_no_option_takes_a_secret() -> None:
    text = dcagent("probe", "--help").out
    options = set(re.findall(r"--[a-z-]+", text))
    assert {o for o in options if "password" in o or "community" in o or "secret" in o} == {
        "--password-file",
        "--community-file",
        "--auth-password-file",
        "--priv-password-file",
    }
    assert "Example: dcagent probe 10.32.111.40 --user monitor" in text


def test_an_exposed_password_file_is_refused_with_its_fix(tmp_path: Path) -> None:
    path = tmp_path / "pw"
    path.write_text("monitor-pass\n", encoding="utf-8")
    path.chmod(0o644)
    ran = dcagent("probe", "127.0.0.1", "-u", "monitor", "--password-file", str(path))
    assert ran.code == 78
    assert "DCA-CONF-011" in ran.err
    assert f"chmod 640 {path}" in ran.err
    assert "monitor-pass" not in ran.err


def test_json_is_given_even_where_nothing_could_be_asked() -> None:
    ran = dcagent("probe", "10.0.0.17", "-u", "monitor", "--json", "--lang", "zh")
    told = json.loads(ran.out)
    jsonschema.validate(told, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    assert ran.code == told["exit_code"] == 64
    assert told["checks"][0]["code"] == "DCA-AUTH-004"
    assert told["checks"][0]["fix"][0]["command"] == (
        "dcagent probe 10.0.0.17 --user USER --password-file FILE"
    )


def test_a_broken_configuration_exits_78(tmp_path: Path) -> None:
    path = tmp_path / "dcagent.toml"
    path.write_text("[poll]\nintervall = 3\n", encoding="utf-8")
    ran = dcagent("probe", "a01-17", "--config", str(path))
    assert ran.code == 78
    assert 'did you mean "interval"?' in ran.err
    assert "DCA-CONF-003" in ran.err


def test_a_broken_profile_of_the_operators_own_exits_78(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.toml").write_text('[profile]\nnmae = "x"\n', encoding="utf-8")
    path = tmp_path / "dcagent.toml"
    path.write_text('[profiles]\ndirectories = ["mine"]\n', encoding="utf-8")
    ran = dcagent("probe", "127.0.0.1", "--config", str(path))
    assert ran.code == 78
    assert 'did you mean "name"?' in ran.err
    assert "DCA-PROF-002" in ran.err


def test_a_word_that_is_no_host_may_be_a_target_misspelt(tmp_path: Path) -> None:
    path = tmp_path / "dcagent.toml"
    secret = tmp_path / "pw"
    secret.write_text("monitor-pass", encoding="utf-8")
    secret.chmod(0o600)
    path.write_text(
        '[credentials.bmc]\ntype = "ipmi"\nusername = "monitor"\npassword = "file:pw"\n'
        '[[targets]]\nname = "a01-17.invalid"\naddress = "127.0.0.1"\nprotocol = "ipmi"\n'
        'credential = "bmc"\n',
        encoding="utf-8",
    )
    ran = dcagent("probe", "a01-71.invalid", "--config", str(path))
    assert ran.code == 3
    assert "DCA-NET-003" in ran.out
    assert 'did you mean "a01-17.invalid"?' in " ".join(ran.out.split())


def _read_until(master: int, word: str, seconds: float = 20.0) -> str:
    text = ""
    deadline = time.monotonic() + seconds
    while word not in text and time.monotonic() < deadline:
        if select.select([master], [], [], 0.2)[0]:
            try:
                text += os.read(master, 65536).decode()
            except OSError:
                break
    return text


def test_on_a_terminal_it_asks_shows_steps_and_puts_the_header_on_top() -> None:
    simulated = SimulatedBmc(capture("inspur"))
    with answering(simulated) as port:
        pid, master = pty.fork()
        if pid == 0:  # pragma: no cover
            os.chdir(ROOT)
            clean = {k: v for k, v in os.environ.items() if not k.startswith(("DCAGENT_", "LC_"))}
            clean |= {"LANG": "zh_CN.UTF-8", "TERM": "xterm", "PYTHONWARNINGS": "ignore"}
            os.execve(
                sys.executable,
                [*DCAGENT, "probe", f"127.0.0.1:{port}", "-u", "monitor"],
                clean,
            )
        try:
            asked = _read_until(master, "monitor@127.0.0.1: ")
            assert "口令 Password for monitor@127.0.0.1: " in asked
            argv = Path(f"/proc/{pid}/cmdline").read_bytes()
            os.write(master, b"monitor-pass\n")
            text = _read_until(master, "退出码")
            _, status = os.waitpid(pid, 0)
        finally:
            os.close(master)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"monitor-pass" not in argv
    assert "monitor-pass" not in text
    assert "… IPMI 127.0.0.1" in text
    assert "\x1b[32mok  \x1b[0m" in text
    lines_before = text.index("网络")
    inserted = re.search(r"\x1b\[(\d+)F\x1b\[1L", text)
    assert inserted is not None
    assert lines_before < inserted.start()
    assert text.index("NF5280M5 · Inspur · SN 2190******01") > inserted.start()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_probe_closes_its_session_and_says_what_it_has(how: signal.Signals) -> None:
    simulated = SimulatedBmc(capture("inspur"), vices=BmcVices())
    with answering(simulated) as port:
        process = subprocess.Popen(
            [*DCAGENT, "probe", f"127.0.0.1:{port}", "-u", "monitor", "--lang", "en"],
            cwd=ROOT,
            env={**os.environ, "DCAGENT_PASSWORD": "monitor-pass"},
            stdout=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 20
        while simulated.commands < 12 and time.monotonic() < deadline:
            time.sleep(0.001)
        simulated.vices.delay = 0.3  # it is reading sensor records now; it goes on slowly
        process.send_signal(how)
        out, _ = process.communicate(timeout=20)
        assert process.returncode == 130
        assert simulated.sessions.active == 0
    assert "[ok  ] IPMI       suite 17, privilege USER" in out
    assert "interrupted; this is what was found" in out
    assert out.rstrip().endswith("exit 130")
