"""`dcagent doctor` on trees of many hosts: whole texts in both languages, exit codes, JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from agent.cli.doctor import Manner, run
from agent.doctor.discipline import Discipline
from agent.doctor.files import Account
from agent.doctor.surroundings import Space
from agent.results import SCHEMA_FILE
from tests.unit.agent.doctor_hosts import (
    SERVER_17,
    SERVER_18,
    Host,
    machine,
    metrics,
    page,
    served,
    status,
    steady,
)

GOLDEN = Path(__file__).parent / "doctor_texts"
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Case:
    """A host, what the shell is told of it, and what its agent answers."""

    host: Callable[[Path], Host]
    code: int
    answer: Callable[[str], tuple[int, str]] | None = None


def kunpeng(root: Path) -> Host:
    """All is well, and RAPL is not to be had."""
    return (
        machine("kunpeng", root, "aarch64")
        .installed()
        .with_bmc()
        .running()
        .configured(SERVER_17, SERVER_18)
    )


def hygon(root: Path) -> Host:
    """Installed, never started; nothing was given to the service's user."""
    host = machine("hygon", root).installed(kernel="5.10.0-216.oe2203").with_bmc(0o600)
    for package in (0, 1):
        (root / f"sys/class/powercap/intel-rapl:{package}/energy_uj").chmod(0o400)
    return host.configured(SERVER_17)


def old_hygon(root: Path) -> Host:
    """The same with a kernel that has no RAPL for it; no agent, no BMC driver."""
    machine("hygon", root)
    for entry in (root / "sys/class/powercap").iterdir():
        entry.rename(entry.with_name(f"gone-{entry.name}"))
    host = Host(root).put("/sys/firmware/dmi/entries/38-0/type", "38\n")
    return host.put("/proc/sys/kernel/osrelease", "4.19.90-52.ky10.x86_64\n")


def inspur(root: Path) -> Host:
    """A power meter; a credential refused, one target dead, and Prometheus has gone."""
    host = machine("inspur", root).installed().with_bmc().running(3 * 3600 + 300)
    return host.configured(
        SERVER_17, SERVER_18, SERVER_18.replace("18", "19").replace("9.8", "9.9")
    )


REFUSED = page(
    status("srv-17", 0, "wrong_password", locked=1, age=2400),
    status("srv-18", 0, "locked", locked=1, age=2400),
    status("srv-19", 0, "no_answer", age=130),
    'dcagent_credential_locked{credential="idc-b"} 1.0',
    targets=3,
    scraped=41 * 60,
)


def container(root: Path) -> Host:
    """The image's own idea of a host; the configuration is mounted."""
    return Host(root).put("/.dockerenv").put("/etc/os-release", 'PRETTY_NAME="Debian 12"\n')


def guest(root: Path) -> Host:
    """A virtual machine on whose clock nobody ever looked."""
    host = Host(root, {"now": 86400.0 * 5, "discipline": lambda: Discipline(False)})
    host.put(
        "/proc/cpuinfo", "processor : 0\nmodel name : QEMU Virtual CPU\nflags : fpu hypervisor\n"
    )
    return host.put("/sys/class/dmi/id/sys_vendor", "QEMU\n")


def drifting(root: Path) -> Host:
    host = machine("loongson", root, "loongarch64")
    host.around["discipline"] = lambda: Discipline(False)
    return host


BROKEN = """\
[web]
lisen = ["127.0.0.1:9824"]
[poll]
intervall = 15
[credentials.idc-b]
type = "ipmi"
username = "monitor"
password = "file:open"
"""


def mistaken(root: Path) -> Host:
    """A configuration with mistakes of two kinds, and a secret that all may read."""
    host = machine("phytium", root, "aarch64").installed().running().configured(head=BROKEN)
    return host.put("/etc/dcagent/open", "monitor-pass\n", 0o644)


def closed(root: Path) -> Host:
    """A user who may not read the configuration; the agent answers none the less."""
    host = kunpeng(root)
    host.around["me"] = Account("", 4243, frozenset({999_999}))
    return host


