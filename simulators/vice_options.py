"""Vices by name: "loss=0.2" for a command line, whatever simulator they belong to."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any, get_type_hints

from model.document import nearest

_TRUE, _FALSE = frozenset({"", "1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


def _flag(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("true or false")


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part, 0) for part in text.split(",") if part)
    except ValueError:
        raise ValueError("numbers with commas between them, such as 17,0x12") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("a number") from None


def _whole(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise ValueError("a whole number") from None


_READERS: dict[Any, Callable[[str], object]] = {
    bool: _flag,
    int: _whole,
    float: _number,
    str: str,
    tuple[int, ...]: _numbers,
}


def names(vices: type) -> tuple[str, ...]:
    """The vices of one kind of simulator (`BmcVices`, `AgentVices`)."""
    return tuple(field.name for field in dataclasses.fields(vices))


def apply(vices: object, words: Iterable[str]) -> None:
    """Sets "name=value" or, for flags, "name". ValueError: no such vice, or not its value."""
    types = get_type_hints(type(vices))
    for word in words:
        name, _, text = word.partition("=")
        name = name.strip().replace("-", "_")
        if name not in types:
            hint = nearest(name, types) or f"; known: {', '.join(types)}"
            raise ValueError(f'there is no vice "{name}"{hint}')
        if not text and types[name] is not bool:
            raise ValueError(f"{name}: a value is missing, write {name}=…")
        try:
            setattr(vices, name, _READERS[types[name]](text.strip()))
        except ValueError as error:
            raise ValueError(f'{name}: expected {error}, found "{text}"') from None
