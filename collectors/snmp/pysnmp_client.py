"""Messages by pysnmp, for what our own codec does not do: the only module that imports it.

pysnmp writes and reads the messages; sockets, retries and matching are ours. Versions 1 and 2c use
its codec alone; version 3 its message processing and USM, one engine per user, without MIBs.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pyasn1.type import constraint, univ
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.error import PySnmpError
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.api import v2c
from pysnmp.proto.error import StatusInformation
from pysnmp.proto.secmod.rfc3826.priv import aes

from collectors.protocol import Failure
from collectors.snmp.client import Missing, Oid, Varbind
from collectors.snmp.conversation import SnmpCredential, Speaker
from collectors.snmp.exchange import Garbage, Question, Response, Unproven
from collectors.snmp.messages import GETBULK, SENT
from collectors.snmp.reports import told
from collectors.snmp.udp import Endpoint
from collectors.snmp.values import address, dotted, opaque, text
from collectors.snmp.verbatim import objects
from model.credentials import CommunityCredential, UsmCredential
from model.devices import Target
from model.readings import Reason, Scalar

_PDUS = {kind: getattr(v2c, name.replace("-", "")) for kind, name in SENT.items()}
_AUTHENTICATIONS = {
    "": config.USM_AUTH_NONE,
    "md5": config.USM_AUTH_HMAC96_MD5,
    "sha": config.USM_AUTH_HMAC96_SHA,
    "sha224": config.USM_AUTH_HMAC128_SHA224,
    "sha256": config.USM_AUTH_HMAC192_SHA256,
    "sha384": config.USM_AUTH_HMAC256_SHA384,
    "sha512": config.USM_AUTH_HMAC384_SHA512,
}
_PRIVACIES = {
    "": config.USM_PRIV_NONE,
    "des": config.USM_PRIV_CBC56_DES,
    "aes": config.USM_PRIV_CFB128_AES,
    "aes192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "aes256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "aes192c": config.USM_PRIV_CFB192_AES,
    "aes256c": config.USM_PRIV_CFB256_AES,
}
_NO_CRYPTOGRAPHY = "pysnmp cannot encrypt here: pip install 'cryptography>=47'"
_DOMAIN = config.SNMP_UDP_DOMAIN
_ids = itertools.count(int(time.time()) & 0xFFFFFF)


class PysnmpSpeakers:
    """Makes speakers whose messages pysnmp writes and reads; one engine serves all of a user."""

    def __init__(self) -> None:
        self._engines = WeakValueDictionary[UsmCredential, _Engine]()  # near 1 MiB each

    def __call__(self, _target: Target, credential: SnmpCredential, peer: Endpoint) -> Speaker:
        """See Speak."""
        if isinstance(credential, CommunityCredential):
            return _Community(credential)
        engine = self._engines.get(credential) or _Engine(credential)
        self._engines[credential] = engine
        return _Usm(engine, credential, peer)


def _loosen(choice: Any) -> None:
    """Takes the ranges off pysnmp's value types.

    Weak agents send 4294967295 as an INTEGER and negative numbers as Gauge32; with the ranges on,
    one of them would cost the whole message.
    """
    for kind in choice.componentType.values():
        if hasattr(kind, "componentType"):
            _loosen(kind)
        else:
            kind._readOnly["subtypeSpec"] = constraint.ConstraintsIntersection()
            kind.__dict__.pop("subtypeSpec", None)


_loosen(rfc1902.ObjectSyntax())
_DECODERS: dict[type, Callable[[Any], Scalar | Missing]] = {
    rfc1902.OctetString: lambda held: text(held.asOctets()),
    rfc1902.Opaque: lambda held: opaque(held.asOctets()),
    rfc1902.IpAddress: lambda held: address(held.asOctets()),
    univ.ObjectIdentifier: lambda held: dotted(tuple(held)),
    rfc1905.NoSuchObject: lambda _: Missing.NO_SUCH_OBJECT,
    rfc1905.NoSuchInstance: lambda _: Missing.NO_SUCH_INSTANCE,
    rfc1905.EndOfMibView: lambda _: Missing.END_OF_MIB_VIEW,
}


def _varbind(name: Any, held: Any) -> Varbind:
    if isinstance(held, univ.Integer):
        return Varbind(tuple(name), int(held))
    known = _DECODERS.get(type(held))
    return Varbind(tuple(name), known(held) if known else Missing.UNSPECIFIED)


def _response(pdu: Any) -> Response:
    status, index = map(int, (pdu.getComponentByPosition(1), pdu.getComponentByPosition(2)))
    pairs = v2c.apiPDU.get_varbinds(pdu)
    return Response(status, index, tuple(_varbind(*pair) for pair in pairs), lambda: objects(pairs))


def _pdu(kind: int, oids: Sequence[Oid], repetitions: int, single: int) -> Any:
    pdu = _PDUS[kind]()
    (v2c.apiBulkPDU if kind == GETBULK else v2c.apiPDU).set_defaults(pdu)
    if kind == GETBULK:
        v2c.apiBulkPDU.set_max_repetitions(pdu, repetitions)
        v2c.apiBulkPDU.set_non_repeaters(pdu, single)
    v2c.apiPDU.set_request_id(pdu, next(_ids) & 0x7FFFFFFF)
    v2c.apiPDU.set_varbinds(pdu, [(oid, v2c.null) for oid in oids])
    return pdu


class _Community:
    """Speaks version 1 or 2c (RFC 1157 §4, RFC 1901 §3; RFC 3584 §4.2 on what they share)."""

    suspicion: Failure | None = None

    def __init__(self, credential: CommunityCredential) -> None:
        self._version = 0 if credential.version == "1" else 1
        self._community = credential.community.reveal().encode()

    def question(
        self, kind: int, oids: Sequence[Oid], repetitions: int, single: int = 0
    ) -> Question:
        pdu = _pdu(kind, oids, repetitions, single)
        message = v2c.Message()
        v2c.apiMessage.set_defaults(message)
        message.setComponentByPosition(0, self._version)
        v2c.apiMessage.set_community(message, self._community)
        v2c.apiMessage.set_pdu(message, pdu)
        return _CommunityQuestion(encoder.encode(message), int(v2c.apiPDU.get_request_id(pdu)))

    def answered(self) -> None: ...


class _CommunityQuestion:
    """The same request ID each time it is sent: whichever copy is answered will do."""

    def __init__(self, data: bytes, request_id: int) -> None:
        self._data, self._id = data, request_id

    def write(self) -> bytes:
        return self._data

    def read(self, data: bytes) -> Response | None:
        try:
            message, _ = decoder.decode(data, asn1Spec=v2c.Message())
            pdu = v2c.apiMessage.get_pdu(message)
            if pdu.tagSet == v2c.ResponsePDU.tagSet and v2c.apiPDU.get_request_id(pdu) == self._id:
                return _response(pdu)
            return None
        except Exception as error:  # pyasn1 raises whatever it stumbles on
            raise Garbage(str(type(error))) from error


class _NoDispatcher:
    """Stands where the engine expects its dispatcher; we keep the time and send the messages."""

    @staticmethod
    def get_timer_resolution() -> float:
        return 1.0

    @staticmethod
    def send_message(*_: object) -> None:
        """Reports on what does not authenticate: we send none."""


class _Engine:
    """pysnmp's engine with one user in it, whose ticks we count."""

    def __init__(self, credential: UsmCredential) -> None:
        if credential.priv_protocol:
            check_encryption()
        if not credential.username:
            raise Failure(Reason.NO_CREDENTIAL, "SNMPv3 needs a user name")
        self.pysnmp = SnmpEngine()
        self.pysnmp.transport_dispatcher = _NoDispatcher()
        self._ticked = time.monotonic()
        try:
            config.add_v3_user(
                self.pysnmp,
                credential.username,
                _AUTHENTICATIONS[credential.auth_protocol],
                credential.auth.reveal().encode() or None,
                _PRIVACIES[credential.priv_protocol],
                credential.priv.reveal().encode() or None,
            )
        except (PySnmpError, PyAsn1Error, ValueError, KeyError, ArithmeticError) as error:
            detail = "unknown algorithm, or a password of less than 8 characters (RFC 3414 §11.2)"
            raise Failure(Reason.NO_CREDENTIAL, f"{credential.name}: {detail}") from error
        self.processing = self.pysnmp.message_processing_subsystems[3]

    def tick(self) -> None:
        """Lets the engine forget, second by second, what is 300 s old."""
        now = time.monotonic()
        while self._ticked + 1 <= now:
            self._ticked += 1
            self.processing.receive_timer_tick(self.pysnmp, now)
            self.pysnmp.security_models[3].receive_timer_tick(self.pysnmp, now)


