"""The deb in a Debian 12 root without a network: its whole life, as an operator leads it."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.packages import roots
from tests.packages.conftest import BEFORE, Built
from tests.packages.served import SERVED

pytestmark = [pytest.mark.peer(*roots.PEERS, root=True), pytest.mark.timeout(600)]

CONFIGURATION = "/etc/dcagent/dcagent.toml"
OWN = "#interval of our own\n"
NEXT = """\
dcagent: start it, read this machine:  systemctl enable --now dcagent; \
curl -s http://127.0.0.1:9824/metrics
dcagent: add BMCs and PDUs:            /etc/dcagent/dcagent.toml, samples in \
/usr/share/dcagent/examples; dcagent config check
dcagent: what is amiss, how to fix it: dcagent doctor
"""
_OWNERS = "stat -c '%A %U %G %n' /etc/dcagent /etc/dcagent/* /var/lib/dcagent /var/cache/dcagent"
_LEFT = "find / -xdev -path /proc -prune -o -name '*dcagent*' -print | grep -v ^/srv || true"

Json = Mapping[str, Any]


@pytest.fixture(scope="module")
def life(built: Built, before: Built, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """What was seen from the first installation to the purge."""
    root = roots.copy(roots.PLAIN, tmp_path_factory.mktemp("debian") / "root")
    older, newer = root.take(before.deb, built.deb)
    seen: dict[str, Any] = {}
    began, used = time.monotonic(), children()
    seen["installed"] = root.run("dpkg", "-i", older).out
    seen["seconds"], seen["worked"] = time.monotonic() - began, children() - used
    seen["owners"] = root.sh(_OWNERS)
    seen["version"] = root.run("dcagent", "--version").out
    seen["start"] = [started(root) for _ in range(5)]
    seen["compiled"] = root.sh("find /usr/lib/dcagent -name '*.pyc' | wc -l")
    seen["check"] = root.run("dcagent", "config", "check").out
    seen["served"] = json.loads(root.python(SERVED))
    root.sh(
        f"echo '{OWN.strip()}' >> {CONFIGURATION}; umask 027; echo pw > /etc/dcagent/secrets/bmc;"
        " echo '[place]' > /etc/dcagent/conf.d/place.toml"
    )
    seen["asked"] = root.sh(
        f"dpkg-deb -x {newer} /tmp/new; export PYTHONPATH=/tmp/new/usr/lib/dcagent/lib;"
        " python3 -m agent.cli.main --version; python3 -m agent.cli.main config check;"
        " rm -r /tmp/new"
    )
    seen["upgraded"] = root.run("dpkg", "--force-confold", "-i", newer).out
    seen["kept"] = root.sh(f"cat {CONFIGURATION}; stat -c '%A %U %G' {CONFIGURATION}")
    seen["newest"] = root.run("dcagent", "--version").out
    seen["served anew"] = json.loads(root.python(SERVED))
    seen["back"] = root.run("dpkg", "--force-confold", "-i", older).out
    seen["older"] = root.run("dcagent", "--version").out
    seen["verified"] = root.run("dpkg", "--verify", "dcagent").out
    seen["removed"] = root.run("dpkg", "-r", "dcagent").out
    seen["left"] = root.sh(_LEFT).split()
    seen["written"] = root.sh(
        "stat -c '%A %U %G' /etc/dcagent/secrets/bmc /etc/dcagent/conf.d/place.toml"
    )
    seen["purged"] = root.run("dpkg", "-P", "dcagent").out
    seen["gone"] = root.sh(_LEFT).split()
    return seen


def children() -> float:
    """Seconds that processors have worked for programs that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def started(root: roots.Root) -> float:
    """Seconds that `dcagent --version` takes, in the root."""
    clock = (
        "import subprocess, time; t = time.perf_counter(); "
        "subprocess.run(['/usr/bin/dcagent', '--version'], stdout=subprocess.DEVNULL); "
        "print(time.perf_counter() - t)"
    )
    return float(root.python(clock))


def test_it_installs_and_says_what_to_do_next(life: Json) -> None:
    assert life["installed"].endswith(NEXT)
    assert life["version"] == f"dcagent {BEFORE}\n"
    assert int(life["compiled"]) > 500


def test_configuration_and_state_have_their_owners(life: Json) -> None:
    assert life["owners"].splitlines() == [
        "drwxr-s--- root dcagent /etc/dcagent",
        "drwxr-s--- root dcagent /etc/dcagent/conf.d",
        f"-rw-r----- root dcagent {CONFIGURATION}",
        "drwxr-s--- root dcagent /etc/dcagent/processors.d",
        "drwxr-s--- root dcagent /etc/dcagent/profiles.d",
        "drwxr-s--- root dcagent /etc/dcagent/secrets",
        "drwxr-x--- dcagent dcagent /var/lib/dcagent",
        "drwxr-x--- dcagent dcagent /var/cache/dcagent",
    ]


@pytest.mark.parametrize("when", ["served", "served anew"])
def test_it_serves_the_machine_without_a_word_of_configuration(life: Json, when: str) -> None:
    served = life[when]
    assert life["check"] == "1 file, ok, 0 targets and this machine\n"
    assert 'protocol="host"' in served["page"]
    assert "Traceback" not in served["log"]
    assert served["status"] == 0
    print(f"served after {served['took']:.1f} s, {served['resident']} KiB resident")


@pytest.mark.timed
def test_it_is_light(life: Json) -> None:
    took, worked = life["seconds"], life["worked"]
    print(f"install {took:.1f} s, of which a core worked {worked:.1f} s")
    print(f"--version {min(life['start']) * 1000:.0f} ms")
    assert worked < 10  # what the tests of others take beside it is not the package's
    assert min(life["start"]) < 0.150
    assert life["served"]["resident"] < 45 << 10


def test_the_next_version_says_beforehand_whether_it_takes_the_configuration(life: Json) -> None:
    assert life["asked"] == "dcagent 0.1.0\n2 files, ok, 0 targets and this machine\n"


def test_an_upgrade_and_a_rollback_keep_what_the_operator_wrote(life: Json) -> None:
    assert life["kept"].endswith(f"{OWN}-rw-r----- root dcagent\n")
    assert life["newest"] == "dcagent 0.1.0\n"
    assert "dcagent: " not in life["upgraded"]
    assert life["older"] == f"dcagent {BEFORE}\n"
    assert life["verified"].split() == ["??5??????", "c", CONFIGURATION]


def test_removal_keeps_the_configuration_and_purge_removes_it(life: Json) -> None:
    assert "warning" not in life["removed"]
    assert life["written"] == 2 * "-rw-r----- root dcagent\n"
    kept = ("/etc/dcagent", "/etc/default/dcagent", "/var/lib/d", "/var/cache/dcagent")
    assert [path for path in life["left"] if not path.startswith(kept)] == []
    assert CONFIGURATION in life["left"]
    assert "warning" not in life["purged"]
    assert life["gone"] == []


def test_without_its_dependencies_it_is_refused(
    built: Built, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = roots.copy(roots.PLAIN, tmp_path_factory.mktemp("bare") / "root")
    root.run("dpkg", "--purge", "--force-depends", "python3-psutil")
    done = root.run("dpkg", "-i", *root.take(built.deb), status=1)
    assert "dcagent depends on python3-psutil; however:" in done.out


def test_the_network_is_none(tmp_path: Path) -> None:
    root = roots.copy(roots.PLAIN, tmp_path / "root")
    assert root.sh("tail -n +3 /proc/net/dev | cut -d: -f1").split() == ["lo"]
