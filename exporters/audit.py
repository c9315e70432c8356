"""The audit trail: one log line per login, reload and probe, of the logger dcagent.audit.

`audit event=… key=value …`: values that are more than a plain word stand in quotes as JSON does
it, so that nothing a client sends can forge a pair or a line.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from threading import Lock

log = logging.getLogger("dcagent.audit")

LONGEST = 200
"""Characters of one value that are kept."""
A_MINUTE = 20
"""Failed logins of one address that are told one by one within a minute."""
AN_HOUR = 3600.0
"""Seconds for which further logins of a user from an address are not told."""
_WORD = re.compile(r"[A-Za-z0-9._:/@%+\[\]-]+")
_MOST = 1024


def record(event: str, pairs: Mapping[str, str], *, failed: bool = False) -> None:
    """Writes one line; pairs that are "" are left out."""
    told = [f"event={event}", *(f"{key}={_value(text)}" for key, text in pairs.items() if text)]
    log.log(logging.WARNING if failed else logging.INFO, "audit %s", " ".join(told))


def _value(text: str) -> str:
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    if _WORD.fullmatch(text):
        return text
    return "".join(
        c if c.isprintable() else _escaped(c) for c in json.dumps(text, ensure_ascii=False)
    )


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


class FailedLogins:
    """Tells of failed logins; who fails on and on is told of by a count, so that no log is flooded.

    `count` is how many there were, told or not.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._turn = clock, Lock()
        self._windows: dict[str, tuple[float, int]] = {}
        self.count = 0

    def record(self, client: str, pairs: Mapping[str, str]) -> None:
        """One failed login of a client's address."""
        now = self._clock()
        with self._turn:
            self.count += 1
            begun, told = self._windows.get(client, (now, 0))
            untold = max(0, told - A_MINUTE)
            if now - begun >= 60:
                begun, told = now, 0
            else:
                untold = 0
            if len(self._windows) >= _MOST and client not in self._windows:
                self._windows.pop(next(iter(self._windows)))
            self._windows[client] = begun, told + 1
        if told < A_MINUTE:
            more = {"untold": str(untold or "")}
            record("login_failed", {"client": client, **pairs, **more}, failed=True)


class GoodLogins:
    """Tells of logins, of a user from an address once an hour: a scraper logs in at each scrape."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._turn = clock, Lock()
        self._told: dict[tuple[str, str], float] = {}

    def record(self, client: str, user: str, method: str) -> None:
        """One login of a user from a client's address; `method`: what it showed."""
        now, key = self._clock(), (client, user)
        with self._turn:
            if now - self._told.get(key, -AN_HOUR) < AN_HOUR:
                return
            if len(self._told) >= _MOST and key not in self._told:
                self._told.pop(next(iter(self._told)))
            self._told[key] = now
        record("login", {"client": client, "method": method, "user": user})
