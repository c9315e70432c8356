"""A capture: one device's answers in one text file.

    # dcagent-capture: 1
    # device: Huawei TaiShan 200 2280
    # origin: invented            (device, manual or invented)
    # source: …                   (what an invented or manual one was written from)
    ipmi|00|06|01||0020810321028fdb0700000100000000
    1.3.6.1.2.1.1.1.0|4|Linux pdu-a

An IPMI line is lun|netfn|command|request data|completion code and response data, in hex. SDRs are
stored whole: the request is Get SDR (0Ah 23h) with reservation 0000, offset 0 and count FFh, the
response completion code, next record ID and the record. FRUs likewise: the request of Read FRU
Data (0Ah 11h) is fru id, offset 0000, count FFh, the response completion code, FFh, all bytes.
Any other line is a `.snmprec` line: oid|tag|value, tag being the ASN.1 tag in decimal (2 INTEGER,
4 OCTET STRING, 5 NULL, 6 OBJECT IDENTIFIER, 64 IpAddress, 65 Counter32, 66 Gauge32, 67 TimeTicks,
68 Opaque, 70 Counter64), with an "x" behind it where the value is in hex. snmpsim's own recordings
(`snmprec_line`) and what other tools print (`capture_text`) are read, never written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hw_profiles import snmprec_line
from model.document import DocumentError, Problem

Oid = tuple[int, ...]
_OURS = re.compile(
    r"^(?:# *dcagent-capture|ipmi\||\.?\d+(?:\.\d+)* *\| *\d+[a-z]?[:|]|\.?[0-2]\.\d+\.[^| ]* *\|)",
    re.MULTILINE,
)
"""A line that only captures and `.snmprec` files have."""


@dataclass(frozen=True, slots=True)
class SnmpObject:
    """One object instance; `value` as the file has it, decoded from hex where the tag says so."""

    oid: Oid
    tag: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """One IPMI request and its response, completion code first."""

    lun: int
    netfn: int
    command: int
    request: bytes
    response: bytes


@dataclass(frozen=True)
class Capture:
    """A device's answers. `header` keeps the order and the words of the `# key: value` lines."""

    header: Mapping[str, str] = field(default_factory=dict)
    objects: tuple[SnmpObject, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


def read(path: Path) -> Capture:
    """Reads a capture file, also one that is compressed (`.bz2`).

    DocumentError names each line that cannot be understood.
    """
    try:
        text = path.read_bytes()
        if path.suffix == ".bz2":
            import bz2  # noqa: PLC0415  # some Pythons are built without it

            text = bz2.decompress(text)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise DocumentError([Problem(str(path), 0, "", f"cannot be read: {why}")]) from error
    return parse(text.decode("utf-8", errors="surrogateescape"), str(path))


def parse(text: str, file: str) -> Capture:
    """Parses a capture, or what other tools left behind; `file` names it in errors."""
    if not _OURS.search(text):
        from hw_profiles import capture_text  # noqa: PLC0415  # it needs the types of this module

        if (foreign := capture_text.parse(text, file)) is not None:
            return foreign
    header: dict[str, str] = {}
    objects: list[SnmpObject] = []
    exchanges: list[Exchange] = []
    problems: list[Problem] = []
    for number, ended in enumerate(text.split("\n"), 1):
        line = ended.removesuffix("\r")  # but no other character that Python would end a line at
        try:
            if line.startswith("#"):
                key, colon, value = line[1:].partition(":")
                if colon:
                    header[key.strip()] = value.strip()
            elif line.startswith("ipmi|"):
                exchanges.append(_exchange(line))
            elif line.strip():
                objects.extend(_object(line))
        except ValueError as error:
            problems.append(Problem(file, number, "", f"is not a capture line: {error}"))
    if problems:
        raise DocumentError(problems)
    once = {o.oid: o for o in objects}  # of an object that stands twice, the later line
    return Capture(header, tuple(once[oid] for oid in sorted(once)), tuple(exchanges))


def _exchange(line: str) -> Exchange:
    parts = line.split("|")
    if len(parts) != 6:
        raise ValueError(f"{len(parts)} fields, expected ipmi|lun|netfn|command|request|response")
    lun, netfn, command = (int(part, 16) for part in parts[1:4])
    response = bytes.fromhex(parts[5])
    if not response:
        raise ValueError("the response lacks its completion code")
    return Exchange(lun, netfn, command, bytes.fromhex(parts[4]), response)


def _object(line: str) -> tuple[SnmpObject, ...]:
    """The object of a line; none where the line recorded no value."""
    parts = line.split("|", 2)
    if len(parts) != 3:
        raise ValueError("expected oid|tag|value")
    oid, recorded = snmprec_line.oid_of(parts[0]), snmprec_line.value_of(parts[1], parts[2])
    return (SnmpObject(oid, *recorded),) if recorded else ()


def render(capture: Capture) -> str:
    """The file's text: header, IPMI lines, SNMP lines in OID order."""
    lines = [f"# {key}: {value}" for key, value in capture.header.items()]
    for e in capture.exchanges:
        words = (
            f"{e.lun:02x}",
            f"{e.netfn:02x}",
            f"{e.command:02x}",
            e.request.hex(),
            e.response.hex(),
        )
        lines.append("|".join(("ipmi", *words)))
    for o in capture.objects:
        tag, value = _written(o)
        lines.append(f"{'.'.join(map(str, o.oid))}|{tag}|{value}")
    return "\n".join(lines) + "\n"


def _written(o: SnmpObject) -> tuple[str, str]:
    """Tag and value as text: plain where it survives a line, hex where it does not."""
    try:
        text = o.value.decode("utf-8")
    except UnicodeDecodeError:
        return f"{o.tag}x", o.value.hex()
    plain = text.isprintable() and o.tag != 68
    return (str(o.tag), text) if plain else (f"{o.tag}x", o.value.hex())
