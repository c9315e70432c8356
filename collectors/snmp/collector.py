"""SNMP behind the Collector protocol: who is there, and what a plan asks for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from collectors.protocol import Failure, Note
from collectors.snmp.bulk import Manners
from collectors.snmp.client import Missing, Oid, SnmpClient
from collectors.snmp.scalars import get_all
from collectors.snmp.walk import Walk
from model.devices import DeviceId, Identity, Protocol, Step, StepName, Target
from model.raw import Plan, Raw, Value
from model.readings import Fault, Reason, Scalar

SYS_DESCR = (1, 3, 6, 1, 2, 1, 1, 1, 0)
SYS_OBJECT_ID = (1, 3, 6, 1, 2, 1, 1, 2, 0)
SYS_NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)
"""Who an agent says it is (RFC 3418)."""
DEADLINE = 60.0
_GONE = frozenset({Reason.TIMEOUT, Reason.NO_ANSWER, Reason.PORT_CLOSED, Reason.NETWORK})


@lru_cache(maxsize=65536)
def parsed(address: str) -> Oid:
    """A dotted object identifier. ValueError: it is none."""
    return tuple(map(int, address.strip(".").split(".")))


@dataclass(slots=True)
class _Known:
    target: Target
    identity: Identity
    manners: Manners = field(default_factory=Manners)


class SnmpCollector:
    """Asks SNMP agents through a client; `deadline` (s) bounds what one fetch may take.

    An identity is kept until its device is silent or says another sysObjectID.
    """

    def __init__(self, client: SnmpClient, deadline: float = DEADLINE) -> None:
        self._client, self._deadline = client, deadline
        self._known: dict[str, _Known] = {}

    async def identify(
        self, target: Target, probes: tuple[str, ...], note: Note
    ) -> Identity | Fault:
        """See Collector."""
        known = self._known.get(target.name)
        if known is not None and known.target == target:
            return known.identity
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self._deadline):
                identity, manners = await self._meet(target, probes, note)
        except Failure as failure:
            fault = _whole(target, failure)
        except TimeoutError:
            fault = Fault(None, Reason.TIMEOUT, f"no identity within {self._deadline:g} s")
        else:
            self._known[target.name] = _Known(target, identity, manners)
            return identity
        await self._client.forget(target)
        step = StepName.REACH if fault.reason in _GONE else StepName.SESSION
        if step is StepName.SESSION:
            note(Step(StepName.REACH, _where(target)))
        note(Step(step, fault.detail, time.monotonic() - begun, fault))
        return fault

    async def _meet(
        self, target: Target, probes: Sequence[str], note: Note
    ) -> tuple[Identity, Manners]:
        begun, manners = time.monotonic(), Manners()
        await self._client.allow(target, any_address=True)
        system = await get_all(self._client, target, (SYS_OBJECT_ID, SYS_DESCR, SYS_NAME), manners)
        faults = [value for value in system.values() if isinstance(value, Fault)]
        if len(faults) == len(system):
            raise Failure(faults[0].reason, faults[0].detail)
        note(Step(StepName.REACH, _where(target)))
        session = self._client.session(target)
        note(Step(StepName.SESSION, session, time.monotonic() - begun))
        answered = await self._answered(target, probes, manners)
        words = [_words(system.get(oid)) for oid in (SYS_OBJECT_ID, SYS_DESCR, SYS_NAME)]
        identity = Identity(
            Protocol.SNMP,
            DeviceId(),
            sys_object_id=words[0],
            sys_descr=words[1],
            sys_name=words[2],
            answered=answered,
        )
        return identity, manners

    async def _answered(
        self, target: Target, probes: Sequence[str], manners: Manners
    ) -> frozenset[str]:
        """The probes that exist: as objects, or as columns and tables with something in them."""
        if not probes:
            return frozenset()
        found = await get_all(self._client, target, [parsed(p) for p in probes], manners)
        there = {p for p in probes if not isinstance(found[parsed(p)], Missing | Fault)}
        left = [probe for probe in probes if probe not in there]
        while left:
            batch, left = left[: manners.objects], left[manners.objects :]
            there.update(await self._standing_below(target, batch))
        return frozenset(there)

    async def _standing_below(self, target: Target, probes: Sequence[str]) -> list[str]:
        """The probes below which something stands; in halves where one of them is an error."""
        try:
            rows = await self._client.getnext(target, [parsed(probe) for probe in probes])
        except Failure as failure:
            if failure.reason in _GONE:
                raise
            if len(probes) == 1:
                return []  # version 1 ends the MIB with an error
            middle = len(probes) // 2
            first = await self._standing_below(target, probes[:middle])
            return first + await self._standing_below(target, probes[middle:])
        return [
            probe
            for probe, (oid, value) in zip(probes, rows, strict=False)
            if _below(oid, parsed(probe)) and not isinstance(value, Missing)
        ]

    async def fetch(self, target: Target, identity: Identity, plan: Plan) -> Raw | Fault:
        """See Collector. Every address of the plan that failed has its Fault."""
        known = self._known.get(target.name)
        manners = known.manners if known else Manners()
        values: dict[str, Value | Fault] = {}
        ends = asyncio.get_running_loop().time() + self._deadline
        try:
            async with asyncio.timeout_at(ends):
                await self._client.allow(target, plan.any_address)
                await self._scalars(target, identity, plan, manners, values)
        except Failure as failure:
            return await self._lost(target, failure)
        except TimeoutError:
            return await self._lost(target, Failure(Reason.TIMEOUT, self._late()))
        await self._columns(target, plan, manners, values, ends)
        return Raw(values)

    async def _scalars(
        self,
        target: Target,
        identity: Identity,
        plan: Plan,
        manners: Manners,
        values: dict[str, Value | Fault],
    ) -> None:
        """The single objects, and with them whether it is still the same device."""
        oids = [SYS_OBJECT_ID, *(o for o in map(parsed, plan.gets) if o != SYS_OBJECT_ID)]
        found = await get_all(self._client, target, oids, manners)
        now = found[SYS_OBJECT_ID]
        if identity.sys_object_id and isinstance(now, str) and now != identity.sys_object_id:
            detail = f"another device answers: {now}, not {identity.sys_object_id}"
            raise Failure(Reason.SESSION_LOST, detail)
        for address in plan.gets:
            value = found[parsed(address)]
            values[address] = _absent(value) if isinstance(value, Missing) else value

    async def _columns(
        self,
        target: Target,
        plan: Plan,
        manners: Manners,
        values: dict[str, Value | Fault],
        ends: float,
    ) -> None:
        columns = [parsed(address) for address in plan.walks]
        walk = Walk(self._client, target, manners, plan.max_repetitions, columns)
        gone: Fault | None = None
        try:
            async with asyncio.timeout_at(ends):
                while gone is None and not await walk.run():
                    if not await self._alive(target):
                        gone = next(c.fault for c in walk.columns if c.lost)
        except TimeoutError:
            gone = Fault(None, Reason.TIMEOUT, self._late())
        for address, column in zip(plan.walks, walk.columns, strict=True):
            values.update(column.values)
            fault = column.fault if column.ended else gone
            if fault is not None:
                values[address] = fault
        if gone is not None:
            await self.forget(target)

    async def _alive(self, target: Target) -> bool:
        """Whether a device that left a column unanswered answers anything."""
        try:
            await self._client.get(target, [SYS_OBJECT_ID])
        except Failure as failure:
            return failure.reason not in _GONE
        return True

    async def _lost(self, target: Target, failure: Failure) -> Fault:
        """The device as a whole: it must be met anew."""
        await self.forget(target)
        return _whole(target, failure)

    def _late(self) -> str:
        return f"the device took longer than {self._deadline:g} s"

    def session(self, target: Target) -> tuple[SnmpClient, Manners]:
        """What a recorder needs to go on asking: the client, and what the agent can stand."""
        known = self._known.get(target.name)
        return self._client, known.manners if known else Manners()

    async def forget(self, target: Target) -> None:
        """See Collector."""
        self._known.pop(target.name, None)
        await self._client.forget(target)

    async def close(self) -> None:
        """See Collector."""
        self._known.clear()
        await self._client.close()


def _below(oid: Oid, prefix: Oid) -> bool:
    return oid[: len(prefix)] == prefix and oid != prefix


def _whole(target: Target, failure: Failure) -> Fault:
    """A failure of the device as a whole."""
    if failure.reason is Reason.TIMEOUT:
        return Fault(None, Reason.NO_ANSWER, f"{_where(target)}: {failure.detail}")
    return failure.fault()


def _where(target: Target) -> str:
    host, port = target.endpoint
    return f"{host} port {port}/udp"


def _words(value: Scalar | Missing | Fault | None) -> str:
    return value.strip() if isinstance(value, str) else ""


def _absent(missing: Missing) -> Fault:
    return Fault(None, Reason.UNSUPPORTED, f"the agent has no such object ({missing.value})")
