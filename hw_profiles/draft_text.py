"""A drafted profile as TOML text: every line with its reason, every column that is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Toml = str | int | float | bool | list["Toml"] | Mapping[str, "Toml"]

_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of the draft, its reason, a value that it read, and in how many rows."""

    word: str
    rule: Toml
    reason: str
    sample: str = ""
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """[metrics], or a table with its keys; `left` are columns that nothing was made of."""

    name: str = ""
    keys: Mapping[str, Toml] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole profile."""

    head: Mapping[str, Toml]
    match: tuple[Mapping[str, Toml], ...]
    settings: Mapping[str, Mapping[str, Toml]]
    sections: tuple[Section, ...]
    remarks: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every rule."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def text(self) -> str:
        """The file."""
        found = [*(f"# {_plain(told)}" for told in self.remarks), "", "[profile]"]
        found += _aligned(self.head)
        several = len(self.match) > 1
        for each in self.match:
            found += ["", "[[match]]" if several else "[match]", *_aligned(each)]
        for name, keys in self.settings.items():
            found += ["", f"[{name}]", *_aligned(keys)]
        for section in self.sections:
            found += _section(section)
        if self.left:
            found += ["", "# Not understood, each with a sample:"]
            found += [f"#   {_plain(told)}" for told in self.left]
        return "\n".join(found).lstrip("\n") + "\n"


def _section(section: Section) -> list[str]:
    found = [""]
    if section.name:
        found += [f"[tables.{section.name}]", *_aligned(section.keys)]
    if section.lines:
        found.append(f"[tables.{section.name}.metrics]" if section.name else "[metrics]")
        found += _lines(section.lines)
    found += [f"#   {_plain(told)}" for told in section.left]
    return found


def _lines(lines: Iterable[Line]) -> list[str]:
    """The rules, one to a word: several of one word are a list."""
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.word, []).append(line)
    found = []
    for word, several in grouped.items():
        for line in several:
            sample = f"{line.sample}: " if line.sample else ""
            found.append(f"# guess: {_plain(sample + line.reason)}")
        rules: list[Toml] = []
        for line in several:
            rules += line.rule if isinstance(line.rule, list) else [line.rule]
        rule = rules[0] if len(rules) == 1 else _merged(rules)
        found.append(f'"{word}" = {_value_in_lines(rule)}')
    return found


def _merged(rules: list[Toml]) -> Toml:
    """Rules that are nothing but sensor names are one rule of several names."""
    names: list[Toml] = []
    others: list[Toml] = []
    for rule in rules:
        if isinstance(rule, Mapping) and set(rule) == {"sensor"} and not others:
            given = rule["sensor"]
            names += given if isinstance(given, list) else [given]
        else:
            others.append(rule)
    distinct: list[Toml] = list(dict.fromkeys(map(str, names)))
    merged: list[Toml] = []
    if distinct:
        merged.append({"sensor": distinct if len(distinct) > 1 else distinct[0]})
    merged += others
    return merged[0] if len(merged) == 1 else merged


def _value_in_lines(rule: Toml) -> str:
    text = value(rule)
    if isinstance(rule, list) and len(text) > _WIDTH:
        return "\n".join(["[", *(f"  {value(each)}," for each in rule), "]"])
    return text


def _aligned(keys: Mapping[str, Toml]) -> list[str]:
    widest = max((len(_key(key)) for key in keys), default=0)
    return [f"{_key(key):{widest}} = {value(told)}" for key, told in keys.items()]


def _key(text: str) -> str:
    bare = text and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)
    return text if bare else string(text)


def value(told: Toml) -> str:
    """A TOML value on one line."""
    if isinstance(told, bool):
        return str(told).lower()
    if isinstance(told, str):
        return string(told)
    if isinstance(told, int | float):
        return f"{told:g}" if isinstance(told, float) else str(told)
    if isinstance(told, list):
        return f"[{', '.join(map(value, told))}]"
    return "{" + ", ".join(f"{_key(key)} = {value(each)}" for key, each in told.items()) + "}"


def string(text: str) -> str:
    """A TOML string: in single quotes where it holds a backslash, as patterns do."""
    text = _plain(text)
    if "\\" in text and "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(text: str) -> str:
    """A device's words on one line, without what TOML forbids."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
