"""What every test shares: peers that may be missing, and how to get them."""

from __future__ import annotations

import os
import shutil

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
    "amtool": "prometheus-alertmanager",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "vmauth": "victoria-metrics",
    "qemu-system-x86_64": "qemu-system-x86",
    "busybox": "busybox-static",
    "cpio": "cpio",
    "depmod": "kmod",
    "setpriv": "util-linux",
}
"""Program → the Debian package that brings it."""


_ELSEWHERE = ("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/nut", "/lib/nut")
"""Where peers lie that are not for every user's PATH."""


def pytest_configure() -> None:
    """Peers stand where Debian's users do not look: what is found there must also run."""
    os.environ["PATH"] = os.pathsep.join((os.environ.get("PATH", os.defpath), *_ELSEWHERE))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("peer"):
        missing = sorted({PACKAGES[name] for name in mark.args if shutil.which(name) is None})
        if not missing:
            continue
        hint = f"real peer missing: apt-get install {' '.join(missing)}"
        if os.environ.get("DCAGENT_REQUIRE_PEERS"):
            pytest.fail(hint, pytrace=False)
        pytest.skip(hint)
