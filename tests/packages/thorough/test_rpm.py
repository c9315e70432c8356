"""The rpm under rpm and dnf: dependencies, upgrade, verify. The root's programs are Debian's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.packages import roots, stand_ins
from tests.packages.conftest import BEFORE, Built
from tests.packages.served import SERVED

pytestmark = [pytest.mark.peer(*roots.PEERS, "rpm", "dnf", root=True), pytest.mark.timeout(900)]

CONFIGURATION = "/etc/dcagent/dcagent.toml"
NEXT = "dcagent: what is amiss, how to fix it: dcagent doctor"

Json = Mapping[str, Any]


def dnf(root: roots.Root, files: Sequence[Path], *options: str) -> roots.Done:
    """What the host's dnf says of installing files into the root, without any repository."""
    taken = [str(root.inside) + path for path in root.take(*files)]
    return root.on(
        *("dnf", "--assumeyes", "--installroot", str(root.inside), "--releasever=1", *options),
        *("--disablerepo=*", "--setopt=reposdir=/none", "--nogpgcheck", "install", *taken),
        status=None,
    )


def rpm(root: roots.Root, *words: str | Path, status: int | None = 0) -> str:
    """What the host's rpm says of the root."""
    database = "--define=_dbpath /var/lib/rpm"
    command = ("rpm", "--root", str(root.inside), database, "--nosignature", *map(str, words))
    return root.on(*command, status=status).out


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> roots.Root:
    """A root in whose RPM database nothing stands yet."""
    return roots.copy(roots.PLAIN, tmp_path_factory.mktemp("rpm") / "root")


@pytest.fixture(scope="module")
def life(
    root: roots.Root, built: Built, before: Built, tmp_path_factory: pytest.TempPathFactory
) -> Json:
    """What was seen from a refusal to the removal."""
    folder = tmp_path_factory.mktemp("distribution")
    seen: dict[str, Any] = {}
    old, psutil, shadow = stand_ins.distribution(folder, "3.9.9")
    rpm(root, "-i", old, psutil, shadow)
    seen["refused"] = rpm(root, "-i", before.rpm, status=None)
    rpm(root, "-U", stand_ins.distribution(folder, "3.11.6")[0])
    seen["installed"] = rpm(root, "-i", before.rpm)
    seen["verified"] = rpm(root, "-V", "dcagent", status=None)
    seen["owner"] = root.sh(f"stat -c '%A %U %G' {CONFIGURATION} /var/lib/dcagent")
    seen["served"] = json.loads(root.python(SERVED))
    root.sh(f"echo '#ours' >> {CONFIGURATION}; echo pw > /etc/dcagent/secrets/bmc")
    seen["upgraded"] = rpm(root, "-U", built.rpm)
    seen["newest"] = root.run("dcagent", "--version").out
    seen["kept"] = root.sh(f"tail -n 1 {CONFIGURATION}; head -n 1 {CONFIGURATION}.rpmnew")
    seen["verified anew"] = rpm(root, "-V", "dcagent", status=None)
    seen["back"] = rpm(root, "-U", "--oldpackage", before.rpm)
    seen["older"] = root.run("dcagent", "--version").out
    seen["removed"] = rpm(root, "-e", "dcagent")
    seen["left"] = root.sh("find / -xdev -path /proc -prune -o -name '*dcagent*' -print").split()
    seen["saved"] = root.sh(f"tail -n 1 {CONFIGURATION}.rpmsave; cat /etc/dcagent/secrets/bmc")
    return seen


def test_an_old_python_is_refused_and_a_new_one_accepted(life: Json) -> None:
    assert "python3 >= 3.11 is needed by dcagent-0.0.9-1.noarch" in life["refused"]
    assert NEXT in life["installed"]


def test_it_is_as_the_package_says(life: Json) -> None:
    assert life["verified"] == ""
    assert life["owner"].splitlines() == ["-rw-r----- root dcagent", "drwxr-x--- dcagent dcagent"]
    assert 'protocol="host"' in life["served"]["page"]
    assert life["served"]["status"] == 0


def test_an_upgrade_puts_the_new_configuration_beside_the_old(life: Json) -> None:
    assert f"{CONFIGURATION}.rpmnew" in life["upgraded"]
    assert life["kept"].splitlines()[0] == "#ours"
    assert life["kept"].splitlines()[1].startswith("# dcagent: what is asked")
    assert life["newest"] == "dcagent 0.1.0\n"
    assert life["verified anew"].split() == ["S.5....T.", "c", CONFIGURATION]
    assert life["older"] == f"dcagent {BEFORE}\n"


def test_removal_saves_what_the_operator_wrote(life: Json) -> None:
    assert life["saved"] == "#ours\npw\n"
    kept = ("/etc/dcagent", "/var/lib/dcagent", "/var/cache/dcagent")
    assert [path for path in life["left"] if not path.startswith(kept)] == []


@pytest.mark.parametrize(("python", "accepted"), [("3.9.9", False), ("3.11.6", True)])
def test_dnf_resolves_what_it_needs(
    built: Built, tmp_path: Path, python: str, *, accepted: bool
) -> None:
    packages = (built.rpm, *stand_ins.distribution(tmp_path, python))
    root = roots.copy(roots.PLAIN, tmp_path / "root")
    done = dnf(root, packages)
    if accepted:
        assert done.status == 0, done.out
        assert "Complete!" in done.out
        assert root.run("dcagent", "--version").out == "dcagent 0.1.0\n"
    else:
        assert done.status == 1
        assert "nothing provides python3 >= 3.11 needed by dcagent-0.1.0-1.noarch" in done.out
