"""What is in the packages, read by the distributions' own tools."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from packager import build, lock
from packager.payload import NOARCH
from packager.source import PACKAGING
from tests.packages.conftest import Built

MEGABYTE = 1 << 20
OWNED = {
    "/etc/dcagent": "drwxr-s--- root dcagent",
    "/etc/dcagent/conf.d": "drwxr-s--- root dcagent",
    "/etc/dcagent/dcagent.toml": "-rw-r----- root dcagent",
    "/etc/dcagent/processors.d": "drwxr-s--- root dcagent",
    "/etc/dcagent/profiles.d": "drwxr-s--- root dcagent",
    "/etc/dcagent/secrets": "drwxr-s--- root dcagent",
    "/var/cache/dcagent": "drwxr-x--- dcagent dcagent",
    "/var/lib/dcagent": "drwxr-x--- dcagent dcagent",
}
"""What does not belong to root alone."""


def told(*command: str | Path) -> str:
    """What a program prints."""
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=True
    ).stdout


def in_deb(deb: Path) -> dict[str, str]:
    """Path → mode and owners."""
    found = {}
    for line in told("dpkg-deb", "-c", deb).splitlines():
        mode, owners, _, _, _, name = line.split(maxsplit=5)
        found[name.removeprefix(".").rstrip("/")] = f"{mode} {owners.replace('/', ' ')}"
    return found


def in_rpm(rpm: Path) -> dict[str, str]:
    """Path → mode and owners."""
    form = "[%{FILENAMES}\\t%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME}\\n]"
    lines = told("rpm", "-qp", "--nosignature", "--qf", form, rpm).splitlines()
    return dict(line.split("\t") for line in lines)


@pytest.mark.peer("nfpm", "dpkg-deb", "rpm")
def test_only_what_is_the_groups_is_not_roots(built: Built) -> None:
    for found in (in_deb(built.deb), in_rpm(built.rpm)):
        theirs = {n: o for n, o in found.items() if not o.endswith(("root root", " 0 0"))}
        assert theirs == OWNED
        strangers = {n: o for n, o in found.items() if o[7:9] != "--" and o[8] == "w"}
        assert strangers == {}


@pytest.mark.peer("nfpm", "dpkg-deb", "rpm")
def test_both_hold_the_same_but_for_the_places_of_the_distribution(built: Built) -> None:
    deb, rpm = in_deb(built.deb), in_rpm(built.rpm)
    files = {n for n, o in deb.items() if o.startswith("-")}
    assert files - rpm.keys() == {
        "/etc/default/dcagent",
        "/usr/share/doc/dcagent/changelog.Debian.gz",
        "/usr/share/lintian/overrides/dcagent",
        "/usr/share/zsh/vendor-completions/_dcagent",
    }
    assert {n for n, o in rpm.items() if o.startswith("-")} - files == {
        "/etc/sysconfig/dcagent",
        "/usr/share/zsh/site-functions/_dcagent",
    }


@pytest.mark.peer("nfpm", "dpkg-deb")
def test_samples_rules_and_dashboards_come_along(built: Built) -> None:
    found = in_deb(built.deb)
    folders = ("prometheus", "victoriametrics", "thanos", "grafana", "alertmanager", "examples")
    for folder in folders:
        for path in sorted((PACKAGING / folder).rglob("*")):
            if path.is_file():
                assert f"/usr/share/dcagent/{path.relative_to(PACKAGING)}" in found
    assert "/usr/share/dcagent/prometheus/single.yml" in found
    assert "/usr/share/dcagent/examples/nodes.csv" in found


@pytest.mark.peer("nfpm", "dpkg-deb", "rpm")
def test_sizes_and_what_the_machine_must_bring(built: Built) -> None:
    assert built.deb.stat().st_size <= 3 * MEGABYTE
    assert built.rpm.stat().st_size <= 3 * MEGABYTE
    assert told("dpkg-deb", "-f", built.deb, "Depends", "Pre-Depends") == (
        "Depends: python3 (>= 3.11), python3-psutil\nPre-Depends: passwd\n"
    )
    demanded = told("rpm", "-qp", "--nosignature", "--requires", built.rpm).splitlines()
    assert [line for line in demanded if not line.startswith("rpmlib(")] == [
        "python3 >= 3.11",
        "python3-psutil",
        "/usr/sbin/useradd",
    ]
    form = "%{PAYLOADCOMPRESSOR} %{ARCH} %{VERSION}-%{RELEASE}"
    assert told("rpm", "-qp", "--nosignature", "--qf", form, built.rpm) == "xz noarch 0.1.0-1"
    assert "data.tar.xz" in told("ar", "t", built.deb)


@pytest.mark.peer("nfpm")
def test_built_again_it_is_the_same_to_the_bit(built: Built, tmp_path: Path) -> None:
    again = Built(*build.build(build.Order(NOARCH, out=tmp_path, work=tmp_path / "elsewhere")))
    assert again.deb.read_bytes() == built.deb.read_bytes()
    assert again.rpm.read_bytes() == built.rpm.read_bytes()
    assert again.bill.read_bytes() == built.bill.read_bytes()


@pytest.mark.peer("nfpm")
def test_sums_are_those_of_sha256sum(built: Built, tmp_path: Path) -> None:
    for path in (built.deb, built.rpm):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    build.sums(tmp_path)
    done = subprocess.run(
        ("sha256sum", "--strict", "-c", "SHA256SUMS"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [f"{p.name}: OK" for p in sorted((built.rpm, built.deb))]


@pytest.mark.peer("nfpm")
def test_the_bill_of_materials_is_cyclonedx_and_names_every_library(built: Built) -> None:
    text = built.bill.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    parts = {part["purl"]: part for part in json.loads(text)["components"]}
    locked = lock.read(lock.PURE)
    assert set(parts) == {f"pkg:pypi/{name}@{version}" for name, version in locked}
    for (name, version), hashes in locked.items():
        part = parts[f"pkg:pypi/{name}@{version}"]
        assert [one["content"] for one in part["hashes"]] == list(hashes)
        assert part["licenses"][0]["expression"]


def lint(built: Built) -> None:
    """Asks the linters of both distributions, which may find no error."""
    settings = PACKAGING / "files" / "rpmlint.toml"
    for command in (
        ("lintian", "--fail-on", "error", built.deb),
        ("rpmlint", "-c", settings, built.rpm),
    ):
        done = subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.peer("nfpm", "lintian", "rpmlint")
def test_linters_find_no_error(built: Built) -> None:
    lint(built)
