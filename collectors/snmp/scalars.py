"""Single objects, in as few GETs as fit (RFC 3416 §4.2.1; RFC 1157 §4.1.2 for version 1)."""

from __future__ import annotations

from collections.abc import Sequence

from collectors.protocol import Failure
from collectors.snmp.bulk import Manners
from collectors.snmp.client import NO_SUCH_NAME, Missing, Oid, Refusal, SnmpClient
from model.devices import Target
from model.readings import Fault, Reason, Scalar

Found = dict[Oid, Scalar | Missing | Fault]
_SPLITTING = frozenset({Reason.TOO_BIG, Reason.TRUNCATED, Reason.DEVICE_ERROR})


async def get_all(
    client: SnmpClient, target: Target, oids: Sequence[Oid], manners: Manners
) -> Found:
    """Every name with its value, its absence or its fault.

    Failure where nothing at all was answered; once something was, what is lost is a Fault.
    """
    found: Found = {}
    left = list(oids)
    while left:
        batch, left = left[: manners.objects], left[manners.objects :]
        try:
            await _get(client, target, batch, manners, found)
        except Failure as failure:
            if not found:
                raise
            for oid in (*batch, *left):
                found.setdefault(oid, failure.fault())
            break
    return found


async def _get(
    client: SnmpClient, target: Target, batch: Sequence[Oid], manners: Manners, found: Found
) -> None:
    """One batch, split where the agent will not have it whole."""
    try:
        answers = dict(await client.get(target, batch))
    except Refusal as refusal:
        if refusal.reason is not Reason.TOO_BIG and 1 <= refusal.index <= len(batch):
            await _without(client, target, batch, manners, found, refusal)
            return
        await _halves(client, target, batch, manners, found, refusal)
    except Failure as failure:
        if failure.reason not in _SPLITTING:
            raise
        await _halves(client, target, batch, manners, found, failure)
    else:
        for oid in batch:
            unsaid = Fault(None, Reason.PROTOCOL, "the answer lacks this object")
            found[oid] = answers.get(oid, unsaid)


async def _without(
    client: SnmpClient,
    target: Target,
    batch: Sequence[Oid],
    manners: Manners,
    found: Found,
    refusal: Refusal,
) -> None:
    """The agent names the object at fault: the others are asked for again."""
    named = batch[refusal.index - 1]
    gone = refusal.status == NO_SUCH_NAME
    found[named] = Missing.NO_SUCH_OBJECT if gone else refusal.fault()
    rest = [oid for oid in batch if oid != named]
    if rest:
        await _get(client, target, rest, manners, found)


async def _halves(
    client: SnmpClient,
    target: Target,
    batch: Sequence[Oid],
    manners: Manners,
    found: Found,
    failure: Failure,
) -> None:
    if len(batch) == 1:
        gone = isinstance(failure, Refusal) and failure.status == NO_SUCH_NAME
        found[batch[0]] = Missing.NO_SUCH_OBJECT if gone else failure.fault()
        return
    middle = len(batch) // 2
    if failure.reason is not Reason.DEVICE_ERROR:
        manners.objects = min(manners.objects, middle)
    await _get(client, target, batch[:middle], manners, found)
    await _get(client, target, batch[middle:], manners, found)
