"""The libraries that go into a package: wheels held to their hashes, without what nobody reads."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

from packager import lock
from packager.payload import Payload
from packager.source import BUILD, placed, run

_UNREAD = ("bin", "RECORD", "REQUESTED", "INSTALLER", "WHEEL", "zip-safe")
_UNREAD_SUFFIXES = (".pyi", ".typed", ".h", ".pyc")


@dataclass(frozen=True)
class Library:
    """A library as its own metadata tell of it; `license_texts` are what it ships of licences."""

    name: str
    version: str
    summary: str
    license: str
    license_texts: tuple[str, ...]
    author: str
    packages: tuple[str, ...]


def libraries(payload: Payload) -> Path:
    """A folder of the payload's libraries; made once for a lock file."""
    locks = (lock.PURE, lock.EMBEDDED) if payload.machine else (lock.PURE,)
    recipe = b"".join(path.read_bytes() for path in (*locks, Path(__file__)))
    folder = BUILD / f"libraries-{payload.name}-{hashlib.sha256(recipe).hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    partial = folder.with_suffix(f".{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    _install(partial, lock.PURE)
    if payload.machine:
        _install(partial, lock.EMBEDDED, *lock.platform(payload.machine))
    _prune(partial)
    return placed(partial, folder)


def _install(folder: Path, locked: Path, *how: str) -> None:
    run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--no-compile", "--only-binary=:all:", "--require-hashes"),
        *how,
        *("--target", str(folder), "--requirement", str(locked)),
    )


def _prune(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        unread = path.name in _UNREAD or path.name.startswith(".")
        if path.is_dir() and (unread or not any(path.iterdir())):
            shutil.rmtree(path)
        elif path.is_file() and (unread or path.suffix in _UNREAD_SUFFIXES):
            path.unlink()


def told(folder: Path) -> Iterator[Library]:
    """What each library in a folder says of itself, by name."""
    for information in sorted(folder.glob("*.dist-info")):
        text = (information / "METADATA").read_text(encoding="utf-8")
        metadata = Parser().parsestr(text, headersonly=True)
        licences = sorted(
            path
            for path in information.rglob("*")
            if path.is_file() and path.name.upper().startswith(("LICEN", "COPYING", "NOTICE"))
        )
        yield Library(
            name=metadata["Name"],
            version=metadata["Version"],
            summary=metadata["Summary"] or "",
            license=_LICENSES.get(
                metadata["Name"], metadata["License-Expression"] or metadata["License"] or ""
            ),
            license_texts=tuple(path.read_text(encoding="utf-8") for path in licences),
            author=metadata["Author"] or metadata["Author-email"] or metadata["Maintainer"] or "",
            packages=tuple(_packages(folder, information)),
        )


_LICENSES = {"pysnmp": "BSD-2-Clause", "python-ipmi": "LGPL-2.1-or-later", "shellingham": "ISC"}
"""SPDX, where a library's metadata do not say it so."""


def _packages(folder: Path, information: Path) -> Iterator[str]:
    """What a library is imported as: of a name like its own, or what stands in top_level.txt."""
    named = information / "top_level.txt"
    if named.exists():
        yield from named.read_text(encoding="utf-8").split()
        return
    name = information.name.partition("-")[0]
    yield next((n for n in (name, name.removeprefix("python_")) if (folder / n).is_dir()), name)
