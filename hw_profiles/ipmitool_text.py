"""What `ipmitool` printed, as a partial capture: records composed so that the one road reads them.

`sdr list`, `sdr elist` and `sensor` give the sensors, `mc info` and `fru print` in the same file
say who it is. The text has no record bytes: formulas are found from the values, and where the
text lacks them (`sdr list`, `sensor`) entities are unknown and sensor types follow from units.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture, Exchange
from hw_profiles.fru_build import fru
from hw_profiles.ipmitool_lines import Line, understood
from hw_profiles.ipmitool_states import kind_of, mask_of
from hw_profiles.sdr_fit import fit
from model.document import DocumentError, Problem

_APP, _SENSOR, _STORAGE = 0x06, 0x04, 0x0A
_READY, _UNAVAILABLE = 0xC0, 0xE0
_TYPES = {1: 0x01, 2: 0x01, 3: 0x01, 4: 0x02, 5: 0x03, 18: 0x04, 17: 0x04}
_OTHER_UNITS, _FAN = 0x0B, 0x04
_LONGEST = 31
_PER_LUN, _LUNS = 254, 4
_FIELD = re.compile(r"\s*([A-Za-z][\w /().#-]*?)\s*:(?:\s+(.*))?")
_NOISE = re.compile(
    r"\s*(?:$|#|=+|-+$|0x[0-9a-fA-F]{2}$|.*\bipmitool\b|Get |Error|Unable|No data|Warning|Close |"
    r"(?:Sensor|SDR Repository|SEL|FRU Inventory|Chassis|Bridge) Device$|IPMB Event)"
)
"""Prompts, error messages and the rest of what stands around the lines that we read."""
_LOCATOR = re.compile(r".*\|[^|]*(?:\b(?:MC|FRU|Generic|Generic Device) @|Event-Only)")
"""What `all` adds to a listing: records of no sensor that could be read."""
_BOARD = ("board mfg", "board product", "board serial", "board part number")
_PRODUCT = (
    *("product manufacturer", "product name", "product part number", "product version"),
    *("product serial", "product asset tag"),
)
_CHASSIS = ("chassis part number", "chassis serial")


def parse(text: str, file: str) -> Capture | None:
    """The capture; None where no line is ipmitool's. DocumentError names lines that are not."""
    lines: list[Line] = []
    fields: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            if _LOCATOR.match(line):
                continue
            if "|" in line:
                lines.append(understood(line))
            elif found := _FIELD.fullmatch(line):
                fields.setdefault(found[1].casefold(), (found[2] or "").strip())
            elif not _NOISE.match(line):
                raise ValueError("neither a sensor nor a field")
        except ValueError as error:
            problems.append(Problem(file, number, "", f"is no line of ipmitool: {error}"))
    if not lines:
        return None
    if problems:
        raise DocumentError(problems)
    return Capture(_header(fields), (), (*_identity(fields), *_sensors(lines)))


def _header(fields: dict[str, str]) -> dict[str, str]:
    names = (fields.get(key, "") for key in ("product manufacturer", "product name"))
    return {
        "dcagent-capture": "1",
        "device": " ".join(filter(None, names)) or "server of an ipmitool listing",
        "origin": "device",
        "partial": "composed from what ipmitool printed: no record bytes, formulas or commands",
    }


def _identity(fields: dict[str, str]) -> Iterator[Exchange]:
    """Get Device ID out of `mc info`, and FRU 0 out of `fru print`, as far as they are there."""
    major, _, minor = fields.get("firmware revision", "0.00").partition(".")
    manufacturer, product = (_leading(fields, key) for key in ("manufacturer id", "product id"))
    version = bytes((int(_digits(major)) & 0x7F, int(_digits(minor)[:2], 16)))
    ident = bytes((0, 0x20, 0x01)) + version + b"\x02\xbf"
    ident += manufacturer.to_bytes(3, "little") + struct.pack("<H", product) + bytes(4)
    yield Exchange(0, _APP, 0x01, b"", ident)
    areas = [tuple(fields.get(k, "") for k in keys) for keys in (_BOARD, _PRODUCT, _CHASSIS)]
    board, product_texts, chassis = (area if any(area) else () for area in areas)
    if board or product_texts or chassis:
        content = fru(*(tuple(map(_latin, area)) for area in (board, product_texts, chassis)))
        info = struct.pack("<BHB", 0, len(content), 0)
        yield Exchange(0, _STORAGE, 0x10, b"\x00", info)
        yield Exchange(0, _STORAGE, 0x11, b"\x00\x00\x00\xff", b"\x00\xff" + content)


