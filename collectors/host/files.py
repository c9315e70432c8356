"""Reads the kernel's files below a root, one at a time, so that a hung read has a name."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from model.readings import Fault, Reason

_VALUE = 4096
"""A sysfs attribute is a page at most."""
_TEXT = 4 << 20
"""/proc/cpuinfo of a thousand processors is smaller."""
_INTEGER = re.compile(rb"\s*([-+]?[0-9]{1,20})\s*")

_REASONS = {
    errno.EACCES: Reason.NO_PERMISSION,
    errno.EPERM: Reason.NO_PERMISSION,
    errno.ENOENT: Reason.UNAVAILABLE,
    errno.ENODEV: Reason.UNAVAILABLE,
    errno.ENXIO: Reason.UNAVAILABLE,
    errno.ENODATA: Reason.UNAVAILABLE,
    errno.EAGAIN: Reason.UNAVAILABLE,
    errno.EBUSY: Reason.BUSY,
    errno.ETIMEDOUT: Reason.TIMEOUT,
}
GONE = frozenset({errno.ENOENT, errno.ENODEV})
"""Errors of a device that was taken away."""


class Abandoned(Exception):
    """Nobody waits for this read any more: whoever reads must end."""


class Files:
    """Paths are absolute below `root`: "/proc/stat". Belongs to one thread at a time.

    `reading` is the path that is being read, "" between reads. `barred` are paths that another
    thread still hangs in: they time out at once. After `abandoned` every read raises `Abandoned`.
    `gone` becomes True where a file that is read is no longer there, or its device is not.
    """

    def __init__(self, root: Path, barred: frozenset[str] = frozenset()) -> None:
        self._root = str(root).rstrip("/")
        self.barred = barred
        self.reading = ""
        self.abandoned = False
        self.gone = False

    def integer(self, path: str) -> int:
        """A file that holds one integer. OSError: cannot be read. ValueError: is none."""
        data = self._read(path, _VALUE, whole=False)
        found = _INTEGER.fullmatch(data.rstrip(b"\0"))
        if found is None:
            raise ValueError(f"{clean(data.decode(errors='replace'))[:40]!r} is no number")
        return int(found.group(1))

    def text(self, path: str) -> str:
        """A whole file as text; bytes that are none become U+FFFD. OSError: cannot be read."""
        return self.whole(path).decode(errors="replace")

    def line(self, path: str) -> str:
        """A file's text on one line, without what cannot be printed; "" where it cannot be read."""
        try:
            return clean(self._read(path, _VALUE, whole=False).decode(errors="replace"))
        except OSError:
            return ""

    def number(self, path: str) -> int | None:
        """As `integer`; None where there is none."""
        try:
            return self.integer(path)
        except (OSError, ValueError):
            return None

    def whole(self, path: str) -> bytes:
        """A whole file, up to 4 MiB. OSError: cannot be read."""
        return self._read(path, _TEXT, whole=True)

    def names(self, path: str) -> list[str]:
        """What lies in a folder, sorted as people count (hwmon2 before hwmon10); [] without one."""
        try:
            self._enter(path)
            found = os.listdir(self._root + path)  # noqa: PTH208 # names alone, half the cost
        except OSError:
            found = []
        self._leave()
        return sorted(found, key=counted)

    def real(self, path: str) -> str:
        """Where a link leads; the path itself where it is none, or hangs."""
        try:
            self._enter(path)
            found = os.path.realpath(self._root + path)
        except OSError:
            found = self._root + path
        self._leave()
        return found

    def _enter(self, path: str) -> None:
        if path in self.barred:
            raise TimeoutError(errno.ETIMEDOUT, "an earlier read has not returned", path)
        self.reading = path

    def _leave(self) -> None:
        self.reading = ""
        if self.abandoned:
            raise Abandoned

    def _read(self, path: str, most: int, *, whole: bool) -> bytes:
        self._enter(path)
        try:
            handle = os.open(self._root + path, os.O_RDONLY)
            try:
                data = os.read(handle, min(most, 65536))
                while whole and len(data) < most:
                    more = os.read(handle, 65536)
                    if not more:
                        break
                    data += more
            finally:
                os.close(handle)
        except OSError as error:
            self.gone |= error.errno in GONE
            raise
        finally:
            self._leave()
        return data


_DIGITS = re.compile(r"(\d+)")


def counted(name: str) -> list[tuple[int, str]]:
    """A sort key by which "in2" comes before "in10"."""
    parts = _DIGITS.split(name)
    return [(int(part[:18]), "") if index % 2 else (-1, part) for index, part in enumerate(parts)]


def clean(text: str) -> str:
    """Text on one line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def fault(error: OSError | ValueError, path: str, fix: str = "") -> Fault:
    """Why a file gave no value; `fix` is told where permission is what lacks."""
    if isinstance(error, ValueError):
        return Fault(None, Reason.UNDECODABLE, f"{path}: {error}")
    reason = _REASONS.get(error.errno or 0, Reason.DEVICE_ERROR)
    detail = f"{path}: {error.strerror or error}"
    if reason is Reason.NO_PERMISSION and fix:
        detail = f"{detail}; {fix}"
    return Fault(None, reason, detail)
