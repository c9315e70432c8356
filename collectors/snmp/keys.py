"""Keys of the User-based Security Model: from a password to what one engine takes.

RFC 3414 §2.6 and §A.2; RFC 7860 §9; for AES-192 and AES-256 the key extensions of
draft-blumenthal-aes-usm-04 §3.1.2.1 and draft-reeder-snmpv3-usm-3desede-00 §2.1.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from model.credentials import Secret


class Authentication(NamedTuple):
    """An authentication protocol: its hash, and the bytes of the truncated code."""

    digest: str
    size: int


AUTHENTICATIONS = {
    "md5": Authentication("md5", 12),
    "sha": Authentication("sha1", 12),
    "sha224": Authentication("sha224", 16),
    "sha256": Authentication("sha256", 24),
    "sha384": Authentication("sha384", 32),
    "sha512": Authentication("sha512", 48),
}
"""RFC 3414 §6 and §7, RFC 7860 §4.1."""

PRIVACIES = {"aes": 16, "aes192": 24, "aes256": 32, "aes192c": 24, "aes256c": 32}
"""Bytes of key: AES in CFB mode (RFC 3826); "c" extends keys as Reeder does, else as Blumenthal."""

SHORTEST = 8
"""Characters that a password must have (RFC 3414 §11.2)."""
_EXPANDED = 1 << 20


@lru_cache(maxsize=256)
def password_key(digest: str, password: bytes) -> bytes:
    """Ku: the hash of 2^20 bytes of the password, repeated (RFC 3414 §A.2)."""
    if not password:
        raise ValueError("a password of no length gives no key")
    repeated = password * (_EXPANDED // len(password) + 1)
    return hashlib.new(digest, repeated[:_EXPANDED]).digest()


def localize(digest: str, password: bytes, engine_id: bytes) -> bytes:
    """Kul: the key of a password at one engine (RFC 3414 §2.6)."""
    key = password_key(digest, password)
    return hashlib.new(digest, key + engine_id + key).digest()


@lru_cache(maxsize=4096)
def authentication_key(protocol: str, secret: Secret, engine_id: bytes) -> bytes:
    """The key that messages are signed with."""
    return localize(AUTHENTICATIONS[protocol].digest, secret.reveal().encode(), engine_id)


@lru_cache(maxsize=4096)
def privacy_key(protocol: str, authentication: str, secret: Secret, engine_id: bytes) -> bytes:
    """The key that messages are encrypted with; its hash is the authentication protocol's."""
    digest, size = AUTHENTICATIONS[authentication].digest, PRIVACIES[protocol]
    key = localize(digest, secret.reveal().encode(), engine_id)
    while len(key) < size:
        if protocol.endswith("c"):
            key += localize(digest, key, engine_id)
        else:
            key += hashlib.new(digest, key).digest()
    return key[:size]
