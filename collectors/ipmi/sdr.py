"""Reading a repository of sensor data records (IPMI v2.0 rev 1.1 §33, §35.3 to §35.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from collectors.ipmi.channel import NETFN_SENSOR, NETFN_STORAGE, Channel
from collectors.ipmi.completion import RESERVATION_LOST, TOO_MUCH_AT_ONCE, fault_of
from collectors.ipmi.records import HEADER_SIZE
from collectors.protocol import Failure
from model.readings import Fault, Reason

MOST_RECORDS = 1024
"""More records than any board has: a longer chain is broken firmware."""
_FIRST, _LAST = 0x0000, 0xFFFF
_WHOLE = 0xFF
_CHUNKS = (_WHOLE, 32, 24, 16, 8)
_LOSSES, _PAUSE = 12, 0.02
"""How often a reservation may be lost per record, and seconds before the next try (growing)."""
_MISHAPS = 1
"""How often a record that could not be read is tried again."""


class Place(NamedTuple):
    """Where records are kept: network function, and its info, reserve and get commands."""

    netfn: int
    info: int
    reserve: int
    get: int


REPOSITORY = Place(NETFN_STORAGE, 0x20, 0x22, 0x23)
DEVICE = Place(NETFN_SENSOR, 0x20, 0x22, 0x21)
"""The main repository, and the device SDRs of a BMC that has none."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository that answers; `stamp` changes whenever its records do."""

    place: Place
    stamp: bytes


@dataclass(frozen=True, slots=True)
class Records:
    """What was read: whole records in order, and the fault that ended the reading early."""

    records: tuple[bytes, ...]
    fault: Fault | None = None


async def find(channel: Channel) -> Repository | Fault:
    """The repository that has records: the main one, else the device's.

    ABSENT: neither has any; BUSY: the BMC would not say just now.
    """
    info = await channel.request(REPOSITORY.netfn, REPOSITORY.info)
    if not info[0] and len(info) >= 4 and any(info[2:4]):
        return Repository(REPOSITORY, info[:14])
    if not info[0] or fault_of(info[0]).reason is not Reason.BUSY:
        info = await channel.request(DEVICE.netfn, DEVICE.info)
        if not info[0] and len(info) >= 2 and info[1]:
            return Repository(DEVICE, info)
    fault = fault_of(info[0]) if info[0] else None
    if fault is not None and fault.reason is Reason.BUSY:
        return Fault(None, Reason.BUSY, f"sensor data records: {fault.detail}")
    return Fault(None, Reason.ABSENT, "the BMC has no sensor data records")


Keep = Callable[[bytes, int], None]
"""Told each record as it is read, and the ID of the one behind it."""


def _unkept(_record: bytes, _following: int) -> None:
    """For those who want the records at the end."""


async def read(
    channel: Channel, place: Place, *, first: int = _FIRST, keep: Keep = _unkept
) -> Records:
    """All records from `first` on, or those up to where the chain breaks.

    Failure: the BMC was lost.
    """
    reader = _Reader(channel, place)
    records: list[bytes] = []
    seen: set[int] = set()
    whole: set[bytes] = set()
    record = first
    try:
        await reader.reserve()
        while record != _LAST:
            if record in seen or len(records) >= MOST_RECORDS:
                return _endless(records)
            seen.add(record)
            following, data = await reader.record(record)
            if data in whole:
                return _endless(records)
            seen.add(data[0] | data[1] << 8)
            whole.add(data)
            records.append(data)
            keep(data, following)
            record = following
    except _Broken as broken:
        return Records(tuple(records), broken.fault)
    return Records(tuple(records))


def _endless(records: list[bytes]) -> Records:
    words = f"the chain of records does not end ({len(records)} read)"
    return Records(tuple(records), Fault(None, Reason.LOOP, words))


class _Broken(Exception):
    """A record that cannot be read, and with it the rest of the chain."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.detail)


class _ReservationLost(Exception):
    """The repository changed, or someone else reserved it."""


class _Reader:
    """Reads records in pieces as large as the BMC can stand."""

    def __init__(self, channel: Channel, place: Place) -> None:
        self._channel, self._place = channel, place
        self._reservation = b"\0\0"
        self._chunks = list(_CHUNKS)

    async def reserve(self) -> None:
        """Takes a reservation; without one, records are read whole or not at all."""
        answer = await self._channel.request(self._place.netfn, self._place.reserve)
        self._reservation = answer[1:3] if not answer[0] and len(answer) >= 3 else b"\0\0"

    async def record(self, record: int) -> tuple[int, bytes]:
        """The ID of the next record, and this one whole."""
        mishaps = 0
        for loss in range(_LOSSES):
            try:
                return await self._pieces(record)
            except _ReservationLost:
                pass
            except _Broken:
                mishaps += 1
                if mishaps > _MISHAPS:
                    raise
            await asyncio.sleep(_PAUSE * loss)
            await self.reserve()
        words = f"record {record:04x}h: the reservation was lost {_LOSSES} times"
        raise _Broken(Fault(None, Reason.BUSY, words))

    async def _pieces(self, record: int) -> tuple[int, bytes]:
        following, data = await self._piece(record, 0, _WHOLE)
        while len(data) < HEADER_SIZE or len(data) < data[4] + HEADER_SIZE:
            size = data[4] + HEADER_SIZE if len(data) >= HEADER_SIZE else HEADER_SIZE
            _, piece = await self._piece(record, len(data), size - len(data))
            data += piece
        return following, data[: data[4] + HEADER_SIZE]

    async def _piece(self, record: int, offset: int, most: int) -> tuple[int, bytes]:
        while True:
            count = min(most, self._chunks[0])
            request = self._reservation + record.to_bytes(2, "little") + bytes((offset, count))
            answer = await self._get(request)
            if answer[0] == RESERVATION_LOST:
                raise _ReservationLost
            if answer[0] not in TOO_MUCH_AT_ONCE or len(self._chunks) == 1:
                break
            self._chunks.pop(0)
        if answer[0]:
            fault = fault_of(answer[0])
            words = f"record {record:04x}h: {fault.detail}"
            raise _Broken(Fault(None, fault.reason, words))
        if len(answer) < 4:
            raise _Broken(Fault(None, Reason.TRUNCATED, f"record {record:04x}h: an empty piece"))
        return answer[1] | answer[2] << 8, answer[3 : 3 + count]

    async def _get(self, request: bytes) -> bytes:
        try:
            return await self._channel.request(self._place.netfn, self._place.get, request)
        except Failure as failure:
            if failure.reason is not Reason.TIMEOUT:
                raise
            raise _Broken(failure.fault()) from failure
