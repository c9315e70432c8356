"""Reads the processor table: the shipped files, and a site's own, which win over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TypeVar

from hw_profiles.leaves import CODE_DUPLICATE, CODE_FILE, Complaints
from hw_profiles.load import SHIPPED
from hw_profiles.processor_parse import EntryParser
from hw_profiles.processor_schema import Accelerator, Processor, Table
from model.document import DocumentError, Problem, read

FILES = SHIPPED / "processors"
"""Where our own tables lie: one file per vendor."""

USER_DIRECTORY = Path("/etc/dcagent/processors.d")
"""Where a site's own are looked for unless the configuration says otherwise."""


_Kind = TypeVar("_Kind", Processor, Accelerator)


class ProcessorError(DocumentError):
    """Processor tables cannot be used: carries every problem of every file, with file and line."""


def table(*user_dirs: Path) -> Table:
    """The shipped entries and those of *.toml in these folders. ProcessorError: any file is wrong.

    A site's entry replaces a shipped one of the same vendor and model, and is tried before all of
    ours. A folder that does not exist holds no entries.
    """
    own = [path for folder in user_dirs for path in sorted(folder.rglob("*.toml"))]
    found, problems = _read(shipped_files(), own)
    if problems:
        raise ProcessorError(problems)
    return found


@cache
def shipped() -> Table:
    """The entries that come with the agent, read once."""
    return table()


def check(paths: Iterable[Path]) -> tuple[Table, tuple[Problem, ...]]:
    """These files as a site's own: their entries alone, and what is wrong with them."""
    return _read((), dict.fromkeys(paths))


def shipped_files() -> list[Path]:
    """The files of our own table."""
    return sorted(FILES.glob("*.toml"))


def _read(ours: Iterable[Path], theirs: Iterable[Path]) -> tuple[Table, tuple[Problem, ...]]:
    """The table of both; a mistake in one file hides no other."""
    complaints = Complaints()
    problems: dict[Problem, None] = {}
    processors: list[Processor] = []
    accelerators: list[Accelerator] = []
    for path, user in chain(((p, True) for p in theirs), ((p, False) for p in ours)):
        try:
            document = read(path)
        except DocumentError as error:
            problems |= dict.fromkeys(replace(p, code=CODE_FILE) for p in error.problems)
            continue
        some, more = EntryParser(document, complaints, user).entries()
        processors += some
        accelerators += more
    problems |= complaints.problems
    found = Table(
        tuple(_told_once("processor", processors, problems)),
        tuple(_told_once("accelerator", accelerators, problems)),
    )
    order = sorted(problems, key=lambda p: (p.file, p.line, p.message))
    return found, tuple(order)


def _told_once(
    kind: str, entries: Iterable[_Kind], problems: dict[Problem, None]
) -> Iterator[_Kind]:
    """Each vendor's model once: a site's entry instead of ours, never two of one origin."""
    seen: dict[tuple[str, str], _Kind] = {}
    for entry in entries:
        other = seen.setdefault((entry.vendor.lower(), entry.model.lower()), entry)
        if other is entry:
            yield entry
        elif other.user == entry.user:
            place = f"{other.file}:{other.line}"
            message = f'"{entry.vendor} {entry.model}" stands twice: it is also in {place}'
            problems[Problem(entry.file, entry.line, kind, message, CODE_DUPLICATE)] = None
