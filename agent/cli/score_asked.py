"""From the command line to a question and to the way to an engine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from agent.cli.prompts import Purse, Refused, from_file
from agent.cli.score_options import Wishes
from agent.results import Exit
from model.credentials import Secret
from model.document import nearest
from scoring.api import Access
from scoring.levels import BY_NAME, PLACE, SITE, Level
from scoring.report.question import BadWindow, Question, window
from scoring.table import Table

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})
_AHEAD = 60.0
"""Seconds that a moment may lie ahead of this machine's clock."""
_LEAST_RAW = 5
"""Minutes of a window in which counters can be told to rise, minute by minute."""
BEARER = "DCAGENT_SCORE_TOKEN"
"""The environment variable that may hold a bearer token."""


def question_of(wishes: Wishes, table: Table, now: float, trends: bool) -> Question:
    """What is asked. Refused: the arguments make no sense together."""
    level = _level(wishes)
    if wishes.profile and wishes.profile not in table.profiles:
        hint = nearest(wishes.profile, table.profiles) or f": there is {', '.join(table.profiles)}"
        raise Refused(f'there is no profile "{wishes.profile}"{hint}', Exit.USAGE)
    where, match = _where(wishes, level)
    try:
        span = window(wishes.window) if wishes.window else None
    except BadWindow as bad:
        raise Refused(f"--window: {bad}", Exit.USAGE) from bad
    if wishes.raw and span is not None and span.minutes < _LEAST_RAW:
        message = f"--raw looks at each minute: give a window of {_LEAST_RAW}m or more"
        raise Refused(message, Exit.USAGE)
    return Question(
        table=table,
        at=moment(wishes.at, now),
        level=level,
        profile=wishes.profile,
        window=span,
        where=where,
        match=match,
        raw=wishes.raw,
        explain=bool(wishes.explain),
        trends=trends,
    )


def _level(wishes: Wishes) -> Level:
    level = BY_NAME[wishes.level or SITE.name]
    if wishes.explain and level is not SITE:
        raise Refused("--explain is about a site: leave --level out", Exit.USAGE)
    return level


def _where(wishes: Wishes, level: Level) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The labels of place that narrow the level, and those that the engine adds."""
    asked = dict(_pairs(wishes.match))
    for name, value in (("site", wishes.explain), ("site", wishes.site), ("rack", wishes.rack)):
        if value and asked.setdefault(name, value) != value:
            raise Refused(f"{name}: {asked[name]} and {value} are both asked for", Exit.USAGE)
    for name in asked:
        if name in PLACE and name not in level.labels:
            known = ", ".join(level.labels)
            message = f"{name} does not narrow --level {level.name}; these do: {known}"
            raise Refused(message, Exit.USAGE)
    match = {name: value for name, value in asked.items() if name not in level.labels}
    if match and wishes.raw:
        message = f"{', '.join(match)}: what an engine adds narrows recorded series, not --raw"
        raise Refused(message, Exit.USAGE)
    return {name: value for name, value in asked.items() if name in level.labels}, match


def moment(text: str, now: float) -> float:
    """Unix seconds of a time that was typed; "" is now. Refused: it is none, or lies ahead."""
    if not text:
        return now
    try:
        at = float(text)
    except ValueError:
        try:
            at = datetime.fromisoformat(text).timestamp()
        except ValueError as error:
            message = f"--at: {text!r} is no time such as 2026-11-23T12:00"
            raise Refused(message, Exit.USAGE) from error
    if not 0 < at <= now + _AHEAD:
        raise Refused(f"--at: {text} lies ahead, or before 1970", Exit.USAGE)
    return at


def _pairs(texts: Iterable[str]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise Refused(f"--match: expected LABEL=VALUE, found {text!r}", Exit.USAGE)
        found.append((name, value))
    return found


def access_of(wishes: Wishes, purse: Purse, environment: Mapping[str, str] = os.environ) -> Access:
    """How the engine is reached; asks for a password where a user is named without one."""
    token = _token(wishes.token_file, environment) if not wishes.user else None
    password = None
    if wishes.user:
        if wishes.token_file is not None:
            raise Refused("give --username or --bearer-token-file, not both", Exit.USAGE)
        password = purse.get("engine", wishes.password_file, f"{wishes.user}@{wishes.url}")
    elif wishes.password_file is not None:
        raise Refused("--password-file needs --username", Exit.USAGE)
    return Access(
        url=wishes.url,
        ca_file=wishes.ca_file,
        certificate=wishes.certificate,
        key=wishes.key,
        user=wishes.user,
        password=password,
        token=token,
        headers=tuple(_headers(wishes.headers)),
        patience=wishes.timeout,
    )


def _token(file: Path | None, environment: Mapping[str, str]) -> Secret | None:
    if file is not None:
        return from_file(file)
    given = environment.get(BEARER, "")
    return Secret(given) if given else None


def _headers(texts: Iterable[str]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not _HEADER.fullmatch(name) or not value.isprintable():
            raise Refused(f"--header: expected NAME=VALUE, found {text!r}", Exit.USAGE)
        if name.lower() in _SECRET_HEADERS:
            message = f"--header: {name} holds a secret, which everyone can see on a command line"
            raise Refused(f"{message}; use --password-file or --bearer-token-file", Exit.USAGE)
        if not value.isascii():
            raise Refused(f"--header: {name} is to be ASCII", Exit.USAGE)
        found.append((name, value))
    return found
