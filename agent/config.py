"""The configuration: one TOML file and conf.d/*.toml beside it, loaded once and whole.

Nothing else reads configuration files, flags or the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from agent.config_codes import Code
from agent.config_credentials import SecretReader, credential
from agent.config_keys import Key, Table, flag, number, text, texts, whole
from agent.config_targets import RETRIES, TIMEOUT, Entry, Inventory, Manners, Pace, pace, place
from agent.config_web import Web, web
from model.credentials import Credential
from model.devices import Place
from model.document import Document, DocumentError, Problem, read

T = TypeVar("T")

DEFAULT_FILE = Path("/etc/dcagent/dcagent.toml")

CONCURRENCY = Key("concurrency", whole(1, 1000), 64, "Polls under way at once.")
BACKOFF = Key("backoff", number(10, 3600), 300.0, "Longest pause of a dead target, in seconds.")
CACHE_DIRECTORY = Key(
    "directory", text, "/var/cache/dcagent", "Where sensor lists are kept between starts."
)
STATE_DIRECTORY = Key(
    "directory", text, "/var/lib/dcagent", "Where energy counters are kept between starts."
)
INVENTORY_FILES: Key[tuple[str, ...]] = Key(
    "files", texts, (), "Who should be there: TOML and CSV files, read as one."
)
HOST_ENABLED: Key[bool | None] = Key(
    "enabled", flag, None, "Ask this machine itself; true where there are no targets."
)
PROFILE_DIRECTORIES: Key[tuple[str, ...]] = Key(
    "directories", texts, (), "Your own profiles; they win over the shipped ones by name."
)


@dataclass(frozen=True, slots=True)
class Config:
    """All that the operator decided. `files` are the files it came from, the main one first.

    `host`: this machine is to be asked too; `place` is where it stands.
    """

    files: tuple[Path, ...]
    web: Web = field(default_factory=Web)
    manners: Manners = field(default_factory=Manners)
    concurrency: int = CONCURRENCY.default
    backoff: float = BACKOFF.default
    cache: Path = Path(CACHE_DIRECTORY.default)
    state: Path = Path(STATE_DIRECTORY.default)
    host: bool = False
    place: Place = field(default_factory=Place)
    profiles: tuple[Path, ...] = ()
    inventory: tuple[Path, ...] = ()
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()

    def entry(self, name: str) -> Entry | None:
        """The target of a name."""
        return next((e for e in self.entries if e.target.name == name), None)


def files_of(path: Path) -> tuple[Path, ...]:
    """The files that belong to a configuration: itself, then conf.d/*.toml by name."""
    return (path, *sorted((path.parent / "conf.d").glob("*.toml")))


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Reads a configuration and the secrets it names. DocumentError: every mistake in it."""
    problems: list[Problem] = []
    documents = _read(files_of(path), problems)
    tops = [Table(document, (), document.data, problems) for document in documents]
    credentials = _credentials(tops, SecretReader(environment), problems)
    main = tops[0] if documents and documents[0].file == str(path) else None
    config = _assemble(path, main, tops, credentials)
    if problems:
        order = {str(file): number for number, file in enumerate(files_of(path))}
        raise DocumentError(sorted(problems, key=lambda p: (order.get(p.file, 0), p.line)))
    return config


def _read(paths: tuple[Path, ...], problems: list[Problem]) -> list[Document]:
    """The documents that can be read; problems of the others."""
    documents = []
    for path in paths:
        try:
            documents.append(read(path))
        except DocumentError as error:
            for p in error.problems:
                problems.append(Problem(p.file, p.line, p.key, p.message, Code.UNREADABLE.value))
    return documents


def _credentials(
    tops: list[Table], reader: SecretReader, problems: list[Problem]
) -> dict[str, Credential | None]:
    """Credentials of all files by name; None where one could not be understood."""
    found: dict[str, Credential | None] = {}
    places: dict[str, str] = {}
    for top in tops:
        for name, table in top.named_tables("credentials").items():
            if name in found:
                message = f'credential "{name}" stands twice: first at {places[name]}'
                table.blame("", message, Code.DUPLICATE_CREDENTIAL)
                continue
            before = len(problems)
            one = credential(name, table, reader)
            found[name] = one if len(problems) == before else None
            places[name] = table.place
    return found


def _assemble(
    path: Path, main: Table | None, tops: list[Table], credentials: dict[str, Credential | None]
) -> Config:
    settings = main or Table(Document(str(path), {}), (), {}, [])
    served = web(settings.table("web"))
    manners, concurrency, backoff = _poll(settings.table("poll"))
    cache = path.parent / _only(settings.table("cache"), CACHE_DIRECTORY)
    state = path.parent / _only(settings.table("state"), STATE_DIRECTORY)
    directories = _only(settings.table("profiles"), PROFILE_DIRECTORIES)
    host = _only(settings.table("host"), HOST_ENABLED)
    inventory = _only(settings.table("inventory"), INVENTORY_FILES)
    everywhere = _place(settings, Place())
    entries = _entries(settings, tops, Inventory(credentials, manners), everywhere)
    return Config(
        files=tuple(Path(top.document.file) for top in tops),
        web=served,
        manners=manners,
        concurrency=concurrency,
        backoff=backoff,
        cache=cache,
        state=state,
        host=not entries if host is None else host,
        place=everywhere,
        profiles=tuple(path.parent / name for name in directories),
        inventory=tuple(path.parent / name for name in inventory),
        credentials={name: c for name, c in credentials.items() if c},
        entries=entries,
    )


def _only(table: Table, key: Key[T]) -> T:
    """The value of a table's only key."""
    found = table.get(key)
    table.close()
    return found


def _poll(table: Table) -> tuple[Manners, int, float]:
    manners = Manners(pace(table, Pace()), table.get(TIMEOUT), table.get(RETRIES))
    concurrency, backoff = table.get(CONCURRENCY), table.get(BACKOFF)
    table.close()
    return manners, concurrency, backoff


def _entries(
    main: Table, tops: list[Table], inventory: Inventory, everywhere: Place
) -> tuple[Entry, ...]:
    """The targets of all files; [place] of the main file holds for all, of another for its own."""
    for top in tops:
        default = everywhere if top is main else _place(top, everywhere)
        for table in top.tables("targets"):
            inventory.add(table, default)
        if top is not main:
            _settings_only_in_main(top, main)
        top.close()
    return tuple(inventory.entries)


def _place(top: Table, default: Place) -> Place:
    table = top.table("place")
    found = place(table, default)
    table.close()
    return found


def _settings_only_in_main(top: Table, main: Table) -> None:
    for name in ("web", "poll", "cache", "state", "profiles", "inventory", "host"):
        if name in top:
            top.raw(name)
            home = f"belongs to {main.document.file}; here are place, credentials and targets"
            top.blame(name, f"[{name}] {home}", Code.MISPLACED)
