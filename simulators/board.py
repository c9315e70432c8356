"""Composes the answers of an invented server, sensor by sensor, into a capture."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture, Exchange
from hw_profiles.sdr_build import AMPERES, CELSIUS, RPM, UNSPECIFIED, VOLTS, WATTS

_CHASSIS, _SENSOR, _APP, _STORAGE, _GROUP = 0x00, 0x04, 0x06, 0x0A, 0x2C
_TRANSPORT = 0x0C
_READY = 0xC0
_UNAVAILABLE, _NOT_SCANNING = 0xE0, 0x80
_BORN = 1_700_000_000


def temperature(upper: float | None = None, *, lower: float | None = None) -> sdr.Analog:
    """1 °C per step, signed; critical `upper` with a warning 5 K below, `lower` critical."""
    limits = {} if upper is None else {"unc": upper - 5, "ucr": upper}
    if lower is not None:
        limits["lcr"] = lower
    return sdr.Analog(0x01, CELSIUS, sdr.Scale(signed=True), limits)


def fan(step: int, lower: float | None = None) -> sdr.Analog:
    """A tachometer of `step` rpm per count."""
    limits = {} if lower is None else {"lcr": lower}
    return sdr.Analog(0x04, RPM, sdr.Scale(m=step), limits)


def volts(m: int, exp: int, low: float | None = None, high: float | None = None) -> sdr.Analog:
    """A voltage; its critical limits where given."""
    limits = {k: v for k, v in (("lcr", low), ("ucr", high)) if v is not None}
    return sdr.Analog(0x02, VOLTS, sdr.Scale(m=m, exp=exp), limits)


def amperes(m: int, exp: int) -> sdr.Analog:
    """A current."""
    return sdr.Analog(0x03, AMPERES, sdr.Scale(m=m, exp=exp))


def watts(step: int, upper: float | None = None, *, sensor_type: int = 0x0B) -> sdr.Analog:
    """A power of `step` watts per count, as "other units-based sensor" where nothing else fits."""
    limits = {} if upper is None else {"unc": upper}
    return sdr.Analog(sensor_type, WATTS, sdr.Scale(m=step), limits)


def share() -> sdr.Analog:
    """A utilisation in whole percent, without a base unit."""
    return sdr.Analog(0x0B, UNSPECIFIED, percent=True)


class Board:
    """Takes sensors, FRUs and command answers; `capture()` gives the file's content."""

    def __init__(self, header: Mapping[str, str]) -> None:
        self._header = dict(header)
        self._commands: list[Exchange] = []
        self._records: list[bytes] = []
        self._sensors: list[Exchange] = []
        self._frus: list[Exchange] = []
        self._log: list[bytes] = []
        self._named: dict[str, sdr.SensorRecord] = {}
        self._number = 0

    def answer(self, netfn: int, command: int, request: bytes, response: bytes) -> None:
        """Any command and its response, completion code first."""
        self._commands.append(Exchange(0, netfn, command, request, response))

    def identify(
        self, manufacturer: int, product: int, firmware: tuple[int, int], guid: bytes
    ) -> None:
        """Get Device ID (§20.1), self test, GUID, chassis on. Minor firmware in BCD."""
        major, minor = firmware
        ident = bytes((0, 0x20, 0x01, major, minor // 10 << 4 | minor % 10, 0x02, 0xBF))
        ident += manufacturer.to_bytes(3, "little") + struct.pack("<H", product) + bytes(4)
        self.answer(_APP, 0x01, b"", ident)
        self.answer(_APP, 0x04, b"", b"\x00\x55\x00")
        self.answer(_APP, 0x37, b"", b"\x00" + guid)
        self.answer(_CHASSIS, 0x01, b"", b"\x00\x21\x00\x40\x00")

    def lan(self, mac: bytes) -> None:
        """Get LAN Configuration Parameters (§23.2) for the hardware address of channel 1."""
        self.answer(_TRANSPORT, 0x02, b"\x01\x05\x00\x00", b"\x00\x11" + mac)

    def dcmi(self, power: int, *, active: bool = True) -> None:
        """DCMI capabilities (DCMI 1.5 §6.1) and power reading (§6.6.1): now, low, high, mean."""
        self.answer(_GROUP, 0x01, b"\xdc\x01", bytes.fromhex("00dc010502000107"))
        low, high, mean = (power * 3 // 5, power * 3 // 2, power - 4) if active else (0, 0, 0)
        reading = struct.pack("<HHHHII", power, low, high, mean, _BORN, 60_000)
        state = 0x40 if active else 0x00
        self.answer(_GROUP, 0x02, b"\xdc\x01\x00\x00", b"\x00\xdc" + reading + bytes((state,)))

    def no_dcmi(self) -> None:
        """A BMC that does not know the DCMI group."""
        self.answer(_GROUP, 0x01, b"\xdc\x01", b"\xc1")
        self.answer(_GROUP, 0x02, b"\xdc\x01\x00\x00", b"\xc1")

    def add(self, record: bytes) -> None:
        """A record as it is."""
        self._records.append(record)

    def analog(
        self,
        name: str,
        analog: sdr.Analog,
        value: float | None,
        entity: tuple[int, int] = (0x07, 1),
        *,
        scanning: bool = True,
        exists: bool = True,
        event_type: int = sdr.THRESHOLD,
        states: Sequence[int] = (),
    ) -> int:
        """A sensor and its reading (None: unavailable); returns its number.

        Without `scanning` it is switched off; where it does not exist, only its record does. With
        another `event_type` it has asserted states beside its number.
        """
        number = self._next()
        sensor = sdr.SensorRecord(name, number, analog.sensor_type, event_type, entity)
        self._named[name] = sensor
        self._records.append(sdr.full(sensor, analog))
        if not exists:
            return number
        raw = 0 if value is None else analog.scale.raw(value)
        flags = _READY if scanning else _NOT_SCANNING
        flags, beyond = (_UNAVAILABLE, 0) if value is None else (flags, _beyond(analog, value))
        tail = bytes((0xC0 | beyond,))
        if event_type != sdr.THRESHOLD:
            tail = struct.pack("<H", sum(1 << state for state in states) | 0x8000)
        self._sensor(0x2D, bytes((number,)), bytes((0, raw, flags)) + tail)
        if analog.limits:
            self._sensor(0x27, bytes((number,)), _thresholds(analog))
        return number

    def factors(self, number: int, reading: int, scale: sdr.Scale) -> None:
        """Get Sensor Reading Factors (§35.5) that hold at this reading and above."""
        m, b = scale.m & 0x3FF, scale.b & 0x3FF
        exps = (scale.exp & 0x0F) << 4 | scale.b_exp & 0x0F
        body = bytes((0, reading, m & 0xFF, m >> 8 << 6, b & 0xFF, b >> 8 << 6, 0, exps))
        self._sensor(0x23, bytes((number, reading)), body)

    def discrete(
        self,
        name: str,
        sensor_type: int,
        states: Sequence[int] = (),
        entity: tuple[int, int] = (0x07, 1),
        *,
        event_type: int = sdr.SENSOR_SPECIFIC,
        possible: int = 0x00FF,
        count: int = 1,
    ) -> int:
        """A discrete sensor with its asserted states; `count` of them share one record."""
        first = self._number + 1
        sensor = sdr.SensorRecord(name, first, sensor_type, event_type, entity)
        self._named[name] = sensor
        self._records.append(sdr.compact(sensor, possible, share=count))
        mask = sum(1 << state for state in states) | 0x8000
        for _ in range(count):
            response = bytes((0, 0, _READY)) + struct.pack("<H", mask)
            self._sensor(0x2D, bytes((self._next(),)), response)
        return first

    def fru(
        self, number: int, content: bytes, name: str = "", entity: tuple[int, int] = (7, 1)
    ) -> None:
        """A FRU, with its locator record where it has a name."""
        if name:
            self._records.append(sdr.fru_locator(name, number, entity))
        info = struct.pack("<BHB", 0, len(content), 0)
        self._frus.append(Exchange(0, _STORAGE, 0x10, bytes((number,)), info))
        request = bytes((number, 0, 0, 0xFF))
        self._frus.append(Exchange(0, _STORAGE, 0x11, request, b"\x00\xff" + content))

    def event(self, name: str, data: bytes, *, ended: bool = False) -> None:
        """A system event record (§32.1) of the sensor, an hour after the one before."""
        at = struct.pack("<I", _BORN + 3600 * len(self._log))
        sensor = self._named[name]
        kind = sensor.event_type | (0x80 if ended else 0)
        source = bytes((sdr.BMC_ADDRESS, 0, 0x04, sensor.sensor_type, sensor.number, kind))
        self._log.append(b"\x02" + at + source + data.ljust(3, b"\xff"))

    def capture(self) -> Capture:
        """All of it, in the order in which a recorder asks."""
        exchanges = [*self._commands, *self._repository(), *self._sensors, *self._frus]
        return Capture(self._header, (), (*exchanges, *self._events()))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _sensor(self, command: int, request: bytes, response: bytes) -> None:
        self._sensors.append(Exchange(0, _SENSOR, command, request, response))

    def _repository(self) -> list[Exchange]:
        """Repository information (§33.9) and the records, linked."""
        count = len(self._records)
        info = struct.pack("<BBHHIIB", 0, sdr.SDR_VERSION, count, 0xFFFF, _BORN, 0, 0x02)
        listed = [struct.pack("<H", n) + r[2:] for n, r in enumerate(self._records, 1)]
        return [Exchange(0, _STORAGE, 0x20, b"", info), *_linked(0x23, listed)]

    def _events(self) -> list[Exchange]:
        """Log information (§31.2) and the entries, linked."""
        count, last = len(self._log), _BORN + 3600 * len(self._log)
        info = struct.pack("<BBHHIIB", 0, 0x51, count, 0x2000 - 16 * count, last, _BORN, 0x02)
        listed = [struct.pack("<H", n) + entry for n, entry in enumerate(self._log, 1)]
        return [Exchange(0, _STORAGE, 0x40, b"", info), *_linked(0x43, listed)]


def _linked(command: int, records: Sequence[bytes]) -> list[Exchange]:
    last = len(records)
    return [
        Exchange(
            0,
            _STORAGE,
            command,
            struct.pack("<HHBB", 0, n, 0, 0xFF),
            struct.pack("<BH", 0, n + 1 if n < last else 0xFFFF) + record,
        )
        for n, record in enumerate(records, 1)
    ]


def _thresholds(analog: sdr.Analog) -> bytes:
    """Get Sensor Thresholds (§35.9)."""
    raw = analog.thresholds()
    mask = sum(1 << n for n, bound in enumerate(sdr.BOUNDS) if bound in raw)
    return bytes((0, mask, *(raw.get(bound, 0) for bound in sdr.BOUNDS)))


def _beyond(analog: sdr.Analog, value: float) -> int:
    """The threshold comparison bits of a reading (§35.14)."""
    crossed = {
        bound: value <= limit if bound.startswith("l") else value >= limit
        for bound, limit in analog.limits.items()
    }
    return sum(1 << n for n, bound in enumerate(sdr.BOUNDS) if crossed.get(bound))
