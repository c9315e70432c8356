"""Writes the lock files: each library that goes into a package, with its wheels' hashes.

requirements.lock holds the pure ones of every package, requirements-embedded.lock what the package
with an interpreter of its own has beside them.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packager.source import PACKAGING, ROOT, run

PURE = PACKAGING / "requirements.lock"
EMBEDDED = PACKAGING / "requirements-embedded.lock"
MACHINES = ("x86_64", "aarch64")
PYTHON = "3.13"
"""The interpreter of the embedded package."""

_OF_THE_MACHINE = ("psutil", "cryptography")
"""Compiled: the noarch package takes psutil from the distribution and AES from libcrypto."""
_NEVER_IMPORTED = ("rich", "markdown-it-py", "mdurl", "pygments")
"""What typer demands for colours that dcagent does not use."""
_COMPILED = ("bcrypt", "cffi", "cryptography", "psutil")
"""cffi: cryptography loads its compiled half."""

_HEAD = "# Written by `make lock`. Every wheel is held to its hash.\n"


@dataclass(frozen=True, order=True)
class Locked:
    """A wheel: the project's name, its version, the wheel's SHA-256."""

    name: str
    version: str
    sha256: str


def main() -> None:
    """Asks the package index and writes both files."""
    pure = _resolved(_wanted(), ("--python-version", "3.11"))
    PURE.write_text(_text(pure), encoding="utf-8")
    compiled: list[Locked] = []
    for machine in MACHINES:
        compiled += _resolved(_COMPILED, (*platform(machine), "--no-deps"))
    EMBEDDED.write_text(_text(compiled), encoding="utf-8")


def platform(machine: str) -> tuple[str, ...]:
    """What tells pip to choose wheels for the embedded interpreter on glibc 2.17."""
    tags = (f"manylinux2014_{machine}", f"manylinux_2_17_{machine}", f"manylinux2010_{machine}")
    abis = (f"cp{PYTHON.replace('.', '')}", "abi3", "none")
    return (
        *("--implementation", "cp", "--python-version", PYTHON),
        *(word for tag in tags for word in ("--platform", tag)),
        *(word for abi in abis for word in ("--abi", abi)),
    )


def read(path: Path) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(Name, version) → the hashes of its wheels, as a lock file has them."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in path.read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        if line and not line.startswith("#"):
            requirement, *hashes = line.split()
            name, _, version = requirement.partition("==")
            found[name, version] = tuple(h.removeprefix("--hash=sha256:") for h in hashes)
    return found


def _wanted() -> Sequence[str]:
    """What pyproject.toml demands, without what is the machine's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines: list[str] = project["dependencies"]
    return [line for line in lines if not line.startswith(_OF_THE_MACHINE)]


def _resolved(wanted: Iterable[str], how: Sequence[str]) -> list[Locked]:
    """What pip would install, without what is never imported."""
    report = run(
        *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"),
        *("--only-binary=:all:", "--target", "unused", "--report", "-", *how, *wanted),
    )
    found = []
    for item in json.loads(report)["install"]:
        name = item["metadata"]["name"].lower().replace("_", "-")
        if name not in _NEVER_IMPORTED:
            sha256 = item["download_info"]["archive_info"]["hashes"]["sha256"]
            found.append(Locked(name, item["metadata"]["version"], sha256))
    return found


def _text(found: Iterable[Locked]) -> str:
    hashes: dict[str, list[str]] = defaultdict(list)
    for one in sorted(found):
        hashes[f"{one.name}=={one.version}"].append(one.sha256)
    lines = [
        " \\\n    ".join((name, *(f"--hash=sha256:{h}" for h in dict.fromkeys(several))))
        for name, several in hashes.items()
    ]
    return _HEAD + "\n".join(lines) + "\n"
