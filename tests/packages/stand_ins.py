"""RPMs that only say what a distribution's would: for dependencies, not for what they bring."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from packager.build import nfpm


def rpm(folder: Path, name: str, version: str, provides: Sequence[str] = ()) -> Path:
    """An empty RPM of a name and version that provides other things too."""
    manifest = {
        "name": name,
        "arch": "all",
        "version": version,
        "release": "1",
        "maintainer": "tests <tests@example.invalid>",
        "description": "stands for a distribution's",
        "license": "none",
        "provides": list(provides),
    }
    file = folder / f"{name}.json"
    file.write_text(json.dumps(manifest), encoding="utf-8")
    target = folder / f"{name}-{version}-1.noarch.rpm"
    subprocess.run(
        (nfpm(), "package", "-p", "rpm", "-f", str(file), "-t", str(target)),
        check=True,
        capture_output=True,
    )
    return target


def old_distribution(folder: Path) -> list[Path]:
    """What the embedded package asks of a distribution, and a Python that is too old for ours."""
    return [
        rpm(folder, "python3", "3.9.9"),
        rpm(folder, "glibc", "2.17", ("libc.so.6(GLIBC_2.17)(64bit)",)),
        rpm(folder, "shadow-utils", "4.1.5", ("/usr/sbin/useradd",)),
    ]


def distribution(folder: Path, python: str) -> list[Path]:
    """What the noarch package asks of a distribution with a given Python."""
    return [
        rpm(folder, "python3", python),
        rpm(folder, "python3-psutil", "5.9.5"),
        rpm(folder, "shadow-utils", "4.14", ("/usr/sbin/useradd",)),
    ]
