"""Reads the files of an inventory, TOML and CSV together, into one that is consistent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from agent.config_codes import Code as Config
from agent.config_keys import Table
from agent.config_targets import place
from agent.inventory import site_sheet, site_tables
from agent.inventory.consistency import Read, consistent
from agent.inventory.findings import Code, Finding, of_values, refusal
from agent.inventory.listing import CSV, TOML
from agent.inventory.peaks import unknown_models, with_peaks
from agent.inventory.site_sheet import SiteSheet
from agent.inventory.site_tables import Placed, placed
from agent.inventory.spreadsheet import NoTable
from hw_profiles.processor_schema import Table as Processors
from model.devices import Place
from model.document import Document, DocumentError, Problem
from model.document import parse as parse_toml
from model.inventory import Inventory, Site

T = TypeVar("T")


_ELSEWHERE = ("targets", "credentials")


@dataclass(frozen=True, slots=True)
class Examined:
    """An inventory as far as it could be understood, and all that is wrong with it.

    `read` holds the same things with their places.
    """

    inventory: Inventory
    findings: tuple[Finding, ...]
    read: Read

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes it unusable."""
        return tuple(finding for finding in self.findings if not finding.warning)


def load(
    paths: Sequence[Path], default: Place | None = None, processors: Processors | None = None
) -> Inventory:
    """The inventory of these files, as `examine` reads them. DocumentError: every mistake."""
    found = examine(paths, default, processors)
    if found.errors:
        raise refusal(found.errors)
    return found.inventory


def examine(
    paths: Sequence[Path], default: Place | None = None, processors: Processors | None = None
) -> Examined:
    """Reads all files; a mistake in one hides no other. `default`: the configuration's [place].

    Peaks of nodes are those of `processors`, the shipped table where that is None.
    """
    reader = _Reader(default or Place())
    for path in paths:
        reader.file(path)
    read = reader.read
    inventory, findings = consistent(read)
    read.nodes = with_peaks(read.nodes, processors)
    inventory = replace(inventory, nodes=tuple(each.it for each in read.nodes))
    order = {str(path): number for number, path in enumerate(paths)}
    found = sorted(
        (*reader.findings, *findings, *unknown_models(read.nodes, processors)),
        key=lambda f: (order.get(f.file, -1), f.line, f.code),
    )
    return Examined(inventory, tuple(found), read)


def sheet(path: Path, kind: str = "", more: Mapping[str, str] | None = None) -> SiteSheet:
    """A spreadsheet alone. DocumentError: it is none."""
    try:
        return site_sheet.parse(path.read_bytes(), str(path), kind, more)
    except OSError as error:
        raise _wrong(str(path), f"cannot be read: {error.strerror}") from error
    except NoTable as error:
        raise _wrong(str(path), str(error)) from error


def of_sheet(found: SiteSheet, default: Place | None = None) -> Read:
    """The rows of a spreadsheet; mistakes of its cells are in `problems`."""
    reader = _Reader(default or Place())
    reader.document(found.document)
    return reader.read


def _wrong(file: str, message: str, line: int = 0) -> DocumentError:
    return DocumentError([Problem(file, line, "", message, Code.UNREADABLE.value)])


def toml(path: Path) -> Document:
    """A TOML document. DocumentError: it is none."""
    try:
        return parse_toml(path.read_bytes().decode("utf-8"), str(path))
    except OSError as error:
        raise _wrong(str(path), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _wrong(str(path), f"is not UTF-8: {error.reason}") from error
    except DocumentError as error:
        first = error.problems[0]
        raise _wrong(first.file, first.message, first.line) from error
    except (ValueError, RecursionError) as error:  # numbers and nesting beyond all measure
        raise _wrong(str(path), "is not TOML: too large a number, or nested too deeply") from error


@dataclass(slots=True)
class _Reader:
    """Gathers the rows of several files."""

    default: Place
    read: Read = field(default_factory=Read)

    def __post_init__(self) -> None:
        self._declare(self.default, "", 0)

    @property
    def findings(self) -> list[Finding]:
        return of_values(self.read.problems)

    def file(self, path: Path) -> None:
        """Reads one file by its suffix."""
        try:
            self.document(self._document(path))
        except DocumentError as error:
            self.read.problems.extend(error.problems)

    def _document(self, path: Path) -> Document:
        suffix = path.suffix.lower()
        if suffix == CSV:
            return sheet(path).document
        if suffix == TOML:
            return toml(path)
        raise _wrong(str(path), "is neither .toml nor .csv")

    def document(self, document: Document) -> None:
        """Reads every table of a document."""
        top = Table(document, (), document.data, self.read.problems)
        default = self._place(top)
        read, tables = self.read, site_tables
        self._rows(top, "sites", tables.site, default, read.sites)
        self._rows(top, "racks", tables.rack, default, read.racks)
        self._rows(top, "nodes", tables.node, default, read.nodes)
        self._rows(top, "meters", tables.meter, default, read.meters)
        self._rows(top, "emission_factor", tables.emission, default, read.factors)
        self._rows(top, "renewable", tables.renewable, default, read.renewables)
        for name in _ELSEWHERE:
            if name in top:
                top.raw(name)
                message = f"{name}: belong to dcagent.toml or conf.d; here is who should be there"
                top.blame(name, message, Config.MISPLACED)
        top.close()

    def _place(self, top: Table) -> Place:
        table = top.table("place")
        found = place(table, self.default)
        table.close()
        line = top.document.line(("place",))
        self._declare(found, top.document.file, line)
        return found

    def _declare(self, found: Place, file: str, line: int) -> None:
        """The site that a [place] names needs no [[sites]] row of its own."""
        if found.site:
            one = Site(found.site, found.province, found.hub, found.zone)
            self.read.implied.setdefault(found.site, Placed(one, file, line))

    def _rows(
        self,
        top: Table,
        name: str,
        one: Callable[[Table, Place], T],
        default: Place,
        into: list[Placed[T]],
    ) -> None:
        """Every row, as far as it could be understood."""
        for table in top.tables(name):
            before = len(self.read.problems)
            found = one(table, default)
            into.append(placed(table, found, len(self.read.problems) == before))
