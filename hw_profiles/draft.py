"""Drafts a profile from what an unknown device said: text that `profiles check` accepts.

Everything in it is a guess and says why; what nothing could be made of stands in comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hw_profiles import draft_ipmi, draft_snmp
from hw_profiles.draft_text import Draft
from hw_profiles.schema import Profile
from model.devices import Identity, Protocol
from model.raw import Raw
from model.readings import Outcome, Scalar

GENERIC = "generic-ipmi"
"""What a BMC is read by before anything is guessed; the draft extends it."""


def from_bmc(
    name: str,
    generic: Profile,
    identity: Identity,
    raw: Raw,
    outcomes: tuple[Outcome, ...],
    source: str,
) -> Draft:
    """The draft for a BMC; `outcomes` is what `generic` makes of `raw`."""
    assert identity.protocol is Protocol.IPMI
    return _named(name, draft_ipmi.draft(generic, identity, raw, outcomes, source))


def from_agent(
    name: str,
    identity: Identity,
    values: Mapping[str, Scalar],
    counters: frozenset[str],
    source: str,
) -> Draft:
    """The draft for an SNMP agent that said `values`; `counters`: columns of a counter's type."""
    assert identity.protocol is Protocol.SNMP
    return _named(name, draft_snmp.draft(identity, values, counters, source))


def _named(name: str, draft: Draft) -> Draft:
    return replace(draft, head={"name": name, **draft.head})
