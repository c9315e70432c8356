"""A capture that answers IPMI requests as its device did, without a network.

Golden tests and `probe --replay` ask it through `ReplayConnector`, the simulated BMC through
`Answers`: both therefore tell the same story.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from collectors.ipmi.channel import NETFN_SENSOR, NETFN_STORAGE, Channel
from collectors.protocol import Note
from hw_profiles.capture import Capture, Exchange
from model.devices import Step, StepName, Target

OK = b"\x00"
INVALID_COMMAND = b"\xc1"
RESERVATION_LOST = b"\xc5"
TOO_SHORT = b"\xc7"
OUT_OF_RANGE = b"\xc9"
CANNOT_RETURN_SO_MUCH = b"\xca"
NOT_PRESENT = b"\xcb"
"""Completion codes that replays give of their own accord (IPMI v2.0 rev 1.1, table 5-2)."""

GET_READING = 0x2D
GET_FACTORS = 0x23
_SENSOR_COMMANDS = frozenset({GET_FACTORS, 0x25, 0x27, 0x29, 0x2B, GET_READING})
"""Commands of §35 whose first byte is a sensor number."""

_SDR_INFO, _SDR_RESERVE, _SDR_GET = 0x20, 0x22, 0x23
_SEL_INFO, _SEL_RESERVE, _SEL_GET = 0x40, 0x42, 0x43
_FRU_INFO, _FRU_READ = 0x10, 0x11
_LISTS = {
    (NETFN_STORAGE, _SDR_GET): (NETFN_STORAGE, _SDR_RESERVE),
    (NETFN_STORAGE, _SEL_GET): (NETFN_STORAGE, _SEL_RESERVE),
    (NETFN_SENSOR, 0x21): (NETFN_SENSOR, 0x22),
}
"""Commands that read linked records (SDR repository, event log, device SDRs), with the command
that reserves each list (§33.11, §31.4, §35.4)."""
_RESERVES = {reserve: get for get, reserve in _LISTS.items()}

_LAST = 0xFFFF


class _Records:
    """A list of records as §31.5 and §33.12 read it: from any record, at any offset."""

    def __init__(self) -> None:
        self._responses: dict[int, bytes] = {}
        self._first = self._final = 0
        self.reservation = 0

    def __len__(self) -> int:
        return len(self._responses)

    def add(self, exchange: Exchange) -> None:
        """Takes a whole record as captures store it."""
        number: int = struct.unpack_from("<H", exchange.request, 2)[0]
        if exchange.response[0] == 0 and len(exchange.response) >= 5:
            number = struct.unpack_from("<H", exchange.response, 3)[0] if number == 0 else number
        if not self._responses:
            self._first = number
        self._final = number
        self._responses[number] = exchange.response

    def reserve(self) -> bytes:
        """A new reservation, which ends the one before."""
        self.reservation = self.reservation % _LAST + 1
        return OK + struct.pack("<H", self.reservation)

    def get(self, data: bytes, max_chunk: int) -> bytes:
        """One record, or a part of it."""
        if len(data) < 6:
            return TOO_SHORT
        reservation, number, offset, count = struct.unpack_from("<HHBB", data)
        held = reservation and reservation == self.reservation
        if (offset or reservation) and not held:
            return RESERVATION_LOST
        number = {0: self._first, _LAST: self._final}.get(number, number)
        response = self._responses.get(number)
        if response is None:
            return NOT_PRESENT
        if response[0]:
            return response
        record = response[3:]
        if offset > len(record):
            return OUT_OF_RANGE
        part = record[offset:] if count == 0xFF else record[offset : offset + count]
        if len(part) > max_chunk:
            return CANNOT_RETURN_SO_MUCH
        return response[:3] + part


class Answers:
    """Answers any request that the capture holds; one per device, for it knows reservations.

    `max_chunk` is how many bytes of a record or FRU one response carries.
    """

    def __init__(self, capture: Capture, *, max_chunk: int = 32) -> None:
        self.max_chunk = max_chunk
        self._exact: dict[tuple[int, int, int, bytes], bytes] = {}
        self._lists = {key: _Records() for key in _LISTS}
        self._frus: dict[int, bytes] = {}
        self._sensors: set[tuple[int, int]] = set()
        self._factors: dict[tuple[int, int], dict[int, bytes]] = {}
        for exchange in capture.exchanges:
            self._learn(exchange)

    def _learn(self, e: Exchange) -> None:
        key = (e.netfn, e.command)
        if key in _LISTS and len(e.request) >= 4:
            self._lists[key].add(e)
        elif key == (NETFN_STORAGE, _FRU_READ) and e.request and e.response[0] == 0:
            self._frus[e.request[0]] = e.response[2:]
        elif key not in _RESERVES:
            self._exact[(e.lun, e.netfn, e.command, e.request)] = e.response
        if e.netfn == NETFN_SENSOR and e.command in _SENSOR_COMMANDS and e.request:
            self._sensors.add((e.lun, e.request[0]))
            if e.command == GET_FACTORS and len(e.request) > 1:
                factors = self._factors.setdefault((e.lun, e.request[0]), {})
                factors[e.request[1]] = e.response

    def answer(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        """Completion code and response data; C1h where the capture does not know the command."""
        found = self._exact.get((lun, netfn, command, data))
        if found is not None:
            return found
        if (netfn, command) in _LISTS or (netfn, command) in _RESERVES:
            found = self._record(netfn, command, data)
        elif netfn == NETFN_STORAGE:
            found = self._storage(command, data)
        elif netfn == NETFN_SENSOR and command in _SENSOR_COMMANDS:
            found = self._sensor(command, data, lun)
        return INVALID_COMMAND if found is None else found

    def lose_reservations(self) -> None:
        """What a change to the repository does: readers have to reserve anew."""
        for records in self._lists.values():
            records.reserve()

    def _sensor(self, command: int, data: bytes, lun: int) -> bytes | None:
        if not data:
            return TOO_SHORT
        if (lun, data[0]) not in self._sensors:
            return NOT_PRESENT
        factors = self._factors.get((lun, data[0]))
        if command == GET_FACTORS and factors and len(data) > 1:
            return factors[_at_or_below(factors, data[1])]
        return None

    def _record(self, netfn: int, command: int, data: bytes) -> bytes | None:
        key = _RESERVES.get((netfn, command), (netfn, command))
        if not self._known(key):
            return None
        records = self._lists[key]
        return records.get(data, self.max_chunk) if key[1] == command else records.reserve()

    def _storage(self, command: int, data: bytes) -> bytes | None:
        if command in (_FRU_INFO, _FRU_READ):
            return self._fru(command, data)
        return self._info(command)

    def _known(self, get: tuple[int, int]) -> bool:
        """Whether the device has this list, though it may be empty."""
        info = {_SDR_GET: _SDR_INFO, _SEL_GET: _SEL_INFO}.get(get[1], 0x20)
        return bool(len(self._lists[get])) or (0, get[0], info, b"") in self._exact

    def _fru(self, command: int, data: bytes) -> bytes:
        content = self._frus.get(data[0]) if data else b""
        if content is None:
            return NOT_PRESENT
        if command == _FRU_INFO and data:
            return OK + struct.pack("<HB", len(content), 0)
        if len(data) < 4:
            return TOO_SHORT
        offset, count = struct.unpack_from("<HB", data, 1)
        if offset >= len(content):
            return OUT_OF_RANGE
        part = content[offset : offset + min(count, self.max_chunk)]
        return OK + bytes((len(part),)) + part

    def _info(self, command: int) -> bytes | None:
        """Repository and log information (§33.9, §31.2) where the capture lacks it."""
        get = {_SDR_INFO: _SDR_GET, _SEL_INFO: _SEL_GET}.get(command)
        count = len(self._lists[(NETFN_STORAGE, get)]) if get else 0
        if not count:
            return None
        return OK + struct.pack("<BHHIIB", 0x51, count, 0, 0, 0, 0x02)


def _at_or_below(known: Iterable[int], reading: int) -> int:
    """The recorded reading whose factors hold for this one (§35.5: they hold up to the next)."""
    below = [r for r in known if r <= reading]
    return max(below) if below else min(known)


class ReplayChannel:
    """A capture behind the seam `collectors.ipmi.channel.Channel`."""

    in_band = False

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def request(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        """The capture's answer."""
        return self._answers.answer(netfn, command, data, lun)

    async def close(self) -> None:
        """Nothing is open."""


class ReplayConnector:
    """Opens channels that end in one capture, whatever the target."""

    def __init__(self, capture: Capture) -> None:
        self._answers = Answers(capture)
        self._device = capture.header.get("device", "unnamed device")

    async def connect(self, target: Target, note: Note) -> Channel:
        """Never fails."""
        del target
        note(Step(StepName.REACH, f"capture of {self._device}"))
        note(Step(StepName.SESSION, "replayed, no session"))
        return ReplayChannel(self._answers)

    async def close(self) -> None:
        """Nothing is shared."""
