"""What the kernel says of its clock, without any question to the network."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

_ERROR = 5
"""TIME_ERROR of adjtimex(2): nothing keeps the clock right."""
_UNSYNC, _NANO = 0x0040, 0x2000
"""Bits of `status`: not synchronised; `offset` is in nanoseconds, not microseconds."""


@dataclass(frozen=True, slots=True)
class Discipline:
    """Whether something keeps the clock right, and by how many seconds it is still off."""

    synchronised: bool
    offset: float = 0.0


class _Timex(ctypes.Structure):
    """The head of `struct timex`, and room for the rest of it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def discipline() -> Discipline | None:
    """Asks the kernel, changing nothing (`modes` is 0); None where it does not tell."""
    told = _Timex()
    try:
        state = ctypes.CDLL(None).ntp_adjtime(ctypes.byref(told))
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    unit = 1e-9 if told.status & _NANO else 1e-6
    return Discipline(state != _ERROR and not told.status & _UNSYNC, told.offset * unit)
