"""What `snmpwalk -On` of net-snmp printed, as a capture."""

from __future__ import annotations

import re

from hw_profiles.capture import Capture, SnmpObject
from model.document import DocumentError, Problem

_LINE = re.compile(r"(\.?(?:iso|\d+)(?:\.\d+)+) = (?:([A-Z][A-Za-z0-9-]*): ?)?(.*)", re.DOTALL)
_NAMED = re.compile(r"[A-Za-z][\w-]*::\S+ = ")
_NUMBER = re.compile(r"-?\d+")
_TAGS = {
    "INTEGER": 2,
    "STRING": 4,
    "Hex-STRING": 4,
    "OID": 6,
    "IpAddress": 64,
    "Counter32": 65,
    "Gauge32": 66,
    "Unsigned32": 66,
    "Timeticks": 67,
    "Opaque": 68,
    "Counter64": 70,
}
_TEXT, _BITS, _TICKS = 4, "BITS", 67
_NOTHING = ("No Such ", "No more variables")


def parse(text: str, file: str) -> Capture | None:
    """The capture; None where no line is snmpwalk's. DocumentError names what cannot be read."""
    objects: list[SnmpObject] = []
    problems: list[Problem] = []
    found = False
    for number, line in _whole(text):
        named = _NAMED.match(line)
        found = found or bool(named or _LINE.fullmatch(line))
        try:
            if named:
                raise ValueError("a name instead of numbers: walk with -On")
            thing = _object(line)
        except ValueError as error:
            problems.append(Problem(file, number, "", f"is no line of snmpwalk: {error}"))
        else:
            if thing is not None:
                objects.append(thing)
    if not found:
        return None
    if problems:
        raise DocumentError(problems)
    header = {"dcagent-capture": "1", "device": "agent of an snmpwalk", "origin": "device"}
    return Capture(header, tuple(sorted(objects, key=lambda o: o.oid)), ())


def _whole(text: str) -> list[tuple[int, str]]:
    """Lines with those that go on a value (long hex strings, texts with line breaks) joined."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        begins = _LINE.fullmatch(line) or _NAMED.match(line)
        if lines and not begins and line.strip() and _LINE.fullmatch(lines[-1][1]):
            lines[-1] = (lines[-1][0], f"{lines[-1][1]}\n{line}")
        elif line.strip() and not line.startswith(("#", "$")):
            lines.append((number, line))
    return lines


def _object(line: str) -> SnmpObject | None:
    """One object; None where the line says that there is none. ValueError: what is wrong."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("expected .1.3.6.… = TYPE: value")
    name, kind, text = match[1].lstrip(".").replace("iso", "1"), match[2] or "", match[3].strip()
    if not kind and text.startswith(_NOTHING):
        return None
    oid = tuple(map(int, name.split(".")))
    if kind in (_BITS, "Hex-STRING"):
        pairs = re.match(r"(?:[0-9A-Fa-f]{2}\s*)*", text)
        return SnmpObject(oid, _TEXT, bytes.fromhex(pairs[0] if pairs else ""))
    if not kind:
        return SnmpObject(oid, *_bare(text))
    tag = _TAGS.get(kind)
    if tag is None:
        raise ValueError(f'type "{kind}" is not known')
    return SnmpObject(oid, tag, _value(tag, text))


def _bare(text: str) -> tuple[int, bytes]:
    """A value without its type: an empty text, or time ticks as -Ot prints them."""
    if _NUMBER.fullmatch(text):
        return _TICKS, text.encode()
    return _TEXT, text.strip('"').encode()


def _value(tag: int, text: str) -> bytes:
    if tag == _TEXT:
        inner = text[1:-1] if text[:1] == text[-1:] == '"' and len(text) > 1 else text
        return inner.replace('\\"', '"').encode("utf-8", "surrogateescape")
    if tag == _TICKS:
        found = re.match(r"\((\d+)\)", text) or re.fullmatch(r"(\d+)", text)
        if found is None:
            raise ValueError(f'"{text}" are no time ticks')
        return found[1].encode()
    if tag in (6, 64):
        return text.strip(".").replace("iso", "1").encode()
    number = re.search(r"\((-?\d+)\)", text) or _NUMBER.match(text)
    if number is None:
        raise ValueError(f'"{text}" is no number')
    return (number[1] if number.re.groups else number[0]).encode()
