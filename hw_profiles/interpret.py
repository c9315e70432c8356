"""From what a device said to what it means. Pure: no I/O, and nothing here raises.

The machine itself has named sensors like a BMC, and is understood in the same way; the processor
table adds what it could compute.
"""

from __future__ import annotations

from hw_profiles import best, bindings_ipmi, bindings_snmp, processors, sensors_ipmi
from hw_profiles.processor_schema import Table
from hw_profiles.schema import Profile
from model.catalogue import WORDS
from model.devices import Coverage, DeviceId, Identity, Protocol, Tier
from model.raw import Plan, Raw
from model.readings import Outcome, Reading


def plan(profile: Profile, identity: Identity, tiers: frozenset[Tier]) -> Plan:
    """What to ask for the words of these tiers: nothing that cannot give one."""
    if profile.protocol is Protocol.SNMP:
        return bindings_snmp.plan(profile, tiers)
    return sensors_ipmi.plan(profile, identity, tiers)


def outcomes(
    profile: Profile,
    identity: Identity,
    raw: Raw,
    tiers: frozenset[Tier],
    table: Table | None = None,
) -> tuple[Outcome, ...]:
    """The readings and faults of these tiers; no two of one role, quantity and component.

    `table` is the processor table; the shipped one where there is none.
    """
    if profile.protocol is Protocol.SNMP:
        return bindings_snmp.outcomes(profile, raw, tiers)
    found = sensors_ipmi.outcomes(profile, identity, raw, tiers)
    if identity.host is None:
        return found
    known = processors.outcomes(identity.host, table)
    return (*found, *(o for o in known if o.sensor and best.tier_of(o.sensor) in tiers))


def device(
    profile: Profile,
    identity: Identity,
    raw: Raw,
    before: DeviceId,
) -> DeviceId:
    """Who answered: what it says now, else what was known before."""
    if profile.protocol is Protocol.SNMP:
        return bindings_snmp.device(profile, raw, before)
    return sensors_ipmi.device(profile, identity, before)


def coverage(profile: Profile, outcomes: tuple[Outcome, ...], tiers: frozenset[Tier]) -> Coverage:
    """Which of the words that the profile expects have a reading."""
    expected = tuple(w for w in profile.expects if w in WORDS and WORDS[w].tier in tiers)
    missing = dict.fromkeys(expected)
    for outcome in outcomes:
        if not missing:
            break
        if isinstance(outcome, Reading):
            missing.pop(outcome.sensor.word, None)
    return Coverage(expected, tuple(missing))


def forget() -> None:
    """Drops what was made of profiles that are no longer used; the others are made anew."""
    bindings_ipmi.forget()
    bindings_snmp.select.cache_clear()
    bindings_snmp.plan.cache_clear()
