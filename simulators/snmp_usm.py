"""The User-based Security Model from the side of an authoritative engine (RFC 3414 §3.2).

Messages and keys are written and read as the client does it (`collectors.snmp.usm`); what an
engine demands of a request is judged here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from collectors.cipher import Hmac
from collectors.snmp import usm
from collectors.snmp.ber import SEQUENCE, BerError, integer, oid_content, tlv
from collectors.snmp.keys import AUTHENTICATIONS, PRIVACIES, authentication_key, privacy_key
from collectors.snmp.privacy import aes_cfb
from collectors.snmp.usm import AUTH, PRIV, WINDOW, Header, Protection
from model.credentials import UsmCredential
from simulators.snmp_ber import COUNTER32

_USM_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
LEVEL, WINDOW_MISSED, USER, ENGINE, DIGEST, DECRYPTION = range(1, 7)
"""The counters of usmStats that a Report names (RFC 3414 §5)."""


def _user(credential: UsmCredential, engine_id: bytes) -> Protection:
    auth, priv = credential.auth_protocol, credential.priv_protocol
    if not auth:
        return usm.NOTHING
    digest, size = AUTHENTICATIONS[auth]
    signing = Hmac(authentication_key(auth, credential.auth, engine_id), digest)
    if not priv:
        return Protection(signing, size)
    if priv not in PRIVACIES:
        raise ValueError(f"the simulated agent encrypts with aes, not {priv}")
    return Protection(signing, size, aes_cfb(privacy_key(priv, auth, credential.priv, engine_id)))


class Refused(Exception):
    """The message is answered with a Report; `user` signs it where it must be signed."""

    def __init__(self, counter: int, user: Protection | None = None) -> None:
        super().__init__(f"usmStats {counter}")
        self.counter, self.user = counter, user


@dataclass(slots=True)
class Clock:
    """What an engine says of itself beside its name: boots, and seconds since the last one."""

    boots: int = 1
    clock: Callable[[], float] = time.monotonic
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.clock()

    @property
    def seconds(self) -> int:
        """The snmpEngineTime (RFC 3414 §2.2.2)."""
        return int(self.clock() - self.begun)


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
        self.time = Clock(clock=clock)
        self._salt = int.from_bytes(os.urandom(8), "big")
        self._counts = [0] * (DECRYPTION + 1)
        self.clock_broken = False

    def open(self, data: bytes, call: Header) -> tuple[Protection, bytes, int, int]:
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
        try:
            text, at, end = user.opened(data, call)
            usm.inside(text, at, end)  # what another key makes of it may begin like one
        except BerError as error:
            if wanted & PRIV:
                raise Refused(DECRYPTION, user) from error
            raise
        return user, text, at, end

    def _check(self, data: bytes, call: Header, user: Protection) -> None:
        if not user.proves(data, call):
            raise Refused(DIGEST)
        late = abs(call.seconds - self.time.seconds) > WINDOW
        if self.clock_broken or call.boots != self.time.boots or late:
            raise Refused(WINDOW_MISSED, user)

    def report(self, refused: Refused) -> bytes:
        """The varbind of the counter that tells why."""
        self._counts[refused.counter] += 1
        name = tlv(0x06, oid_content((*_USM_STATS, refused.counter, 0)))
        return tlv(SEQUENCE, name + integer(self._counts[refused.counter], COUNTER32))

    def seal(self, call: Header, user: Protection | None, flags: int, answer: bytes) -> bytes:
        """The message around a PDU: to the same context, signed and encrypted as flags say."""
        self._salt = self._salt + 1 & (1 << 64) - 1
        header = replace(
            call,
            flags=flags,
            engine_id=self.engine_id,
            boots=self.time.boots,
            seconds=self.time.seconds,
            salt=self._salt.to_bytes(8, "big"),
        )
        keys = user or usm.NOTHING
        return usm.sealed(header, usm.scoped(self.engine_id, b"", answer), keys)
