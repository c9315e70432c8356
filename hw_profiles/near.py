"""Which profiles read a device's answers, whether or not they are made for it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from hw_profiles.bindings_ipmi import bound
from hw_profiles.schema import Oid, Profile
from model.devices import Identity, Protocol
from model.sensors import Role

_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Reader:
    """A profile, how many of its words have an address among the answers, and how many it has."""

    profile: Profile
    found: int
    words: int


def readers(
    profiles: Iterable[Profile], identity: Identity, objects: Iterable[str]
) -> list[Reader]:
    """The profiles that would read at least two words, the one with the most first.

    `objects` are the addresses that an SNMP agent answered. Of families the eldest that reads as
    much goes first.
    """
    held = sorted(tuple(map(int, oid.split("."))) for oid in objects)
    found = []
    for profile in profiles:
        if profile.protocol is not identity.protocol:
            continue
        if identity.protocol is Protocol.SNMP:
            count = len(_words(profile, held))
        else:
            each = bound(profile, identity.sensors).each
            count = len({b.sensor.word for b in each if b.sensor.role is not Role.SENSOR})
        if count >= _AT_LEAST:
            found.append(Reader(profile, count, len(profile.words)))
    return sorted(found, key=lambda r: (-r.found, len(r.profile.extends), r.words, r.profile.name))


def _words(profile: Profile, held: list[tuple[int, ...]]) -> set[str]:
    rules = [*profile.rules, *(rule for table in profile.tables for rule in table.rules)]
    return {
        rule.word
        for rule in rules
        if isinstance(rule.origin, Oid) and _exists(rule.origin.oid, held)
    }


def _exists(oid: str, held: list[tuple[int, ...]]) -> bool:
    """Whether an object stands at an address or below it."""
    arcs = tuple(map(int, oid.split(".")))
    at = bisect_left(held, arcs)
    return at < len(held) and held[at][: len(arcs)] == arcs
