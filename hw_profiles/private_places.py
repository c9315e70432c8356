"""Where devices keep what is nobody else's business: places that redaction and recorders know."""

from __future__ import annotations

from hw_profiles.capture import Oid

_MIB2 = (1, 3, 6, 1, 2, 1)

LEFT_OUT: dict[Oid, str] = {
    (1, 0, 8802): "neighbours",
    (*_MIB2, 3): "address table",
    (*_MIB2, 4): "addresses and routes",
    (*_MIB2, 6): "connections",
    (*_MIB2, 7): "listeners",
    (*_MIB2, 14): "routing",
    (*_MIB2, 15): "routing",
    (*_MIB2, 17): "bridge tables",
    (*_MIB2, 25, 4): "processes",
    (*_MIB2, 25, 5): "processes",
    (*_MIB2, 25, 6): "installed software",
    (*_MIB2, 55): "addresses and routes",
    (*_MIB2, 92): "notification log",
    (1, 3, 6, 1, 4, 1, 8072, 1): "agent's commands and users",
    (1, 3, 6, 1, 6, 3): "users, communities and views",
}
"""SNMP subtrees that no capture holds: nothing there is measured, and addresses, names and
communities stand in their very indexes. Subtree → what it has."""

SERIALS: tuple[Oid, ...] = (
    (*_MIB2, 47, 1, 1, 1, 1, 11),
    (*_MIB2, 47, 1, 1, 1, 1, 15),
)
"""Serial numbers and asset tags by standard MIBs (RFC 6933)."""

UUIDS: tuple[Oid, ...] = ((*_MIB2, 47, 1, 1, 1, 1, 19),)
"""Universal identifiers (RFC 6933)."""

NAMES: tuple[Oid, ...] = (
    (*_MIB2, 1, 4),
    (*_MIB2, 1, 5),
    (*_MIB2, 1, 6),
    (*_MIB2, 31, 1, 1, 1, 18),
    (*_MIB2, 33, 1, 1, 5),
    (*_MIB2, 33, 1, 1, 6),
    (*_MIB2, 47, 1, 1, 1, 1, 14),
)
"""What operators type: contact, name and location (RFC 3418), aliases, a UPS's name and load."""

MACS: tuple[Oid, ...] = ((*_MIB2, 2, 2, 1, 6),)
"""Hardware addresses (RFC 2863)."""

SECRET_COMMANDS = frozenset(
    {
        (0x04, 0x13),  # Get PEF Configuration Parameters: the community of alerts
        (0x06, 0x44),  # Get User Access
        (0x06, 0x46),  # Get User Name
        (0x06, 0x56),  # Get Channel Security Keys
        (0x06, 0x59),  # Get System Info Parameters: the host's name
        (0x0C, 0x22),  # Get SOL Configuration Parameters
        (0x2C, 0x06),  # Get Asset Tag (DCMI)
        (0x2C, 0x09),  # Get Management Controller Identifier String (DCMI)
    }
)
"""IPMI commands, by network function, whose answers no capture holds."""

LAN_ADDRESSES: dict[int, tuple[tuple[int, int], ...]] = {
    3: ((2, 4),),
    5: ((2, 6),),
    12: ((2, 4),),
    13: ((2, 6),),
    14: ((2, 4),),
    15: ((2, 6),),
}
"""Get LAN Configuration Parameters (IPMI v2.0 rev 1.1 §23.2, table 23-4): parameter → the place
and size of its addresses in the answer, completion code first; 4 bytes are IP, 6 a MAC."""

LAN_HARMLESS = frozenset({0, 1, 2, 4, 6, 7, 8, 10, 11, 17, 20, 21, 22, 23, 24, 25, 26, 50, 51})
"""Its parameters that name nobody; any other is left out (16 is the community string)."""


def under(oid: Oid, prefixes: dict[Oid, str] | tuple[Oid, ...]) -> Oid | None:
    """The first of the prefixes that an object stands below; None: none."""
    return next((prefix for prefix in prefixes if oid[: len(prefix)] == prefix), None)
