"""Cipher suites, session keys, sealing and signing from the BMC's side (IPMI v2.0 §13.28-§13.32).

Deliberately not the collector's code: a simulator that shares its subject's mistakes finds none.
Only the block cipher is shared, which works wherever the collector does.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass

from collectors.cipher import BLOCK
from collectors.ipmi.crypto import Aes128Cbc

_CONSTANT = 20
"""K1 and K2 are made from 20 bytes, whatever the digest (§13.32: practice, not the hash size)."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A cipher suite (table 22-20): algorithm numbers of tables 13-17, 13-18 and 13-19."""

    number: int
    authentication: int
    integrity: int
    confidentiality: int

    @property
    def algorithms(self) -> tuple[int, int, int]:
        """As Open Session Request proposes them."""
        return self.authentication, self.integrity, self.confidentiality

    @property
    def digest(self) -> str:
        """The hash behind RAKP and the trailers."""
        return "sha1" if self.authentication == 1 else "sha256"

    @property
    def proof_size(self) -> int:
        """Bytes of RAKP message 4's integrity check (§13.28)."""
        return 12 if self.authentication == 1 else 16

    @property
    def trailer_size(self) -> int:
        """Bytes of a packet's authentication code, 0 without integrity."""
        return {0: 0, 1: 12, 4: 16}[self.integrity]


SUITES: dict[int, Suite] = {
    number: Suite(number, *algorithm)
    for number, algorithm in {
        1: (1, 0, 0),
        2: (1, 1, 0),
        3: (1, 1, 1),
        15: (3, 0, 0),
        16: (3, 4, 0),
        17: (3, 4, 1),
    }.items()
}
"""What a simulated BMC can speak. Suite 0 (no authentication at all) is left out on purpose."""


def keyed(suite: Suite, key: bytes, *parts: bytes) -> bytes:
    """The suite's keyed hash over the parts."""
    return hmac.digest(key, b"".join(parts), suite.digest)


class SessionKeys:
    """Seals and opens the packets of one session; keeps its contexts, which are dear to make."""

    def __init__(self, suite: Suite, session_key: bytes) -> None:
        self._suite = suite
        k1 = keyed(suite, session_key, b"\x01" * _CONSTANT)
        k2 = keyed(suite, session_key, b"\x02" * _CONSTANT)[:BLOCK]
        self._mac = hmac.new(k1, None, suite.digest)
        self._aes = Aes128Cbc(k2)

    def sign(self, packet: bytes) -> bytes:
        """The authentication code of a packet, session header to next-header byte (§13.28.4)."""
        mac = self._mac.copy()
        mac.update(packet)
        return mac.digest()[: self._suite.trailer_size]

    def encrypt(self, payload: bytes) -> bytes:
        """IV and ciphertext (§13.29)."""
        pad = -(len(payload) + 1) % BLOCK
        padded = payload + bytes(range(1, pad + 1)) + bytes((pad,))
        return self._aes.encrypt(os.urandom(BLOCK), padded)

    def decrypt(self, sealed: bytes) -> bytes | None:
        """The payload; None where length or padding is wrong."""
        if len(sealed) < 2 * BLOCK or len(sealed) % BLOCK:
            return None
        padded = self._aes.decrypt(sealed)
        pad = padded[-1]
        if pad >= BLOCK or padded[-1 - pad : -1] != bytes(range(1, pad + 1)):
            return None
        return padded[: -1 - pad]


def same(one: bytes, other: bytes) -> bool:
    """Compares two proofs in constant time."""
    return hmac.compare_digest(one, other)


def fresh_random() -> bytes:
    """A random number as RAKP exchanges them."""
    return os.urandom(BLOCK)
