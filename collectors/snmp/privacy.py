"""AES in CFB mode with a full block of feedback, as SNMPv3 encrypts (RFC 3826 §3.1).

AES-192 and AES-256 differ in the key alone (draft-blumenthal-aes-usm-04 §3.1.3).
"""

from __future__ import annotations

from typing import Protocol

from collectors.cipher import BLOCK, Backend, EvpCfb, best_backend


class Cipher(Protocol):
    """AES in CFB mode under one key; `iv` has 16 bytes and is new for each message."""

    def encrypt(self, iv: bytes, plain: bytes) -> bytes:
        """The ciphertext, as long as the plaintext."""
        ...

    def decrypt(self, iv: bytes, sealed: bytes) -> bytes:
        """The plaintext."""
        ...


def aes_cfb(key: bytes) -> Cipher:
    """AES under a key of 16, 24 or 32 bytes. Failure HELPER_MISSING: there is no AES here.

    libcrypto chains by itself, since requests would else take a call per block.
    """
    try:
        return EvpCfb(key)
    except OSError:
        return AesCfb(key)


class AesCfb:
    """CFB over single blocks, from whichever library has them."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes, backend: Backend | None = None) -> None:
        self._cipher, _ = (backend or best_backend())(key)

    def encrypt(self, iv: bytes, plain: bytes) -> bytes:
        """The ciphertext, as long as the plaintext."""
        out, last = [], iv
        for start in range(0, len(plain), BLOCK):
            last = _xor(plain[start : start + BLOCK], self._cipher(last))
            out.append(last)
        return b"".join(out)

    def decrypt(self, iv: bytes, sealed: bytes) -> bytes:
        """The plaintext: every block of the key stream is known beforehand, so one call does."""
        whole = (len(sealed) - 1) // BLOCK * BLOCK
        return _xor(sealed, self._cipher(iv + sealed[:whole])) if sealed else b""


def _xor(text: bytes, stream: bytes) -> bytes:
    size = len(text)
    mixed = int.from_bytes(text, "big") ^ int.from_bytes(stream[:size], "big")
    return mixed.to_bytes(size, "big")
