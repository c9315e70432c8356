"""What an agent answers to one request (RFC 3416 §4.2, RFC 3584 §4.2 for version 1)."""

from __future__ import annotations

from bisect import bisect_right

from collectors.snmp.ber import SEQUENCE, tlv
from hw_profiles.capture import Oid
from simulators import snmp_pdu as pdu
from simulators.snmp_ber import END_OF_MIB_VIEW, NO_SUCH_INSTANCE, NO_SUCH_OBJECT
from simulators.snmp_mib import Mib
from simulators.snmp_pdu import Request
from simulators.snmp_vices import AgentVices

V1 = 0
COUNTER64 = 70
MOST_REPETITIONS = 200


class _Refused(Exception):
    """The whole request is answered with this error."""

    def __init__(self, status: int, index: int) -> None:
        super().__init__()
        self.status, self.index = status, index


class Answerer:
    """Answers the requests of all versions out of one set of objects."""

    def __init__(self, mib: Mib, vices: AgentVices) -> None:
        self._mib, self.vices = mib, vices
        self.writes = 0
        """SET requests received; every one is refused."""

    def answer(self, request: Request, version: int, room: int) -> bytes | None:
        """The Response-PDU with at most `room` bytes of varbinds; None: silence."""
        kind = request.kind
        if kind == pdu.GETBULK:
            return None if version == V1 else self._bulk_or_vice(request, room)
        if kind == pdu.SET:
            self.writes += 1
            return pdu.refusal(request, pdu.READ_ONLY if version == V1 else pdu.NOT_WRITABLE, 1)
        step = self._get if kind == pdu.GET else self._next
        try:
            found = [step(name, at, version) for at, name in enumerate(request.names, 1)]
        except _Refused as refused:
            return pdu.refusal(request, refused.status, refused.index)
        varbinds = b"".join(found)
        if len(varbinds) > room:
            return pdu.refusal(request, pdu.TOO_BIG)
        return pdu.response(request, varbinds)

    def _get(self, name: bytes, index: int, version: int) -> bytes:
        at = self._mib.at(name)
        if at is not None and not (version == V1 and self._mib.tags[at] == COUNTER64):
            self._refuse_vice(at, index)
            return self._mib.show(at)
        if version == V1:
            raise _Refused(pdu.NO_SUCH_NAME, index)
        missing = NO_SUCH_INSTANCE if self._mib.known_column(name) else NO_SUCH_OBJECT
        return tlv(SEQUENCE, name + missing)

    def _next(self, name: bytes, index: int, version: int) -> bytes:
        shown, _ = self._successor(name, index, version)
        if version == V1 and shown.endswith((END_OF_MIB_VIEW, NO_SUCH_INSTANCE)):
            raise _Refused(pdu.NO_SUCH_NAME, index)
        return shown

    def _successor(self, name: bytes, index: int, version: int) -> tuple[bytes, bytes]:
        """The varbind behind a name, and that varbind's own name."""
        mib = self._mib
        at = mib.after(name)
        if self.vices.touches_order:
            at = self._looped(mib.at(name), at)
            if self._column_ended(mib.at(name), at):
                return tlv(SEQUENCE, name + NO_SUCH_INSTANCE), name
        while version == V1 and at < len(mib) and mib.tags[at] == COUNTER64:
            at += 1
        if at >= len(mib):
            return tlv(SEQUENCE, name + END_OF_MIB_VIEW), name
        self._refuse_vice(at, index)
        return mib.show(at), mib.names[at]

    def _bulk_or_vice(self, request: Request, room: int) -> bytes | None:
        vices = self.vices
        asked = request.first + (len(request.names) - request.first) * request.second
        if vices.silent_above and asked > vices.silent_above:
            return None
        if vices.error_on_bulk:
            return pdu.refusal(request, pdu.GEN_ERR, 1)
        if vices.too_big_above and asked > vices.too_big_above:
            return pdu.refusal(request, pdu.TOO_BIG)
        plain = self._mib.vary is None and not vices.touches_order
        if plain and len(request.names) == 1 and request.first <= 0:
            return self._slice(request, room)
        try:
            return pdu.response(request, self._bulk(request, room))
        except _Refused as refused:
            return pdu.refusal(request, refused.status, refused.index)

    def _slice(self, request: Request, room: int) -> bytes:
        """One column and no vice: the answer is a slice of what is encoded already."""
        mib, name = self._mib, request.names[0]
        start = mib.after(name)
        wanted = min(start + max(request.second, 0), len(mib), start + MOST_REPETITIONS)
        stop = min(wanted, bisect_right(mib.offsets, mib.offsets[start] + room) - 1)
        found = b"".join(mib.varbinds[start:stop])
        if stop == len(mib) and stop - start < request.second:
            last = mib.names[-1] if stop > start else name
            found += tlv(SEQUENCE, last + END_OF_MIB_VIEW)
        return pdu.response(request, found)

    def _bulk(self, request: Request, room: int) -> bytes:
        single = max(0, min(request.first, len(request.names)))
        out: list[bytes] = []
        for index, name in enumerate(request.names[:single], 1):
            out.append(self._successor(name, index, 1)[0])
        room -= sum(map(len, out))
        names = list(request.names[single:])
        for _ in range(min(max(request.second, 0), MOST_REPETITIONS) if names else 0):
            row = [self._successor(name, single + k, 1) for k, name in enumerate(names, 1)]
            size = sum(len(shown) for shown, _ in row)
            if size > room:
                break
            room -= size
            out += [shown for shown, _ in row]
            if all(shown.endswith(END_OF_MIB_VIEW) for shown, _ in row):
                break
            names = [name for _, name in row]
        return b"".join(out)

    def _refuse_vice(self, at: int, index: int) -> None:
        if self.vices.error_under and self._is_under(at, self.vices.error_under):
            raise _Refused(pdu.GEN_ERR, index)

    def _looped(self, before: int | None, at: int) -> int:
        """Where the vices `loop` and `stuck` lead instead."""
        if self.vices.stuck:
            return self._mib.oids.index(_oid(self.vices.stuck))
        if not self.vices.loop or before is None:
            return at
        first, end = self._mib.under(_oid(self.vices.loop))
        return first if at == end and first <= before < end else at

    def _column_ended(self, before: int | None, at: int) -> bool:
        if not self.vices.end_by_no_such_instance or before is None:
            return False
        oids = self._mib.oids
        return at >= len(oids) or oids[before][:-1] != oids[at][:-1]

    def _is_under(self, at: int, dotted: str) -> bool:
        prefix = _oid(dotted)
        return self._mib.oids[at][: len(prefix)] == prefix


def _oid(dotted: str) -> Oid:
    return tuple(map(int, dotted.strip(".").split(".")))
