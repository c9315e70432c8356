"""The parts of a profile file with their place in it, and how a child's lie over its parent's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from model.document import Document, KeyPath, Problem, nearest

CODE_FILE = "DCA-PROF-001"
CODE_KEY = "DCA-PROF-002"
CODE_VALUE = "DCA-PROF-003"
CODE_REQUIRED = "DCA-PROF-004"
CODE_WORD = "DCA-PROF-005"
CODE_DUPLICATE = "DCA-PROF-006"
CODE_EXTENDS = "DCA-PROF-007"
CODE_PATTERN = "DCA-PROF-008"

ADDRESS_KEYS = frozenset(
    {"oid", "sensor", "entity", "sensor_type", "event_type", "command", "sum", "labels"}
)
"""The keys that say where a value comes from; a child's rule without one takes its parent's."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value and where it stands."""

    value: object
    document: Document
    path: KeyPath

    @property
    def line(self) -> int:
        """The line of the value's key."""
        return self.document.line(self.path)

    def at(self, *keys: str | int) -> KeyPath:
        """The path of something inside the value."""
        return (*self.path, *keys)


Branch = dict[str, Leaf]
"""A table of the file: key → leaf."""


@dataclass(slots=True)
class Complaints:
    """Every mistake that was found, each once."""

    problems: dict[Problem, None] = field(default_factory=dict)

    def add(self, leaf: Leaf, message: str, code: str, *keys: str | int) -> None:
        """Notes a mistake at a leaf, or at a key inside it."""
        self.problems[leaf.document.problem(leaf.at(*keys), message, code)] = None

    def expected(self, leaf: Leaf, what: str, *keys: str | int) -> None:
        """Notes a value of the wrong kind."""
        name = keys[-1] if keys else leaf.path[-1]
        self.add(leaf, f'"{name}" must be {what}', CODE_VALUE, *keys)

    def known(self, branch: Mapping[str, Leaf], keys: Iterable[str], where: str) -> None:
        """Notes each key that is not one of these."""
        allowed = sorted(keys)
        for key, leaf in branch.items():
            if key not in allowed:
                message = f'unknown key "{key}" in {where}{nearest(key, allowed)}'
                self.add(leaf, message, CODE_KEY)


def inside(leaf: Leaf, complaints: Complaints, what: str = "a table") -> Branch:
    """The inside of a table; a complaint and nothing where it is none."""
    if not isinstance(leaf.value, dict):
        complaints.expected(leaf, what)
        return {}
    return {str(k): Leaf(v, leaf.document, leaf.at(str(k))) for k, v in leaf.value.items()}


@dataclass(slots=True)
class Tree:
    """A profile's file, or several laid over one another; order says which rule is tried first."""

    profile: Branch = field(default_factory=dict)
    match: list[Branch] = field(default_factory=list)
    snmp: Branch = field(default_factory=dict)
    ipmi: Branch = field(default_factory=dict)
    host: Branch = field(default_factory=dict)
    device: Branch = field(default_factory=dict)
    metrics: Branch = field(default_factory=dict)
    tables: dict[str, tuple[Branch, Branch]] = field(default_factory=dict)


SECTIONS = ("profile", "match", "snmp", "ipmi", "host", "device", "metrics", "tables")


def grow(document: Document, complaints: Complaints) -> Tree:
    """The tree of one file."""
    top = {key: Leaf(value, document, (key,)) for key, value in document.data.items()}
    complaints.known(top, SECTIONS, "a profile")
    tree = Tree()
    for name in ("profile", "snmp", "ipmi", "host", "device", "metrics"):
        if name in top:
            setattr(tree, name, inside(top[name], complaints))
    if "match" in top:
        tree.match = _alternatives(top["match"], complaints)
    if "tables" in top:
        tree.tables = _tables(inside(top["tables"], complaints), complaints)
    return tree


def _alternatives(leaf: Leaf, complaints: Complaints) -> list[Branch]:
    """[match] is one way to recognise a device, [[match]] are several."""
    if isinstance(leaf.value, list):
        leaves = [Leaf(v, leaf.document, leaf.at(i)) for i, v in enumerate(leaf.value)]
        return [inside(each, complaints) for each in leaves]
    return [inside(leaf, complaints)]


def _tables(tables: Branch, complaints: Complaints) -> dict[str, tuple[Branch, Branch]]:
    found = {}
    for name, leaf in tables.items():
        keys = inside(leaf, complaints)
        metrics = keys.pop("metrics", None)
        found[name] = (keys, inside(metrics, complaints) if metrics else {})
    return found


_OWN = frozenset({"name", "source", "verified", "title"})
"""Keys of [profile] that a child does not take from its parent."""


def lay_over(child: Tree, parent: Tree) -> Tree:
    """The child's keys before and instead of its parent's. [match] is the child's alone."""
    inherited = {key: leaf for key, leaf in parent.profile.items() if key not in _OWN}
    names = dict.fromkeys((*child.tables, *parent.tables))
    none: tuple[Branch, Branch] = ({}, {})
    return Tree(
        profile=_over(child.profile, inherited),
        match=child.match,
        snmp=_over(child.snmp, parent.snmp),
        ipmi=_over(child.ipmi, parent.ipmi),
        host=_over(child.host, parent.host),
        device=_over(child.device, parent.device),
        metrics=_rules_over(child.metrics, parent.metrics),
        tables={
            name: (
                _over(child.tables.get(name, none)[0], parent.tables.get(name, none)[0]),
                _rules_over(child.tables.get(name, none)[1], parent.tables.get(name, none)[1]),
            )
            for name in names
        },
    )


def _over(child: Branch, parent: Branch) -> Branch:
    return {**child, **{key: leaf for key, leaf in parent.items() if key not in child}}


def _rules_over(child: Branch, parent: Branch) -> Branch:
    """As `_over`; a child's rule that names no address changes its parent's, or goes before it."""
    changed = {key: _changed(leaf, parent.get(key)) for key, leaf in child.items()}
    return _over(changed, parent)


def _changed(leaf: Leaf, parent: Leaf | None) -> Leaf:
    mine = leaf.value
    if parent is not None and isinstance(mine, list) and _INHERITED in mine:
        return Leaf(list(_spliced(mine, parent.value)), leaf.document, leaf.path)
    if parent is None or not isinstance(mine, dict) or ADDRESS_KEYS & mine.keys():
        return leaf
    theirs = {"oid": parent.value} if isinstance(parent.value, str) else parent.value
    if not isinstance(theirs, dict):
        return leaf
    return Leaf({**theirs, **mine}, leaf.document, leaf.path)


_INHERITED = {"inherited": True}


def _spliced(mine: list[object], theirs: object) -> Iterator[object]:
    """The child's alternatives, its parent's where it says "inherited"."""
    for each in mine:
        if each != _INHERITED:
            yield each
        elif isinstance(theirs, list):
            yield from theirs
        else:
            yield {"oid": theirs} if isinstance(theirs, str) else theirs
