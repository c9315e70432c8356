"""The interpreter of the embedded package: built once per recipe, kept outside the checkout."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import sys
import tomllib
from pathlib import Path

from packager import sources
from packager.payload import RUNTIME
from packager.source import PACKAGING, ROOT, Failed, run

SCRIPT = PACKAGING / "runtime" / "build.sh"
_UNREAD = (
    *("include", "share", "lib/pkgconfig", "lib/*.a", "lib/python3.*/config-*"),
    *("lib/python3.*/test", "lib/python3.*/idlelib", "lib/python3.*/tkinter"),
    *("lib/python3.*/turtle*", "lib/python3.*/ensurepip", "lib/python3.*/pydoc_data"),
    *("lib/python3.*/venv", "lib/python3.*/site-packages", "lib/python3.*/unittest"),
    *("bin/2to3*", "bin/idle*", "bin/pydoc*", "bin/python*-config"),
)
"""What the product never runs."""


def built(machine: str) -> Path:
    """The interpreter's tree for a machine, as it lies at RUNTIME."""
    tree = cache() / f"{machine}-{recipe()}"
    if tree.is_dir():
        return tree
    here = platform.machine()
    build_python = "" if machine == here else str(built(here) / "bin/python3")
    work = cache() / f"work-{machine}-{recipe()}"
    work.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"building CPython for {machine} in {work}, which takes long\n")
    sys.stdout.flush()
    run(
        *("nice", "bash", SCRIPT, machine, sources.unpacked(cache()), work),
        ZIG=_zig(),
        PREFIX=RUNTIME,
        BUILD_PYTHON=build_python,
    )
    _prune(work / "runtime")
    (work / "runtime").rename(tree)
    shutil.rmtree(work)
    return tree


def recipe() -> str:
    """A short hash of all that decides what is built."""
    files = (SCRIPT, sources.RECIPE, Path(__file__))
    text = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(text + _compiler().encode()).hexdigest()[:12]


def cache() -> Path:
    """Where built interpreters and their sources are kept."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "dcagent" / "runtime"


def _compiler() -> str:
    """The compiler that pyproject.toml pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (pinned,) = project["optional-dependencies"]["runtime"]
    return str(pinned)


def _zig() -> str:
    found = importlib.util.find_spec("ziglang")
    if found is None or found.origin is None:
        raise Failed("ziglang is missing: pip install '.[runtime]'")
    return str(Path(found.origin).with_name("zig"))


def _prune(tree: Path) -> None:
    for pattern in _UNREAD:
        for path in sorted(tree.glob(pattern)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    for path in sorted(tree.rglob("__pycache__")):
        shutil.rmtree(path)
