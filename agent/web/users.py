"""basic_auth_users: names and the bcrypt hashes of their passwords."""

from __future__ import annotations

from agent.web.codes import Code
from agent.web.section import Section
from exporters.passwords import NoBcrypt, cost, hasher
from model.credentials import Secret

LIGHT, HEAVY = 10, 14
"""Costs between which a hash is neither guessed easily nor a burden to check."""
_HOW = "dcagent config hash-password makes one"


def users(section: Section) -> dict[str, Secret]:
    """Hashes by user; what is wrong with one is blamed, and never quoted."""
    found: dict[str, Secret] = {}
    for name in section.names:
        hashed = section.raw(name)
        if not name or ":" in name or not name.isprintable():
            text = "a user's name is not empty and holds no colon"
            section.blame(name, text, Code.BAD_VALUE)
        elif not isinstance(hashed, str) or (rounds := cost(hashed)) is None:
            text = f'user "{name}": expected a bcrypt hash ($2a$, $2b$ or $2y$): {_HOW}'
            section.blame(name, text, Code.BAD_HASH)
        else:
            found[name] = Secret(hashed)
            _check_cost(section, name, rounds)
    if found:
        try:
            hasher()
        except NoBcrypt as error:
            section.blame("", f"no login can be checked: {error}", Code.NO_BCRYPT)
    return found


def _check_cost(section: Section, name: str, rounds: int) -> None:
    if rounds < LIGHT:
        text = f'user "{name}": cost {rounds} is guessed quickly: {_HOW}'
    elif rounds > HEAVY:
        text = f'user "{name}": cost {rounds} takes seconds to check: {_HOW}'
    else:
        return
    section.blame(name, text, Code.UNUSUAL_COST)
