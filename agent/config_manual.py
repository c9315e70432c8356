"""Writes the manual page dcagent.toml(5) out of the keys that the configuration knows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from agent import config, config_credentials, config_targets, config_web, roff
from agent.config_keys import Key, Wrong
from agent.version import VERSION


@dataclass(frozen=True)
class Described:
    """A table of the file: its header, what it is for, its keys; `secrets` are name → meaning."""

    header: str
    purpose: str
    keys: tuple[Key[object], ...]
    secrets: Mapping[str, str]


def _described(header: str, purpose: str, *keys: object, **secrets: str) -> Described:
    return Described(header, purpose, tuple(k for k in keys if isinstance(k, Key)), secrets)


_USERS = (config_credentials.TYPE, config_credentials.USERNAME)

TABLES = (
    _described(
        "[web]",
        "Where and how metrics are served.",
        *vars(config_web).values(),
    ),
    _described(
        "[poll]",
        "How often targets are asked; a target may say otherwise. What is older than three "
        "intervals is withdrawn.",
        *(config_targets.INTERVAL, config_targets.INTERVAL_NORMAL, config_targets.INTERVAL_SLOW),
        *(config_targets.TIMEOUT, config_targets.RETRIES, config.CONCURRENCY, config.BACKOFF),
    ),
    _described("[cache]", "Lists of sensors: a start takes seconds.", config.CACHE_DIRECTORY),
    _described("[state]", "Energy counters: they outlive a restart.", config.STATE_DIRECTORY),
    _described("[host]", "The machine that the agent runs on, and its BMC.", config.HOST_ENABLED),
    _described("[profiles]", "Profiles of your own.", config.PROFILE_DIRECTORIES),
    _described("[inventory]", "Who should be there.", config.INVENTORY_FILES),
    _described(
        "[place]",
        "Where the targets of this file stand, unless they say otherwise.",
        *config_targets.PLACE,
    ),
    _described(
        "[credentials.NAME]",
        "What targets are asked with. One that is refused is not tried again until it changes.",
        *_USERS,
        config_credentials.PRIVILEGE,
        config_credentials.VERSION,
        config_credentials.AUTH_PROTOCOL,
        config_credentials.PRIV_PROTOCOL,
        config_credentials.CONTEXT,
        password="Of an IPMI user: where it is to be found.",  # noqa: S106  # a help text
        community="Of SNMP versions 1 and 2c: where it is to be found.",
        auth_password="Of an SNMPv3 user: where the pass phrase of signing is to be found.",  # noqa: S106
        priv_password="Of an SNMPv3 user: where the pass phrase of encryption is to be found.",  # noqa: S106
    ),
    _described(
        "[[targets]]",
        "A device to ask. It may have the keys of [place] and the intervals, timeout and retries "
        "of [poll] too.",
        *(config_targets.NAME, config_targets.ADDRESS, config_targets.PROTOCOL),
        *(config_targets.CREDENTIAL, config_targets.PORT, config_targets.NODE),
        *(config_targets.PROFILE, config_targets.CIPHER_SUITE, config_targets.ENGINE),
    ),
)
"""Every table that a configuration may have, in the order of the example."""

_SECRETS = """A secret never stands in the configuration. Its key says where it is: "file:PATH" (of
mode 0640 or stricter, relative to the configuration file), "env:NAME" (of the environment), or
"credential:NAME" (LoadCredential= of the unit, systemd 247 or later)."""

_MAIN_ONLY = """Files conf.d/*.toml beside the main file are read too, in the order of their names.
They may hold [place], [credentials.NAME] and [[targets]]; every other table belongs to the main
file. Unknown keys are errors. dcagent config check names every mistake by file and line; a reload
(systemctl reload dcagent) that finds one leaves the old settings running."""


def manual(date: str) -> str:
    """The page; `date` (YYYY-MM-DD) is that of the release."""
    return "".join(_parts(date))


def _parts(date: str) -> Iterator[str]:
    yield roff.page("dcagent.toml", 5, "configuration of dcagent", VERSION, date)
    yield roff.heading(
        "DESCRIPTION",
        f"{config.DEFAULT_FILE} says what dcagent asks, how often, and where it serves what it "
        "found. It is TOML, and every key may be left out: an agent without targets serves the "
        "machine that it runs on.",
        _MAIN_ONLY,
    )
    yield roff.heading("TABLES")
    for table in TABLES:
        yield roff.part(table.header, table.purpose)
        for key in table.keys:
            yield roff.item(f"{key.name} = {shape(key)}", key.help + _default(key))
        for name, words in table.secrets.items():
            yield roff.item(f'{name} = "file:PATH"', f"{words} See SECRETS.")
    yield roff.heading("SECRETS", _SECRETS)
    yield roff.heading("EXAMPLE", "What dcagent config example prints:")
    yield roff.example(files("agent").joinpath("dcagent.toml").read_text(encoding="utf-8"))
    yield roff.heading("SEE ALSO", "dcagent(1)")


def shape(key: Key[object]) -> str:
    """What a key expects, in the words of its own errors."""
    try:
        key.kind(object())
    except Wrong as wrong:
        return wrong.expected
    return "any value"


def _default(key: Key[object]) -> str:
    if key.required:
        return " Required."
    if key.default is None or key.default in ("", (), 0):
        return ""
    value = list(key.default) if isinstance(key.default, tuple) else key.default
    return f" Default: {json.dumps(value)}."
