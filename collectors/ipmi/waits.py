"""How long a request may take, and how a BMC that is busy is asked again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

BUSY = (0xC0, 0xC3)
"""Completion codes after which the same request may succeed: node busy, timeout (§5.2)."""
_BUSY_TRIES, _BUSY_PAUSE = 5, 0.05
_FIRST_WAIT, _GROWTH, _JITTER = 0.5, 1.5, 0.1


def waits_of(timeout: float, retries: int) -> tuple[float, ...]:
    """Seconds to wait after each try: from half the timeout up to all of it, with jitter."""
    return tuple(
        jittered(timeout * min(1.0, _FIRST_WAIT * _GROWTH**k)) for k in range(max(retries, 0) + 1)
    )


def jittered(seconds: float) -> float:
    """The time within a tenth, so that many channels do not beat in step."""
    return seconds * (1 - _JITTER + 2 * _JITTER * secrets.randbelow(1000) / 1000)


def busy_pauses() -> Iterator[float]:
    """Seconds before each further try of a request that met a busy BMC."""
    for k in range(_BUSY_TRIES):
        yield jittered(_BUSY_PAUSE * 2**k)
