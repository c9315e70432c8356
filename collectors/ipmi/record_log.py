"""Records the end of the system event log (IPMI v2.0 rev 1.1 §31)."""

from __future__ import annotations

from collectors.ipmi.channel import NETFN_STORAGE, Channel
from collectors.recording import Recording

MOST_ENTRIES = 64
"""Entries that are recorded: the last ones."""
_INFO, _GET = 0x40, 0x43
_FIRST, _LAST = 0x0000, 0xFFFF
_NEIGHBOURS = 16
"""Entry IDs that are tried for the first of the last ones: logs have gaps."""
_SIZE = 19
"""Bytes of an answer that holds an entry."""


async def record(channel: Channel, into: Recording) -> None:
    """The log's information and its last entries. Failure: the BMC was lost."""
    if (0, NETFN_STORAGE, _INFO, b"") in into.exchanges:
        return
    info = await channel.request(NETFN_STORAGE, _INFO)
    entries: list[bytes] = []
    if not info[0] and len(info) >= 4 and any(info[2:4]):
        count = info[2] | info[3] << 8
        entries = await _entries(channel, await _begin(channel, count))
    for entry in entries[-MOST_ENTRIES:]:
        into.exchanges[0, NETFN_STORAGE, _GET, _request(int.from_bytes(entry[3:5], "little"))] = (
            entry
        )
    into.exchanges[0, NETFN_STORAGE, _INFO, b""] = info


def _request(entry: int) -> bytes:
    return b"\0\0" + entry.to_bytes(2, "little") + b"\x00\xff"


async def _begin(channel: Channel, count: int) -> int:
    """The ID of the entry to begin at. IDs mostly count up by one, from wherever."""
    if count <= MOST_ENTRIES:
        return _FIRST
    last = await channel.request(NETFN_STORAGE, _GET, _request(_LAST))
    if last[0] or len(last) < _SIZE:
        return _FIRST
    number = int.from_bytes(last[3:5], "little")
    wanted = max(number - MOST_ENTRIES + 1, 1)
    for guess in range(wanted, min(wanted + _NEIGHBOURS, number)):
        answer = await channel.request(NETFN_STORAGE, _GET, _request(guess))
        if not answer[0]:
            return guess
    return number


async def _entries(channel: Channel, first: int) -> list[bytes]:
    """The answers from an entry on, until the log or our patience ends."""
    found: list[bytes] = []
    seen: set[int] = set()
    entry = first
    while entry != _LAST and entry not in seen and len(found) < 2 * MOST_ENTRIES:
        seen.add(entry)
        answer = await channel.request(NETFN_STORAGE, _GET, _request(entry))
        if answer[0] or len(answer) < _SIZE:
            break
        found.append(answer)
        entry = int.from_bytes(answer[1:3], "little")
    return found
