"""SNMPv3 messages under the User-based Security Model, written and read, whichever side one is on.

RFC 3412 §6 (the message), RFC 3414 §2.4 (security parameters), §6.3 and RFC 7860 §4.2 (the code),
RFC 3826 §3.1 (encryption). What a message proves is judged by those who read it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from collectors.cipher import Hmac
from collectors.snmp.ber import (
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    BerError,
    expect,
    integer,
    number,
    octets,
    tlv,
)
from collectors.snmp.privacy import Cipher

AUTH, PRIV, REPORTABLE = 1, 2, 4
"""msgFlags (RFC 3412 §6.4)."""
MODEL, VERSION = 3, 3
LARGEST = 65507
"""msgMaxSize: what a UDP datagram holds."""
WINDOW = 150
"""Seconds that clocks may differ (RFC 3414 §2.2.3)."""
MOST_BOOTS = (1 << 31) - 1
_FIXED = integer(LARGEST), integer(MODEL)


@dataclass(frozen=True, slots=True)
class Header:
    """A message as far as it tells without keys.

    `code_at` and `data_at` are start and end of the authentication code and of what follows the
    security parameters: a scoped PDU, or an OCTET STRING of encrypted bytes.
    """

    message_id: int
    max_size: int
    flags: int
    engine_id: bytes
    boots: int
    seconds: int
    user: bytes
    code_at: tuple[int, int]
    salt: bytes
    data_at: tuple[int, int]

    @property
    def iv(self) -> bytes:
        """The initialization vector (RFC 3826 §3.1.2.1)."""
        return self.boots.to_bytes(4, "big") + self.seconds.to_bytes(4, "big") + self.salt


def parse(data: bytes) -> Header:
    """A message of version 3. BerError: it is none, or one of another security model."""
    start, end = expect(data, 0, len(data), SEQUENCE)
    version, at = number(data, start, end)
    if version != VERSION:
        raise BerError("not version 3")
    start, at = expect(data, at, end, SEQUENCE)
    message_id, start = number(data, start, at)
    max_size, start = number(data, start, at)
    flags, start = octets(data, start, at)
    model, _ = number(data, start, at)
    if len(flags) != 1 or model != MODEL:
        raise BerError("not the User-based Security Model")
    start, at = expect(data, at, end, OCTET_STRING)
    start, stop = expect(data, start, at, SEQUENCE)
    engine_id, start = octets(data, start, stop)
    boots, start = number(data, start, stop)
    seconds, start = number(data, start, stop)
    user, start = octets(data, start, stop)
    code_at = expect(data, start, stop, OCTET_STRING)
    salt, _ = octets(data, code_at[1], stop)
    if not (0 <= boots <= MOST_BOOTS and 0 <= seconds <= MOST_BOOTS):
        raise BerError("a clock that no engine has")
    return Header(
        *(message_id, max_size, flags[0], engine_id, boots, seconds, user, code_at, salt),
        data_at=(at, end),
    )


@dataclass(frozen=True, slots=True)
class Protection:
    """The keys of a user at one engine; none where the level needs none. `size`: of the code."""

    authentication: Hmac | None = None
    size: int = 0
    privacy: Cipher | None = None

    @property
    def level(self) -> int:
        """Flags of AUTH and PRIV."""
        return (AUTH if self.authentication else 0) | (PRIV if self.privacy else 0)

    def code(self, message: bytes) -> bytes:
        """The truncated authentication code of a message whose own code is zeros."""
        assert self.authentication is not None
        return self.authentication.digest(message)[: self.size]

    def proves(self, data: bytes, header: Header) -> bool:
        """Whether a message was signed by one who has the key (RFC 3414 §6.3.2)."""
        start, end = header.code_at
        if self.authentication is None or end - start != self.size:
            return False
        blank = data[:start] + bytes(self.size) + data[end:]
        return hmac.compare_digest(self.code(blank), data[start:end])

    def opened(self, data: bytes, header: Header) -> tuple[bytes, int, int]:
        """In which bytes the scoped PDU stands, and where. BerError: not decrypted by this key."""
        start, end = header.data_at
        if not header.flags & PRIV:
            return data, start, end
        start, end = expect(data, start, end, OCTET_STRING)
        if self.privacy is None or len(header.salt) != 8:
            raise BerError("a salt has 8 bytes")
        plain = self.privacy.decrypt(header.iv, data[start:end])
        return plain, 0, len(plain)


NOTHING = Protection()


def scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """A scoped PDU (RFC 3412 §6.8)."""
    return tlv(SEQUENCE, tlv(OCTET_STRING, engine_id) + tlv(OCTET_STRING, context) + pdu)


def inside(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the PDU of a scoped PDU stands. BerError: it is none (so a wrong key shows)."""
    start, end = expect(data, at, end, SEQUENCE)
    _, start = expect(data, start, end, OCTET_STRING)
    _, start = expect(data, start, end, OCTET_STRING)
    return start, end


def sealed(header: Header, body: bytes, keys: Protection) -> bytes:
    """The message around a scoped PDU, encrypted and signed as the header's flags say."""
    salt = b""
    if header.flags & PRIV:
        assert keys.privacy is not None
        salt = header.salt
        body = tlv(OCTET_STRING, keys.privacy.encrypt(header.iv, body))
    size = keys.size if header.flags & AUTH else 0
    tail = tlv(OCTET_STRING, salt)
    parameters = (
        tlv(OCTET_STRING, header.engine_id)
        + integer(header.boots)
        + integer(header.seconds)
        + tlv(OCTET_STRING, header.user)
        + tlv(OCTET_STRING, bytes(size))
        + tail
    )
    largest, model = _FIXED
    flags = bytes((OCTET_STRING, 1, header.flags))
    front = tlv(SEQUENCE, integer(header.message_id) + largest + flags + model)
    security = tlv(OCTET_STRING, tlv(SEQUENCE, parameters))
    whole = tlv(SEQUENCE, bytes((INTEGER, 1, VERSION)) + front + security + body)
    if not size:
        return whole
    end = len(whole) - len(body) - len(tail)
    return whole[: end - size] + keys.code(whole) + whole[end:]
