"""Speaks version 3 with one peer (RFC 3412 §7, RFC 3414 §3 and §4, RFC 5343)."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence

from collectors.cipher import Hmac
from collectors.protocol import Failure
from collectors.snmp import usm
from collectors.snmp.ber import BerError
from collectors.snmp.client import Oid
from collectors.snmp.engines import EngineClock
from collectors.snmp.exchange import Garbage, Question, Resend, Response, Unproven
from collectors.snmp.keys import (
    AUTHENTICATIONS,
    PRIVACIES,
    SHORTEST,
    authentication_key,
    privacy_key,
)
from collectors.snmp.messages import GET, REPORT, RESPONSE, new_id, pdu, request_id, response
from collectors.snmp.privacy import aes_cfb
from collectors.snmp.reports import WINDOW, told
from model.credentials import UsmCredential
from model.readings import Reason

_DISCOVERY = (GET, (), 0, 0)
_LONGEST_ID = 64
"""Bytes of an engine ID; RFC 3411 §5 allows 32."""
_salts = itertools.count(secrets.randbits(64))


class Usm:
    """A user at one peer. Failure NO_CREDENTIAL: the credential cannot be used."""

    def __init__(self, credential: UsmCredential, clock: EngineClock) -> None:
        _check(credential)
        self.credential, self.clock = credential, clock
        self.user, self.context = credential.username.encode(), credential.context.encode()
        auth, priv = bool(credential.auth_protocol), bool(credential.priv_protocol)
        self.level = (usm.AUTH if auth else 0) | (usm.PRIV if priv else 0)
        self._keys: tuple[bytes, usm.Protection] = b"", usm.NOTHING
        self.unproven = 0
        """Messages that were dropped since they prove nothing."""

    def question(
        self, kind: int, oids: Sequence[Oid], repetitions: int, single: int = 0
    ) -> Question:
        """See Speaker."""
        return _UsmQuestion(self, (kind, oids, single, repetitions))

    def answered(self) -> None:
        """See Speaker."""

    def keys(self) -> usm.Protection:
        """The user's keys at the engine that is known now."""
        engine_id, found = self._keys
        if engine_id != self.clock.engine_id:
            found = _protection(self.credential, self.clock.engine_id)
            self._keys = self.clock.engine_id, found
        return found

    @property
    def suspicion(self) -> Failure | None:
        """Agents may drop what they cannot authenticate or decrypt (RFC 3414 §3.2)."""
        if self.unproven:
            detail = f"{self.unproven} answers do not prove that they are the agent's"
            return Failure(Reason.V3_WRONG_DIGEST, detail)
        if not self.clock.engine_id or not self.level:
            return None
        reason = Reason.V3_WRONG_KEY if self.level & usm.PRIV else Reason.V3_WRONG_DIGEST
        return Failure(reason, "the agent answers discovery, but no request of this user")


def _check(credential: UsmCredential) -> None:
    if not credential.username:
        raise Failure(Reason.NO_CREDENTIAL, "SNMPv3 needs a user name")
    known = credential.auth_protocol in ("", *AUTHENTICATIONS)
    known = known and credential.priv_protocol in ("", *PRIVACIES)
    used = [credential.auth] if credential.auth_protocol else []
    used += [credential.priv] if credential.priv_protocol else []
    if not known or any(len(secret.reveal()) < SHORTEST for secret in used):
        detail = "unknown algorithm, or a password of less than 8 characters (RFC 3414 §11.2)"
        raise Failure(Reason.NO_CREDENTIAL, f"{credential.name}: {detail}")
    if credential.priv_protocol and not credential.auth_protocol:
        detail = "there is no encryption without authentication (RFC 3414 §1.4.3)"
        raise Failure(Reason.NO_CREDENTIAL, f"{credential.name}: {detail}")


