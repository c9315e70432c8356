"""Names in a row, which come again with each poll: whether they rise, and what they are as text."""

from __future__ import annotations

from operator import lt
from typing import NamedTuple

from collectors.snmp.client import Oid
from collectors.snmp.values import dotted

_MOST = 2048


class Names(NamedTuple):
    """Some names, their texts, and whether each comes behind the one before it."""

    oids: tuple[Oid, ...]
    texts: tuple[str, ...]
    rising: bool


_known: dict[tuple[int, ...], Names] = {}


def names(oids: tuple[Oid, ...]) -> Names:
    """The same, looked at once.

    Names are told by identity, since the readers of responses give equal ones as one object; what
    is remembered holds them, so that no other object can take the identity of one of them.
    """
    key = tuple(map(id, oids))
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        rising = all(map(lt, oids, oids[1:]))
        found = _known[key] = Names(oids, tuple(map(dotted, oids)), rising)
    return found
