"""Records what an SNMP agent says, subtree by subtree, those that tell most first."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from collectors.protocol import Failure
from collectors.recording import Progress, Recording, Tell, untold
from collectors.snmp.bulk import Bulk, Manners
from collectors.snmp.client import Missing, Oid, SnmpClient, Varbind
from collectors.snmp.collector import SYS_OBJECT_ID, parsed
from collectors.snmp.values import dotted
from hw_profiles.capture import SnmpObject
from hw_profiles.private_places import LEFT_OUT, under
from model.devices import Target
from model.readings import Reason

_ENTERPRISES = (1, 3, 6, 1, 4, 1)
_MIB2 = (1, 3, 6, 1, 2, 1)
_FIRST = (*_MIB2, 1)
_KNOWN = ((*_MIB2, 33), (*_MIB2, 47), (*_MIB2, 99), _MIB2)
"""UPS-MIB, ENTITY-MIB, ENTITY-SENSOR-MIB, then all of mib-2."""
_REST = (_ENTERPRISES, (1, 3))
_DONE, _AT = "snmp-done", "snmp-at"
"""Notes of an unfinished recording: subtrees that are through; the one under way and its last
object."""
_MISHAPS = 8
"""Places that an agent may stumble at before its recording ends."""
_GONE = frozenset({Reason.TIMEOUT, Reason.NO_ANSWER, Reason.PORT_CLOSED, Reason.NETWORK})
_USUAL = 400
"""Objects that a subtree has, for the estimate of the time left."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is recorded at most, and how gently: seconds of pause between two requests."""

    objects: int = 50_000
    seconds: float = 1800.0
    pause: float = 0.0
    repetitions: int = 25


class SnmpRecorder:
    """Walks an agent into a recording, one request at a time; goes on where the recording ends."""

    def __init__(
        self,
        client: SnmpClient,
        target: Target,
        into: Recording,
        *,
        manners: Manners | None = None,
        bounds: Bounds = Bounds(),
        tell: Tell = untold,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._target, self._into = client, target, into
        self._bulk = Bulk(client, target, manners or Manners(), bounds.repetitions)
        self._bounds, self._tell, self._monotonic = bounds, tell, monotonic
        self._heard: dict[Oid, SnmpObject] = {}
        self._begun = monotonic()
        self._mishaps = 0
        self._done: list[Oid] = [parsed(each) for each in into.notes.get(_DONE, "").split()]

    async def run(self, bases: Sequence[str] = ()) -> None:
        """Records everything; `bases` are subtrees that a profile reads, walked early.

        Failure: the agent was lost, or more of it would not fit; what was heard is kept.
        """
        self._client.hear = self._overheard
        try:
            prefixes = [p for p in _ordered(bases, await self._own()) if p not in self._done]
            for at, prefix in enumerate(prefixes):
                if not await self._subtree(prefix, at, len(prefixes)):
                    break
                self._done.append(prefix)
                self._into.notes[_DONE] = " ".join(map(dotted, self._done))
        finally:
            self._client.hear = None
        self._into.notes.pop(_DONE, None)
        self._into.notes.pop(_AT, None)

    async def _own(self) -> str:
        """The agent's sysObjectID; "" where it has none."""
        found = await self._client.get(self._target, [SYS_OBJECT_ID])
        value = found[0].value if found else ""
        return value if isinstance(value, str) else ""

    def _overheard(self, objects: Iterable[SnmpObject]) -> None:
        self._heard = {thing.oid: thing for thing in objects}

    async def _subtree(self, prefix: Oid, at: int, of: int) -> bool:
        """Everything below a prefix that is not known yet; False: a bound is reached."""
        name: Oid | None = self._resumed(prefix)
        before = len(self._into.objects)
        while name is not None:
            if full := self._full():
                self._into.lack(f"from {dotted(name)} on: {full}")
                return False
            name = await self._step(prefix, name)
            count = len(self._into.objects)
            share = (at + 1 - math.exp((before - count) / _USUAL)) / of
            spent = self._monotonic() - self._begun
            left = spent * (1 - share) / share if spent > 1 and share > 0 else None
            self._tell(Progress(dotted(prefix), count, left))
            if self._bounds.pause:
                await asyncio.sleep(self._bounds.pause)
        return True

    def _resumed(self, prefix: Oid) -> Oid:
        within, _, at = self._into.notes.get(_AT, "").partition(" ")
        return parsed(at) if within == dotted(prefix) else prefix

    def _full(self) -> str:
        if len(self._into.objects) >= self._bounds.objects:
            return f"more than {self._bounds.objects} objects"
        if self._monotonic() - self._begun > self._bounds.seconds:
            return f"more than {self._bounds.seconds:g} s"
        return ""

    async def _step(self, prefix: Oid, name: Oid) -> Oid | None:
        """Keeps what stands behind a name; the name to go on from, None at the subtree's end."""
        try:
            rows = await self._bulk.step(name)
            return self._taken(prefix, name, rows) if rows else None
        except Failure as failure:
            await self._mind(failure, name)
        return self._past(name, prefix)

    def _taken(self, prefix: Oid, name: Oid, rows: Sequence[Varbind]) -> Oid | None:
        for oid, value in rows:
            if isinstance(value, Missing) and value is not Missing.UNSPECIFIED:
                return None
            if oid <= name:
                raise Failure(Reason.LOOP, f"{dotted(oid)} follows {dotted(name)}")
            if oid[: len(prefix)] != prefix:
                return None
            known = under(oid, LEFT_OUT) or under(oid, tuple(self._done))
            if known is not None:
                return _behind(known, prefix)
            name = oid
            if oid in self._heard:
                self._into.objects[oid] = self._heard[oid]
        self._into.notes[_AT] = f"{dotted(prefix)} {dotted(name)}"
        return name

    async def _mind(self, failure: Failure, name: Oid) -> None:
        """Notes where an agent stumbled. Failure: it is gone, or stumbles too often."""
        if failure.reason in _GONE:
            await self._client.get(self._target, [SYS_OBJECT_ID])
        self._mishaps += 1
        if self._mishaps > _MISHAPS:
            raise failure
        self._into.lack(f"behind {dotted(name)}: {failure.detail or failure.reason.value}")

    def _past(self, name: Oid, prefix: Oid) -> Oid | None:
        """Past the column that could not be read: ever farther where that fails as well."""
        if len(name) <= len(prefix):
            return None
        depth = max(len(name) - 1 - self._mishaps, len(prefix) + 1)
        return _behind(name[:depth], prefix)


def _behind(branch: Oid, prefix: Oid) -> Oid | None:
    """Where to go on past a whole branch; None: past the end of the prefix."""
    following = (*branch[:-1], branch[-1] + 1)
    return following if following[: len(prefix)] == prefix else None


def _ordered(bases: Sequence[str], own: str) -> list[Oid]:
    """The subtrees in order: who it is, what its profile reads, its maker's, the standard ones."""
    maker = parsed(own)[: len(_ENTERPRISES) + 1] if own else ()
    own_tree = (maker,) if maker[: len(_ENTERPRISES)] == _ENTERPRISES else ()
    wanted = (_FIRST, *map(parsed, bases), *own_tree, *_KNOWN, *_REST)
    return list(dict.fromkeys(prefix for prefix in wanted if len(prefix) > 1))
