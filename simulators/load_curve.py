"""Readings that move: one load per server, which power, temperatures and fans follow.

Everything is a smooth function of time, so that two simulators (a server, and the PDU that feeds
it) agree without talking to each other, and a test knows what to expect.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from hw_profiles.capture import Capture
from hw_profiles.sdr_build import AMPERES, CELSIUS, FULL, RPM, THRESHOLD, VOLTS, WATTS
from simulators.bmc import DCMI_POWER, Vary

POWER_SWING = 0.35
"""Power at full and at no load, as a share above and below the captured value."""
FAN_SWING = 0.15
TEMPERATURE_SWING = 0.25
"""Of the difference to `COOL`: an inlet hardly moves, a processor by 10 K."""
COOL = 20.0
NOISE = 0.006
THERMAL_LAG = 0.05
"""How far temperatures and fans trail behind the power, as a share of the period."""

_SECOND_WAVE, _SECOND_SHARE = 3.7, 0.3


@dataclass(frozen=True, slots=True)
class LoadCurve:
    """A load between -1 (idle) and 1 (full) over time; `phase` from 0 to 1, `period` seconds."""

    phase: float = 0.0
    period: float = 600.0

    def load(self, seconds: float) -> float:
        """The load at a time."""
        turn = math.tau * (seconds / self.period + self.phase)
        second = math.sin(_SECOND_WAVE * turn)
        return (1 - _SECOND_SHARE) * math.sin(turn) + _SECOND_SHARE * second

    def utilization(self, seconds: float) -> float:
        """The share of the server that is in use, 0 to 1; power follows it in a straight line."""
        return (1 + self.load(seconds)) / 2

    def power_factor(self, seconds: float) -> float:
        """Power at a time as a multiple of the captured power."""
        return 1 + POWER_SWING * self.load(seconds)

    def burnt(self, seconds: float) -> float:
        """The integral of `power_factor` from 0 to a time: energy per captured watt."""
        return seconds + POWER_SWING * (self._sum(seconds) - self._sum(0.0))

    def late(self, seconds: float) -> float:
        """The load as temperatures and fans feel it."""
        return self.load(seconds - THERMAL_LAG * self.period)

    def _sum(self, seconds: float) -> float:
        """An antiderivative of `load`."""
        turn = math.tau * (seconds / self.period + self.phase)
        rate = math.tau / self.period
        second = math.cos(_SECOND_WAVE * turn) / _SECOND_WAVE
        return -((1 - _SECOND_SHARE) * math.cos(turn) + _SECOND_SHARE * second) / rate


Move = Callable[[LoadCurve, float, float], float]
"""(curve, seconds, captured value) → value."""


def _electric(curve: LoadCurve, seconds: float, value: float) -> float:
    return value * curve.power_factor(seconds)


def _thermal(curve: LoadCurve, seconds: float, value: float) -> float:
    return value + max(0.0, value - COOL) * TEMPERATURE_SWING * curve.late(seconds)


def _spinning(curve: LoadCurve, seconds: float, value: float) -> float:
    return value * (1 + FAN_SWING * curve.late(seconds))


def _still(_curve: LoadCurve, _seconds: float, value: float) -> float:
    return value


MOVES: dict[int, Move] = {
    WATTS: _electric,
    AMPERES: _electric,
    CELSIUS: _thermal,
    RPM: _spinning,
    VOLTS: _still,
}
"""Base unit (table 43-15) → how its sensors follow the load; others stay as captured."""


@dataclass(frozen=True, slots=True)
class _Moving:
    """One linear analog sensor: raw × slope + offset in its base unit."""

    move: Move
    slope: float
    offset: float
    signed: bool

    def raw(self, curve: LoadCurve, seconds: float, number: int, captured: int) -> int:
        was = captured - 256 if self.signed and captured > 127 else captured
        value = self.move(curve, seconds, was * self.slope + self.offset)
        value *= 1 + NOISE * math.sin(seconds * (0.11 + 0.013 * (number % 17)) + number)
        low, high = (-128, 127) if self.signed else (0, 255)
        return max(low, min(high, round((value - self.offset) / self.slope))) & 0xFF


def vary(capture: Capture, curve: LoadCurve) -> Vary:
    """How the readings of this BMC follow the curve: see `simulators.bmc.Vary`."""
    records = (
        e.response[3:]
        for e in capture.exchanges
        if (e.netfn, e.command) == (0x0A, 0x23) and e.response[0] == 0
    )
    moving = {r[7]: found for r in records if (found := _moving(r)) is not None}

    def moved(seconds: float, number: int, raw: int) -> int:
        if number == DCMI_POWER:
            return round(raw * curve.power_factor(seconds))
        sensor = moving.get(number)
        return raw if sensor is None else sensor.raw(curve, seconds, number, raw)

    return moved


def _moving(record: bytes) -> _Moving | None:
    """The scale of a full record (§43.1); None: not analog, not linear, or of another unit."""
    if len(record) < 48 or record[3] != FULL or record[13] != THRESHOLD or record[23] & 0x7F:
        return None
    move = MOVES.get(record[21])
    m, b = _ten_bits(record[24], record[25]), _ten_bits(record[26], record[27])
    if move is None or not m or record[20] >> 6 not in (0, 2):
        return None
    exp, b_exp = _nibble(record[29] >> 4), _nibble(record[29] & 0x0F)
    slope, offset = m * 10.0**exp, b * 10.0 ** (b_exp + exp)
    return _Moving(move, slope, offset, bool(record[20] >> 6))


def _ten_bits(low: int, high: int) -> int:
    number = low | high >> 6 << 8
    return number - 1024 if number > 511 else number


def _nibble(bits: int) -> int:
    return bits - 16 if bits > 7 else bits
