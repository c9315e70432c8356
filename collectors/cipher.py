"""AES as a bare block cipher, and HMAC: contexts that are made once per key, not once per message.

AES comes from the system's libcrypto through ctypes, or else from the package `cryptography`
(loongarch64 has no wheel of it). Both give single blocks; the chaining (CBC for IPMI, CFB for
SNMP) is done by who needs it, since a new chaining context costs more than all else that a packet
needs.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable
from functools import cache

from collectors.protocol import Failure
from model.readings import Reason

BLOCK = 16
Blocks = Callable[[bytes], bytes]
"""Whole blocks in, as many out, each by itself (ECB)."""
Backend = Callable[[bytes], tuple[Blocks, Blocks]]
"""Key of 16, 24 or 32 bytes → (encrypt, decrypt)."""

_LIBCRYPTO = ("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so.10", "libcrypto.so")
_BUFFER = 4096


class Hmac:
    """HMAC (RFC 2104) under one key: the keyed states are hashed once and copied per message."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes, digest: str) -> None:
        size = hashlib.new(digest, usedforsecurity=False).block_size
        if len(key) > size:
            key = hashlib.new(digest, key).digest()
        padded = key.ljust(size, b"\0")
        self._inner = hashlib.new(digest, bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.new(digest, bytes(byte ^ 0x5C for byte in padded))

    def digest(self, message: bytes) -> bytes:
        """The code of one message, untruncated."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


def cryptography_backend(key: bytes) -> tuple[Blocks, Blocks]:
    """AES from the package `cryptography`. ImportError: it is not installed."""
    from cryptography.hazmat.primitives.ciphers import (  # noqa: PLC0415
        Cipher,
        algorithms,
        modes,
    )

    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  # the chaining is ours
    return cipher.encryptor().update, cipher.decryptor().update


@cache
def best_backend() -> Backend:
    """The first backend that works here. Failure HELPER_MISSING: none does.

    libcrypto goes first: Python has it loaded already, while the package cryptography brings its
    own and 8 MiB of memory; that it takes 0.7 us less per block is not worth so much.
    """
    for backend in (libcrypto_backend, cryptography_backend):
        try:
            backend(bytes(BLOCK))
        except (ImportError, OSError):
            continue
        return backend
    raise Failure(Reason.HELPER_MISSING, "neither the package cryptography nor libcrypto is here")


@cache
def _libcrypto() -> ctypes.CDLL:
    for name in _LIBCRYPTO:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        pointer, number = ctypes.c_void_p, ctypes.c_int
        library.EVP_CIPHER_CTX_new.restype = pointer
        library.EVP_CIPHER_CTX_free.argtypes = [pointer]
        for bits in (128, 192, 256):
            for mode in ("ecb", "cfb128"):
                getattr(library, f"EVP_aes_{bits}_{mode}").restype = pointer
        library.EVP_CIPHER_CTX_set_padding.argtypes = [pointer, number]
        library.EVP_CipherInit_ex.argtypes = [
            *([pointer] * 3),
            *(ctypes.c_char_p, ctypes.c_char_p, number),
        ]
        library.EVP_CipherUpdate.argtypes = [
            *(pointer, ctypes.c_char_p, ctypes.POINTER(number)),
            *(ctypes.c_char_p, number),
        ]
        return library
    raise OSError("no libcrypto")


class _Evp:
    """One EVP cipher context, freed with the object."""

    def __init__(self, key: bytes, mode: str, encrypting: bool) -> None:
        self._library = library = _libcrypto()
        self._context = library.EVP_CIPHER_CTX_new()
        algorithm = getattr(library, f"EVP_aes_{8 * len(key)}_{mode}")()
        if not self._context or not library.EVP_CipherInit_ex(
            self._context, algorithm, None, key, None, int(encrypting)
        ):
            raise OSError(f"libcrypto refuses AES-{8 * len(key)}")
        library.EVP_CIPHER_CTX_set_padding(self._context, 0)
        self._out = ctypes.create_string_buffer(_BUFFER + BLOCK)
        self._length = ctypes.c_int()

    def begin(self, iv: bytes) -> None:
        """Starts a message under the same key."""
        self._library.EVP_CipherInit_ex(self._context, None, None, None, iv, -1)

    def __call__(self, blocks: bytes) -> bytes:
        if len(blocks) > _BUFFER:
            return self(blocks[:_BUFFER]) + self(blocks[_BUFFER:])
        self._library.EVP_CipherUpdate(self._context, self._out, self._length, blocks, len(blocks))
        return ctypes.string_at(self._out, self._length.value)

    def __del__(self) -> None:
        context = getattr(self, "_context", None)
        if context:
            self._library.EVP_CIPHER_CTX_free(context)


def libcrypto_backend(key: bytes) -> tuple[Blocks, Blocks]:
    """AES from the system's libcrypto. OSError: there is none."""
    return _Evp(key, "ecb", True), _Evp(key, "ecb", False)


class EvpCfb:
    """AES in CFB mode, chained by libcrypto itself. OSError: there is none."""

    def __init__(self, key: bytes) -> None:
        self._ways = _Evp(key, "cfb128", True), _Evp(key, "cfb128", False)

    def encrypt(self, iv: bytes, plain: bytes) -> bytes:
        """The ciphertext, as long as the plaintext."""
        self._ways[0].begin(iv)
        return self._ways[0](plain)

    def decrypt(self, iv: bytes, sealed: bytes) -> bytes:
        """The plaintext."""
        self._ways[1].begin(iv)
        return self._ways[1](sealed)
