"""The manual pages: they say what the commands and the configuration know, in clean roff."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
from collections.abc import Iterator

import pytest

import agent
from agent import config_manual, roff
from agent.cli import manual
from agent.cli.application import COMMANDS
from agent.config_keys import Key

DAY = "2026-11-01"
PAGES = {"dcagent.1": manual.manual, "dcagent.toml.5": config_manual.manual}


def keys() -> Iterator[tuple[str, Key[object]]]:
    """Every key that a module of the configuration declares."""
    for module in pkgutil.iter_modules(agent.__path__):
        if module.name.startswith("config"):
            found = vars(importlib.import_module(f"agent.{module.name}"))
            for value in found.values():
                yield from ((module.name, key) for key in _keys(value))


def _keys(value: object) -> Iterator[Key[object]]:
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, Key):
            yield one


def printed(name: str) -> str:
    """A page as `man` shows it, on lines without end."""
    done = subprocess.run(
        ("mandoc", "-T", "ascii", "-O", "width=1000"),
        input=PAGES[name](DAY).encode(),
        capture_output=True,
        check=True,
    )
    return re.sub(".\b", "", done.stdout.decode())  # bold is struck twice


def test_every_key_of_the_configuration_has_its_entry() -> None:
    described = {key.name for table in config_manual.TABLES for key in table.keys}
    assert {(module, key.name) for module, key in keys() if key.name not in described} == set()


def test_a_key_says_what_it_expects_and_what_it_is_by_itself() -> None:
    page = config_manual.manual(DAY)
    entry = (
        "\\fBinterval = a number from 1 to 3600\\fR\n"
        "Seconds between polls of power and inlet air. Default: 15.0.\n"
    )
    assert entry in page
    assert '\\fBprotocol = "ipmi", "snmp" or "host"\\fR\nHow it is asked. Required.\n' in page


def test_every_command_has_its_part() -> None:
    page = manual.manual(DAY)
    for name in COMMANDS:
        assert f'.SS "dcagent {roff.escaped(name)}' in page
    assert '.SS "dcagent config check [OPTIONS] [file]"' in page
    assert "\\fB\\-\\-web.listen\\-address <str>\\fR\n" in page


@pytest.mark.parametrize(
    ("words", "roffed"),
    [
        ("a-b", "a\\-b"),
        ("back\\slash", "back\\eslash"),
        (".SH is no heading", "\\&.SH is no heading"),
        ("'quoted' at the start", "\\&'quoted' at the start"),
    ],
)
def test_words_are_printed_as_they_are(words: str, roffed: str) -> None:
    assert roff.escaped(words) == roffed


@pytest.mark.peer("mandoc")
@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages_are_clean(name: str) -> None:
    done = subprocess.run(
        ("mandoc", "-T", "lint", "-W", "style"),
        input=PAGES[name](DAY).encode(),
        capture_output=True,
        check=False,
    )
    assert done.stdout.decode() == ""


@pytest.mark.peer("mandoc")
def test_pages_as_man_shows_them() -> None:
    text = printed("dcagent.toml.5")
    assert 'Addresses to serve on, as HOST:PORT. Default: ["127.0.0.1:9824"].' in text
    assert 'listen = ["127.0.0.1:9824"]\n' in text
    assert "dcagent probe 10.32.111.40 --user monitor" in printed("dcagent.1")
