"""Walks a column as fast as its agent can stand, and ends whatever the agent does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.protocol import Failure
from collectors.snmp.client import NO_SUCH_NAME, Missing, Oid, Refusal, SnmpClient, Varbind
from collectors.snmp.values import dotted
from model.credentials import CommunityCredential
from model.devices import Target
from model.readings import Fault, Reason, Scalar

MOST_ROWS = 20_000
"""Rows of one column; no device that we know has a tenth of them."""
_SHRINKING = frozenset({Reason.TOO_BIG, Reason.DEVICE_ERROR, Reason.TRUNCATED, Reason.TIMEOUT})
"""What an agent says, or does not, to a GETBULK that is too much for it."""


@dataclass(slots=True)
class Manners:
    """What one agent is known to stand; learnt once, kept as long as its identity.

    `repetitions` is the most to ask of a GETBULK (1: GETNEXT is used instead), `proven` the most
    that has ever been answered, `objects` the most names in one GET.
    """

    repetitions: int = 1 << 16
    proven: int = 0
    objects: int = 32


@dataclass(slots=True)
class Column:
    """What a walk gave: rows by their address, and why there are no more, where that is a fault."""

    values: dict[str, Scalar] = field(default_factory=dict)
    fault: Fault | None = None
    lost: bool = False
    """True where not even a GETNEXT was answered."""


class Walk:
    """One walk of one column."""

    def __init__(
        self,
        client: SnmpClient,
        target: Target,
        manners: Manners,
        repetitions: int,
        most_rows: int = MOST_ROWS,
    ) -> None:
        self._client, self._target, self._manners = client, target, manners
        credential = target.credential
        if isinstance(credential, CommunityCredential) and credential.version == "1":
            repetitions = 1
        self._wanted = repetitions
        self._most_rows = most_rows
        self.column = Column()

    async def run(self, column: Oid) -> Column:
        """The instances below a column. Raises nothing but cancellation; see `Column.fault`."""
        found = self.column
        name, text = column, dotted(column)
        try:
            while (rows := await self.step(name)) is not None:
                ended = self._take(column, text, name, rows)
                if ended:
                    break
                name = rows[-1].oid
        except Failure as failure:
            reason = f"{failure.detail} (after {len(found.values)} rows)"
            found.fault = Fault(None, failure.reason, reason)
            found.lost = failure.reason in (Reason.TIMEOUT, Reason.NO_ANSWER, Reason.PORT_CLOSED)
        return found

    def _take(self, column: Oid, text: str, name: Oid, rows: Sequence[Varbind]) -> bool:
        """Keeps the rows of the column; True: it is at its end. Failure: it never would be."""
        values, length = self.column.values, len(column)
        if not rows:
            raise Failure(Reason.PROTOCOL, "an answer without objects")
        for oid, value in rows:
            if isinstance(value, Missing) and value is not Missing.UNSPECIFIED:
                return True
            if oid <= name:
                raise Failure(Reason.LOOP, f"{dotted(oid)} follows {dotted(name)}")
            if oid[:length] != column:
                return True
            if len(values) >= self._most_rows:
                raise Failure(Reason.TOO_BIG, f"more than {self._most_rows} rows")
            if not isinstance(value, Missing):
                values[f"{text}.{dotted(oid[length:])}"] = value
            name = oid
        return False

    async def step(self, name: Oid) -> tuple[Varbind, ...] | None:
        """The rows behind a name; None: version 1 says that there are none. Failure: none came."""
        manners = self._manners
        asked = min(self._wanted, manners.repetitions)
        shrunk = False
        while asked > 1:
            try:
                rows = await self._client.getbulk(
                    self._target, [name], asked, None if asked <= manners.proven else 1
                )
            except Failure as failure:
                if failure.reason not in _SHRINKING:
                    raise
                if failure.reason is Reason.TIMEOUT:
                    return await self._silent(name, asked)
                asked, shrunk = asked // 2, True
                continue
            manners.proven = max(manners.proven, asked)
            if shrunk:
                manners.repetitions = asked
            return rows
        single = await self._single(name)
        if shrunk:
            manners.repetitions = 1
        return single

    async def _silent(self, name: Oid, asked: int) -> tuple[Varbind, ...] | None:
        """A GETBULK went unanswered: where a GETNEXT is answered, it was too long."""
        rows = await self._single(name)
        if asked > self._manners.proven:
            self._manners.repetitions = max(asked // 2, 1)
        return rows

    async def _single(self, name: Oid) -> tuple[Varbind, ...] | None:
        try:
            return await self._client.getnext(self._target, [name])
        except Refusal as refusal:
            if refusal.status == NO_SUCH_NAME:
                return None
            raise
