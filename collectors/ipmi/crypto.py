"""AES-128-CBC under one key, for whole sessions (IPMI v2.0 rev 1.1 §13.29)."""

from __future__ import annotations

from collectors.cipher import BLOCK, Backend, best_backend


class Aes128Cbc:
    """AES-128 in CBC mode (NIST SP 800-38A §6.2) under one key."""

    __slots__ = ("_decrypt", "_encrypt")

    def __init__(self, key: bytes, backend: Backend | None = None) -> None:
        self._encrypt, self._decrypt = (backend or best_backend())(key)

    def encrypt(self, iv: bytes, plain: bytes) -> bytes:
        """`iv` and the ciphertext behind it. `plain` is a whole number of blocks."""
        out, last = [iv], int.from_bytes(iv, "big")
        for start in range(0, len(plain), BLOCK):
            mixed = last ^ int.from_bytes(plain[start : start + BLOCK], "big")
            block = self._encrypt(mixed.to_bytes(BLOCK, "big"))
            out.append(block)
            last = int.from_bytes(block, "big")
        return b"".join(out)

    def decrypt(self, sealed: bytes) -> bytes:
        """The plaintext of an IV and whole blocks behind it."""
        size = len(sealed) - BLOCK
        opened = int.from_bytes(self._decrypt(sealed[BLOCK:]), "big")
        return (opened ^ int.from_bytes(sealed[:-BLOCK], "big")).to_bytes(size, "big")
