"""The configuration, read as the agent reads it; nothing of it is told that could be secret."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.config import Config, load
from agent.config_codes import Code
from agent.config_inventory import inventory
from agent.config_profiles import profiles
from agent.diagnosis import Text
from agent.doctor.finding import Finding, Subject
from agent.doctor.surroundings import Surroundings
from agent.host import with_host
from agent.web.protection import protection
from collectors.ipmi.ways import DEVICE
from hw_profiles.processor_schema import Table
from model.document import DocumentError, Problem

CONFIG = Subject("service.configuration", Text("配置", "configuration"))
NONE, CLOSED, FOREIGN = "DCA-SVC-010", "DCA-SVC-011", "DCA-SVC-012"

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_DENIED = "Permission denied"
_ELSEWHERE = ("the environment variable", "systemd gave no credential")
"""How messages begin about secrets that only the service itself is given."""

_SECRET = re.compile(
    r"\w+: (/.+?) (?:is readable by|is writable by|cannot be read|is not|is empty|holds)"
)


@dataclass(frozen=True)
class Settings:
    """What became of the configuration: taken whole, or its problems, or it is not there.

    `processors` is the table that the agent works with; None: what is shipped. `scheme`: by which
    it serves.
    """

    config: Config | None = None
    processors: Table | None = None
    problems: tuple[Problem, ...] = ()
    absent: bool = False
    denied: bool = False
    scheme: str = "http"


def settings(s: Surroundings) -> Settings:
    """Reads it. Who may not is judged by the files' modes, as the kernel would."""
    try:
        status = s.config.stat()
    except OSError as error:
        absent = error.errno in _ABSENT
        return Settings(absent=absent, denied=not absent)
    if not s.me.may(status):
        return Settings(denied=True)
    try:
        loaded = with_host(load(s.config, s.environment), device=s.files.path(DEVICE))
        inventory(loaded)
        processors = profiles(loaded).processors
    except DocumentError as error:
        return Settings(problems=error.problems)
    try:
        secured = protection(loaded).security.tls is not None
    except DocumentError as error:
        return Settings(loaded, processors, error.problems, scheme=_guess(loaded))
    return Settings(loaded, processors, scheme="https" if secured else "http")


def _guess(config: Config) -> str:
    """By what an agent serves whose web configuration file is not good, or not to be read."""
    return "https" if config.web.config_file is not None else "http"


def configuration(s: Surroundings, found: Settings) -> Iterator[Finding]:
    """One finding for a good configuration, one per kind of mistake for another."""
    words = {"file": s.files.told(s.config)}
    if found.config is not None:
        count = len(found.config.entries)
        text = Text("配置 {file}: {targets} 个目标", "{file}: {targets} targets")
        if count == 1:
            text = Text("配置 {file}: 1 个目标", "{file}: 1 target")
        yield CONFIG.ok(text, targets=str(count), **words)
    elif found.denied:
        text = Text("当前用户无权读取 {file}", "this user may not read {file}")
        yield CONFIG.denied(text, CLOSED, **words)
    elif found.absent and s.named:
        text = Text("没有 {file}", "there is no {file}")
        yield CONFIG.fail(text, Code.UNREADABLE.value, **words)
    elif found.absent:
        text = Text("没有配置文件 {file}", "no configuration at {file}")
        yield CONFIG.info(text, NONE, **words)
    yield from _problems(s, found.problems)


def _problems(s: Surroundings, problems: tuple[Problem, ...]) -> Iterator[Finding]:
    kinds: dict[str, list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(_code(problem), []).append(problem)
    for code, alike in kinds.items():
        first = alike[0]
        place = s.files.told(first.file) + (f":{first.line}" if first.line else "")
        message = first.message.replace(str(s.root), "") if str(s.root) != "/" else first.message
        words = {
            "place": place,
            "message": message,
            "file": _file(message) or s.files.told(first.file),
            "more": str(len(alike) - 1),
        }
        text = Text("{place} {message}", "{place} {message}")
        if len(alike) > 1:
            text = Text(
                "{place} {message} (同类另有 {more} 处)", "{place} {message} (and {more} more)"
            )
        make = CONFIG.denied if code in (CLOSED, FOREIGN) else CONFIG.fail
        yield make(text, code, **words)


def _file(message: str) -> str:
    """The file of a secret that a message is about; "" where it is about none."""
    found = _SECRET.match(message)
    return found[1] if found else ""


def _code(problem: Problem) -> str:
    """The problem's own code, unless it is this user's and not the service's."""
    if problem.message.endswith(_DENIED):
        return CLOSED
    _, _, told = problem.message.partition(": ")
    if problem.code == Code.SECRET_UNREADABLE.value and told.startswith(_ELSEWHERE):
        return FOREIGN
    return problem.code or Code.UNREADABLE.value
