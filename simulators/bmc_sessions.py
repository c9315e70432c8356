"""Sessions of a simulated BMC: the RAKP login (IPMI v2.0 §13.17-§13.24) and the session table."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from simulators.bmc_crypto import SUITES, SessionKeys, Suite, fresh_random, keyed, same
from simulators.bmc_vices import BmcVices

PRIVILEGES = {"callback": 1, "user": 2, "operator": 3, "admin": 4}
USUAL_SESSION_LIMIT = 16
IDLE_LIMIT = 60.0
"""Seconds without a packet after which a session ends (§6.12.15)."""

INSUFFICIENT_RESOURCES = 0x01
UNAUTHORIZED_PRIVILEGE = 0x0A
UNAUTHORIZED_NAME = 0x0D
INVALID_PROOF = 0x0F
NO_SUITE = 0x11
"""Status codes of the login (table 13-15)."""

_WINDOW = 32


@dataclass(frozen=True, slots=True)
class BmcUser:
    """Who may log in. `privilege` is the most they get: callback, user, operator or admin."""

    name: str
    password: str = field(repr=False)
    privilege: str = "user"

    @property
    def limit(self) -> int:
        """The privilege as a number (§6.8)."""
        return PRIVILEGES[self.privilege]


@dataclass(slots=True)
class Session:
    """One session, from Open Session Request to Close Session."""

    suite: Suite
    own_id: int
    console_id: int
    ceiling: int
    last: float
    user: BmcUser | None = None
    role: int = 0
    console_random: bytes = b""
    own_random: bytes = b""
    keys: SessionKeys | None = None
    privilege: int = PRIVILEGES["user"]
    sent: int = 0
    newest: int = 0
    seen: int = 0
    login: tuple[bytes, bytes] = (b"", b"")

    @property
    def limit(self) -> int:
        """The highest privilege that the session may take."""
        limit = self.user.limit if self.user else 0
        return min(limit, self.role & 0x0F or limit, self.ceiling or limit)

    def accept(self, sequence: int) -> bool:
        """Whether this number is new and within the window (§6.12.13)."""
        ahead = sequence - self.newest
        if ahead > 0:
            self.seen = (self.seen << ahead | 1) & (1 << _WINDOW) - 1 if ahead < _WINDOW else 1
            self.newest = sequence
            return True
        if -ahead >= _WINDOW or self.seen >> -ahead & 1:
            return False
        self.seen |= 1 << -ahead
        return True


class SessionTable:
    """Opens, finds and ends sessions; answers the four login messages."""

    def __init__(
        self,
        users: Iterable[BmcUser],
        suites: Collection[int],
        guid: bytes,
        vices: BmcVices,
        clock: Callable[[], float],
    ) -> None:
        self.admit(users)
        self._suites = {SUITES[number].algorithms: SUITES[number] for number in suites}
        self._guid, self._vices, self._clock = guid, vices, clock
        self._sessions: dict[int, Session] = {}
        self._next = int.from_bytes(os.urandom(2), "big")
        self.logins = 0

    def admit(self, users: Iterable[BmcUser]) -> None:
        """Lets these users in from now on; sessions that are open go on."""
        self._users = {user.name.encode(): user for user in users}

    def __len__(self) -> int:
        self._expire()
        return len(self._sessions)

    @property
    def active(self) -> int:
        """Sessions whose login is complete."""
        return sum(session.keys is not None for session in self._sessions.values())

    def find(self, own_id: int) -> Session | None:
        """The session under this id whose login is complete; keeps it alive."""
        session = self._sessions.get(own_id)
        if session is None or session.keys is None:
            return None
        session.last = self._clock()
        return session

    def end(self, own_id: int) -> bool:
        """Forgets a session; False where there was none."""
        return self._sessions.pop(own_id, None) is not None

    def clear(self) -> None:
        """Forgets every session without a word, as a reset does."""
        self._sessions.clear()

    @property
    def limit(self) -> int:
        """How many sessions fit."""
        return self._vices.session_limit or USUAL_SESSION_LIMIT

    def _expire(self) -> None:
        oldest = self._clock() - IDLE_LIMIT
        for own_id in [k for k, s in self._sessions.items() if s.last < oldest]:
            del self._sessions[own_id]

    def open(self, payload: bytes) -> bytes | None:
        """Open Session Request → Response (§13.17, §13.18)."""
        if len(payload) < 32:
            return None
        tag, ceiling = payload[0], payload[1] & 0x0F
        console_id = payload[4:8]
        wanted = (payload[12] & 0x3F, payload[20] & 0x3F, payload[28] & 0x3F)
        suite = self._suites.get(wanted)
        if suite is None:
            return bytes((tag, NO_SUITE, 0, 0)) + console_id
        if len(self) >= self.limit:
            return bytes((tag, INSUFFICIENT_RESOURCES, 0, 0)) + console_id
        self._next = self._next % 0xFFFFFF + 1
        own_id = self._next << 8 | 0x5A
        number: int = struct.unpack("<I", console_id)[0]
        self._sessions[own_id] = Session(suite, own_id, number, ceiling, self._clock())
        head = struct.pack("<BBBx4sI", tag, 0, ceiling or PRIVILEGES["admin"], console_id, own_id)
        return head + payload[8:32]

    def rakp(self, payload: bytes, message: int) -> bytes | None:
        """RAKP message 1 → 2 or 3 → 4; a message that is sent again gets the same answer."""
        if len(payload) < 8:
            return None
        session = self._sessions.get(struct.unpack_from("<I", payload, 4)[0])
        if session is None:
            return None
        if session.login[0] == payload[1:]:
            return payload[:1] + session.login[1]
        if session.keys is not None:
            return None
        answer = self._rakp1(session, payload) if message == 1 else self._rakp3(session, payload)
        if answer is not None:
            session.login = payload[1:], answer[1:]
        return answer

    def _rakp1(self, session: Session, payload: bytes) -> bytes | None:
        """RAKP message 1 → 2 (§13.20, §13.21)."""
        if len(payload) < 28:
            return None
        tag, name = payload[0], payload[28 : 28 + payload[27]]
        self.logins += 1
        session.console_random, session.role = payload[8:24], payload[24]
        user = None if self._vices.refuse_users else self._users.get(name)
        if user is None:
            return self._refuse(session, tag, UNAUTHORIZED_NAME)
        if session.role & 0x0F > user.limit:
            return self._refuse(session, tag, UNAUTHORIZED_PRIVILEGE)
        session.user, session.own_random = user, fresh_random()
        proof = keyed(
            session.suite,
            self._password(user),
            struct.pack("<II", session.console_id, session.own_id),
            session.console_random + session.own_random + self._guid,
            _who(session),
        )
        if self._vices.bad_proof == "rakp2":
            proof = bytes(len(proof))
        head = struct.pack("<BBxxI", tag, 0, session.console_id)
        return head + session.own_random + self._guid + proof

    def _rakp3(self, session: Session, payload: bytes) -> bytes | None:
        """RAKP message 3 → 4 (§13.22, §13.23); the session is open from here on."""
        if session.user is None:
            return None
        tag, status = payload[0], payload[1]
        if status:
            self.end(session.own_id)
            return None
        suite, password = session.suite, self._password(session.user)
        ids = struct.pack("<I", session.console_id)
        proof = keyed(suite, password, session.own_random, ids, _who(session))
        if not same(proof, payload[8:]):
            return self._refuse(session, tag, INVALID_PROOF)
        randoms = session.console_random + session.own_random
        key = keyed(suite, password, randoms, _who(session))
        session.keys = SessionKeys(suite, key)
        session.last = self._clock()
        own = struct.pack("<I", session.own_id)
        check = keyed(suite, key, session.console_random, own, self._guid)[: suite.proof_size]
        if self._vices.bad_proof == "rakp4":
            check = bytes(len(check))
        return struct.pack("<BBxxI", tag, 0, session.console_id) + check

    def _refuse(self, session: Session, tag: int, status: int) -> bytes:
        self.end(session.own_id)
        return struct.pack("<BBxxI", tag, status, session.console_id)

    def _password(self, user: BmcUser) -> bytes:
        """The key that both sides know, 20 bytes (§13.31)."""
        secret = user.password.encode()[:20].ljust(20, b"\0")
        return bytes(b ^ 0x5A for b in secret) if self._vices.wrong_password else secret


def _who(session: Session) -> bytes:
    """Role, length and name as every proof contains them."""
    name = session.user.name.encode() if session.user else b""
    return bytes((session.role, len(name))) + name