def _protection(credential: UsmCredential, engine_id: bytes) -> usm.Protection:
    auth, priv = credential.auth_protocol, credential.priv_protocol
    if not auth or not engine_id:
        return usm.NOTHING
    digest, size = AUTHENTICATIONS[auth]
    signing = Hmac(authentication_key(auth, credential.auth, engine_id), digest)
    if not priv:
        return usm.Protection(signing, size)
    key = privacy_key(priv, auth, credential.priv, engine_id)
    return usm.Protection(signing, size, aes_cfb(key))


class _UsmQuestion:
    """One request; each sending has an ID of its own, and any of them may be answered."""

    __slots__ = ("_id", "_messages", "_minded", "_request", "_speaker")

    def __init__(self, speaker: Usm, request: tuple[int, Sequence[Oid], int, int]) -> None:
        self._speaker, self._request = speaker, request
        self._id = new_id()
        self._messages: set[int] = set()
        self._minded: set[int] = set()

    def write(self) -> bytes:
        """The request; the question who is there, as long as that is not known (RFC 3414 §4)."""
        speaker, message = self._speaker, new_id()
        self._messages.add(message)
        engine_id = speaker.clock.engine_id
        kind, oids, first, second = self._request if engine_id else _DISCOVERY
        flags = usm.REPORTABLE | (speaker.level if engine_id else 0)
        boots, seconds = speaker.clock.now() if engine_id and speaker.level else (0, 0)
        salt = (next(_salts) & (1 << 64) - 1).to_bytes(8, "big")
        header = usm.Header(
            *(message, usm.LARGEST, flags, engine_id, boots, seconds),
            *(speaker.user if engine_id else b"", (0, 0), salt, (0, 0)),
        )
        asked = pdu(kind, self._id, oids, first, second)
        # USM has named the engine: of its context nothing more is to be found out (RFC 5343 §3.2)
        context = speaker.context if engine_id else b""
        return usm.sealed(header, usm.scoped(engine_id, context, asked), speaker.keys())

    def read(self, data: bytes) -> Response | None:
        """See Question."""
        try:
            header = usm.parse(data)
            if header.message_id not in self._messages:
                return None
            return self._heard(data, header)
        except BerError as error:
            raise Garbage(str(error)) from error

    def _heard(self, data: bytes, header: usm.Header) -> Response | None:
        """The response in an answer to us, if it proves what it must (RFC 3414 §3.2)."""
        speaker, keys = self._speaker, self._speaker.keys()
        signed = bool(header.flags & usm.AUTH)
        if signed and not self._authentic(data, header, keys):
            raise self._unproven()
        plain, at, end = keys.opened(data, header)
        at, end = usm.inside(plain, at, end)
        kind, asked, at, end = request_id(plain, at, end)
        if kind == REPORT:
            report = response(plain, at, end).varbinds
            self._reported(header, report[0].oid if report else (), signed)
            return None
        if header.flags & speaker.level != speaker.level or header.user != speaker.user:
            raise self._unproven()
        if kind != RESPONSE or asked != self._id:
            return None
        return response(plain, at, end)

    def _unproven(self) -> Unproven:
        self._speaker.unproven += 1
        return Unproven()

    def _authentic(self, data: bytes, header: usm.Header, keys: usm.Protection) -> bool:
        clock = self._speaker.clock
        if header.engine_id != clock.engine_id or not keys.proves(data, header):
            return False
        return clock.timely(header.boots, header.seconds)

    def _reported(self, header: usm.Header, counter: Oid, signed: bool) -> None:
        """Learns what a Report tells, and has the request put anew: once for each reason."""
        kind = counter[-2] if len(counter) > 1 else 0
        clock = self._speaker.clock
        if kind == WINDOW and not signed:
            raise self._unproven()
        failure = told(counter)
        if header.engine_id != clock.engine_id and 0 < len(header.engine_id) <= _LONGEST_ID:
            first = not clock.engine_id
            clock.met(header.engine_id, header.boots, header.seconds)
            if first:  # whatever it complains of, it has said who it is
                raise Resend(Failure(Reason.PROTOCOL, "the agent names ever new engines"))
        if isinstance(failure, Resend):
            if kind in self._minded:
                raise failure.failure
            self._minded.add(kind)
        raise failure
