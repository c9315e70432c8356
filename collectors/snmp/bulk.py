"""How much an agent is asked for at once: as much as it can stand, which is learnt and kept.

A GETBULK (RFC 3416 §4.2.3) may be cut short by any agent; weak ones refuse it or keep silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.protocol import Failure
from collectors.snmp.client import NO_SUCH_NAME, Oid, Refusal, SnmpClient, Varbind
from model.credentials import CommunityCredential
from model.devices import Target
from model.readings import Reason

SHRINKING = frozenset({Reason.TOO_BIG, Reason.DEVICE_ERROR, Reason.TRUNCATED, Reason.TIMEOUT})
"""What an agent says, or does not, to a GETBULK that is too much for it."""


@dataclass(slots=True)
class Manners:
    """What one agent is known to stand; learnt once, kept as long as its identity.

    `repetitions` is the most objects to ask of a GETBULK (1: GETNEXT is used instead), `proven`
    the most that has ever been answered, `objects` the most names in one GET or GETNEXT. `rows`
    says how many rows a column had the last time.
    """

    repetitions: int = 1 << 16
    proven: int = 0
    objects: int = 32
    rows: dict[Oid, int] = field(default_factory=dict)


class Bulk:
    """Asks one agent for what stands behind names; `repetitions`: what its profile allows."""

    def __init__(
        self, client: SnmpClient, target: Target, manners: Manners, repetitions: int
    ) -> None:
        self._client, self._target, self._manners = client, target, manners
        credential = target.credential
        if isinstance(credential, CommunityCredential) and credential.version == "1":
            repetitions = 1
        self._wanted = repetitions

    @property
    def room(self) -> int:
        """The most objects to ask for at once; 1: no GETBULK."""
        return min(self._wanted, self._manners.repetitions)

    async def together(
        self, names: Sequence[Oid], single: int, repetitions: int
    ) -> tuple[Varbind, ...]:
        """What stands behind several names. Failure: nothing of it came, and less may come."""
        manners = self._manners
        if self.room == 1 or single == len(names):
            return await self._client.getnext(self._target, names)
        asked = single + (len(names) - single) * repetitions
        retries = None if asked <= manners.proven else 1
        rows = await self._client.getbulk(self._target, names, repetitions, retries, single=single)
        manners.proven = max(manners.proven, asked)
        return rows

    def shrink(self, asked: int) -> None:
        """So much at once was too much."""
        manners = self._manners
        if self.room == 1:
            manners.objects = max(min(manners.objects, asked) // 2, 1)
        else:
            manners.repetitions = max(min(manners.repetitions, asked) // 2, 1)

    async def step(self, name: Oid) -> tuple[Varbind, ...] | None:
        """The rows behind a name; None: version 1 says that there are none. Failure: none came."""
        manners, asked = self._manners, self.room
        shrunk = False
        while asked > 1:
            try:
                rows = await self.together([name], 0, asked)
            except Failure as failure:
                if failure.reason not in SHRINKING:
                    raise
                if failure.reason is Reason.TIMEOUT:
                    return await self.silent(name, asked)
                asked, shrunk = asked // 2, True
                continue
            if shrunk:
                manners.repetitions = asked
            return rows
        single = await self._single(name)
        if shrunk:
            manners.repetitions = 1
        return single

    async def silent(self, name: Oid, asked: int) -> tuple[Varbind, ...] | None:
        """A GETBULK went unanswered: where a GETNEXT is answered, it was too long."""
        rows = await self._single(name)
        if asked > self._manners.proven or self.room == 1:
            self.shrink(asked)
        return rows

    async def _single(self, name: Oid) -> tuple[Varbind, ...] | None:
        try:
            return await self._client.getnext(self._target, [name])
        except Refusal as refusal:
            if refusal.status == NO_SUCH_NAME:
                return None
            raise