class _Usm:
    """Speaks version 3 with one peer (RFC 3412 §7, RFC 3414 §3)."""

    def __init__(self, engine: _Engine, credential: UsmCredential, peer: Endpoint) -> None:
        self.engine, self.name = engine, rfc1902.OctetString(credential.username.encode())
        self.context = credential.context.encode()
        self.level = 1 + bool(credential.auth_protocol) + bool(credential.priv_protocol)
        self.address = (*peer, next(_ids))  # a new one knows nothing of an older engine ID
        self.handles: set[int] = set()
        self.discovered = False

    def question(
        self, kind: int, oids: Sequence[Oid], repetitions: int, single: int = 0
    ) -> Question:
        return _UsmQuestion(self, _pdu(kind, oids, repetitions, single))

    def answered(self) -> None:
        for handle in self.handles:
            self.engine.processing.release_state_information(handle)
        self.handles.clear()

    @property
    def suspicion(self) -> Failure | None:
        """Agents may drop what they cannot authenticate or decrypt (RFC 3414 §3.2)."""
        if not self.discovered or self.level == 1:
            return None
        reason = Reason.V3_WRONG_KEY if self.level == 3 else Reason.V3_WRONG_DIGEST
        return Failure(reason, "the agent answers discovery, but no request of this user")


