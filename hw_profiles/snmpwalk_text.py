"""What `snmpwalk` of net-snmp printed, as a capture.

With -On it has numbers alone. Without, names stand for what net-snmp's own MIBs know: of these the
roots and the system group are read, and what else has a name is no vendor's.
"""

from __future__ import annotations

import re

from hw_profiles.capture import Capture, SnmpObject
from model.document import DocumentError, Problem

_LINE = re.compile(r"(\.?(?:iso|\d+)(?:\.\d+)+) = (?:([A-Z][A-Za-z0-9-]*): ?)?(.*)", re.DOTALL)
_NAMED = re.compile(r"[A-Za-z][\w-]*::\S+ = ")
_SYSTEM = ("sysDescr", "sysObjectID", "sysUpTime", "sysContact", "sysName", "sysLocation")
_ROOTS = {
    "SNMPv2-SMI::enterprises": ".1.3.6.1.4.1",
    "SNMPv2-SMI::mib-2": ".1.3.6.1.2.1",
    "DISMAN-EVENT-MIB::sysUpTimeInstance": ".1.3.6.1.2.1.1.3.0",
    **{f"SNMPv2-MIB::{name}": f".1.3.6.1.2.1.1.{n}" for n, name in enumerate(_SYSTEM, 1)},
}
_ROOT = re.compile(r"(^|= OID: )([A-Za-z][\w-]*::[A-Za-z][\w-]*)(?=[. ]|$)")
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
_OPAQUE = "OPAQUE"
"""What an Opaque is that holds no number; those that do are `Opaque: Float: 23.5`."""
_MISTYPED = re.compile(r"Wrong Type \(should be [^)]*\): ")
_GROUP = (1, 3, 6, 1, 2, 1, 1)
_NOTHING = ("No Such ", "No more variables")


def parse(text: str, file: str) -> Capture | None:
    """The capture; None where no line is snmpwalk's. DocumentError names what cannot be read."""
    objects: list[SnmpObject] = []
    problems: list[Problem] = []
    foreign: list[Problem] = []
    found = False
    for number, line in _whole(text):
        named = _NAMED.match(line)
        found = found or bool(named or _LINE.fullmatch(line))
        try:
            line = _ROOT.sub(_numbered, line)  # noqa: PLW2901
            if _NAMED.match(line):
                why = "is no line of snmpwalk: a name instead of numbers: walk with -On"
                foreign.append(Problem(file, number, "", why))
                continue
            thing = _object(line)
        except ValueError as error:
            problems.append(Problem(file, number, "", f"is no line of snmpwalk: {error}"))
        else:
            if thing is not None:
                objects.append(thing)
    if not found:
        return None
    if foreign and all(thing.oid[:7] == _GROUP for thing in objects):
        problems += foreign
    if problems:
        raise DocumentError(problems)
    header = {"dcagent-capture": "1", "device": "agent of an snmpwalk", "origin": "device"}
    return Capture(header, tuple(sorted(objects, key=lambda o: o.oid)), ())


def _numbered(named: re.Match[str]) -> str:
    return named[1] + _ROOTS.get(named[2], named[2])


def _whole(text: str) -> list[tuple[int, str]]:
    """Lines with those that go on a value (long hex strings, texts with line breaks) joined."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if lines and line.strip() and not _begins(line) and _begins(lines[-1][1]):
            lines[-1] = (lines[-1][0], f"{lines[-1][1]}\n{line}")
        elif line.strip() and not line.startswith(("#", "$")):
            lines.append((number, line))
    return lines


def _begins(line: str) -> bool:
    return bool(_LINE.fullmatch(line) or _NAMED.match(line))


def _object(line: str) -> SnmpObject | None:
    """One object; None where the line says that there is none. ValueError: what is wrong."""
    match = _LINE.fullmatch(_MISTYPED.sub("", line, count=1))
    if match is None:
        raise ValueError("expected .1.3.6.… = TYPE: value")
    name, kind, text = match[1].lstrip(".").replace("iso", "1"), match[2] or "", match[3].strip()
    if not kind and text.startswith(_NOTHING):
        return None
    oid = tuple(map(int, name.split(".")))
    if kind in (_BITS, "Hex-STRING", _OPAQUE):
        pairs = re.match(r"(?:[0-9A-Fa-f]{2}\s*)*", text)
        held = _TAGS["Opaque"] if kind == _OPAQUE else _TEXT
        return SnmpObject(oid, held, bytes.fromhex(pairs[0] if pairs else ""))
    if kind == "Opaque":
        return SnmpObject(oid, _TEXT, text.rpartition(": ")[2].encode())
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
