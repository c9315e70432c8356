"""Reads who is already known: the targets of a TOML file, or the addresses of a spreadsheet."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.inventory import spreadsheet
from agent.inventory.columns import ADDRESS
from agent.inventory.row import canonical
from agent.inventory.spreadsheet import NoTable, Sheet
from model.document import Document, DocumentError, Problem, parse

UNREADABLE = "DCA-DISC-004"
CSV, TOML = ".csv", ".toml"


@dataclass(frozen=True, slots=True)
class Listed:
    """A device that a file names: its address in the one form that is compared, or a host name."""

    address: str
    name: str
    file: str
    line: int


def read(path: Path) -> tuple[Listed, ...]:
    """Everyone in a file, by its suffix. DocumentError: it cannot be read, or is neither kind."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from error
    return listed(path, data)


def listed(path: Path, data: bytes) -> tuple[Listed, ...]:
    """The same of a file's bytes."""
    if path.suffix.lower() == CSV:
        try:
            return tuple(_of_sheet(str(path), spreadsheet.parse(data)))
        except NoTable as error:
            raise _wrong(path, str(error)) from error
    if path.suffix.lower() == TOML:
        return tuple(_of_document(document(path, data)))
    raise _wrong(path, "is neither .toml nor .csv")


def document(path: Path, data: bytes) -> Document:
    """The TOML document in a file's bytes. DocumentError: it is none."""
    try:
        return parse(data.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise _wrong(path, f"is not UTF-8: {error.reason}") from error
    except DocumentError as error:
        raise _wrong(path, error.problems[0].message, error.problems[0].line) from error


def _wrong(path: Path, message: str, line: int = 0) -> DocumentError:
    return DocumentError([Problem(str(path), line, "", message, UNREADABLE)])


def _of_document(found: Document) -> Iterator[Listed]:
    """Every [[targets]] table with an address; device files are nobody on the network."""
    tables = found.data.get("targets")
    for at, table in enumerate(tables if isinstance(tables, list) else ()):
        address = table.get(ADDRESS) if isinstance(table, dict) else None
        if not isinstance(address, str) or not address.strip() or address.startswith("/"):
            continue
        name = table.get("name")
        line = found.line(("targets", at, ADDRESS))
        yield Listed(canonical(address), name if isinstance(name, str) else "", found.file, line)


def _of_sheet(file: str, sheet: Sheet) -> Iterator[Listed]:
    """Every address under a header that we know; without such a header every address at all."""
    columns = sheet.columns
    held = [at for at, key in columns.items() if key == ADDRESS]
    name = next((at for at, key in columns.items() if key == "name"), None)
    for number, row in enumerate(sheet.rows[sheet.header + 1 :], sheet.header + 2):
        cells = [row[at] for at in held if at < len(row)] if columns else row
        called = row[name].strip() if name is not None and name < len(row) else ""
        for address in _addresses(cells, hosts=bool(columns)):
            yield Listed(address, called, file, number)


_BREAKS = re.compile(r"[\s,;、，；|]+")
_TAIL = re.compile(r"^(\d+\.\d+\.\d+\.\d+)[:/]\d+$")
_HOST = re.compile(r"(?=.*[\d.])[a-zA-Z0-9][\w-]*(\.[\w-]+)*")


def _addresses(cells: Iterable[str], *, hosts: bool) -> Iterator[str]:
    """The addresses in cells, whatever stands around them; host names too where they may be."""
    for cell in cells:
        for word in _BREAKS.split(unicodedata.normalize("NFKC", cell).strip(" '\"")):
            tail = _TAIL.match(word)
            bare = tail[1] if tail else word.strip("[]")
            try:
                ipaddress.ip_address(bare)
            except ValueError:
                if not hosts or not _HOST.fullmatch(word):
                    continue
            yield canonical(bare)
