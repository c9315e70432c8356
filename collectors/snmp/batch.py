"""Which columns one GETBULK asks for together, so that a device is asked as rarely as can be.

Pure. What a column needs is known from its last walk: as many objects as it had rows, and one more
to see its end. A column that had none needs one, and is a non-repeater (RFC 3416 §4.2.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple


class Batch(NamedTuple):
    """Places of columns: those of which one object is asked, and those of which `repetitions`."""

    single: tuple[int, ...]
    repeated: tuple[int, ...]
    repetitions: int

    @property
    def size(self) -> int:
        """The most objects that can come back."""
        return len(self.single) + len(self.repeated) * self.repetitions


@lru_cache(maxsize=2048)
def batch(needs: tuple[int, ...], room: int) -> Batch:
    """The next of several columns (at least one), whose answer has room for so many objects."""
    single = tuple(at for at, need in enumerate(needs) if need <= 1)[:room]
    left = room - len(single)
    repeated = sorted((need, at) for at, need in enumerate(needs) if need > 1)
    if not repeated or left < 2:
        return Batch(single, (), 0)
    count, repetitions = _together([need for need, _ in repeated], left)
    return Batch(single, tuple(sorted(at for _, at in repeated[:count])), repetitions)


def _together(needs: Sequence[int], room: int) -> tuple[int, int]:
    """How many of the columns with the smallest needs to take at once, and how many rows.

    As many as end in one answer; where not even one does, so many that all are through soonest.
    """
    whole = 0
    for count, need in enumerate(needs, 1):
        if count * need > room or need > 2 * needs[0] + 1:
            break
        whole = count
    if whole:
        return whole, needs[whole - 1]
    sizes = range(1, min(len(needs), room) + 1)
    count = min(sizes, key=lambda size: (_answers(needs, size, room // size), size))
    return count, room // count


def _answers(needs: Sequence[int], size: int, rows: int) -> int:
    """Answers until all are through that are taken so many at a time, as many rows each."""
    longest = (needs[min(at + size, len(needs)) - 1] for at in range(0, len(needs), size))
    return sum(-(-need // rows) for need in longest)
