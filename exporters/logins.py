"""Basic authentication (RFC 7617) against bcrypt hashes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import BoundedSemaphore, Event, Lock

from exporters.passwords import matches
from exporters.throttle import Throttle
from model.credentials import Secret

AT_ONCE = 2
"""Hashes reckoned at a time: each is 50 ms and more of a core that polls devices too."""
_PATIENCE = 2.0
_MOST_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a request's login.

    `status`: 200 let in, 401 who are you, 429 after `wait` seconds, 503 too many at once.
    `turned_away`: how many attempts from there were not even looked at before this failure.
    """

    status: int
    user: str = ""
    reason: str = ""
    wait: float = 0.0
    turned_away: int = 0


@dataclass(slots=True)
class _Attempt:
    """A login that is being looked at, for all who come with the same one meanwhile."""

    over: Event = field(default_factory=Event)
    verdict: Verdict = Verdict(503, reason="busy", wait=1.0)


class Logins:
    """The users who may come in. Safe for threads.

    A login that was right once is known again by a digest under a key of this object's own, so
    that a scrape costs no bcrypt; that memory ends with the object, at the next reload.
    """

    def __init__(self, users: Mapping[str, Secret], throttle: Throttle | None = None) -> None:
        self._users = dict(users)
        self._hashes = tuple(self._users.values())
        self._throttle = throttle or Throttle()
        self._key = secrets.token_bytes(32)
        self._seen: dict[str, tuple[bytes, ...]] = {}
        self._room = BoundedSemaphore(AT_ONCE)
        self._turn = Lock()
        self._under_way: dict[bytes, _Attempt] = {}

    def judge(self, header: str, address: str) -> Verdict:
        """Looks at an Authorization header ("": there is none) of a client's address."""
        if not header:
            return Verdict(401, reason="no_credentials")
        told = _told(header)
        if told is None:  # which guesses nothing, and costs nothing
            return Verdict(401, reason="malformed")
        user, password = told
        if self._remembers(user, password):
            return Verdict(200, user)
        return self._once(user, password, address)

    def _once(self, user: str, password: bytes, address: str) -> Verdict:
        """A scraper that comes on many connections at once is looked at once, not throttled."""
        digest = self._digest(user, password)
        with self._turn:
            first = self._under_way.get(digest)
            if first is None:
                mine = self._under_way[digest] = _Attempt()
        if first is not None:
            first.over.wait(2 * _PATIENCE)
            return replace(first.verdict, user=user)
        try:
            mine.verdict = self._guessed(user, password, address)
        finally:
            with self._turn:
                del self._under_way[digest]
            mine.over.set()
        return mine.verdict

    def _guessed(self, user: str, password: bytes, address: str) -> Verdict:
        """A login that is not known yet: slowed down, and counted where it fails."""
        wait = self._throttle.enter(address)
        if wait > 0:
            return Verdict(429, user, "throttled", wait)
        verdict = Verdict(503, user, "busy", 1.0)
        try:
            if self._room.acquire(timeout=_PATIENCE):
                try:
                    verdict = self._verified(user, password)
                finally:
                    self._room.release()
        finally:
            away = self._throttle.leave(address, failed=verdict.status == 401)
        if verdict.status != 401:
            return verdict
        return Verdict(401, user, verdict.reason, turned_away=away)

    def _verified(self, user: str, password: bytes) -> Verdict:
        """A name that nobody has costs what one of the known ones does: always the same one's."""
        hashed = self._users.get(user)
        right = matches(password, hashed or self._stand_in(user))
        if hashed is None:
            return Verdict(401, user, "unknown_user")
        if not right:
            return Verdict(401, user, "wrong_password")
        seen = (self._digest(user, password), *self._seen.get(user, ()))
        self._seen[user] = seen[:_MOST_REMEMBERED]
        return Verdict(200, user)

    def _stand_in(self, user: str) -> Secret:
        number = int.from_bytes(self._digest(user, b"")[:8], "big")
        return self._hashes[number % len(self._hashes)]

    def _remembers(self, user: str, password: bytes) -> bool:
        digest = self._digest(user, password)
        known = [hmac.compare_digest(digest, each) for each in self._seen.get(user, ())]
        return any(known)

    def _digest(self, user: str, password: bytes) -> bytes:
        name = user.encode(errors="surrogatepass")
        told = len(name).to_bytes(4, "big") + name + password
        return hmac.digest(self._key, told, hashlib.sha256)


def _told(header: str) -> tuple[str, bytes] | None:
    """User and password of an Authorization header; None: it is not one of Basic."""
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(token.strip(), validate=True).partition(b":")
        return (user.decode(), password) if colon else None
    except (binascii.Error, ValueError):
        return None
