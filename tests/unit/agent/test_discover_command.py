"""The command around a search: JSON, bad arguments, Ctrl-C, the terminal."""

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
from tests.unit.agent.discover_site import bmc, discover, options, site, small_site
from tests.unit.agent.probe_devices import dcagent

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def test_nothing_answers_exits_3_and_says_what_it_may_be() -> None:
    with site("127.42.9") as where:
        ran = discover(where, "127.42.9.0/30", "--lang", "zh")
    assert ran.code == 3
    assert "2 个地址都没有应答" in ran.out
    assert "DCA-DISC-002" in ran.out
    assert ran.out.rstrip().endswith("退出码 3")
    assert not re.search(r"\b(found|addresses|cause)\b", ran.out)


def test_what_this_host_cannot_send_is_said_to_be_its_own_trouble() -> None:
    with site("127.42.14") as where:
        ran = discover(where, "127.255.255.255")  # a broadcast address takes a right of its own
    assert ran.code == 3
    assert "1 could not be asked: 127.255.255.255: Permission denied" in " ".join(
        ran.out.replace("DCA-NET-004", "").split()
    )
    assert "more: dcagent explain DCA-NET-004" in ran.out


def test_json_holds_what_the_schema_promises(tmp_path: Path) -> None:
    out = tmp_path / "i.toml"
    with site("127.42.10", *small_site()) as where:
        ran = discover(where, "127.42.10.0/29", "--json", "--out", str(out))
    told = json.loads(ran.out)
    jsonschema.validate(told, SCHEMA)
    assert told["subject"] == {"kind": "subnet", "address": "127.42.10.0/29"}
    assert (told["command"], told["status"], told["exit_code"]) == ("discover", "ok", 0)
    checks = {check["title"]: check for check in told["checks"]}
    assert checks["127.42.10.2"]["id"] == "discover.new"
    assert checks["127.42.10.2"]["evidence"] == (
        "Huawei BMC · huawei-ibmc · IPMI 2.0 · SNMPv3 engine 2011"
    )
    assert checks["127.42.10.5"]["status"] == "skip"
    assert told["artifacts"][0]["path"] == str(out)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("10.0.0.0/15",), 64, "DCA-DISC-001"),
        (("bmc-17",), 64, "neither an address nor a range"),
        (("10.0.0.1", "--out", "x.xlsx"), 64, "neither .toml nor .csv"),
        (("10.0.0.1", "--out", "/not/there/x.toml"), 64, "DCA-DISC-004"),
        (("10.0.0.1", "--known", "/not/there.csv"), 78, "DCA-DISC-004"),
        (("10.0.0.1", "--config", "/not/there.toml"), 78, "cannot be read"),
        (("10.0.0.1", "--password-file", "/not/there"), 64, "needs --user"),
        (("10.0.0.1", "--user", "monitor"), 64, "DCA-AUTH-004"),
        (("10.0.0.1", "--rate", "0"), 64, "--rate"),
        ((), 64, "CIDR"),
    ],
)
def test_bad_arguments_are_refused_before_anybody_is_asked(
    words: tuple[str, ...], code: int, said: str
) -> None:
    ran = dcagent("discover", *words, "--lang", "en") if words else dcagent("discover")
    assert ran.code == code
    assert ran.out == ""
    assert said in ran.err


def test_a_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "mine.csv"
    out.write_text("n1,10.0.0.1\n", encoding="utf-8")
    ran = dcagent("discover", "127.42.11.1", "--out", str(out), "--json")
    assert ran.code == 78
    told = json.loads(ran.out)
    jsonschema.validate(told, SCHEMA)
    assert told["checks"][0]["code"] == "DCA-DISC-004"
    assert out.read_text(encoding="utf-8") == "n1,10.0.0.1\n"


def test_help_has_an_example() -> None:
    text = dcagent("discover", "--help").out
    assert "Example: dcagent discover 10.32.8.0/23 --out inventory.toml" in text


ENV = {k: v for k, v in os.environ.items() if not k.startswith(("DCAGENT_", "LC_", "LANG"))}


def test_an_interrupted_search_writes_and_tells_what_it_has(tmp_path: Path) -> None:
    out = tmp_path / "i.toml"
    first = bmc()
    with site("127.42.12", (first, 1, "ipmi")) as where:
        process = subprocess.Popen(
            [sys.executable, "-m", "agent.cli.main", "discover", "127.42.12.0/24", "--rate", "20",
             "--out", str(out), "--lang", "en", *options(where)],
            cwd=ROOT, env=ENV, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 20
        while not first.received and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted; this is what was found" in told
    assert "1 found, 0 already known, 1 new" in told
    assert 'address = "127.42.12.1"' in out.read_text(encoding="utf-8")


def test_on_a_terminal_it_shows_how_far_it_is(tmp_path: Path) -> None:
    with site("127.42.13", (bmc(), 1, "ipmi")) as where:
        pid, master = pty.fork()
        if pid == 0:  # pragma: no cover
            os.chdir(ROOT)
            command = [sys.executable, "-m", "agent.cli.main", "discover", "127.42.13.0/27",
                       "--rate", "80", *options(where)]  # fmt: skip
            os.execve(sys.executable, command,
                      {**ENV, "LANG": "zh_CN.UTF-8", "TERM": "xterm"})  # fmt: skip
        text, deadline = "", time.monotonic() + 30
        while "退出码" not in text and time.monotonic() < deadline:
            if select.select([master], [], [], 0.2)[0]:
                text += os.read(master, 65536).decode()
        os.waitpid(pid, 0)
        os.close(master)
    assert re.search(r"… 已问 \d+/150 · 找到 \d 台 · 约剩 \d s", text)
    assert "\x1b[1m 30 个地址" in text
