"""Reads profiles: the shipped ones, and users' own, which win over them by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from hw_profiles.leaves import (
    CODE_DUPLICATE,
    CODE_EXTENDS,
    CODE_FILE,
    CODE_REQUIRED,
    Complaints,
    Tree,
    grow,
    lay_over,
)
from hw_profiles.parse import Parser
from hw_profiles.processor_schema import Table
from hw_profiles.schema import Profile
from model.document import Document, DocumentError, Problem, nearest, read

SHIPPED = Path(__file__).parent / "data"
"""Where our own profiles lie: data/<vendor>/<name>.toml."""

NOT_PROFILES = frozenset({"standard", "processors"})
"""Folders of `SHIPPED` that hold other tables."""


class ProfileError(DocumentError):
    """Profiles cannot be used: carries every problem of every file, with file and line."""


@dataclass(frozen=True)
class Pack:
    """All profiles that a device may turn out to need.

    `processors` is what is known of processors where a site adds to it; None: what is shipped.
    """

    profiles: tuple[Profile, ...] = ()
    processors: Table | None = None

    @cached_property
    def probes(self) -> tuple[str, ...]:
        """The SNMP objects whose existence tells profiles apart."""
        found = (p for profile in self.profiles for m in profile.match for p in m.probes)
        return tuple(dict.fromkeys(found))

    @cached_property
    def _by_name(self) -> dict[str, Profile]:
        return {profile.name: profile for profile in self.profiles}

    def named(self, name: str) -> Profile | None:
        """The profile of that name."""
        return self._by_name.get(name)


@dataclass(slots=True)
class _File:
    """One file on its way to a profile; `instead`: the shipped one whose name it takes."""

    document: Document
    user: bool
    complaints: Complaints = field(default_factory=Complaints)
    tree: Tree = field(default_factory=Tree)
    whole: Tree | None = None
    ancestors: tuple[str, ...] = ()
    instead: _File | None = None

    @property
    def name(self) -> str:
        leaf = self.tree.profile.get("name")
        return leaf.value if leaf and isinstance(leaf.value, str) else ""


def pack(*user_dirs: Path) -> Pack:
    """The shipped profiles and the *.toml of these folders. ProfileError: any file is wrong.

    A folder that does not exist holds no profiles.
    """
    files = [(path, False) for path in shipped()]
    files += [(path, True) for folder in user_dirs for path in sorted(folder.rglob("*.toml"))]
    profiles, problems = _profiles(files)
    if problems:
        raise ProfileError(problems)
    return Pack(profiles)


def check(paths: Iterable[Path]) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    """Reads these files as a user's beside the shipped ones: their profiles, their problems."""
    wanted = list(dict.fromkeys(paths))
    places = {path.resolve() for path in wanted}
    files = [(path, False) for path in shipped() if path.resolve() not in places]
    profiles, problems = _profiles([*files, *((path, True) for path in wanted)])
    named = {str(path) for path in wanted}
    own = tuple(problem for problem in problems if problem.file in named)
    return tuple(profile for profile in profiles if profile.file in named), own


def shipped() -> list[Path]:
    """The files of our own profiles."""
    found = sorted(SHIPPED.rglob("*.toml"))
    return [path for path in found if path.relative_to(SHIPPED).parts[0] not in NOT_PROFILES]


def _profiles(
    paths: Iterable[tuple[Path, bool]],
) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    files: dict[str, _File] = {}
    problems: dict[Problem, None] = {}
    for path, user in paths:
        try:
            file = _File(read(path), user)
        except DocumentError as error:
            problems |= dict.fromkeys(replace(p, code=CODE_FILE) for p in error.problems)
            continue
        file.tree = grow(file.document, file.complaints)
        _enter(file, files)
        problems |= file.complaints.problems
    profiles = []
    for file in files.values():
        complaints = Complaints()
        profiles.append(_profile(file, files, complaints))
        problems |= complaints.problems
    order = sorted(problems, key=lambda p: (p.file, p.line, p.message))
    return tuple(profiles), tuple(order)


def _enter(file: _File, files: dict[str, _File]) -> None:
    """Takes a file in under its profile's name: a user's over ours, never two of one origin."""
    head = file.tree.profile
    if not file.name:
        problem = file.document.problem(("profile", "name"), '[profile] needs "name"')
        file.complaints.problems[replace(problem, code=CODE_REQUIRED)] = None
        files[file.document.file] = file
        return
    other = files.get(file.name)
    if other is not None and other.user == file.user:
        place = f"{other.document.file}:{other.tree.profile['name'].line}"
        message = f'profile "{file.name}" stands twice: it is also in {place}'
        file.complaints.add(head["name"], message, CODE_DUPLICATE)
        return
    file.instead = other
    files[file.name] = file


def _profile(file: _File, files: dict[str, _File], complaints: Complaints) -> Profile:
    tree = _whole(file, files, complaints, ())
    return Parser(tree, file.document, complaints, file.ancestors, file.user).profile()


def _parent(name: str, file: _File, files: Mapping[str, _File]) -> _File | None:
    """The file that is extended: a user's may extend the shipped one whose name it takes."""
    if name == file.name and file.instead is not None:
        return file.instead
    return files.get(name)


def _protocol(file: _File) -> str | None:
    leaf = file.tree.profile.get("protocol")
    return str(leaf.value) if leaf else None


def _whole(
    file: _File, files: dict[str, _File], complaints: Complaints, below: tuple[str, ...]
) -> Tree:
    """A file's tree laid over its ancestors'."""
    if file.whole is not None:
        return file.whole
    file.whole = file.tree
    leaf = file.tree.profile.get("extends")
    if leaf is None:
        return file.tree
    parent = _parent(str(leaf.value), file, files)
    if parent is None:
        complaints.add(
            leaf,
            f'there is no profile "{leaf.value}"{nearest(str(leaf.value), files)}',
            CODE_EXTENDS,
        )
        return file.tree
    protocols = {_protocol(parent), _protocol(file)} - {None}
    if len(protocols) > 1:
        complaints.add(leaf, f'"{parent.name}" is for another protocol', CODE_EXTENDS)
        return file.tree
    if parent is file or parent.name in below:
        complaints.add(leaf, f'"{file.name}" extends itself through "{parent.name}"', CODE_EXTENDS)
        return file.tree
    tree = _whole(parent, files, complaints, (*below, file.name))
    file.whole = lay_over(file.tree, tree)
    file.ancestors = (parent.name, *parent.ancestors)
    return file.whole
