"""What every test shares: peers that may be missing, and how to get them."""

from __future__ import annotations

import os
import shutil

import pytest

PACKAGES = {
    "ipmi_sim": "openipmi",
    "ipmitool": "ipmitool",
    "lscpu": "util-linux",
    "ipmi-sensors": "freeipmi-tools",
    "snmpd": "snmpd",
    "snmpbulkwalk": "snmp",
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "victoria-metrics": "victoria-metrics",
    "vmalert": "victoria-metrics",
    "qemu-system-x86_64": "qemu-system-x86",
    "busybox": "busybox-static",
    "cpio": "cpio",
    "depmod": "kmod",
    "setpriv": "util-linux",
}
"""Program → the Debian package that brings it."""


def _found(program: str) -> bool:
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    return shutil.which(program, path=path) is not None


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("peer"):
        missing = sorted({PACKAGES[name] for name in mark.args if not _found(name)})
        if not missing:
            continue
        hint = f"real peer missing: apt-get install {' '.join(missing)}"
        if os.environ.get("DCAGENT_REQUIRE_PEERS"):
            pytest.fail(hint, pytrace=False)
        pytest.skip(hint)
