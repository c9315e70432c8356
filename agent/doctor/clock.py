"""The clock: what the kernel says of it, and no question to the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from agent.diagnosis import Text
from agent.doctor.finding import Finding, Subject
from agent.doctor.surroundings import Surroundings

CLOCK = Subject("environment.clock", Text("时钟", "clock"))
UNSYNCHRONISED, WRONG = "DCA-HOST-021", "DCA-HOST-022"

_OFF_BY = 1.0
"""Seconds of offset from which readings of several hosts no longer compare."""
_OLDEST = datetime(2025, 1, 1, tzinfo=UTC).timestamp()
"""No clock that was ever set shows less: this program is younger."""
_TIMESYNC = "/run/systemd/timesync/synchronized"


def clock(s: Surroundings) -> Iterator[Finding]:
    """Plainly wrong, kept right, or left to itself."""
    date = datetime.fromtimestamp(s.now, UTC).strftime("%Y-%m-%d %H:%M UTC")
    told = s.discipline()
    if s.now < _OLDEST:
        text = Text("时钟显示 {date}，不可能正确", "the clock says {date}, which cannot be")
        yield CLOCK.fail(text, WRONG, date=date)
    elif told is not None and told.synchronised and abs(told.offset) <= _OFF_BY:
        text = Text("时钟已同步，偏差 {offset} s", "clock synchronised, off by {offset} s")
        yield CLOCK.ok(text, offset=f"{told.offset:+.3f}")
    elif told is not None and told.synchronised:
        text = Text("时钟正在校正，偏差 {offset} s", "clock is being set right, off by {offset} s")
        yield CLOCK.warn(text, UNSYNCHRONISED, offset=f"{told.offset:+.1f}")
    elif s.files.there(_TIMESYNC):
        text = Text("时钟已由 systemd-timesyncd 同步", "clock synchronised by systemd-timesyncd")
        yield CLOCK.ok(text)
    elif told is None:
        text = Text(
            "内核不告知时钟是否同步", "the kernel does not say whether the clock is kept right"
        )
        yield CLOCK.skip(text)
    else:
        text = Text(
            "没有程序在校准时钟 (内核: unsynchronised)",
            "nothing keeps the clock right (kernel: unsynchronised)",
        )
        yield CLOCK.warn(text, UNSYNCHRONISED)
