"""SnmpEngineID: whose SNMP engine it is, and what else its bytes tell (RFC 3411 §5)."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST, LONGEST = 5, 32
_MAC, _TEXT = 3, 4


@dataclass(frozen=True, slots=True)
class EngineId:
    """The enterprise number in the first four bytes (0: none), and what follows in one line."""

    number: int
    rest: str = ""


def understand(engine_id: bytes) -> EngineId | None:
    """What an engine ID says; None where it is none (its length, or all bytes 00h or FFh)."""
    if not SHORTEST <= len(engine_id) <= LONGEST or len(set(engine_id)) == 1:
        return None
    number = int.from_bytes(engine_id[:4], "big") & 0x7FFFFFFF
    if not engine_id[0] & 0x80:
        return EngineId(number)  # the way of RFC 1910: what follows is the vendor's own
    kind, rest = engine_id[4], engine_id[5:]
    if kind == _MAC and len(rest) == 6:
        return EngineId(number, "MAC " + rest.hex(":"))
    if kind == _TEXT:
        return EngineId(number, rest.decode("utf-8", "replace").strip("\0 "))
    return EngineId(number)