class _UsmQuestion:
    def __init__(self, speaker: _Usm, pdu: Any) -> None:
        self._speaker, self._pdu = speaker, pdu

    def write(self) -> bytes:
        speaker, engine, handle = self._speaker, self._speaker.engine, next(_ids)
        engine.tick()
        try:
            _, _, data = engine.processing.prepare_outgoing_message(
                engine.pysnmp, _DOMAIN, speaker.address, 3, 3, speaker.name, speaker.level, None,
                speaker.context, 1, self._pdu, True, handle,
            )  # fmt: skip
        except (PySnmpError, PyAsn1Error) as error:
            raise Failure(Reason.HELPER_MISSING, _NO_CRYPTOGRAPHY) from error
        speaker.handles.add(handle)
        return bytes(data)

    def read(self, data: bytes) -> Response | None:
        speaker, engine = self._speaker, self._speaker.engine
        try:
            found = engine.processing.prepare_data_elements(
                engine.pysnmp, _DOMAIN, speaker.address, data
            )
            speaker.handles.discard(found[9])
            return _response(found[7])
        except StatusInformation as status:
            self._told(status)
            return None
        except Exception as error:  # pyasn1 raises whatever it stumbles on
            raise Garbage(str(type(error))) from error

    def _told(self, status: StatusInformation) -> None:
        """A Report, or a message that answers nothing (no handle) or proves nothing."""
        if "sendPduHandle" not in status:
            if "securityStateReference" in status:
                raise Unproven
            return
        self._speaker.handles.discard(status["sendPduHandle"])
        self._speaker.discovered = True
        raise told(tuple(status.get("oid", ())))


def check_encryption() -> None:
    """Makes sure that pysnmp encrypts: with older `cryptography` it does not. Failure: the fix."""
    service, key, clear = aes.Aes(), rfc1902.OctetString(bytes(range(16))), bytes(64)
    try:
        hidden, salt = service.encrypt_data(key, (1, 1, None), clear)
        shown = service.decrypt_data(key, (1, 1, salt), hidden)
    except (PySnmpError, AttributeError, TypeError) as error:
        raise Failure(Reason.HELPER_MISSING, _NO_CRYPTOGRAPHY) from error
    if bytes(hidden) == clear or bytes(shown) != clear:
        raise Failure(Reason.HELPER_MISSING, _NO_CRYPTOGRAPHY)
