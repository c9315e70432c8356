"""What a bundle is made of, and the file that it becomes."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

FOLDER = "dcagent-support"
MANIFEST = "MANIFEST.txt"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a bundle: its name, what it is (in English: others read it), its text.

    `absent` says why there is no text.
    """

    name: str
    about: str
    text: str = ""
    absent: str = ""

    @property
    def size(self) -> int:
        """Octets."""
        return len(self.text.encode())


def manifest(parts: Iterable[Part], at: float) -> Part:
    """The list of all parts with size and SHA-256, and of those that could not be had."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
    lines = [f"dcagent support bundle, {moment}", ""]
    for part in parts:
        if part.absent:
            lines.append(f"absent  {part.name}: {part.absent}")
        else:
            digest = hashlib.sha256(part.text.encode()).hexdigest()
            lines.append(f"{digest}  {part.size:>9}  {part.name}: {part.about}")
    lines += [
        "",
        "Names and addresses are pseudonyms, the same throughout. Secrets are left out.",
    ]
    return Part(MANIFEST, "this list", "".join(f"{line}\n" for line in lines))


def packed(parts: Sequence[Part], at: float) -> bytes:
    """The bundle as a .tar.gz: a folder with every part that is there, and the list of all."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=int(at)) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for part in (manifest(parts, at), *parts):
            if part.absent:
                continue
            member = tarfile.TarInfo(f"{FOLDER}/{part.name}")
            member.size, member.mtime, member.mode = part.size, int(at), 0o640
            archive.addfile(member, io.BytesIO(part.text.encode()))
    return packed.getvalue()
