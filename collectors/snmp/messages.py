"""PDUs, and the messages of versions 1 and 2c around them.

RFC 3416 §3 and §4.2; RFC 1157 §4 and RFC 1901 §3; RFC 3584 §4.2 on what the versions share.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

from collectors.protocol import Failure, NotRead
from collectors.snmp.ber import (
    NULL,
    OBJECT_ID,
    OCTET_STRING,
    SEQUENCE,
    BerError,
    expect,
    head,
    integer,
    number,
    oid_content,
    tlv,
)
from collectors.snmp.client import Oid
from collectors.snmp.exchange import Garbage, Question, Response
from collectors.snmp.varbinds import objects, varbinds
from model.credentials import CommunityCredential

GET, GETNEXT, RESPONSE, GETBULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA5, 0xA8
V1, V2C = 0, 1
SENT = {GET: "GetRequest-PDU", GETNEXT: "GetNextRequest-PDU", GETBULK: "GetBulkRequest-PDU"}
"""Every PDU type that may be sent (RFC 3416 §3): all of them read."""
_LEAST_ID = 0x01000000
"""Request IDs have four bytes each."""


def _drawn() -> Iterator[int]:
    """Numbers by chance, many at a time: to draw each by itself takes a call of the system."""
    while True:
        for drawn in struct.unpack(">256I", secrets.token_bytes(1024)):
            yield drawn & 0x7FFFFFFF | _LEAST_ID


_ids = _drawn()


def new_id() -> int:
    """A number for a request or message (RFC 3412 §6.2), which nobody can guess.

    Nor can an agent from those that it was asked with: what answers another's would pass for it.
    """
    return next(_ids)


@lru_cache(maxsize=8192)
def _asked(oid: Oid) -> bytes:
    """A varbind without a value."""
    return tlv(SEQUENCE, tlv(OBJECT_ID, oid_content(oid)) + bytes((NULL, 0)))


def pdu(kind: int, request_id: int, oids: Sequence[Oid], first: int, second: int) -> bytes:
    """A request. `first` and `second`: non-repeaters and max-repetitions of a GETBULK, else 0.

    NotRead: it may do more than read.
    """
    if kind not in SENT:
        raise NotRead(f"SNMP PDU {kind:02x}h")
    listed = tlv(SEQUENCE, b"".join(map(_asked, oids)))
    return tlv(kind, integer(request_id) + integer(first) + integer(second) + listed)


def request_id(data: bytes, at: int, end: int) -> tuple[int, int, int, int]:
    """PDU type, request ID, where the rest of the PDU begins, and its end. BerError."""
    kind, start, stop = head(data, at, end)
    found, start = number(data, start, stop)
    return kind, found, start, stop


def response(data: bytes, at: int, end: int) -> Response:
    """The PDU behind its request ID. BerError: it is none."""
    status, at = number(data, at, end)
    index, at = number(data, at, end)
    start, stop = expect(data, at, end, SEQUENCE)
    found = varbinds(data, start, stop)
    return Response(status, index, found, partial(objects, data, start, stop))


class Community:
    """Speaks version 1 or 2c."""

    suspicion: Failure | None = None

    def __init__(self, credential: CommunityCredential) -> None:
        version = V1 if credential.version == "1" else V2C
        community = credential.community.reveal().encode()
        self._head = integer(version) + tlv(OCTET_STRING, community)
        self._version = version

    def question(
        self, kind: int, oids: Sequence[Oid], repetitions: int, single: int = 0
    ) -> Question:
        """See Speaker."""
        number = new_id()
        body = pdu(kind, number, oids, single, repetitions)
        return _CommunityQuestion(tlv(SEQUENCE, self._head + body), number, self._version)

    def answered(self) -> None:
        """See Speaker."""


class _CommunityQuestion:
    """The same request ID each time it is sent: whichever copy is answered will do."""

    __slots__ = ("_data", "_id", "_version")

    def __init__(self, data: bytes, number: int, version: int) -> None:
        self._data, self._id, self._version = data, number, version

    def write(self) -> bytes:
        return self._data

    def read(self, data: bytes) -> Response | None:
        try:
            start, end = expect(data, 0, len(data), SEQUENCE)
            version, at = number(data, start, end)
            _, at = expect(data, at, end, OCTET_STRING)
            kind, found, at, end = request_id(data, at, end)
            if kind != RESPONSE or found != self._id or version != self._version:
                return None
            return response(data, at, end)
        except BerError as error:
            raise Garbage(str(error)) from error
