"""Setting an RMCP+ session up: Open Session and RAKP 1 to 4 (IPMI v2.0 rev 1.1 §13.17–§13.24).

Pure: payloads and proofs. The caller sends, waits and gives up.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass

from collectors.cipher import Hmac
from collectors.ipmi.rmcpplus import Envelope, Suite
from collectors.protocol import Failure
from model.credentials import IpmiCredential
from model.readings import Reason

PRIVILEGES = {"callback": 1, "user": 2, "operator": 3, "admin": 4}
LONGEST_USER, LONGEST_PASSWORD = 16, 20
_NAME_ONLY = 0x10
_CONSTANT_SIZE = 20
"""K1 and K2 are HMACs of twenty times 01h or 02h whatever the hash: so say real BMCs (§13.32)."""

_STATUS: dict[int, tuple[Reason, str]] = {
    0x01: (Reason.SESSIONS_FULL, "insufficient resources to create a session"),
    0x02: (Reason.SESSION_LOST, "invalid session ID"),
    0x03: (Reason.PROTOCOL, "invalid payload type"),
    0x04: (Reason.SUITE_REFUSED, "invalid authentication algorithm"),
    0x05: (Reason.SUITE_REFUSED, "invalid integrity algorithm"),
    0x06: (Reason.SUITE_REFUSED, "no matching authentication payload"),
    0x07: (Reason.SUITE_REFUSED, "no matching integrity payload"),
    0x08: (Reason.SESSION_LOST, "inactive session ID"),
    0x09: (Reason.PRIVILEGE_REFUSED, "invalid role"),
    0x0A: (Reason.PRIVILEGE_REFUSED, "unauthorized role or privilege level requested"),
    0x0B: (Reason.SESSIONS_FULL, "insufficient resources to create a session at that role"),
    0x0C: (Reason.WRONG_USER, "invalid name length"),
    0x0D: (Reason.WRONG_USER, "unauthorized name"),
    0x0E: (Reason.PROTOCOL, "unauthorized GUID"),
    0x0F: (Reason.WRONG_PASSWORD, "invalid integrity check value"),
    0x10: (Reason.SUITE_REFUSED, "invalid confidentiality algorithm"),
    0x11: (Reason.SUITE_REFUSED, "no cipher suite match with the proposed algorithms"),
    0x12: (Reason.SUITE_REFUSED, "illegal or unrecognized parameter"),
}
"""RMCP+ and RAKP status codes (table 13-15)."""


def refusal(stage: str, status: int) -> Failure:
    """A status code as the failure that it is; `stage` says which message carried it."""
    reason, words = _STATUS.get(status, (Reason.PROTOCOL, "unknown status"))
    return Failure(reason, f"{stage}: {words} ({status:02x}h)")


@dataclass(frozen=True, slots=True)
class Claim:
    """Whom we claim to be: user and password in bytes, privilege level 1 to 4."""

    user: bytes
    password: bytes
    privilege: int

    def __repr__(self) -> str:
        return f"Claim({self.user!r}, …, {self.privilege})"

    @property
    def role(self) -> bytes:
        """Requested privilege with name-only lookup, length of the name, name (§13.20)."""
        return bytes((self.privilege | _NAME_ONLY, len(self.user))) + self.user


def claim_of(credential: IpmiCredential) -> Claim:
    """The claim of a credential. Failure: a name or password that IPMI cannot carry."""
    user = credential.username.encode()
    password = credential.password.reveal().encode()
    privilege = PRIVILEGES.get(credential.privilege)
    if len(user) > LONGEST_USER:
        raise Failure(
            Reason.WRONG_USER, f"the user name has {len(user)} bytes, IPMI takes {LONGEST_USER}"
        )
    if len(password) > LONGEST_PASSWORD:
        words = f"the password has {len(password)} bytes, IPMI takes {LONGEST_PASSWORD}"
        raise Failure(Reason.WRONG_PASSWORD, words)
    if privilege is None:
        words = f"there is no privilege level {credential.privilege!r}"
        raise Failure(Reason.PRIVILEGE_REFUSED, words)
    return Claim(user, password, privilege)


def _algorithms(suite: Suite) -> bytes:
    parts = enumerate((suite.authentication, suite.integrity, suite.confidentiality))
    return b"".join(struct.pack("<BxxBBxxx", kind, 8, number) for kind, number in parts)


class Exchange:
    """One attempt to open a session; the steps in order, each fed the BMC's answer.

    `console` is our session ID, `nonce` our random number (16 bytes). Answers are payloads
    whose tag and console ID have been matched; what is too short is a Failure PROTOCOL.
    """

    def __init__(self, suite: Suite, claim: Claim, console: int, nonce: bytes) -> None:
        self._suite, self._claim, self._nonce = suite, claim, nonce
        self._console = struct.pack("<I", console)
        self._bmc = bytes(4)
        self._bmc_nonce = self._guid = self._sik = b""
        self._keyed = Hmac(claim.password, suite.hash)

    @property
    def session(self) -> int:
        """The session ID that the BMC gave."""
        return int.from_bytes(self._bmc, "little")

    def open_request(self, tag: int) -> bytes:
        """Open Session Request (§13.17)."""
        head = bytes((tag, self._claim.privilege, 0, 0)) + self._console
        return head + _algorithms(self._suite)

    def opened(self, payload: bytes) -> None:
        """Takes the Open Session Response (§13.18). Failure: refused, or another suite forced."""
        _check("Open Session", payload, 36)
        if payload[12:36] != _algorithms(self._suite):
            accepted = payload[16], payload[24], payload[32]
            if accepted != self._suite[1:4]:
                words = f"Open Session: asked for suite {self._suite.number}, got {accepted}"
                raise Failure(Reason.SUITE_REFUSED, words)
        self._bmc = payload[8:12]

    def rakp1(self, tag: int) -> bytes:
        """RAKP Message 1 (§13.20)."""
        role, length = self._claim.role[:1], self._claim.role[1:2]
        head = bytes((tag, 0, 0, 0)) + self._bmc + self._nonce
        return head + role + b"\0\0" + length + self._claim.user

    def rakp2(self, payload: bytes) -> None:
        """Takes RAKP Message 2 (§13.21). Failure WRONG_PASSWORD: the BMC knows another one."""
        _check("RAKP 2", payload, 40)
        self._bmc_nonce, self._guid = payload[8:24], payload[24:40]
        ids = self._console + self._bmc
        signed = ids + self._nonce + self._bmc_nonce + self._guid + self._claim.role
        if not hmac.compare_digest(self._keyed.digest(signed), payload[40:]):
            raise Failure(
                Reason.WRONG_PASSWORD, "RAKP 2: the BMC's proof was made with another password"
            )

    def rakp3(self, tag: int) -> bytes:
        """RAKP Message 3 (§13.22): our proof."""
        signed = self._bmc_nonce + self._console + self._claim.role
        return bytes((tag, 0, 0, 0)) + self._bmc + self._keyed.digest(signed)

    def rakp3_abort(self, tag: int) -> bytes:
        """RAKP Message 3 that tells the BMC to drop the attempt (0Fh: its proof is wrong)."""
        return bytes((tag, 0x0F, 0, 0)) + self._bmc

    def rakp4(self, payload: bytes) -> Envelope:
        """Takes RAKP Message 4 (§13.23). Failure BMC_UNPROVEN: it cannot have the password."""
        _check("RAKP 4", payload, 8)
        suite = self._suite
        sik = self._keyed.digest(self._nonce + self._bmc_nonce + self._claim.role)
        keyed = Hmac(sik, suite.hash)
        proof = keyed.digest(self._nonce + self._bmc + self._guid)[: suite.code]
        if not hmac.compare_digest(proof, payload[8:]):
            raise Failure(Reason.BMC_UNPROVEN, "RAKP 4: the BMC's proof of the session is wrong")
        integrity, privacy = (keyed.digest(bytes((n,)) * _CONSTANT_SIZE) for n in (1, 2))
        return Envelope(suite, self.session, integrity, privacy)


def _check(stage: str, payload: bytes, size: int) -> None:
    """The status first (an error is but 8 bytes), then the length."""
    if len(payload) >= 2 and payload[1]:
        raise refusal(stage, payload[1])
    if len(payload) < size:
        raise Failure(Reason.PROTOCOL, f"{stage}: {len(payload)} bytes, expected {size}")
