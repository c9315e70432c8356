"""`dcagent probe --record` and `--replay`, `dcagent capture`, as typed."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hw_profiles.capture import read, render
from simulators.bmc import SimulatedBmc
from simulators.bmc_vices import BmcVices
from simulators.snmp_agent import SimulatedAgent
from tests.unit.agent.probe_devices import answering, capture, dcagent

POLLED = 200
"""More requests than a poll needs; those beyond are the recording's."""
SERIAL = "2102312AAA10K0000001"


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def table(out: str) -> list[str]:
    """The readings as shown."""
    lines = out.splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("  reading"))
    return lines[begin:-1]


def test_a_bmc_is_recorded_and_replayed_to_the_same_screen(tmp_path: Path) -> None:
    file = tmp_path / "h.capture"
    with answering(SimulatedBmc(capture("huawei-ibmc"))) as port:
        words = ("probe", f"127.0.0.1:{port}", "-u", "monitor", "--all", "--record", str(file))
        live = dcagent(*words, DCAGENT_PASSWORD="monitor-pass")
    assert live.code == 0, live.out + live.err
    assert re.search(r"\[ok  \] capture +236 answers", live.out)
    assert mode(file) == mode(file.with_name("h.capture.map")) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["h.capture", "h.capture.map"]
    text = file.read_text()
    for secret in (SERIAL, SERIAL.encode().hex(), "monitor-pass", "127.0.0.1", "00e0fc5a0001"):
        assert secret not in text
    assert SERIAL in file.with_name("h.capture.map").read_text()
    assert "monitor-pass" not in file.with_name("h.capture.map").read_text()
    header = read(file).header
    assert header["device"] == "Huawei TaiShan 200 (Model 2280), 6.70"
    assert (header["origin"], header["profile"]) == ("device", "huawei-ibmc")
    assert header["redacted"] == "4 serial numbers, 1 hardware addresses, 1 UUIDs replaced"
    replayed = dcagent("probe", "--replay", str(file), "--all")
    assert replayed.code == 0
    assert table(replayed.out) == table(live.out)


def test_an_agent_is_recorded_and_replayed_as_json(tmp_path: Path) -> None:
    file = tmp_path / "a.capture"
    with answering(SimulatedAgent(capture("apc-rpdu2"), ("s3cret-word",))) as port:
        words = ("probe", f"127.0.0.1:{port}", "--json", "--record", str(file))
        live = dcagent(*words, DCAGENT_COMMUNITY="s3cret-word")
    assert live.code == 0, live.out + live.err
    assert len(read(file).objects) == 408
    assert "s3cret-word" not in file.read_text() + file.with_name("a.capture.map").read_text()
    told, again = json.loads(live.out), dcagent("probe", "--replay", str(file), "--json")
    assert "snmp.record" in {check["id"] for check in told["checks"]}

    def values(document: dict[str, list[dict[str, object]]]) -> list[object]:
        return [reading["value"] for reading in document["readings"]]

    assert values(json.loads(again.out)) == values(told)
    assert len(values(told)) > 100


