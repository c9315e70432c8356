"""A web configuration file as a whole, read for serving by it."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from agent.config_keys import Key
from agent.web import words
from agent.web.block_yaml import parse
from agent.web.codes import HARMLESS, Code
from agent.web.section import Section, top
from agent.web.tls import tls
from agent.web.users import users
from exporters.logins import Logins
from exporters.security import Security
from model.document import Document, DocumentError, Problem, nearest

TLS, HTTP, USERS = "tls_server_config", "http_server_config", "basic_auth_users"
HTTP2 = Key("http2", words.or_nothing(words.flag, False), False, "Taken, and without effect.")


@dataclass(frozen=True)
class WebFile:
    """What a file comes to, and what is doubtful about it."""

    security: Security
    remarks: tuple[Problem, ...] = ()


def read(path: Path) -> WebFile:
    """Reads a file and all that it names. DocumentError: every mistake, doubts not among them."""
    document, everyone = _document(path)
    problems: list[Problem] = []
    whole = top(document, problems)
    secured, people = whole.section(TLS), whole.section(USERS)
    served = tls(secured, path.parent) if secured is not None else None
    headers = _http(whole.section(HTTP))
    known = users(people) if people is not None else {}
    whole.close()
    if known and everyone:
        text = f"holds password hashes and is readable by everyone: chmod 640 {path}"
        whole.blame("", text, Code.OPEN_FILE)
    if known and secured is None:
        text = f"{USERS}: without {TLS} passwords travel in the clear"
        whole.blame(USERS, text, Code.CLEAR_PASSWORD)
    serious = [problem for problem in problems if problem.code not in HARMLESS]
    if serious:
        raise DocumentError(sorted(serious, key=lambda problem: problem.line))
    logins = Logins(known) if known else None
    return WebFile(Security(served, logins, headers), tuple(problems))


def _document(path: Path) -> tuple[Document, bool]:
    """The parsed file, and whether everyone may read it."""
    file = str(path)
    try:
        with path.open("rb") as opened:
            everyone = bool(path.stat().st_mode & stat.S_IROTH)
            text = opened.read().decode()
        return parse(text, file), everyone
    except DocumentError as error:
        problems = (Problem(p.file, p.line, "", p.message, Code.UNREADABLE) for p in error.problems)
        raise DocumentError(problems) from error
    except UnicodeDecodeError as error:
        problem = Problem(file, 0, "", f"is not UTF-8: {error.reason}", Code.UNREADABLE)
        raise DocumentError([problem]) from error
    except OSError as error:
        problem = Problem(file, 0, "", f"cannot be read: {error.strerror}", Code.UNREADABLE)
        raise DocumentError([problem]) from error


def _http(section: Section | None) -> tuple[tuple[str, str], ...]:
    """Headers to send; http2 is taken and has no effect."""
    if section is None:
        return ()
    if section.get(HTTP2):
        text = "http2: HTTP/1.1 is spoken here, which every client speaks too"
        section.blame(HTTP2.name, text, Code.OTHERWISE)
    headers = section.section("headers")
    section.close()
    return _headers(headers) if headers is not None else ()


def _headers(section: Section) -> tuple[tuple[str, str], ...]:
    found = []
    for name in section.names:
        if name not in words.HEADERS:
            hint = nearest(name, words.HEADERS) or f"; those that can: {', '.join(words.HEADERS)}"
            section.raw(name)
            section.blame(name, f'header "{name}" cannot be set{hint}', Code.UNKNOWN_KEY)
            continue
        told = section.get(Key(name, words.or_nothing(words.header(name), ""), "", ""))
        if told:
            found.append((name, told))
    section.close()
    return tuple(found)
