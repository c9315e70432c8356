"""Sensor data records on disk, so that a restart does not read a hundred records per BMC.

A file holds magic and version, a checksum, the stamp of the device that it was read from and the
records. What does not fit in any way is as if it were not there.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

_MAGIC = b"dcagent-sdr\x01"
_DIGEST_SIZE = 32
_LARGEST = 1 << 20
_log = logging.getLogger(__name__)


class SdrCache:
    """A directory of records, one file per BMC; made when first written to.

    A cache that cannot be read or written only costs time: it never fails a poll.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._warned = False

    def load(self, name: str, stamp: bytes) -> tuple[bytes, ...] | None:
        """The records kept under a name, if they were read from a device with this stamp."""
        try:
            with self._path(name).open("rb") as file:
                content = file.read(_LARGEST + 1)
        except OSError:
            return None
        return _unpacked(content, stamp)

    def store(self, name: str, stamp: bytes, records: Sequence[bytes]) -> None:
        """Keeps records: the file is complete or as it was before."""
        body = _packed(stamp, records)
        content = _MAGIC + hashlib.sha256(body).digest() + body
        path = self._path(name)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._directory, prefix=".sdr-")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            _log.warning("the SDR cache %s cannot be written: %s", self._directory, error)

    def _path(self, name: str) -> Path:
        return self._directory / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.sdr"


def _packed(stamp: bytes, records: Sequence[bytes]) -> bytes:
    parts = (stamp, *records)
    return b"".join(len(part).to_bytes(2, "little") + part for part in parts)


def _unpacked(content: bytes, stamp: bytes) -> tuple[bytes, ...] | None:
    begin = len(_MAGIC) + _DIGEST_SIZE
    if len(content) > _LARGEST or content[: len(_MAGIC)] != _MAGIC:
        return None
    body = content[begin:]
    if hashlib.sha256(body).digest() != content[len(_MAGIC) : begin]:
        return None
    parts: list[bytes] = []
    place = 0
    while place + 2 <= len(body):
        size = body[place] | body[place + 1] << 8
        parts.append(body[place + 2 : place + 2 + size])
        place += 2 + size
    if place != len(body) or not parts or parts[0] != stamp:
        return None
    return tuple(parts[1:])
