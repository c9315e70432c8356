"""Adds devices to a file: what stands there is kept byte for byte, new ones come behind it."""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from agent.diagnosis import Lang
from agent.inventory import spreadsheet, toml_text
from agent.inventory.columns import ADDRESS, COLUMNS
from agent.inventory.listing import CSV, TOML, UNREADABLE, document, listed
from agent.inventory.row import Row, canonical
from agent.inventory.spreadsheet import NoTable, Sheet
from model.document import DocumentError, Problem

SUFFIXES = (TOML, CSV)
_NEW_MODE = 0o640


@dataclass(frozen=True, slots=True)
class Merged:
    """What a file becomes: its bytes, the rows that are new to it, keys that it has no column for.

    Nothing is to be written where there are no rows.
    """

    data: bytes
    rows: tuple[Row, ...] = ()
    dropped: tuple[str, ...] = ()


def merge(path: Path, rows: Iterable[Row], lang: Lang, known: Iterable[str] = ()) -> Merged:
    """A file with the devices that it lacks, found by their addresses.

    `known` are names of credentials that the configuration has. DocumentError: what is there can
    neither be understood nor, so, be added to.
    """
    data = path.read_bytes() if path.exists() else b""
    there = listed(path, data) if data.strip() else ()
    addresses = {each.address for each in there}
    added = [row for row in rows if canonical(row.address) not in addresses]
    added = _renamed(added, {each.name for each in there})
    if path.suffix.lower() == CSV:
        return _sheet(path, data, added)
    return _toml(path, data, added, lang, known)


def _renamed(rows: Sequence[Row], taken: set[str]) -> list[Row]:
    """Rows under names that the file does not have yet."""
    found = []
    for row in rows:
        name, count = row.name, 2
        while name in taken:
            name, count = f"{row.name}-{count}", count + 1
        taken.add(name)
        found.append(replace(row, name=name))
    return found


def _toml(path: Path, data: bytes, rows: Sequence[Row], lang: Lang, known: Iterable[str]) -> Merged:
    if not rows:
        return Merged(data)
    before = data.decode("utf-8")
    blocks = [] if before.strip() else [toml_text.head(lang)]
    blocks += [text for text in (toml_text.logins(rows, before, known, lang),) if text]
    blocks += [toml_text.target(row) for row in rows]
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    whole = (before + gap + "\n".join(blocks)).encode()
    document(path, whole)  # an inline `targets = […]` takes no further table
    return Merged(whole, tuple(rows))


def _sheet(path: Path, data: bytes, rows: Sequence[Row]) -> Merged:
    try:
        sheet = spreadsheet.parse(data) if data.strip() else spreadsheet.new()
    except NoTable as error:
        raise DocumentError([Problem(str(path), 0, "", str(error), UNREADABLE)]) from error
    if sheet.header < 0:
        message = f'has no column for addresses: head it "{ADDRESS}" (地址)'
        raise DocumentError([Problem(str(path), 1, "", message, UNREADABLE)])
    if not rows:
        return Merged(data)
    columns = sheet.columns
    head = codecs.BOM_UTF8 + spreadsheet.written(sheet, sheet.rows)
    cells = [_cells(row, sheet, columns) for row in rows]
    ended = not data.strip() or data.endswith((b"\n", b"\n\0"))
    gap = b"" if ended else sheet.line_end.encode(sheet.encoding)
    told = {key for key in COLUMNS if any(row.cell(key) for row in rows)}
    dropped = tuple(key for key in COLUMNS if key in told - set(columns.values()))
    before = data if data.strip() else head
    return Merged(before + gap + spreadsheet.written(sheet, cells), tuple(rows), dropped)


def _cells(row: Row, sheet: Sheet, columns: dict[int, str]) -> list[str]:
    """A row in a file's own columns; of two that hold the same thing the first takes it."""
    first = {key: at for at, key in reversed(columns.items())}
    width = len(sheet.rows[sheet.header])
    return [
        row.cell(columns[at]) if at in columns and first[columns[at]] == at else ""
        for at in range(width)
    ]


def write(path: Path, data: bytes) -> None:
    """Puts bytes into a file: complete, or as it was before. OSError: it cannot be written.

    A link is followed; the mode stays, a new file is nobody's but its owner's and group's.
    """
    place = path.resolve()
    mode = place.stat().st_mode & 0o777 if place.exists() else _NEW_MODE
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        if place.exists():
            with suppress(PermissionError):  # another's file that we may write: ours from now on
                os.chown(temporary, place.stat().st_uid, place.stat().st_gid)
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
