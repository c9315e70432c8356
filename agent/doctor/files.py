"""Files below a root, read so that a missing or closed one is nothing."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from collectors.host.files import Files as KernelFiles


@dataclass(frozen=True, slots=True)
class Account:
    """Whoever may or may not open a file."""

    name: str
    uid: int
    groups: frozenset[int]

    def may(self, status: os.stat_result, write: bool = False) -> bool:
        """True where the mode of a file lets this account read (and write) it."""
        return self._allowed(status, 0o6 if write else 0o4)

    def runs(self, status: os.stat_result) -> bool:
        """True where the mode of a file lets this account run it."""
        return bool(status.st_mode & 0o111) and self._allowed(status, 0o1)

    def _allowed(self, status: os.stat_result, wanted: int) -> bool:
        if self.uid == 0:
            return True
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid in self.groups else 0
        return (status.st_mode >> shift) & wanted == wanted


@dataclass(frozen=True, slots=True)
class Files:
    """Reads below `root`. Paths are given as on the host: "/proc/stat"."""

    root: Path = Path("/")

    @property
    def kernel(self) -> KernelFiles:
        """The same files as the collector of this host reads them."""
        return KernelFiles(self.root)

    def path(self, name: str | Path) -> Path:
        """Where a host's path really is."""
        return self.root / str(name).lstrip("/")

    def told(self, path: Path | str) -> str:
        """A real path as the host itself would name it."""
        try:
            return "/" + str(Path(path).relative_to(self.root))
        except ValueError:
            return str(path)

    def text(self, name: str) -> str:
        """A file's text, stripped; "" where there is none or it may not be read."""
        try:
            return self.kernel.text(name).strip(" \n\0")
        except OSError:
            return ""

    def number(self, name: str) -> int | None:
        """A file's whole number; None where it holds none."""
        return self.kernel.number(name)

    def status(self, name: str) -> os.stat_result | None:
        """A file's owner and mode; None where there is none."""
        try:
            return self.path(name).stat()
        except OSError:
            return None

    def there(self, name: str) -> bool:
        """True where a file of that name is seen."""
        return self.status(name) is not None

    def names(self, directory: str, pattern: str = ".*") -> list[str]:
        """Names in a directory that match as a whole, 2 before 10; none where it is closed."""
        return [n for n in self.kernel.names(directory) if re.fullmatch(pattern, n)]

    def account(self, name: str) -> Account | None:
        """A user of this host's own files; None where it has no such user."""
        users = (line.split(":") for line in self.text("/etc/passwd").splitlines())
        row = next((u for u in users if len(u) > 3 and u[0] == name), None)
        if row is None or not row[2].isdecimal() or not row[3].isdecimal():
            return None
        rows = (line.split(":") for line in self.text("/etc/group").splitlines())
        more = {int(r[2]) for r in rows if len(r) > 3 and name in r[3].split(",")}
        return Account(name, int(row[2]), frozenset({int(row[3]), *more}))

    def group(self, number: int) -> str:
        """A group's name, or its number where it has none."""
        rows = (line.split(":") for line in self.text("/etc/group").splitlines())
        return next((r[0] for r in rows if len(r) > 2 and r[2] == str(number)), str(number))
