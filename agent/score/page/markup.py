"""Elements of HTML that are XML as well. All text goes through one door, which escapes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_VOID = frozenset({"meta", "link", "br", "col"})
_DRAWN = frozenset({"rect", "line", "path", "circle", "use"})
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What XML has no place for, and marks that would turn the direction of the text after them."""
_LOGIN = re.compile(r"(?<=://)[^/?#\s@]*:\S*@")


class Markup(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


Child = str | Iterable[str]
"""Text, markup, or several of them."""


def text(words: str) -> Markup:
    """Text from anywhere as markup: escaped, without a password that stands in a URL."""
    if isinstance(words, Markup):
        return words
    fit = _UNFIT.sub("\ufffd", words)
    return Markup(escape(_LOGIN.sub(_user_alone, fit)))


def _user_alone(found: re.Match[str]) -> str:
    return f"{found[0].partition(':')[0]}:***@"


def joined(*children: Child) -> Markup:
    """Children one after the other."""
    parts = ((child,) if isinstance(child, str) else child for child in children)
    return Markup("".join(text(word) for part in parts for word in part))


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element. `class_` is `class`, `data_value` is `data-value`; None is left out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID or (name in _DRAWN and not children):
        return Markup(f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{joined(*children)}</{name}>")


def _plain(value: str | float) -> str:
    return str(value) if isinstance(value, str) else f"{value:.6g}"
