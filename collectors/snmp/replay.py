"""A capture behind the client's seam: the same road without a network."""

# ruff: noqa: ARG002 (the seam has a target and retries; a capture has no use for them)

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from collectors.snmp.client import Hear, Missing, Oid, Varbind
from collectors.snmp.values import recorded
from hw_profiles.capture import Capture
from model.devices import Target


class ReplayClient:
    """An SnmpClient that answers every target out of one capture."""

    def __init__(self, capture: Capture) -> None:
        self.hear: Hear | None = None
        self._objects = capture.objects
        self._oids = [thing.oid for thing in capture.objects]
        self._varbinds = [_varbind(thing.oid, recorded(thing)) for thing in capture.objects]

    async def get(
        self, target: Target, oids: Sequence[Oid], retries: int | None = None
    ) -> tuple[Varbind, ...]:
        """See SnmpClient."""
        return tuple(self._exact(oid) for oid in oids)

    async def getnext(
        self, target: Target, oids: Sequence[Oid], retries: int | None = None
    ) -> tuple[Varbind, ...]:
        """See SnmpClient."""
        return tuple(self._behind(oid, 1)[0] for oid in oids)

    async def getbulk(
        self,
        target: Target,
        oids: Sequence[Oid],
        repetitions: int,
        retries: int | None = None,
        *,
        single: int = 0,
    ) -> tuple[Varbind, ...]:
        """See SnmpClient."""
        columns = [self._behind(oid, repetitions) for oid in oids[single:]]
        first = (self._behind(oid, 1)[0] for oid in oids[:single])
        return (*first, *(varbind for row in zip(*columns, strict=True) for varbind in row))

    def _exact(self, oid: Oid) -> Varbind:
        at = bisect_right(self._oids, oid) - 1
        if at >= 0 and self._oids[at] == oid:
            return self._varbinds[at]
        return Varbind(oid, Missing.NO_SUCH_OBJECT)

    def _behind(self, oid: Oid, count: int) -> list[Varbind]:
        at = bisect_right(self._oids, oid)
        found = self._varbinds[at : at + count]
        if self.hear is not None:
            self.hear(self._objects[at : at + count])
        last = found[-1].oid if found else oid
        return found + [Varbind(last, Missing.END_OF_MIB_VIEW)] * (count - len(found))

    async def allow(self, target: Target, any_address: bool) -> None:
        """See SnmpClient."""

    def session(self, target: Target) -> str:
        """See SnmpClient."""
        return "a capture, replayed"

    async def forget(self, target: Target) -> None:
        """See SnmpClient."""

    async def close(self) -> None:
        """See SnmpClient."""


def _varbind(oid: Oid, value: object) -> Varbind:
    return Varbind(
        oid, value if isinstance(value, int | float | str | bytes) else Missing.UNSPECIFIED
    )
