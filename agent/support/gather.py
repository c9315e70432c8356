"""Gathers the parts of a bundle from this host and its agent; nothing is changed or sent."""

from __future__ import annotations

import json
import platform
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path

from agent.config import files_of
from agent.doctor.page import NoPage, texts
from agent.secret_files import references
from agent.secrets import SecretError
from agent.secrets import read as read_secret
from agent.support.part import Part
from agent.support.redaction import Redactor
from agent.version import VERSION
from hw_profiles.capture import read as read_capture
from hw_profiles.capture import render
from model.document import DocumentError, read

LIBRARIES = ("typer", "prometheus-client", "psutil", "pysnmp", "python-ipmi", "cryptography")
LOG_LINES = 2000
_PATIENCE = 10.0
_USER = re.compile(r'(?<= user=)("(?:[^"\\]|\\.)*"|\S+)')
"""Who logged in or failed to, as the audit trail tells it: perhaps a password typed as a name."""


def secrets_of(config: Path) -> Iterator[str]:
    """Every secret that the configuration's files refer to, as far as it can be read."""
    try:
        found = list(references(config))
    except DocumentError:
        return
    for _, _, reference, directory in found:
        try:
            yield read_secret(str(reference), directory).reveal()
        except SecretError:
            if ":" not in str(reference):  # it stands in the configuration itself
                yield str(reference)


def versions() -> Part:
    """What runs here: system, Python, libraries."""
    told = {
        "dcagent": VERSION,
        "python": sys.version.split()[0],
        "openssl": ssl.OPENSSL_VERSION,
        "kernel": platform.release(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        **{name: _version(name) for name in LIBRARIES},
    }
    try:
        system = platform.freedesktop_os_release()
        told["system"] = system.get("PRETTY_NAME", "")
    except OSError as error:
        told["system"] = str(error)
    text = "".join(f"{name}: {version}\n" for name, version in told.items())
    return Part("versions.txt", "system, Python and libraries", text)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def configuration(config: Path, redactor: Redactor) -> Iterator[Part]:
    """Each file of the configuration as data: without comments, names and secrets."""
    for number, file in enumerate(files_of(config)):
        name = "config/dcagent.json" if not number else f"config/conf.d-{number}.json"
        about = "the configuration, as data" if not number else "a file of conf.d, as data"
        try:
            told = redactor.data(read(file).data)
            text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
            yield Part(name, about, f"{text}\n")
        except (DocumentError, OSError) as error:
            yield Part(name, about, absent=redactor.text(str(error)))


def permissions(directories: Iterable[Path], redactor: Redactor) -> Part:
    """Mode, owner, size of what lies in the agent's directories; no contents."""
    lines: list[str] = []
    for directory in directories:
        try:
            files = sorted(path for path in directory.rglob("*") if path.is_file())
            for path in (directory, *files):
                told = path.stat()
                where = redactor.text(str(path))
                lines.append(
                    f"{told.st_mode:06o} {told.st_uid}:{told.st_gid} {told.st_size} {where}"
                )
        except OSError as error:
            lines.append(f"{directory}: {error.strerror}")
    text = "".join(f"{line}\n" for line in lines)
    return Part("files.txt", "modes, owners and sizes of the agent's files", text)


def polls(url: str, redactor: Redactor) -> Part:
    """What the running agent exports now: the last poll of every target."""
    about = "what the agent exports: the last polls"
    try:
        pages = texts(url, _PATIENCE)
    except NoPage as error:
        return Part("metrics.prom", about, absent=redactor.text(f"{url}: {error}"))
    return Part("metrics.prom", about, "".join(redactor.page(page) for page in pages))


def log(redactor: Redactor, command: Callable[[], str] | None = None) -> Part:
    """The last lines of the service's log, where this user may read the journal."""
    about = f"the last {LOG_LINES} lines of the service's log"
    try:
        text = (command or _journal)()
    except (OSError, subprocess.SubprocessError) as error:
        return Part("log.txt", about, absent=redactor.text(str(error)))
    if not text.strip():
        why = "the journal shows no line of dcagent: run as root or in group systemd-journal"
        return Part("log.txt", about, absent=why)
    text = _USER.sub(lambda found: redactor.name("user", _plain(found[0])), text)
    return Part("log.txt", about, redactor.text(text))


def _plain(value: str) -> str:
    """A value of the audit trail without its quotes."""
    return str(json.loads(value)) if value.startswith('"') else value


def _journal() -> str:
    program = shutil.which("journalctl")
    if program is None:
        raise FileNotFoundError("there is no journalctl here")
    unit = ("--unit=dcagent.service", "--no-pager", "--quiet", "--output=cat")
    done = subprocess.run(  # noqa: S603 # a fixed command line
        [program, *unit, f"--lines={LOG_LINES}"],
        env={"LC_ALL": "C"},  # ours may hold secrets
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )
    return done.stdout.decode(errors="replace")


def captures(files: Iterable[Path], redactor: Redactor) -> Iterator[Part]:
    """Recorded devices that the user adds, redacted again with what this bundle knows."""
    for number, file in enumerate(files, 1):
        name = f"captures/{number}.capture"
        try:
            yield Part(name, "a recorded device", render(redactor.capture(read_capture(file))))
        except (DocumentError, OSError) as error:
            yield Part(name, "a recorded device", absent=redactor.text(str(error)))
