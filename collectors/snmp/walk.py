"""Walks columns as fast as their agent can stand, and ends whatever the agent does.

GETNEXT and GETBULK give what stands behind a name (RFC 3416 §4.2.2, §4.2.3).

Columns are asked for together; one that gives trouble is walked alone, and costs no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.protocol import Failure
from collectors.snmp.batch import Batch, batch
from collectors.snmp.bulk import SHRINKING, Bulk, Manners
from collectors.snmp.client import NO_SUCH_NAME, Missing, Oid, Refusal, SnmpClient, Varbind
from collectors.snmp.rows import names
from collectors.snmp.values import dotted
from model.devices import Target
from model.readings import Fault, Reason, Scalar

MOST_ROWS = 20_000
"""Rows of one column; no device that we know has a tenth of them."""
_GONE = frozenset({Reason.TIMEOUT, Reason.NO_ANSWER, Reason.PORT_CLOSED})


@dataclass(slots=True)
class Column:
    """A column: its rows by their address, and why there are no more, where that is a fault.

    `lost` is set where not even a GETNEXT was answered, `alone` where it is asked for by itself;
    `known` are the rows that it had the last time, if there was one.
    """

    oid: Oid
    values: dict[str, Scalar] = field(default_factory=dict)
    fault: Fault | None = None
    lost: bool = False
    ended: bool = False
    alone: bool = False
    last: Oid = ()
    known: int | None = None

    def __post_init__(self) -> None:
        self.last = self.oid

    def fail(self, failure: Failure) -> None:
        """Ends the column where it stands."""
        reason = f"{failure.detail} (after {len(self.values)} rows)"
        self.fault = Fault(None, failure.reason, reason)
        self.lost, self.ended = failure.reason in _GONE, True

    def need(self, room: int) -> int:
        """The objects to its end; one of a column of which nothing is known: is it there?"""
        if self.known is None:
            return room if self.values else 1
        return max(self.known - len(self.values) + 1, 1)

    def take(self, rows: Sequence[Varbind], most: int) -> None:
        """Keeps the rows of the column, and notes its end. Failure: it would never end."""
        if not rows:
            return
        oids, held = zip(*rows, strict=True)
        named = names(oids)
        prefix, length, count = self.oid, len(self.oid), len(oids)
        while count and oids[count - 1][:length] != prefix:
            count -= 1
        # Names that rise from one of the column's to another are the column's all between.
        rising = named.rising and self.last < oids[0]
        held = held[:count]
        plain = count and rising and Missing not in set(map(type, held))
        if not plain or len(self.values) + count > most:
            self._one_by_one(rows, most)
            return
        self.values.update(zip(named.texts, held, strict=False))
        self.last, self.ended = oids[count - 1], count < len(oids)

    def _one_by_one(self, rows: Sequence[Varbind], most: int) -> None:
        """The same for rows that something is the matter with."""
        values, prefix, name = self.values, self.oid, self.last
        for oid, value in rows:
            if isinstance(value, Missing) and value is not Missing.UNSPECIFIED:
                self.ended = True
                break
            if oid <= name:
                raise Failure(Reason.LOOP, f"{dotted(oid)} follows {dotted(name)}")
            if oid[: len(prefix)] != prefix:
                self.ended = True
                break
            if len(values) >= most:
                raise Failure(Reason.TOO_BIG, f"more than {most} rows")
            if not isinstance(value, Missing):
                values[dotted(oid)] = value
            self.last = name = oid


class Walk:
    """One walk of some columns."""

    def __init__(
        self,
        client: SnmpClient,
        target: Target,
        manners: Manners,
        repetitions: int,
        columns: Sequence[Oid],
        most_rows: int = MOST_ROWS,
    ) -> None:
        self._bulk, self._manners = Bulk(client, target, manners, repetitions), manners
        self._most_rows = most_rows
        self.columns = [Column(oid, known=manners.rows.get(oid)) for oid in columns]

    async def run(self) -> bool:
        """Walks to the end of all columns; True: that was reached.

        False: a column was lost, and it is up to the caller to go on. Raises nothing but
        cancellation; see `Column.fault`.
        """
        left = sorted((c for c in self.columns if not c.ended), key=lambda c: c.oid)
        while left:
            alone = next((column for column in left if column.alone), None)
            if alone is not None:
                await self._alone(alone)
            else:
                await self._together(left)
            ended = [column for column in left if column.ended]
            if ended:
                left = [column for column in left if not column.ended]
                if self._lost(ended):
                    return False
        return True

    def _lost(self, ended: Sequence[Column]) -> bool:
        """Notes how many rows columns had; whether one of them was lost."""
        for column in ended:
            if column.fault is None:
                self._manners.rows[column.oid] = len(column.values)
        return any(column.lost for column in ended)

    async def _alone(self, column: Column) -> None:
        try:
            while not column.ended:
                rows = await self._bulk.step(column.last)
                self._keep(column, rows)
        except Failure as failure:
            column.fail(failure)

    def _keep(self, column: Column, rows: Sequence[Varbind] | None) -> None:
        if rows is None:
            column.ended = True
            return
        if not rows:
            raise Failure(Reason.PROTOCOL, "an answer without objects")
        column.take(rows, self._most_rows)

    async def _together(self, left: Sequence[Column]) -> None:
        """One request for several columns; those that it cannot be about are left alone."""
        chosen = self._chosen(left)
        single = [left[at] for at in chosen.single]
        asked = [*single, *(left[at] for at in chosen.repeated)]
        if len(asked) == 1:
            asked[0].alone = True
            return
        names = [column.last for column in asked]
        try:
            rows = await self._bulk.together(names, len(single), chosen.repetitions)
        except Failure as failure:
            await self._less(asked, chosen.size, failure)
            return
        repeated = asked[len(single) :]
        for at, column in enumerate(single):
            self._take(column, rows[at : at + 1])
        for at, column in enumerate(repeated, len(single)):
            self._take(column, rows[at :: len(repeated)])
        if not rows:
            asked[0].alone = True

    def _chosen(self, left: Sequence[Column]) -> Batch:
        manners, room = self._manners, self._bulk.room
        if room == 1:
            count = min(len(left), manners.objects)
            return Batch((), tuple(range(count)), 1)
        return batch(tuple([column.need(room) for column in left]), room)

    def _take(self, column: Column, rows: Sequence[Varbind]) -> None:
        """What strikes us as wrong may come of asking for several at once: alone it will show."""
        try:
            column.take(rows, self._most_rows)
        except Failure as failure:
            if failure.reason is Reason.TOO_BIG:
                column.fail(failure)
            column.alone = True

    async def _less(self, asked: Sequence[Column], size: int, failure: Failure) -> None:
        """The request was too much, or one of its columns has an error: goes on with less."""
        if failure.reason not in SHRINKING and not isinstance(failure, Refusal):
            asked[0].fail(failure)
        elif isinstance(failure, Refusal) and failure.reason is not Reason.TOO_BIG:
            if not 1 <= failure.index <= len(asked):
                for column in asked:
                    column.alone = True
            elif failure.status == NO_SUCH_NAME:
                asked[failure.index - 1].ended = True
            else:
                asked[failure.index - 1].alone = True
        elif failure.reason is Reason.TIMEOUT:
            await self._silence(asked[0], size)
        else:
            self._bulk.shrink(size)

    async def _silence(self, column: Column, size: int) -> None:
        try:
            self._keep(column, await self._bulk.silent(column.last, size))
        except Failure as failure:
            column.fail(failure)
