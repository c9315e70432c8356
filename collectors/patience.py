"""A sensor that keeps failing is asked ever more rarely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from model.raw import CHASSIS_POWER, Raw, Value
from model.readings import Fault, Reason

FIRST_PAUSE = 60.0
LONGEST_PAUSE = 3600.0
TOLERATED = 3
"""Failures in a row before the first pause; then 60 s, doubling up to an hour."""

_LASTING = frozenset(
    {
        Reason.UNAVAILABLE,
        Reason.SCANNING_DISABLED,
        Reason.UNSUPPORTED,
        Reason.ABSENT,
        Reason.INACTIVE,
        Reason.UNDECODABLE,
        Reason.DEVICE_ERROR,
        Reason.TIMEOUT,
        Reason.LOOP,
        Reason.TRUNCATED,
        Reason.TOO_BIG,
        Reason.PROTOCOL,
    }
)
"""Failures of the sensor's own; a device that fails as a whole is the schedule's business."""


@dataclass(slots=True)
class _Trouble:
    fault: Fault
    times: int = 0
    until: float = 0.0


class Patience:
    """Remembers, for one device, which addresses keep failing."""

    def __init__(self) -> None:
        self._troubles: dict[str, _Trouble] = {}
        self._power: Value | Fault | None = None

    def spare(self, addresses: Iterable[str], now: float) -> dict[str, Fault]:
        """The addresses to leave alone at this time (monotonic seconds), with their last fault."""
        troubles = self._troubles
        if not troubles:
            return {}
        found = ((a, troubles[a]) for a in addresses if a in troubles)
        return {address: trouble.fault for address, trouble in found if trouble.until > now}

    def learn(self, asked: Iterable[str], raw: Raw, now: float) -> None:
        """Takes note of what failed and forgives what answered.

        A server that was switched on or off is met without prejudice: most of its sensors come
        and go with its power.
        """
        power = raw.values.get(CHASSIS_POWER, self._power)
        if power != self._power:
            self._troubles.clear()
            self._power = power
        for address in asked:
            value = raw.values.get(address)
            if isinstance(value, Fault) and value.reason in _LASTING:
                self._count(address, value, now)
            elif address in self._troubles:
                del self._troubles[address]

    def _count(self, address: str, fault: Fault, now: float) -> None:
        trouble = self._troubles.setdefault(address, _Trouble(fault))
        trouble.fault = fault
        trouble.times += 1
        extra = trouble.times - TOLERATED
        if extra >= 0:
            trouble.until = now + min(FIRST_PAUSE * 2 ** min(extra, 10), LONGEST_PAUSE)
