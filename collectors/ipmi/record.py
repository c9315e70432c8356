"""Records what a BMC says: who it is, its records, sensors, inventory, log and addresses.

Only commands that read are sent (tests/house/test_read_only.py holds it to them). Records and
FRUs are kept whole, as `hw_profiles.capture` stores them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from collectors.ipmi import fru, record_log, sdr, sensors
from collectors.ipmi.channel import (
    NETFN_APP,
    NETFN_CHASSIS,
    NETFN_GROUP,
    NETFN_SENSOR,
    NETFN_STORAGE,
    NETFN_TRANSPORT,
    Channel,
)
from collectors.ipmi.readings import GET_READING_FACTORS, GET_SENSOR_READING, Meter
from collectors.protocol import Failure
from collectors.recording import Progress, Recording, Tell, untold
from model.readings import Reason

_PLAIN = (
    (NETFN_APP, 0x01, b""),  # Get Device ID
    (NETFN_APP, 0x04, b""),  # Get Self Test Results
    (NETFN_APP, 0x37, b""),  # Get System GUID
    (NETFN_APP, 0x08, b""),  # Get Device GUID
    (NETFN_CHASSIS, 0x01, b""),  # Get Chassis Status
    *((NETFN_GROUP, 0x01, bytes((0xDC, n))) for n in range(1, 6)),  # Get DCMI Capabilities
    (NETFN_GROUP, 0x02, b"\xdc\x01\x00\x00"),  # Get Power Reading
)
_GET_CHANNEL_INFO, _GET_LAN_PARAMETERS, _GET_THRESHOLDS = 0x42, 0x02, 0x27
_CHANNELS = range(0x01, 0x0C)
_LAN_MEDIA = (0x04, 0x06)
_LAN_PARAMETERS = (3, 4, 5, 6, 12, 13, 20, 22, 23)
"""Address and its source, MAC, mask, gateway and its MAC, VLAN, cipher suites (table 23-4)."""
_FRU_LOCATOR, _BMC_ADDRESS, _LOGICAL = 0x11, 0x20, 0x80
_THRESHOLD_TYPE = 0x01
_SILENCES = 3
"""Questions in a row that may stay unanswered before the BMC counts as lost."""
_USUAL = 250
"""Questions that a BMC is worth, for the estimate of the time left until the records are known."""


class IpmiRecorder:
    """Asks a BMC into a recording, one request at a time, and nothing that it holds already.

    It stands between the readers of records and FRUs and the channel, and paces them.
    """

    def __init__(
        self,
        channel: Channel,
        into: Recording,
        *,
        pause: float = 0.0,
        tell: Tell = untold,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channel, self._into, self._pause = channel, into, pause
        self._tell, self._monotonic = tell, monotonic
        self._begun, self._asked, self._silent = monotonic(), 0, 0
        self._expected = _USUAL
        self._what = ""

    @property
    def in_band(self) -> bool:
        """As the channel's."""
        return self._channel.in_band

    async def request(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        """As a channel, for the readers of records and FRUs: paced, counted, nothing kept."""
        if self._pause and self._asked:
            await asyncio.sleep(self._pause)
        self._asked += 1
        self._told()
        return await self._channel.request(netfn, command, data, lun)

    async def close(self) -> None:
        """The channel is not ours to close."""

    async def run(self) -> None:
        """Records everything. Failure: the BMC was lost; what was heard is kept."""
        self._what = "device"
        for netfn, command, data in _PLAIN:
            await self._ask(netfn, command, data)
        records = await self._records()
        meters = list(_meters(records))
        units = [0, *_frus(records)]
        self._expected = self._asked + 2 * len(meters) + 20 * len(units) + 80
        await self._sensors(meters)
        self._what = "FRU"
        for unit in dict.fromkeys(units):
            await self._fru(unit)
        self._what = "event log"
        await record_log.record(self, self._into)
        self._what = "LAN"
        await self._lan()

    def _told(self) -> None:
        spent = self._monotonic() - self._begun
        each = spent / max(self._asked - 1, 1)
        left = max(self._expected - self._asked, 1) * each if spent > 1 else None
        self._tell(Progress(self._what, len(self._into.exchanges), left))

    async def _ask(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        """One question, unless it was answered before; its answer (b"": none came)."""
        key = (lun, netfn, command, data)
        if key in self._into.exchanges:
            return self._into.exchanges[key]
        try:
            answer = await self.request(netfn, command, data, lun)
        except Failure as failure:
            self._silent += 1
            if failure.reason is not Reason.TIMEOUT or self._silent >= _SILENCES:
                raise
            self._into.lack(f"no answer to {netfn:02x}h {command:02x}h {data.hex()}".strip())
            return b""
        self._silent = 0
        self._into.exchanges[key] = answer
        return answer

    async def _records(self) -> list[bytes]:
        """The sensor data records, read on from where the recording ends."""
        self._what = "SDR"
        place = await self._place()
        if place is None:
            return []
        kept = [answer for _, answer in self._into.answers(place.netfn, place.get)]
        following = int.from_bytes(kept[-1][1:3], "little") if kept else 0
        if following != 0xFFFF:
            found = await sdr.read(self, place, first=following, keep=self._keeper(place))
            if found.fault is not None:
                self._into.lack(f"SDR: {found.fault.detail}")
        answers = self._into.answers(place.netfn, place.get)
        return [answer[3:] for _, answer in answers]

    async def _place(self) -> sdr.Place | None:
        """Where the records are; what was asked to find out is recorded, too."""
        for place, size in ((sdr.REPOSITORY, slice(2, 4)), (sdr.DEVICE, slice(1, 2))):
            info = await self._ask(place.netfn, place.info)
            if info and not info[0] and any(info[size]):
                return place
        return None

    def _keeper(self, place: sdr.Place) -> sdr.Keep:
        def keep(record: bytes, following: int) -> None:
            request = b"\0\0" + record[:2] + b"\x00\xff"
            answer = b"\0" + following.to_bytes(2, "little") + record
            self._into.exchanges[0, place.netfn, place.get, request] = answer

        return keep

    async def _sensors(self, meters: list[Meter]) -> None:
        for at, meter in enumerate(meters, 1):
            self._what = f"sensor {at}/{len(meters)}"
            lun, request = meter.lun, meter.request
            answer = await self._ask(NETFN_SENSOR, GET_SENSOR_READING, request, lun)
            if meter.definition.event_type == _THRESHOLD_TYPE:
                await self._ask(NETFN_SENSOR, _GET_THRESHOLDS, request, lun)
            if meter.factory is not None and len(answer) > 1 and not answer[0]:
                factors = request + answer[1:2]
                await self._ask(NETFN_SENSOR, GET_READING_FACTORS, factors, lun)

    async def _fru(self, unit: int) -> None:
        """A FRU up to the end of its last text, as one answer; its size is told accordingly."""
        info, read = ((0, NETFN_STORAGE, c, b) for c, b in _fru_requests(unit))
        if info in self._into.exchanges:
            return
        try:
            content = await fru.read_fru(self, unit)
        except Failure as failure:
            if failure.reason in (Reason.NO_ANSWER, Reason.PORT_CLOSED, Reason.SESSION_LOST):
                raise
            self._into.lack(failure.detail)
            return
        size = len(content).to_bytes(2, "little")
        self._into.exchanges[read] = b"\x00\xff" + content
        self._into.exchanges[info] = b"\x00" + size + b"\x00"

    async def _lan(self) -> None:
        """What each channel is, and the parameters of those that are LANs."""
        for number in _CHANNELS:
            info = await self._ask(NETFN_APP, _GET_CHANNEL_INFO, bytes((number,)))
            told = len(info) >= 3 and not info[0]
            # the first is a LAN on most boards, also on those that do not know the question
            if info[2] & 0x7F not in _LAN_MEDIA if told else number > 1:
                continue
            for parameter in _LAN_PARAMETERS:
                request = bytes((number, parameter, 0, 0))
                await self._ask(NETFN_TRANSPORT, _GET_LAN_PARAMETERS, request)


def _fru_requests(unit: int) -> tuple[tuple[int, bytes], tuple[int, bytes]]:
    """Get FRU Inventory Area Info, and Read FRU Data as captures store it."""
    return (0x10, bytes((unit,))), (0x11, bytes((unit, 0, 0, 0xFF)))


def _meters(records: list[bytes]) -> Iterator[Meter]:
    """The BMC's own sensors, each number once."""
    seen: set[tuple[int, bytes]] = set()
    for meter in sensors.understand(records).meters.values():
        foreign = meter.trouble is not None and meter.trouble.reason is Reason.UNSUPPORTED
        if not foreign and (meter.lun, meter.request) not in seen:
            seen.add((meter.lun, meter.request))
            yield meter


def _frus(records: list[bytes]) -> Iterator[int]:
    """The logical FRUs of the BMC that records locate (§43.8)."""
    for r in records:
        if len(r) > 7 and r[3] == _FRU_LOCATOR and r[5] == _BMC_ADDRESS and r[7] & _LOGICAL:
            yield r[6]
