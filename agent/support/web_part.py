"""The web configuration file as a part of a bundle: its shape, without users, hashes and paths."""

from __future__ import annotations

import json
import re
from pathlib import Path

from agent.config_web import CONFIG_FILE
from agent.support.part import Part
from agent.support.redaction import Redactor
from agent.web.block_yaml import parse
from agent.web.file import USERS
from model.document import DocumentError, read

_NAME, _ABOUT = "config/web.json", "TLS, logins and headers, as data"
_KINDS = {
    "cert_file": "file",
    "key_file": "file",
    "client_ca_file": "file",
    "client_allowed_sans": "host",
}
"""Key → the kind of name that its values are."""
_COST = re.compile(r"\$2[abxy]\$[0-9]{2}\$")
_QUOTED = re.compile(r'"[^"]*"')


def web(config: Path, redactor: Redactor) -> Part | None:
    """The file that [web] names, of whose hashes only kind and cost are told; None: it names none.

    A user is told apart, not named, in all that is redacted afterwards too.
    """
    try:
        named = read(config).data.get("web")
    except (DocumentError, OSError):
        return None  # the part of the configuration says why
    told = named.get(CONFIG_FILE.name) if isinstance(named, dict) else None
    if not isinstance(told, str) or not told:
        return None
    try:
        data = parse((config.parent / told).read_bytes().decode(), told).data
    except DocumentError as error:  # a message may quote a key, which may be a user's name
        told_of = (f"line {p.line}: " + _QUOTED.sub('"…"', p.message) for p in error.problems)
        return Part(_NAME, _ABOUT, absent="; ".join(told_of))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "is not UTF-8"
        return Part(_NAME, _ABOUT, absent=redactor.text(f"{told}: {why}"))
    text = json.dumps(_redacted(data, redactor), ensure_ascii=False, indent=1)
    return Part(_NAME, _ABOUT, f"{text}\n")


def _redacted(value: object, redactor: Redactor, key: str = "") -> object:
    if isinstance(value, dict):
        if key == USERS:
            return {redactor.name("user", name): _hash(told) for name, told in value.items()}
        return {name: _redacted(told, redactor, name) for name, told in value.items()}
    if isinstance(value, list):
        return [_redacted(each, redactor, key) for each in value]
    if not isinstance(value, str):
        return value
    return redactor.name(_KINDS[key], value) if key in _KINDS else redactor.text(value)


def _hash(value: object) -> str:
    """What may be said of a hash; a password that stands in its place is hidden whole."""
    text = value if isinstance(value, str) else ""
    found = _COST.match(text)
    shown = found[0] if found else ""
    return shown + "x" * (len(text) - len(shown))