def _leading(fields: dict[str, str], key: str) -> int:
    found = re.match(r"\d+", fields.get(key, ""))
    return int(found[0]) & 0xFFFFF if found else 0


def _digits(text: str) -> str:
    found = re.match(r"\d+", text.strip())
    return found[0] if found else "0"


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")[:60]


def _sensors(lines: list[Line]) -> Iterator[Exchange]:
    """The records, linked, and the readings of the sensors that they describe."""
    numbers = _numbers(lines)
    pairs = [_composed(line, *place) for line, place in zip(lines, numbers, strict=True)]
    for at, (record, _) in enumerate(pairs, 1):
        following = at + 1 if at < len(pairs) else 0xFFFF
        request = struct.pack("<HHBB", 0, at, 0, 0xFF)
        answer = struct.pack("<BHH", 0, following, at) + record[2:]
        yield Exchange(0, _STORAGE, 0x23, request, answer)
    for _, exchanges in pairs:
        yield from exchanges


def _numbers(lines: list[Line]) -> list[tuple[int, int]]:
    """(LUN, number) of each sensor: its own where the text tells it and nobody has it yet."""
    told = {(0, line.number) for line in lines if line.number is not None}
    free = iter(
        (lun, n) for lun in range(_LUNS) for n in range(1, _PER_LUN + 1) if (lun, n) not in told
    )
    taken: set[tuple[int, int]] = set()
    found = []
    for line in lines:
        place = (0, line.number) if line.number is not None else next(free)
        place = next(free) if place in taken else place
        taken.add(place)
        found.append(place)
    return found


def _composed(line: Line, lun: int, number: int) -> tuple[bytes, list[Exchange]]:
    entity = line.entity or (0, 0)
    if line.numeric:
        return _analog(line, lun, number, entity)
    kind, event = kind_of(line)
    sensor = sdr.SensorRecord(line.name, number, kind, event, entity, lun, _LONGEST)
    states = mask_of(line, kind, event)
    answer = bytes((0, 0, _UNAVAILABLE))
    if states is not None:
        answer = bytes((0, 0, _READY)) + struct.pack("<H", states | 0x8000)
    return sdr.compact(sensor, 0x7FFF), [Exchange(lun, _SENSOR, 0x2D, bytes((number,)), answer)]


def _analog(
    line: Line, lun: int, number: int, entity: tuple[int, int]
) -> tuple[bytes, list[Exchange]]:
    kind = _TYPES.get(line.unit, _OTHER_UNITS)
    if line.percent and "fan" in line.name.casefold():
        kind = _FAN
    scale = sdr.Scale() if line.value is None else fit(line.value, [v for _, v in line.limits])
    limits = {bound: float(limit) for bound, limit in line.limits if _fits(scale, float(limit))}
    analog = sdr.Analog(kind, line.unit, scale, limits, percent=line.percent)
    sensor = sdr.SensorRecord(line.name, number, kind, sdr.THRESHOLD, entity, lun, _LONGEST)
    request, answer = bytes((number,)), bytes((0, 0, _UNAVAILABLE))
    if line.value is not None:
        answer = bytes((0, scale.raw(float(line.value)), _READY, 0xC0))
    exchanges = [Exchange(lun, _SENSOR, 0x2D, request, answer)]
    return sdr.full(sensor, analog), exchanges


def _fits(scale: sdr.Scale, value: float) -> bool:
    try:
        scale.raw(value)
    except ValueError:
        return False
    return True
