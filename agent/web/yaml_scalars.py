"""Scalars and keys of YAML 1.1, as far as web configuration files use them."""

from __future__ import annotations

import re

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN_KEY = re.compile(r"([^\s\"'#](?:[^#]|(?<=\S)#)*?)\s*:(?:\s+(.*))?$")
_QUOTED_KEY = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')\s*:(?:\s+(.*))?$")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"')
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "t": "\t", "n": "\n", " ": " "}
_COMMENT = re.compile(r"\s#")
_KINDS = {
    "&": "an anchor (&) is not read here",
    "*": "an alias (*) is not read here",
    "!": "a tag (!) is not read here",
    "|": "a text of several lines (|) is not read here: write it on one",
    ">": "a text of several lines (>) is not read here: write it on one",
    "{": "a map in braces is not read here: write KEY: VALUE in lines of their own",
    "%": "a directive (%) is not read here",
    "@": "@ begins no value: put it in quotes",
    "`": "` begins no value: put it in quotes",
    "[": "a list in brackets that goes on or holds another is not read here",
    "]": "] begins no value: put it in quotes",
    "}": "} begins no value: put it in quotes",
    ",": ", begins no value: put it in quotes",
}


class BadScalar(Exception):
    """What is not understood, and in which line."""

    def __init__(self, message: str, line: int) -> None:
        self.line = line
        super().__init__(message)


class Plain(str):
    """A scalar without quotes: it may mean a truth value, which a quoted one never does."""

    __slots__ = ()


def key_and_rest(text: str, line: int) -> tuple[str, str]:
    """The key of a line, and what stands behind its colon without a comment in front."""
    found = _QUOTED_KEY.match(text)
    if found:
        key = str(value(found[1], line))
    else:
        found = _PLAIN_KEY.match(text)
        if not found:
            hint = " (the colon is a full-width one)" if "：" in text else ""
            raise BadScalar(f"expected KEY: VALUE{hint}", line)
        key = found[1]
        if key == "<<" or key[0] in _KINDS or re.match(r"[-?:](\s|$)", key):
            raise BadScalar("a key that YAML treats in a special way: put it in quotes", line)
    rest = (found[2] or "").strip()
    return key, "" if rest.startswith("#") else rest


def value(text: str, line: int) -> str | list[str | None] | dict[str, object] | None:
    """What one line says behind a colon or a dash. BadScalar."""
    if text.startswith("["):
        return _flow_list(text, line)
    found, rest = _scalar(text, line)
    if rest and not (rest.startswith("#") and text[len(text) - len(rest) - 1].isspace()):
        raise BadScalar("more behind the closing quote", line)
    if isinstance(found, Plain) and found == "{}":
        return {}
    if isinstance(found, Plain):
        _check_plain(found, line)
        return None if found in _NULL else found
    return found


def _scalar(text: str, line: int) -> tuple[str, str]:
    """One scalar at the start of a text, and the rest behind it."""
    if text.startswith(('"', "'")):
        found = (_DOUBLE if text[0] == '"' else _SINGLE).match(text)
        if not found:
            raise BadScalar("a quote that is not closed on the same line", line)
        inner = found[1]
        told = _unescaped(inner, line) if text[0] == '"' else inner.replace("''", "'")
        return told, text[found.end() :].strip()
    comment = _COMMENT.search(text)
    return Plain((text[: comment.start()] if comment else text).strip()), ""


def _unescaped(text: str, line: int) -> str:
    def plain(found: re.Match[str]) -> str:
        told = chr(int(found[1][1:], 16)) if len(found[1]) > 1 else _ESCAPES.get(found[1])
        if told is None or "\ud800" <= told <= "\udfff":
            raise BadScalar(f"\\{found[1]} is not read here", line)
        return told

    return _ESCAPE.sub(plain, text)


def _check_plain(text: str, line: int) -> None:
    """Refuses what is more than a plain scalar (YAML 1.1 §9.1.3)."""
    if text and text[0] in _KINDS:
        raise BadScalar(_KINDS[text[0]], line)
    if re.match(r"[-?:](\s|$)", text):
        raise BadScalar(f"{text[0]} and a blank begin no value: put it in quotes", line)
    if ": " in text or text.endswith(":"):
        raise BadScalar("a second colon: put the value in quotes", line)


def _flow_list(text: str, line: int) -> list[str | None]:
    """A list of scalars in brackets on one line."""
    found: list[str | None] = []
    rest = text[1:].strip()
    while rest and not rest.startswith("]"):
        if rest.startswith(('"', "'")):
            item, rest = _scalar(rest, line)
        else:
            told = re.match(r"[^,\]\[{}#]*", rest)
            assert told is not None
            item, rest = Plain(told[0].strip()), rest[told.end() :]
            _check_plain(item or ",", line)
        found.append(None if isinstance(item, Plain) and item in _NULL else item)
        if not rest.startswith((",", "]")):
            raise BadScalar(_KINDS["["], line)
        rest = rest.removeprefix(",").strip()
    after = rest[1:].strip()
    if not rest or (after and not after.startswith("#")):
        raise BadScalar(_KINDS["["], line)
    return found
