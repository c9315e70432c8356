"""Writes manual pages: the few words of man(7) that they need."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable


def page(name: str, section: int, summary: str, title: str, date: str) -> str:
    """The head of a page and its NAME. `title` is printed above it, `date` (YYYY-MM-DD) below."""
    quoted = " ".join(f'"{words}"' for words in (date, f"dcagent {title}".strip(), "dcagent"))
    return f'.TH "{name.upper()}" "{section}" {quoted}\n' + heading("NAME", f"{name} - {summary}")


def heading(name: str, *paragraphs: str) -> str:
    """A section and its first paragraphs."""
    return f'.SH "{name}"\n' + _text(paragraphs)


def part(name: str, *paragraphs: str) -> str:
    """A section within a section."""
    return f'.SS "{escaped(name)}"\n' + _text(paragraphs)


def paragraph(words: str) -> str:
    """A paragraph; its line ends are no more than blanks."""
    return f".PP\n{_filled(words)}"


def item(term: str, words: str) -> str:
    """A term in bold, and what it means."""
    return f".TP\n\\fB{escaped(term)}\\fR\n{_filled(words)}"


def example(text: str) -> str:
    """Lines as they stand."""
    lines = "".join(f"{escaped(line)}\n" for line in text.strip("\n").splitlines())
    return f".PP\n.RS 4\n.nf\n{lines}.fi\n.RE\n"


def escaped(words: str) -> str:
    """Words that roff prints as they are."""
    plain = words.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga")
    return re.sub(r"(?m)^([.'])", r"\\&\1", plain)


def _text(paragraphs: Iterable[str]) -> str:
    """Paragraphs behind a heading, which begins the first."""
    return ".PP\n".join(map(_filled, paragraphs))


def _filled(words: str) -> str:
    """Words on lines of their own, none too long for an editor."""
    lines = textwrap.wrap(words, 74, break_long_words=False, break_on_hyphens=False)
    return "".join(f"{escaped(line)}\n" for line in lines)
