"""Lays out the tree that a package holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from agent import config_manual
from agent.cli import completion, manual
from agent.version import VERSION
from packager import papers, sbom, vendor
from packager.payload import HOME, Payload
from packager.source import PACKAGING, ROOT, date, product

LIBRARIES = f"{HOME}/lib"
SHARE = "usr/share/dcagent"
MANUAL = "usr/share/man"
DOC = papers.DOC.strip("/")
_UNITS = ("dcagent.service", "dcagent-ipmi.service")
_FILES = {
    **{name: f"usr/lib/systemd/system/{name}" for name in _UNITS},
    "60-dcagent.rules": "usr/lib/udev/rules.d/60-dcagent.rules",
    "sysusers.conf": "usr/lib/sysusers.d/dcagent.conf",
    "firewalld.xml": "usr/lib/firewalld/services/dcagent.xml",
    "environment": "etc/default/dcagent",
    "lintian-overrides": "usr/share/lintian/overrides/dcagent",
}
"""File of packaging/files → where it goes."""
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/dcagent",
    "zsh": "usr/share/zsh/site-functions/_dcagent",
    "fish": "usr/share/fish/vendor_completions.d/dcagent.fish",
}
SAMPLES = {
    "prometheus": ("*.yml", "*.yaml"),
    "victoriametrics": ("*.yml", "*.env", "*.service"),
    "thanos": ("*.yml", "*.json"),
    "alertmanager": ("*.yml", "*.yaml", "*.tmpl"),
    "grafana": ("*.json", "*.yml", "*.yaml"),
    "examples": ("*",),
}
"""Folder of packaging/ → what of it is put under /usr/share/dcagent."""
_LAUNCHER = """#!{interpreter} -I
# Runs the command line. -I: nothing of the caller's environment or folder is imported.
import os
import sys

sys.path.insert(0, "{libraries}")
os.environ.setdefault("TYPER_USE_RICH", "0")

from agent.cli.main import main

main()
"""
_EXECUTABLE, _PLAIN = 0o755, 0o644


def stage(
    payload: Payload,
    into: Path,
    version: str,
    moment: int,
    runtime: Path | None = None,
    parts: Iterable[sbom.Part] = (),
) -> None:
    """Writes everything but configuration and directories, which the manifest tells of.

    `runtime` is the interpreter of an embedded payload, `parts` what it is made of.
    """
    shutil.rmtree(into, ignore_errors=True)
    folder = vendor.libraries(payload)
    libraries = tuple(vendor.told(folder))
    _code(payload, into, folder, runtime)
    write(into / LIBRARIES.strip("/") / "agent/version.py", _version(version))
    for name, place in _FILES.items():
        write(into / place, (PACKAGING / "files" / name).read_bytes())
    _pages(into, date(moment))
    _samples(into)
    _documents(into)
    write(into / DOC / "copyright", papers.copyright_file(libraries))
    write(into / "changelog.yaml", papers.changelog(version, moment))
    bill = sbom.bill(payload, version, moment, libraries, parts)
    write(into / SHARE / "dcagent.cdx.json", bill)
    for script in sorted((PACKAGING / "scripts").glob("*.sh")):
        text = script.read_text(encoding="utf-8").replace("@INTERPRETER@", payload.interpreter)
        write(into / "scripts" / script.name, text)


def _code(payload: Payload, into: Path, libraries: Path, runtime: Path | None) -> None:
    home = into / LIBRARIES.strip("/")
    shutil.copytree(libraries, home)
    unread = shutil.ignore_patterns("__pycache__", "*.pyc")
    for package in product():
        shutil.copytree(ROOT / package, home / package, ignore=unread)
    if runtime is not None:
        shutil.copytree(runtime, into / HOME.strip("/") / "runtime", symlinks=True, ignore=unread)
    launcher = into / "usr/bin/dcagent"
    write(launcher, _LAUNCHER.format(interpreter=payload.interpreter, libraries=LIBRARIES))
    launcher.chmod(_EXECUTABLE)


def _version(version: str) -> str:
    """agent/version.py, saying what the package is."""
    text = (ROOT / "agent/version.py").read_text(encoding="utf-8")
    return text.replace(f'"{VERSION}"', f'"{version}"')


def _pages(into: Path, day: str) -> None:
    pages = into / MANUAL
    write(pages / "man1/dcagent.1.gz", papers.packed(manual.manual(day)))
    write(pages / "man5/dcagent.toml.5.gz", papers.packed(config_manual.manual(day)))
    for shell, place in COMPLETIONS.items():
        write(into / place, completion.script(shell))


def _samples(into: Path) -> None:
    for folder, patterns in SAMPLES.items():
        for path in _found(PACKAGING / folder, patterns):
            place = into / SHARE / path.relative_to(PACKAGING)
            write(place, path.read_bytes())
    for name in ("inventory.toml", "nodes.csv", "web.yml"):
        write(into / SHARE / "examples" / name, (PACKAGING / name).read_bytes())


def _found(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from (path for path in sorted(folder.rglob(pattern)) if path.is_file())


def _documents(into: Path) -> None:
    documents = ROOT / "docs"
    for path in sorted(documents.rglob("*.md")):
        write(into / DOC / path.relative_to(documents), path.read_bytes())
    for path in (*sorted(ROOT.glob("README*.md")), ROOT / "CHANGELOG.md"):
        write(into / DOC / path.name, path.read_bytes())


def write(path: Path, data: str | bytes) -> None:
    """Writes a file, and the folders that lead to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def even(into: Path, moment: int) -> None:
    """Modes and times that do not tell who built it when."""
    for path in sorted(into.rglob("*")):
        if path.is_symlink():
            continue
        library = ".so" in path.name and path.is_file()
        if path.is_dir() or (path.stat().st_mode & 0o100 and not library):
            path.chmod(_EXECUTABLE)
        else:
            path.chmod(_PLAIN)
        os.utime(path, (moment, moment))
