"""What the kernel counts of itself: how busy its processors are, how long it has been up.

The one module that imports psutil. Where psutil is missing, or a root path stands for another
machine, /proc is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from collectors.host.files import Files, fault
from collectors.host.gauge import Gauge, Round, definition
from model.raw import Sample
from model.readings import Fault, Reason, Source
from model.sensors import Quantity

STAT = "/proc/stat"
UPTIME = "/proc/uptime"
SHORTEST = 0.1
"""Seconds below which a span says nothing: the kernel counts in hundredths."""
_IDLE = (3, 4)
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?(?!\S)")
_FIELDS = 8
"""user nice system idle iowait irq softirq steal; guest time is in user already (proc(5))."""

Times = Callable[[Files], Sequence[float]]
"""Reads the time that all processors together spent, per field. OSError, ValueError: cannot."""


def stat_times(files: Files) -> Sequence[float]:
    """The fields from /proc/stat, in ticks."""
    head, _, _ = files.text(STAT).partition("\n")
    words = head.split()
    if not words or words[0] != "cpu" or len(words) < 5:
        raise ValueError(f"{head[:40]!r} is no sum of processors")
    return _padded([float(int(word)) for word in words[1 : _FIELDS + 1]])


def psutil_times() -> Times:
    """The same from psutil, in seconds. ImportError: psutil is not there."""
    import psutil  # noqa: PLC0415 # 15 ms and 4 MiB that other targets need not pay

    def times(_files: Files) -> Sequence[float]:
        return _padded(list(psutil.cpu_times()[:_FIELDS]))

    return times


def _padded(fields: list[float]) -> list[float]:
    return [*fields, *([0.0] * (_FIELDS - len(fields)))]


class UtilizationGauge:
    """The share of all processors' time that was not idle, since the reading before."""

    definition = definition("device/cpu/utilization/time", Quantity.UTILIZATION, Source.KERNEL)
    path = STAT
    spans = True

    def __init__(self, times: Times) -> None:
        self._times = times
        self._before: Sequence[float] | None = None
        self._at = 0.0
        self._last: Sample | Fault = Fault(None, Reason.UNAVAILABLE, "no time span yet")

    def read(self, at: Round) -> Sample | Fault:
        """From 0 to 1. What counted backwards (idle and iowait may) counts as no time."""
        try:
            now = self._times(at.files)
        except (OSError, ValueError) as error:
            return fault(error, STAT)
        clock = at.clock()
        if self._before is None:
            self._before, self._at = now, clock
        elif clock - self._at >= SHORTEST:
            self._last = _busy(self._before, now)
            self._before, self._at = now, clock
        return self._last


def _busy(before: Sequence[float], now: Sequence[float]) -> Sample | Fault:
    spent = [max(new - old, 0.0) for old, new in zip(before, now, strict=True)]
    total = sum(spent)
    if total <= 0:
        return Fault(None, Reason.UNAVAILABLE, f"{STAT} has not moved since the reading before")
    idle = sum(spent[index] for index in _IDLE)
    share = (total - idle) / total
    return Sample(share, round(share * 1000), 0)


class UptimeGauge:
    """Seconds since the kernel started."""

    definition = definition("uptime", Quantity.UPTIME, Source.KERNEL)
    path = UPTIME
    spans = False

    def read(self, at: Round) -> Sample | Fault:
        """See `Gauge.read`."""
        try:
            found = _SECONDS.match(at.files.text(UPTIME))
        except OSError as error:
            return fault(error, UPTIME)
        if found is None:
            return Fault(None, Reason.UNDECODABLE, f"{UPTIME} holds no time")
        value = float(found[0])
        return Sample(value, int(value), 0)


def find(files: Files, times: Times) -> list[Gauge]:
    """Utilisation and uptime, where there is a /proc."""
    gauges: list[Gauge] = []
    if files.line(STAT):
        gauges.append(UtilizationGauge(times))
    if files.line(UPTIME):
        gauges.append(UptimeGauge())
    return gauges