def elsewhere(root: Path) -> Host:
    """Secrets that only the service is given."""
    host = machine("kunpeng", root, "aarch64").installed().with_bmc().running()
    text = BROKEN.replace("lisen", "listen").replace("intervall", "interval")
    return host.configured(head=text.replace("file:open", "env:BMC_PASSWORD"))


def cards(root: Path) -> Host:
    """Accelerators: one vendor without its tool, one whose device is closed, one in order."""
    host = machine("kunpeng", root, "aarch64").installed()
    for number, (vendor, device, kind) in enumerate(
        (
            ("0x19e5", "0xd802", "0x120000"),
            ("0x19e5", "0xd802", "0x120000"),
            ("0x10de", "0x20b5", "0x030200"),
            ("0xcabc", "0x0370", "0x120000"),
            ("0x19e5", "0x1711", "0x030000"),
        )
    ):
        here = f"/sys/bus/pci/devices/0000:0{number}:00.0"
        host.put(f"{here}/vendor", vendor).put(f"{here}/device", device).put(f"{here}/class", kind)
    host.put("/usr/bin/nvidia-smi", mode=0o755).put("/dev/nvidiactl", mode=0o600)
    return host.put("/usr/bin/cnmon", mode=0o755)


def forgetful(root: Path) -> Host:
    """A processor without a trusted figure, and no directory for what must outlive the agent."""
    host = machine("phytium", root, "aarch64").installed().running().configured(SERVER_17)
    told = (root / "proc/cpuinfo").read_text(encoding="utf-8")
    host.put("/proc/cpuinfo", told.replace("0x663", "0x862"))
    (root / "sys/firmware/dmi/tables/DMI").unlink()
    (root / "var/lib/dcagent").rmdir()
    return host


def cramped(root: Path) -> Host:
    """No room, no leave, a firewall, and a reload that failed."""
    host = kunpeng(root)
    host.around["space"] = lambda path: Space(20 << 20, 1 << 30, 5_000)
    text = (root / "etc/dcagent/dcagent.toml").read_text(encoding="utf-8")
    listen = text.replace('"127.0.0.1:9824"]', '"0.0.0.0:9824"]\ninsecure = true')
    host.put("/etc/dcagent/dcagent.toml", listen, 0o640)
    (root / "var/lib/dcagent").chmod(0o700)
    host.put("/proc/612/comm", "firewalld\n")
    return host.put("/etc/firewalld/zones/public.xml", '<zone><service name="ssh"/></zone>')


GOOD = page(status("srv-17"), status("srv-18", age=3.0))
CASES: dict[str, Case] = {
    "kunpeng": Case(kunpeng, 0, metrics(GOOD)),
    "hygon-stopped": Case(hygon, 2),
    "hygon-old-kernel": Case(old_hygon, 1),
    "inspur-refused": Case(inspur, 2, metrics(REFUSED)),
    "container": Case(container, 0),
    "guest-clock-wrong": Case(guest, 2),
    "loongson-clock-unkept": Case(drifting, 1),
    "mistaken": Case(mistaken, 78, metrics(page(targets=0))),
    "closed": Case(closed, 3, metrics(GOOD)),
    "secret-elsewhere": Case(elsewhere, 3, metrics(page(targets=0))),
    "forgetful": Case(forgetful, 1, metrics(page(status("srv-17"), targets=1))),
    "silent": Case(kunpeng, 2),
    "stranger": Case(kunpeng, 2, lambda path: (200, "node_load1 0.5\n")),
    "accelerators": Case(cards, 2),
    "cramped": Case(
        cramped,
        2,
        metrics(page(status("srv-17"), status("srv-18"), files=900, reloaded=0, scraped=None)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_doctor_says(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    host = case.host(tmp_path)
    told = []
    with served(case.answer) as url:
        around = host.surroundings(url)
        for lang in ("zh", "en"):
            assert run(around, Manner(lang)) == case.code
            told.append(steady(capsys.readouterr().out, url))
        assert run(around, Manner("en", as_json=True)) == case.code
        document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert (document["command"], document["subject"]) == ("doctor", {"kind": "agent"})
    assert document["exit_code"] == case.code
    assert "monitor-pass" not in json.dumps(document) + "".join(told)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("DCAGENT_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(told), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "\n".join(told)
