"""Requests and responses (RFC 3416 §4.2, RFC 1157 §4.1), from the agent's side."""

from __future__ import annotations

from dataclasses import dataclass

from collectors.snmp.ber import (
    OBJECT_ID,
    SEQUENCE,
    BerError,
    expect,
    head,
    integer,
    number,
    tlv,
)

GET, GETNEXT, RESPONSE, SET, GETBULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8
TOO_BIG, NO_SUCH_NAME, READ_ONLY, GEN_ERR, AUTHORIZATION, NOT_WRITABLE = 1, 2, 4, 5, 16, 17
_NO_ERROR = b"\x02\x01\x00\x02\x01\x00"


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    `request_id` is the whole element and `names` are whole elements too; `first` and `second` are
    the non-repeaters and repetitions of a GETBULK; `bindings` is the list as it came.
    """

    kind: int
    request_id: bytes
    first: int
    second: int
    names: tuple[bytes, ...]
    bindings: bytes


def parse(data: bytes, at: int, end: int) -> Request:
    """The PDU at `at`. BerError: it is none that an agent takes."""
    kind, id_at, end = head(data, at, end)
    if kind not in (GET, GETNEXT, SET, GETBULK):
        raise BerError(f"no request has the tag {kind:#04x}")
    _, id_end = number(data, id_at, end)
    first, at = number(data, id_end, end)
    second, at = number(data, at, end)
    listed, list_end = expect(data, at, end, SEQUENCE)
    names = []
    walk = listed
    while walk < list_end:
        start, walk = expect(data, walk, list_end, SEQUENCE)
        _, name_end = expect(data, start, walk, OBJECT_ID)
        names.append(data[start:name_end])
    return Request(kind, data[id_at:id_end], first, second, tuple(names), data[at:list_end])


def response(request: Request, varbinds: bytes) -> bytes:
    """A Response-PDU without error."""
    return tlv(RESPONSE, request.request_id + _NO_ERROR + tlv(SEQUENCE, varbinds))


def refusal(request: Request, status: int, index: int = 0) -> bytes:
    """A Response-PDU with an error; it carries the request's own list (RFC 3416 §4.2.1)."""
    body = request.request_id + integer(status) + integer(index) + request.bindings
    return tlv(RESPONSE, body)


def report(request_id: bytes, counter: bytes) -> bytes:
    """A Report-PDU with one counter's varbind (RFC 3416 §4.2.2, RFC 3414 §3.2)."""
    return tlv(REPORT, request_id + _NO_ERROR + tlv(SEQUENCE, counter))
