"""The papers in a package: who may copy it, what has changed, what is in it (Debian's forms)."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from packager.source import ROOT
from packager.vendor import Library

MAINTAINER = os.environ.get("MAINTAINER") or "dcagent maintainers <dcagent@example.invalid>"
"""Whom packages name: whoever builds them says so in the environment."""
DOC = "/usr/share/doc/dcagent"

_COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: dcagent

Files: *
Copyright: the authors of dcagent
License: Apache-2.0
"""
_COMMON = {
    "Apache-2.0": "Apache-2.0",
    "LGPL-2.1-or-later": "LGPL-2.1",
}
"""SPDX → the file of Debian's that holds the text."""


def packed(text: str | bytes) -> bytes:
    """A text under gzip, the same bytes whenever it is packed."""
    data = text.encode() if isinstance(text, str) else text
    return gzip.compress(data, 9, mtime=0)


def copyright_file(libraries: Iterable[Library]) -> str:
    """debian/copyright, machine-readable."""
    return "\n".join((_COPYRIGHT, *(_stanza(library) for library in libraries), _apache()))


def _stanza(library: Library) -> str:
    """Whose a library is: a licence that Debian holds by its name, any other with its text."""
    files = " ".join(f"usr/lib/dcagent/lib/{package}*" for package in library.packages)
    common = library.license in _COMMON
    name = library.license if common else f"{library.name}-license"
    words = _reference(library.license) if common else "\n\n".join(_texts(library))
    return f"Files: {files}\nCopyright: {library.author}\nLicense: {name}\n{_indented(words)}\n"


def _texts(library: Library) -> Iterator[str]:
    for text in library.license_texts:
        apache = "Apache License" in text and "TERMS AND CONDITIONS" in text
        yield _reference("Apache-2.0") if apache else text


def _apache() -> str:
    return f"License: Apache-2.0\n{_indented(_reference('Apache-2.0'))}\n"


def _reference(license_name: str) -> str:
    path = f"/usr/share/common-licenses/{_COMMON[license_name]}"
    return f"On Debian systems the whole text is in {path}."


def _indented(text: str) -> str:
    return "\n".join(f" {line.rstrip()}" if line.strip() else " ." for line in text.splitlines())


def changelog(version: str, moment: int) -> str:
    """The releases of CHANGELOG.md for nfpm: what is not released yet is this version's.

    What has changed stands in CHANGELOG.md itself, which is in the package too.
    """
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = []
    for name, day in re.findall(r"(?m)^## \[([^]]+)\](?: - (\S+))?$", text):
        unreleased = name == "Unreleased"
        note = f"What has changed: {DOC}/CHANGELOG.md."
        entry = {
            "semver": version if unreleased else name,
            "date": _when(moment) if unreleased or not day else f"{day}T00:00:00Z",
            "packager": MAINTAINER,
            "changes": [{"note": note}],
            "deb": {"urgency": "medium", "distributions": ["stable"]},
        }
        entries.append(entry)
    return json.dumps(entries, indent=1)


def _when(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
