"""The YAML that web configuration files are written in, read strictly (decision 0013).

Maps and lists in block style, lists of scalars on one line, plain and quoted scalars, comments.
Whatever else YAML 1.1 has is an error that says so: nothing is ever read otherwise than it is
meant. Errors name lines and keys, never values: those may be secrets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.web.yaml_scalars import BadScalar, key_and_rest, value
from model.document import Document, DocumentError, KeyPath, Problem

_DEEPEST = 8
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is neither blank nor a comment."""

    number: int
    indent: int
    text: str

    @property
    def is_item(self) -> bool:
        return self.text == "-" or self.text.startswith("- ")


def parse(text: str, file: str) -> Document:
    """Maps become dicts, lists lists, scalars `str` (plain ones `Plain`) or None.

    DocumentError: the first thing that is not understood.
    """
    try:
        return _Reader(text).document(file)
    except BadScalar as error:
        raise DocumentError([Problem(file, error.line, "", str(error))]) from error


class _Reader:
    """Goes through the lines once."""

    def __init__(self, text: str) -> None:
        self._lines = _lines(text)
        self._at = 0
        self._places: dict[KeyPath, int] = {}

    def document(self, file: str) -> Document:
        first = self._peek()
        if first is None:
            return Document(file, {})
        if first.is_item:
            raise BadScalar("expected KEY: VALUE at the top, found a list", first.number)
        data = self._map(first.indent, ())
        rest = self._peek()
        if rest is not None:
            raise BadScalar("less indented than the line that it belongs to", rest.number)
        return Document(file, data, self._places)

    def _peek(self) -> _Line | None:
        return self._lines[self._at] if self._at < len(self._lines) else None

    def _map(self, indent: int, path: KeyPath) -> dict[str, object]:
        found: dict[str, object] = {}
        while (line := self._peek()) is not None and line.indent >= indent:
            if line.indent > indent:
                raise BadScalar("indented more than the line before it allows", line.number)
            if line.is_item:
                raise BadScalar("expected KEY: VALUE, found a list item", line.number)
            key, rest = key_and_rest(line.text, line.number)
            here = (*path, key)
            if key in found:
                first = self._places[here]
                raise BadScalar(f'"{key}" stands twice: first in line {first}', line.number)
            self._places[here] = line.number
            self._at += 1
            found[key] = self._behind(rest, line, here)
        return found

    def _behind(self, rest: str, line: _Line, path: KeyPath) -> object:
        """What stands behind a colon: on the line, or in the deeper ones that follow."""
        following = self._peek()
        deeper = following is not None and following.indent > line.indent
        if rest:
            if deeper and following is not None:
                text = "a value that goes on in the next line is not read here: write it on one"
                raise BadScalar(text, following.number)
            return value(rest, line.number)
        if len(path) > _DEEPEST:
            raise BadScalar("nested too deeply", line.number)
        if following is None:
            return None
        if following.is_item and following.indent >= line.indent:
            return self._list(following.indent, path)
        return self._map(following.indent, path) if deeper else None

    def _list(self, indent: int, path: KeyPath) -> list[object]:
        found: list[object] = []
        while (line := self._peek()) is not None and line.is_item and line.indent == indent:
            self._places[*path, len(found)] = line.number
            self._at += 1
            rest = line.text[1:].strip()
            found.append(None if rest.startswith("#") else value(rest, line.number))
        if line is not None and line.indent > indent:
            raise BadScalar("indented more than the list item before it", line.number)
        return found


def _lines(text: str) -> list[_Line]:
    """The lines that say something."""
    if len(text) > _LARGEST:
        raise BadScalar(f"longer than {_LARGEST} characters", 0)
    found: list[_Line] = []
    begun = False
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), 1):
        if "\t" in raw:
            raise BadScalar("a tab: YAML takes blanks only", number)
        strange = next((c for c in raw if not c.isprintable()), None)
        if strange is not None:
            raise BadScalar(f"a character that is not printable: U+{ord(strange):04X}", number)
        content = raw.strip()
        if not content or content.startswith("#"):
            continue
        if re.match(r"(---|\.\.\.)(\s|$)", raw):
            if begun or re.fullmatch(r"---(\s+#.*)?\s*", raw) is None:
                raise BadScalar("one document, nothing but KEY: VALUE in it", number)
            begun = True
            continue
        begun = True
        found.append(_Line(number, len(raw) - len(raw.lstrip()), content))
    return found