def test_a_recording_that_is_interrupted_goes_on(tmp_path: Path) -> None:
    file, secret = tmp_path / "h.capture", tmp_path / "password"
    secret.write_text("monitor-pass")
    secret.chmod(0o600)
    bmc = SimulatedBmc(capture("huawei-ibmc"), vices=BmcVices(delay=0.005))
    with answering(bmc) as port:
        words = ["probe", f"127.0.0.1:{port}", "-u", "monitor", "--password-file", str(secret)]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        program = "import sys; from agent.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", program, *words, "--record", str(file)]
        process = subprocess.Popen(
            [*command, "--pause", "0.03"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        begun = time.monotonic()
        while bmc.commands < POLLED + 60 and time.monotonic() - begun < 30:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 130, out + err
        part = tmp_path / "h.capture.part"
        assert "DCA-CAP-001" in out
        assert mode(part) == 0o600
        assert not file.exists()
        assert "monitor-pass" not in part.read_text()
        heard = len(read(part).exchanges)
        assert 0 < heard < 236
        other = dcagent(
            "probe", "127.0.0.2", "-u", "x", "--record", str(file), DCAGENT_PASSWORD="y"
        )
        assert (other.code, "of 127.0.0.1: remove it" in other.err) == (64, True)
        done = dcagent(*words, "--record", str(file))
    assert done.code == 0, done.out
    assert not part.exists()
    whole = tmp_path / "whole.capture"
    with answering(SimulatedBmc(capture("huawei-ibmc"))) as port:
        words = ["probe", f"127.0.0.1:{port}", "-u", "monitor", "--password-file", str(secret)]
        dcagent(*words, "--record", str(whole))
    assert file.read_text() == whole.read_text()


def test_a_device_that_is_not_there_leaves_no_file(tmp_path: Path) -> None:
    file = tmp_path / "x.capture"
    words = ("probe", "127.0.0.1:9", "-u", "m", "--timeout", "0.2", "--retries", "0")
    ran = dcagent(*words, "--record", str(file), DCAGENT_PASSWORD="y")
    assert ran.code in (2, 3)
    assert "no session to record from" in ran.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("probe", "10.0.0.1", "--replay", "x"), "give no address"),
        (("probe", "--replay", "/nonexistent"), "there is no file"),
        (("probe", "10.0.0.1", "-u", "m", "--record", "/nonexistent/x"), "there is no folder"),
        (("capture", "show", "/nonexistent"), "there is no file"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], said: str) -> None:
    ran = dcagent(*words, DCAGENT_PASSWORD="y")
    assert ran.code == 64
    assert said in ran.err


def test_a_text_dump_is_shown_replayed_and_simulated(tmp_path: Path) -> None:
    file = tmp_path / "elist.txt"
    file.write_text("Inlet Temp       | 01h | ok  | 55.1 | 24 degrees C\n")
    shown = dcagent("capture", "show", str(file), "--json")
    told = json.loads(shown.out)
    assert told["counts"] == {"snmp": 0, "ipmi": 3, "sdr": 1, "readings": 1, "fru": 0, "sel": 0}
    assert told["match"]["profile"] == "generic-ipmi"
    assert told["redacted"] is False
    replayed = dcagent("probe", "--replay", str(file), "--all")
    assert re.search(r"air_inlet.temperature_celsius Inlet Temp +24 °C", replayed.out)
    with answering(SimulatedBmc(read(file))) as port:
        words = ("probe", f"127.0.0.1:{port}", "-u", "monitor", "--all")
        live = dcagent(*words, DCAGENT_PASSWORD="monitor-pass")
    assert re.search(r"air_inlet.temperature_celsius Inlet Temp +24 °C", live.out)
    file.write_text("Inlet Temp       | 01h | ok  | 24 degrees C\n")
    broken = dcagent("capture", "show", str(file))
    assert broken.code == 78
    assert f"{file}:1 " in broken.err
    assert "DCA-CAP-003" in broken.err


def test_a_foreign_walk_is_redacted_into_another_file_once(tmp_path: Path) -> None:
    walk, out = tmp_path / "walk.snmprec", tmp_path / "shared.capture"
    walk.write_text(
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.318.1.3.4.6\n"
        "1.3.6.1.2.1.1.5.0|4|pdu-rack07\n"
        "1.3.6.1.4.1.318.1.1.26.2.1.9.1|4|ZA1234567890\n"
        "1.3.6.1.4.1.318.1.1.26.4.3.1.5.1|2|27\n"
    )
    before = walk.read_text()
    ran = dcagent("capture", "redact", str(walk), "--out", str(out))
    assert ran.code == 0, ran.err
    assert walk.read_text() == before
    text = out.read_text()
    assert "pdu-rack07" not in text
    assert "ZA1234567890" not in text
    assert "|2|27\n" in text
    assert mode(out) == 0o600
    again = dcagent("capture", "redact", str(out))
    assert "nothing changed" in again.out
    assert out.read_text() == text
    shown = dcagent("capture", "show", str(out), "--lang", "en")
    assert "1 serial numbers, 1 names replaced" in shown.out
    assert render(read(out)) == text
