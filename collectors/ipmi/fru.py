"""FRU inventory (IPMI v2.0 rev 1.1 §34; FRU information storage definition v1.0 rev 1.3)."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.ipmi.channel import NETFN_STORAGE, Channel
from collectors.ipmi.completion import TOO_MUCH_AT_ONCE, fault_of
from collectors.ipmi.text import LENGTH_MASK, decode_text
from collectors.protocol import Failure

_GET_AREA_INFO, _READ = 0x10, 0x11
MOST = 2048
"""Bytes of a FRU that are read at most: identity stands at the start."""
_CHUNKS = (32, 16, 8)
_UNIT = 8
_HEADER_SIZE = 8
_END = 0xC1
_ENGLISH = (0, 25)

_CHASSIS = ("chassis_part", "chassis_serial")
_BOARD = ("board_manufacturer", "board_name", "board_serial", "board_part")
_PRODUCT = (
    *("product_manufacturer", "product_name", "product_part", "product_version"),
    *("product_serial", "product_asset_tag"),
)
FIELDS = (*_CHASSIS, *_BOARD, *_PRODUCT)
"""The names under which `decode` gives texts."""
_AREAS = ((2, 3, _CHASSIS), (3, 6, _BOARD), (4, 3, _PRODUCT))
"""Where the header names each area, where its first text stands in it, and what texts it has."""


async def read_fru(channel: Channel, fru: int = 0) -> bytes:
    """The bytes of a FRU up to the end of its product area. Failure: it cannot be read."""
    info = await channel.request(NETFN_STORAGE, _GET_AREA_INFO, bytes((fru,)))
    if info[0] or len(info) < 4:
        fault = fault_of(info[0] or 0xCE)
        raise Failure(fault.reason, f"FRU {fru}: {fault.detail}")
    size, by_words = min(info[1] | info[2] << 8, MOST), bool(info[3] & 1)
    reader = _Reader(channel, fru, by_words)
    data = await reader.upto(b"", min(size, _HEADER_SIZE))
    for offset in sorted(data[2:5]):
        if offset:
            start = offset * _UNIT
            data = await reader.upto(data, min(size, start + 2))
            if len(data) > start + 1:
                data = await reader.upto(data, min(size, start + data[start + 1] * _UNIT))
    return data


class _Reader:
    """Reads ever more of one FRU, in chunks that the BMC can stand."""

    def __init__(self, channel: Channel, fru: int, by_words: bool) -> None:
        self._channel, self._fru, self._words = channel, fru, by_words
        self._chunks = list(_CHUNKS)

    async def upto(self, data: bytes, end: int) -> bytes:
        """`data` and what follows it, up to `end` or to where the BMC gives no more."""
        while len(data) < end:
            piece = await self._piece(len(data), self._chunks[0])
            if not piece:
                break
            data += piece
        return data

    async def _piece(self, offset: int, count: int) -> bytes:
        shift = 1 if self._words else 0
        place = (offset >> shift).to_bytes(2, "little")
        request = bytes((self._fru, *place, count >> shift))
        answer = await self._channel.request(NETFN_STORAGE, _READ, request)
        if answer[0] in TOO_MUCH_AT_ONCE and len(self._chunks) > 1:
            self._chunks.pop(0)
            return await self._piece(offset, self._chunks[0])
        if answer[0] or len(answer) < 2:
            return b""
        return answer[2 : 2 + min(answer[1] << shift, count)]


def decode(data: bytes) -> Mapping[str, str]:
    """The texts of the chassis, board and product areas; what is garbage is left out.

    Checksums are not minded: boards whose FRU was edited in the field have wrong ones.
    """
    fields: dict[str, str] = {}
    if len(data) < _HEADER_SIZE or data[0] & 0x0F != 1:
        return fields
    for place, first, names in _AREAS:
        start = data[place] * _UNIT
        if start and start + first < len(data):
            end = start + (data[start + 1] * _UNIT or len(data))
            english = place == 2 or data[start + 2] in _ENGLISH
            fields.update(_texts(data[start + first : end], names, english))
    return fields


def _texts(area: bytes, names: tuple[str, ...], english: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    for name in names:
        if place >= len(area) or area[place] == _END:
            break
        kind, size = area[place] >> 6, area[place] & LENGTH_MASK
        text = decode_text(kind, area[place + 1 : place + 1 + size], english=english)
        if text:
            found[name] = text
        place += 1 + size
    return found
