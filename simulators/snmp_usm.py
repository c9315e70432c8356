"""The User-based Security Model (RFC 3414, RFC 3826, RFC 7860) of an authoritative engine."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from model.credentials import UsmCredential
from simulators.snmp_ber import (
    COUNTER32,
    OCTET_STRING,
    SEQUENCE,
    BerError,
    expect,
    integer,
    number,
    oid_content,
    tlv,
)

AUTHENTICATIONS = {
    "md5": ("md5", 12),
    "sha": ("sha1", 12),
    "sha224": ("sha224", 16),
    "sha256": ("sha256", 24),
    "sha384": ("sha384", 32),
    "sha512": ("sha512", 48),
}
"""Name → hash and bytes of the truncated code (RFC 3414 §6, §7; RFC 7860 §4.1)."""

AUTH, PRIV = 1, 2
WINDOW = 150
"""Seconds that clocks may differ (RFC 3414 §2.2.3)."""

_USM_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
LEVEL, WINDOW_MISSED, USER, ENGINE, DIGEST, DECRYPTION = range(1, 7)
"""The counters of usmStats that a Report names (RFC 3414 §5)."""


@lru_cache(maxsize=256)
def password_key(name: str, password: bytes) -> bytes:
    """The key of a password: the hash of its first 2^20 bytes when repeated (RFC 3414 §A.2)."""
    if not password:
        raise ValueError("a password of no length gives no key")
    return hashlib.new(name, (password * (1048576 // len(password) + 1))[:1048576]).digest()


def localize(name: str, password: bytes, engine_id: bytes) -> bytes:
    """The key of a password at one engine (RFC 3414 §A.2, §2.6)."""
    key = password_key(name, password)
    return hashlib.new(name, key + engine_id + key).digest()


@dataclass(frozen=True, slots=True)
class User:
    """A user with the keys for one engine; `hash_name` and `privacy` are empty where unused."""

    hash_name: str
    code_size: int
    authentication: bytes
    privacy: bytes

    @property
    def level(self) -> int:
        """The security level that this user must and may use: flags of AUTH and PRIV."""
        return (AUTH if self.hash_name else 0) | (PRIV if self.privacy else 0)


def _user(credential: UsmCredential, engine_id: bytes) -> User:
    if not credential.auth_protocol:
        return User("", 0, b"", b"")
    name, size = AUTHENTICATIONS[credential.auth_protocol]
    key = localize(name, credential.auth.reveal().encode(), engine_id)
    if not credential.priv_protocol:
        return User(name, size, key, b"")
    if credential.priv_protocol != "aes":
        raise ValueError(f"the simulated agent encrypts with aes, not {credential.priv_protocol}")
    return User(name, size, key, localize(name, credential.priv.reveal().encode(), engine_id)[:16])


def _aes(key: bytes, boots: int, seconds: int, salt: bytes, data: bytes, encrypt: bool) -> bytes:
    """AES-128 in CFB mode; the IV is boots, time and salt (RFC 3826 §3.1.2.1)."""
    from cryptography.hazmat.decrepit.ciphers.modes import CFB  # noqa: PLC0415 (not on loongarch64)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms  # noqa: PLC0415

    iv = boots.to_bytes(4, "big") + seconds.to_bytes(4, "big") + salt
    cipher = Cipher(algorithms.AES(key), CFB(iv))
    return (cipher.encryptor() if encrypt else cipher.decryptor()).update(data)


@dataclass(frozen=True, slots=True)
class Call:
    """One SNMPv3 message as far as its header tells (RFC 3412 §6, RFC 3414 §2.4)."""

    message_id: bytes
    max_size: int
    flags: int
    engine_id: bytes
    boots: int
    seconds: int
    user: bytes
    code_at: tuple[int, int]
    salt: bytes
    data_at: tuple[int, int]


def parse(data: bytes, at: int, end: int) -> Call:
    """The message behind its version number, which ends at `at`. BerError: it is none."""
    start, at = expect(data, at, end, SEQUENCE)
    _, id_end = number(data, start, at)
    max_size, walk = number(data, id_end, at)
    flags_at, walk = expect(data, walk, at, OCTET_STRING)
    model, _ = number(data, walk, at)
    if walk - flags_at != 1 or model != 3:
        raise BerError("not the User-based Security Model")
    usm, data_at = expect(data, at, end, OCTET_STRING)
    usm, usm_end = expect(data, usm, data_at, SEQUENCE)
    engine_at, walk2 = expect(data, usm, usm_end, OCTET_STRING)
    engine_id = data[engine_at:walk2]
    boots, walk2 = number(data, walk2, usm_end)
    seconds, walk2 = number(data, walk2, usm_end)
    user_at, user_end = expect(data, walk2, usm_end, OCTET_STRING)
    code_at, code_end = expect(data, user_end, usm_end, OCTET_STRING)
    salt_at, salt_end = expect(data, code_end, usm_end, OCTET_STRING)
    return Call(
        data[start:id_end],
        max_size,
        data[flags_at],
        engine_id,
        boots,
        seconds,
        data[user_at:user_end],
        (code_at, code_end),
        data[salt_at:salt_end],
        (data_at, end),
    )


class Refused(Exception):
    """The message is answered with a Report; `user` signs it where it must be signed."""

    def __init__(self, counter: int, user: User | None = None) -> None:
        super().__init__(f"usmStats {counter}")
        self.counter, self.user = counter, user


class Engine:
    """Checks what comes and protects what goes, as RFC 3414 §3.2 and §3.1 say."""

    def __init__(
        self,
        users: tuple[UsmCredential, ...],
        engine_id: bytes = b"",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine_id = engine_id or b"\x80\x00\x1f\x88\x05" + os.urandom(8)
        self._users = {u.username.encode(): _user(u, self.engine_id) for u in users}
        self._clock, self._begun = clock, clock()
        self._salt = int.from_bytes(os.urandom(8), "big")
        self._counts = [0] * (DECRYPTION + 1)
        self.boots = 1
        self.clock_broken = False

    @property
    def seconds(self) -> int:
        """The snmpEngineTime (RFC 3414 §2.2.2)."""
        return int(self._clock() - self._begun)

    def open(self, data: bytes, call: Call) -> tuple[User, bytes, int, int]:
        """The user, and where in which bytes the scoped PDU stands. Refused: why not."""
        if call.engine_id != self.engine_id:
            raise Refused(ENGINE)
        user = self._users.get(call.user)
        if user is None:
            raise Refused(USER)
        wanted = call.flags & (AUTH | PRIV)
        if wanted & ~user.level or wanted == PRIV:
            raise Refused(LEVEL)
        if wanted & AUTH:
            self._check(data, call, user)
        if not wanted & PRIV:
            return user, data, *call.data_at
        return user, *self._decrypt(data, call, user)

    def _check(self, data: bytes, call: Call, user: User) -> None:
        start, end = call.code_at
        blank = data[:start] + bytes(end - start) + data[end:]
        code = hmac.digest(user.authentication, blank, user.hash_name)[: user.code_size]
        if not hmac.compare_digest(code, data[start:end]):
            raise Refused(DIGEST)
        late = abs(call.seconds - self.seconds) > WINDOW
        if self.clock_broken or call.boots != self.boots or late:
            raise Refused(WINDOW_MISSED, user)

    def _decrypt(self, data: bytes, call: Call, user: User) -> tuple[bytes, int, int]:
        try:
            start, end = expect(data, *call.data_at, OCTET_STRING)
            if len(call.salt) != 8:
                raise BerError("a salt has 8 bytes")
            text = _aes(user.privacy, call.boots, call.seconds, call.salt, data[start:end], False)
            expect(text, 0, len(text), SEQUENCE)
        except BerError as error:
            raise Refused(DECRYPTION, user) from error
        return text, 0, len(text)

    def report(self, refused: Refused) -> bytes:
        """The varbind of the counter that tells why."""
        self._counts[refused.counter] += 1
        name = tlv(0x06, oid_content((*_USM_STATS, refused.counter, 0)))
        return tlv(SEQUENCE, name + integer(self._counts[refused.counter], COUNTER32))

    def seal(self, call: Call, user: User | None, flags: int, answer: bytes) -> bytes:
        """The message around a PDU: to the same context, signed and encrypted as flags say."""
        scoped = tlv(
            SEQUENCE,
            tlv(OCTET_STRING, self.engine_id) + tlv(OCTET_STRING, b"") + answer,
        )
        salt, seconds = b"", self.seconds
        if user and flags & PRIV:
            self._salt = self._salt + 1 & (1 << 64) - 1
            salt = self._salt.to_bytes(8, "big")
            text = _aes(user.privacy, self.boots, seconds, salt, scoped, True)
            scoped = tlv(OCTET_STRING, text)
        size = user.code_size if user and flags & AUTH else 0
        tail = tlv(OCTET_STRING, salt)
        parameters = (
            tlv(OCTET_STRING, self.engine_id)
            + integer(self.boots)
            + integer(seconds)
            + tlv(OCTET_STRING, call.user)
            + tlv(OCTET_STRING, bytes(size))
            + tail
        )
        header = call.message_id + integer(65507) + tlv(OCTET_STRING, bytes((flags,))) + integer(3)
        body = integer(3) + tlv(SEQUENCE, header) + tlv(OCTET_STRING, tlv(SEQUENCE, parameters))
        whole = tlv(SEQUENCE, body + scoped)
        if not user or not size:
            return whole
        end = len(whole) - len(scoped) - len(tail)
        code = hmac.digest(user.authentication, whole, user.hash_name)[:size]
        return whole[: end - size] + code + whole[end:]
