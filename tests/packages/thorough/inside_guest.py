"""Runs in the guest, under its own systemd: installs, starts, breaks, upgrades, removes.

`python3 inside_guest.py OLDER NEWER OUT` leaves result.json in the folder OUT.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

CONFIGURATION = Path("/etc/dcagent/dcagent.toml")
PAGE = ("curl", "-s", "--max-time", "5", "http://127.0.0.1:9824/metrics")
UNIT = "dcagent.service"

Json = dict[str, object]


def sh(*command: str) -> str:
    """What a program says, whatever it ends with."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout


def shown(name: str) -> str:
    """A property of the unit."""
    return sh("systemctl", "show", "-P", name, UNIT).strip()


def state() -> str:
    """active, inactive, failed, …"""
    return sh("systemctl", "is-active", UNIT).strip()


def until(true: Callable[[], object], seconds: float = 300) -> float:
    """Seconds until something is true; -1 where it never is. An emulated processor is slow."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        if true():
            return time.monotonic() - began
        time.sleep(0.3)
    return -1.0


def served(words: str) -> Callable[[], bool]:
    """Whether the page holds a line that begins so."""
    return lambda: re.search(f"^{words}", sh(*PAGE), re.MULTILINE) is not None


def first_watt(older: str) -> Json:
    """From a machine that knows nothing of dcagent to its power."""
    sh("modprobe", "-r", "ipmi_devintf")  # few kernels load it by themselves
    seen: Json = {"devices before": sorted(map(str, Path("/dev").glob("ipmi*")))}
    seen["installed"] = sh("dpkg", "-i", older)
    seen["enabled"] = sh("systemctl", "is-enabled", UNIT).strip(), state()
    began = time.monotonic()
    seen["enable"] = sh("systemctl", "enable", "--now", "dcagent")
    until(served("dcagent_node_power_watts"))
    seen["seconds"] = time.monotonic() - began
    seen["page"] = sh(*PAGE)
    seen["device"] = sh("stat", "-c", "%A %U %G", "/dev/ipmi0").strip()
    seen["ipmitool"] = sh("ipmitool", "dcmi", "power", "reading")
    seen["doctor"] = sh("dcagent", "doctor", "--json", "--lang", "en")
    return seen


def confined() -> Json:
    """What the running service may do."""
    status = Path("/proc", shown("MainPID"), "status").read_text(encoding="ascii")
    group = shown("ControlGroup")
    limit = Path("/sys/fs/cgroup" + group, "memory.max").read_text(encoding="ascii").strip()
    told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    names = ("Uid", "Gid", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp")
    return {
        **{name: told[name].split()[0] for name in names},
        "user": sh("id", "-u", "dcagent").strip(),
        "limit": limit,
        "resident": int(told["VmRSS"].split()[0]),
        "score": sh("systemd-analyze", "security", UNIT).splitlines()[-1],
        "log": sh("journalctl", "-u", UNIT, "-o", "cat"),
    }


def reloaded() -> Json:
    """A good change is taken, a broken file is refused and the old one goes on."""
    seen: Json = {}
    pid = shown("MainPID")
    text = CONFIGURATION.read_text(encoding="utf-8")
    CONFIGURATION.write_text(text.replace("#site =", "site ="), encoding="utf-8")
    sh("systemctl", "reload", "dcagent")
    seen["taken"] = until(served('dcagent_node_power_watts{.*site="dc1"'))
    CONFIGURATION.write_text(text + "\nintervall = 3\n", encoding="utf-8")
    sh("systemctl", "reload", "dcagent")
    seen["refused"] = until(served("dcagent_config_last_reload_successful 0"))
    seen["goes on"] = served('dcagent_node_power_watts{.*site="dc1"')()
    seen["told"] = shown("StatusText")
    seen["restart"] = sh("sh", "-c", "systemctl restart dcagent; echo $?").split()[-1]
    seen["broken start"] = until(lambda: state() == "failed")
    time.sleep(8)
    seen["still"] = state(), shown("NRestarts"), shown("ExecMainStatus")
    seen["errors"] = sh("journalctl", "-u", UNIT, "-p", "err", "-o", "cat", "-g", "not reloaded")
    CONFIGURATION.write_text(text, encoding="utf-8")
    sh("systemctl", "restart", "dcagent")
    seen["mended"] = until(served("dcagent_node_power_watts"))
    seen["same process"] = pid == shown("MainPID")
    return seen


def killed() -> Json:
    """kill -9, and more memory than is allowed: it comes back by itself."""
    seen: Json = {}
    pid = shown("MainPID")
    os.kill(int(pid), signal.SIGKILL)
    seen["restarted"] = until(lambda: shown("MainPID") not in (pid, "0"))
    seen["serving"] = until(served("dcagent_node_power_watts"))
    seen["energy"] = served("dcagent_node_energy_joules_total")()
    pid = shown("MainPID")
    sh("systemctl", "set-property", "--runtime", UNIT, "MemoryMax=12M", "MemorySwapMax=0")
    seen["stopped"] = until(lambda: shown("MainPID") != pid)
    seen["why"] = sh("journalctl", "-u", UNIT, "-o", "cat", "-n", "40")
    sh("systemctl", "set-property", "--runtime", UNIT, "MemoryMax=512M")
    sh("systemctl", "reset-failed", UNIT)
    seen["back"] = until(served("dcagent_node_power_watts"))
    seen["state"] = state()
    return seen


def replaced(older: str, newer: str) -> Json:
    """An upgrade restarts a service that runs, and leaves one that is stopped alone."""
    seen: Json = {}
    pid = shown("MainPID")
    seen["upgraded"] = sh("dpkg", "--force-confold", "-i", newer)
    seen["newer"] = until(served('dcagent_build_info{.*version="0.1.0"'))
    seen["restarted"] = shown("MainPID") != pid
    sh("systemctl", "stop", UNIT)
    sh("dpkg", "--force-confold", "-i", older)
    seen["stopped"] = state(), sh("systemctl", "is-enabled", UNIT).strip()
    sh("systemctl", "start", UNIT)
    seen["older"] = until(served('dcagent_build_info{.*version="0.0.9"'))
    return seen


def at_rest() -> Json:
    """What the service takes after two minutes."""
    time.sleep(60)
    status = Path("/proc", shown("MainPID"), "status").read_text(encoding="ascii")
    resident = re.search(r"VmRSS:\s+(\d+)", status)
    return {"resident": int(resident[1]) if resident else 0}


def running() -> list[str]:
    """Command lines of all processes of our user."""
    user = sh("id", "-u", "dcagent").strip()
    found = [p for p in Path("/proc").glob("[0-9]*") if str(p.stat().st_uid) == user]
    return [(p / "cmdline").read_text(encoding="utf-8") for p in found]


def removed() -> Json:
    """Nothing runs any more; nothing starts at the next boot; nothing is left after a purge."""
    seen: Json = {"removed": sh("dpkg", "-r", "dcagent")}
    seen["state"] = state(), sh("systemctl", "is-enabled", UNIT).strip()
    seen["processes"] = running()
    seen["configuration"] = CONFIGURATION.exists()
    seen["purged"] = sh("dpkg", "-P", "dcagent")
    seen["left"] = sh("find", "/etc", "/usr", "/var", "-xdev", "-name", "*dcagent*").split()
    return seen


def main(older: str, newer: str, out: Path) -> None:
    """All of it, in the order of a life; what went wrong is told too."""
    result: Json = {}
    steps: dict[str, Callable[[], Json]] = {
        "first watt": lambda: first_watt(older),
        "confined": confined,
        "reloaded": reloaded,
        "killed": killed,
        "replaced": lambda: replaced(older, newer),
        "at rest": at_rest,
        "removed": removed,
    }
    for name, step in steps.items():
        began = time.monotonic()
        try:
            result[name] = step()
        except Exception:  # noqa: BLE001  # the host is told, and the next step is tried
            result[name] = {"broken": traceback.format_exc()}
        print(name, f"{time.monotonic() - began:.0f} s", flush=True)
        (out / "result.json").write_text(json.dumps(result), encoding="utf-8")
    (out / "journal").write_text(sh("journalctl", "-b", "--no-pager"), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
