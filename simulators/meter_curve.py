"""Meters that agree with what they feed: a captured PDU or UPS, scaled to a load that moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from hw_profiles.capture import Capture
from simulators.snmp_mib import Vary

_KEPT_FOR = 0.2
"""Seconds for which a load is computed once: what one walk reads belongs together."""

_APC = "1.3.6.1.4.1.318.1.1.26"
_PX = "1.3.6.1.4.1.13742.6.5"
_UPS = "1.3.6.1.2.1.33.1"

APC_RPDU2 = (
    (f"{_APC}.4.3.1.5.1", "watts/10"),
    (f"{_APC}.4.3.1.9.1", "0.1kWh"),
    (f"{_APC}.4.3.1.16.1", "load"),
    *((f"{_APC}.6.3.1.{column}.*", "load") for column in (5, 7, 8)),
    (f"{_APC}.8.3.1.5.*", "load"),
    *((f"{_APC}.9.4.3.1.{column}.*", "load") for column in (6, 7)),
    (f"{_APC}.9.4.3.1.11.*", "energy"),
)
"""PowerNet-MIB rPDU2: what of a capture follows the load."""

_METER = "1.3.6.1.4.1.32473.1.2"

DEMO_METER = ((f"{_METER}.1.0", "watts"), (f"{_METER}.2.0", "Wh"))
"""The energy meter of the demo."""

RARITAN_PX = (
    (f"{_PX}.2.3.1.4.1.1.5", "watts"),
    (f"{_PX}.2.3.1.4.1.1.8", "Wh"),
    *((f"{_PX}.{table}.3.1.4.*.{kind}", "load") for table in (2, 3, 4) for kind in (1, 5, 6)),
    (f"{_PX}.4.3.1.4.*.8", "energy"),
)
"""PDU2-MIB: inlet, overcurrent protectors, outlets; sensor types 1 A, 5 W, 6 VA, 8 Wh."""

UPS_MIB = (
    *((f"{_UPS}.4.4.1.4.{line}", "watts") for line in (1, 2, 3)),
    *((f"{_UPS}.4.4.1.{column}.*", "load") for column in (3, 5)),
    *((f"{_UPS}.3.3.1.{column}.*", "load") for column in (4, 5)),
)
"""RFC 1628: output and input amperes, watts, percent."""

_WATTS = {"watts": 1.0, "watts/10": 10.0}
_JOULES = {"Wh": 3.6e3, "0.1kWh": 3.6e5}
"""Kinds of the device's own totals → the unit of one count. "load" and "energy" objects follow
the totals in proportion."""


@dataclass(frozen=True, slots=True)
class Meter:
    """What is really fed: watts at a time, joules since the beginning."""

    power: Callable[[float], float]
    energy: Callable[[float], float]


def metered(
    capture: Capture,
    columns: Iterable[tuple[str, str]],
    meter: Meter,
    clock: Callable[[], float],
) -> Vary:
    """Scales a capture so that its totals show what the meter feeds.

    `columns` are (object identifier, kind), with "*" for any instance; the first that fits an
    object counts. ValueError: none of them is a total.
    """
    rules = tuple(columns)
    values = {".".join(map(str, o.oid)): o.value for o in capture.objects}
    kinds = {oid: kind for oid in values if (kind := _kind(oid, rules))}
    watts = sum(_WATTS[k] * float(values[o]) for o, k in kinds.items() if k in _WATTS)
    joules = sum(_JOULES[k] * float(values[o]) for o, k in kinds.items() if k in _JOULES)
    if not watts:
        raise ValueError("no object of the capture is a total")
    latest = (-_KEPT_FOR, 1.0, 1.0)

    def factors() -> tuple[float, float]:
        """Of power and of energy, against what was captured."""
        nonlocal latest
        now = clock()
        if now - latest[0] >= _KEPT_FOR:
            grown = 1 + meter.energy(now) / joules if joules else 1.0
            latest = (now, meter.power(now) / watts, grown)
        return latest[1], latest[2]

    def moved(_seconds: float, oid: str, value: int | bytes) -> int | bytes:
        kind = kinds.get(oid)
        if kind is None or not isinstance(value, int):
            return value
        power, energy = factors()
        return int(value * energy) if kind in _JOULES or kind == "energy" else round(value * power)

    return moved


def _kind(oid: str, rules: Iterable[tuple[str, str]]) -> str:
    return next((kind for pattern, kind in rules if fnmatchcase(oid, pattern)), "")
