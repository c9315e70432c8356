"""Finds a linear formula (IPMI v2.0 rev 1.1 §36.3) whose raw bytes mean given values.

For readings that are known as text alone: `ipmitool` prints values, not formulas.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from hw_profiles.sdr_build import Scale

_M, _B, _B_EXPONENTS = 511, 511, range(8)
_EXPONENTS = range(-8, 8)
_RAW = 255
_DIGITS = 4


def fit(value: Decimal, limits: Sequence[Decimal] = ()) -> Scale:
    """A formula that has the value, and the limits as nearly as eight bits allow.

    Where none has the value itself, one for its first four digits. ValueError: out of all reach.
    """
    for wanted in (value, _rounded(value)):
        for others in (limits, ()):
            found = _exact(wanted, others)
            if found is not None:
                return found
    raise ValueError(f"{value} fits no sensor record")


def _rounded(value: Decimal) -> Decimal:
    if not value:
        return value
    return round(value, _DIGITS - 1 - value.adjusted())


def _exact(value: Decimal, limits: Sequence[Decimal]) -> Scale | None:
    """A formula that has the value exactly, and the limits nearly; None: there is none."""
    exponent = min(_places(each) for each in (value, *limits))
    exponent = max(min(exponent, _EXPONENTS[-1]), _EXPONENTS[0])
    unit = Decimal(10) ** exponent
    wanted = int((value / unit).to_integral_value())
    others = [int((each / unit).to_integral_value()) for each in limits]
    low, high = min(wanted, *others, wanted), max(wanted, *others, wanted)
    for step in _steps(wanted, others, high - low):
        below = -(-(wanted - low) // step)
        above = -(-(high - wanted) // step)
        for raw in range(below, _RAW - above + 1):
            offset = _offset(wanted - step * raw)
            if offset is not None:
                return Scale(m=step, b=offset[0], b_exp=offset[1], exp=exponent)
    return None


def _places(value: Decimal) -> int:
    """The power of ten of a number's last digit that is not 0."""
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) and value else 0


def _steps(wanted: int, others: Sequence[int], span: int) -> Iterator[int]:
    """What one count may be worth: what divides all distances, then any that spans them."""
    common = math.gcd(*(other - wanted for other in others))
    least = max(-(-span // _RAW), 1)
    yield from (step for step in range(min(common, _M), least - 1, -1) if common % step == 0)
    yield from range(least, _M + 1)


def _offset(rest: int) -> tuple[int, int] | None:
    """B and its exponent; None: the number needs more digits than they have."""
    for exponent in _B_EXPONENTS:
        whole, left = divmod(rest, 10**exponent)
        if left:
            return None
        if -_B - 1 <= whole <= _B:
            return whole, exponent
    return None
