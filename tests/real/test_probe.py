"""`dcagent probe` as people run it, against peers that are not ours; ipmitool is the witness."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from agent.results import SCHEMA_FILE
from tests.real import ipmi_sim, net_snmp
from tests.real.ipmi_sim import Fleet
from tests.real.test_snmpd import MONITOR

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
IPMI = pytest.mark.peer("ipmi_sim", "ipmitool")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with ipmi_sim.fleet(tmp_path_factory.mktemp("probe"), "127.0.77.1") as running:
        yield running


def dcagent(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DCAGENT_", "LC_", "LANG"))}
    return subprocess.run(
        (sys.executable, "-m", "agent.cli.main", *arguments),
        cwd=ROOT,
        env={**clean, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def ipmitool(fleet: Fleet, *words: str) -> str:
    """What ipmitool says with suite 3, the best that ipmi_sim speaks."""
    return subprocess.run(
        ("ipmitool", "-I", "lanplus", "-C", "3", "-L", "USER", "-H", fleet.addresses[0],
         "-p", str(fleet.port), "-U", "mon", "-E", *words),
        env={**os.environ, "IPMI_PASSWORD": "mon-pass"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout  # fmt: skip


@IPMI
def test_a_bmc_is_read_whole_and_agrees_with_ipmitool(fleet: Fleet) -> None:
    where = f"{fleet.addresses[0]}:{fleet.port}"
    ran = dcagent("probe", where, "-u", "mon", "--json", DCAGENT_PASSWORD="mon-pass")
    told = json.loads(ran.stdout)
    jsonschema.validate(told, SCHEMA)
    assert ran.stderr == ""
    session = next(check for check in told["checks"] if check["id"] == "ipmi.session")
    assert session["evidence"].startswith("suite 3, privilege USER")
    ours = {
        reading["name"]: reading
        for reading in told["readings"]
        if reading.get("name") and reading["unit"] in ("Cel", "V", "rpm", "W", "A")
    }
    compared = 0
    for line in ipmitool(fleet, "sdr", "elist", "full").splitlines():
        name, _, _, _, text = (part.strip() for part in line.split("|"))
        found = re.match(r"(-?[\d.]+) (degrees C|Volts|RPM|Watts|Amps)$", text)
        if name not in ours:
            continue
        if found:
            places = len(found[1].partition(".")[2])
            assert ours[name]["value"] == pytest.approx(float(found[1]), abs=0.51 * 10**-places)
            compared += 1
        elif text in ("No Reading", "Disabled"):
            assert ours[name]["value"] is None
            assert ours[name]["reason"]
    assert compared >= 30


@IPMI
@pytest.mark.parametrize(
    ("arguments", "password", "code", "page"),
    [
        (("-u", "nobody"), "mon-pass", 2, "DCA-IPMI-003"),
        (("-u", "mon"), "not-that-one", 2, "DCA-IPMI-004"),
        (("-u", "mon", "--cipher-suite", "17"), "mon-pass", 2, "DCA-IPMI-005"),
    ],
)
def test_what_a_real_peer_refuses_has_its_page(
    fleet: Fleet, arguments: tuple[str, ...], password: str, code: int, page: str
) -> None:
    where = f"{fleet.addresses[0]}:{fleet.port}"
    ran = dcagent("probe", where, *arguments, "--lang", "zh", DCAGENT_PASSWORD=password)
    assert (ran.returncode, ran.stderr) == (code, "")
    assert page in ran.stdout
    assert "原因" in ran.stdout
    assert password not in ran.stdout


@IPMI
def test_a_fix_that_we_print_is_understood_by_ipmitool(fleet: Fleet) -> None:
    """The reading half of the commands in the catalogue, as the words stand there."""
    from agent.diagnosis import catalogue

    printed = {fix.command for entry in catalogue().values() for fix in entry.fixes if fix.command}
    for command in ("user list 1", "lan print 1", "sdr elist", "sdr info", "mc info",
                    "channel info 1", "session info active", "channel getaccess 1"):  # fmt: skip
        assert any(f"ipmitool {command}" in line or command in line for line in printed), command
    assert "Device ID" in ipmitool(fleet, "mc", "info")
    assert "Record Count" in ipmitool(fleet, "sdr", "info")
    assert ipmitool(fleet, "session", "info", "active")


@pytest.fixture(scope="module")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """net-snmp's agent: a port on which it answers."""
    settings = ("sysObjectID 1.3.6.1.4.1.99999.7", "rocommunity lab-read")
    directory = tmp_path_factory.mktemp("snmpd")
    with net_snmp.snmpd(directory, (*settings, *net_snmp.users([MONITOR]))) as port:
        yield port


V3 = ("--auth-protocol", "sha256", "--priv-protocol", "aes")


@pytest.mark.peer("snmpd")
@pytest.mark.parametrize(
    ("arguments", "auth", "priv", "page"),
    [
        (("-u", "monitor", *V3), "auth-pass", "priv-pass", "DCA-PROF-021"),
        (("-u", "nobody", *V3), "auth-pass", "priv-pass", "DCA-SNMP-003"),
        (("-u", "monitor", *V3), "not-the-one", "priv-pass", "DCA-SNMP-004"),
        (("-u", "monitor", *V3), "auth-pass", "not-the-one", "DCA-SNMP-005"),
        (("-u", "monitor", *V3[:2]), "auth-pass", "", "DCA-SNMP-006"),
    ],
)
def test_what_snmpd_refuses_has_its_page(
    snmpd: int, arguments: tuple[str, ...], auth: str, priv: str, page: str
) -> None:
    words = {"DCAGENT_AUTH_PASSWORD": auth, "DCAGENT_PRIV_PASSWORD": priv}
    ran = dcagent("probe", f"127.0.0.1:{snmpd}", *arguments, "--json", **words)
    told = json.loads(ran.stdout)
    jsonschema.validate(told, SCHEMA)
    assert ran.returncode == 2
    assert [c["code"] for c in told["checks"] if c["status"] == "fail"] == [page]


@pytest.mark.peer("snmpd")
def test_snmpd_is_silent_to_a_wrong_community(snmpd: int) -> None:
    quick = ("--timeout", "0.3", "--retries", "0")
    ran = dcagent("probe", f"127.0.0.1:{snmpd}", *quick, DCAGENT_COMMUNITY="not-this-one")
    assert ran.returncode == 2
    assert "DCA-SNMP-001" in ran.stdout
    assert "not-this-one" not in ran.stdout


def test_a_host_that_nobody_knows_cannot_be_decided() -> None:
    ran = dcagent("probe", "no-such-host.invalid", "--json")
    told = json.loads(ran.stdout)
    jsonschema.validate(told, SCHEMA)
    assert ran.returncode == 3
    assert told["status"] == "unknown"
    assert told["checks"][0]["code"] == "DCA-NET-003"
