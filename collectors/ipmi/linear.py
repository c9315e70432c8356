"""From a sensor's raw byte to a number (IPMI v2.0 rev 1.1 §36.3, §43.1, §43.17)."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from model.sensors import Quantity

NON_LINEAR = range(0x70, 0x80)
"""Linearizations whose factors must be asked for per reading (§36.2)."""
NO_ANALOG = 3
"""The analog data format of sensors that give no number."""
Table = tuple[float | None, ...]
"""Raw byte → value; None: the formula has none there."""


class Formula(NamedTuple):
    """How a raw byte becomes a value: y = L[(M·x + B·10^K1)·10^K2]."""

    format: int
    linearization: int
    m: int
    b: int
    b_exponent: int
    exponent: int


class Unit(NamedTuple):
    """Sensor units 1 and 2 of an SDR: base unit, percentage flag, rate or modifier in use."""

    base: int
    percentage: bool
    compound: bool


_FAHRENHEIT, _KELVIN = 2, 3
_QUANTITIES = {
    1: Quantity.TEMPERATURE,
    _FAHRENHEIT: Quantity.TEMPERATURE,
    _KELVIN: Quantity.TEMPERATURE,
    4: Quantity.VOLTAGE,
    5: Quantity.CURRENT,
    6: Quantity.POWER,
    7: Quantity.ENERGY,
    9: Quantity.APPARENT_POWER,
    18: Quantity.FAN_SPEED,
    19: Quantity.FREQUENCY,
}
"""Base units (§43.17) that we have a word for."""

_CURVES: tuple[Callable[[float], float], ...] = (
    lambda x: x,
    math.log,
    math.log10,
    math.log2,
    math.exp,
    lambda x: math.pow(10, x),
    math.exp2,
    lambda x: 1 / x,
    lambda x: x * x,
    lambda x: x * x * x,
    math.sqrt,
    math.cbrt,
)
"""Linearizations 0 to 11 (table 43-1, byte 24)."""


def quantity_of(unit: Unit) -> Quantity | None:
    """What a unit measures; percent is a ratio; None: no word for it."""
    if unit.compound:
        return None
    return Quantity.UTILIZATION if unit.percentage else _QUANTITIES.get(unit.base)


@lru_cache(maxsize=512)
def table(formula: Formula, unit: Unit) -> Table | None:
    """All 256 values of a sensor in our units; None: the formula is not a fixed one.

    Boards of one model share their formulas, hence the tables.
    """
    if not 0 <= formula.linearization < len(_CURVES) or formula.format == NO_ANALOG:
        return None
    return tuple(value(formula, unit, raw) for raw in range(256))


def value(formula: Formula, unit: Unit, raw: int) -> float | None:
    """One raw byte in our units; a non-linear formula counts as linear (its factors are local)."""
    kind = formula.linearization
    curve = _CURVES[kind] if kind < len(_CURVES) else _CURVES[0]
    x = _signed(raw, formula.format)
    try:
        plain = curve(
            _scaled(formula.m * x + _scaled(formula.b, formula.b_exponent), formula.exponent)
        )
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if not math.isfinite(plain):
        return None
    return _converted(float(plain), unit)


def _signed(raw: int, data_format: int) -> int:
    """Unsigned, 1's complement, 2's complement (table 43-1, byte 21)."""
    if raw < 0x80 or data_format not in (1, 2):
        return raw
    return raw - 0x100 if data_format == 2 else raw - 0xFF


def _scaled(number: float, exponent: int) -> float:
    """Times a power of ten; dividing keeps 3.3 from becoming 3.3000000000000003."""
    power = float(10 ** abs(exponent))
    return number * power if exponent >= 0 else number / power


def _converted(plain: float, unit: Unit) -> float:
    """In our unit: Celsius for every temperature, ratios for percent."""
    if unit.compound:
        return plain
    if unit.percentage:
        return plain / 100
    if unit.base == _FAHRENHEIT:
        return (plain - 32) * 5 / 9
    return plain - 273.15 if unit.base == _KELVIN else plain
