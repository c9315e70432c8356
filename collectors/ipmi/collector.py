"""The IPMI collector: who a BMC is, and what its sensors read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from collectors.ipmi import commands, fru, sdr, sensors
from collectors.ipmi.channel import NETFN_SENSOR, Channel, Connector
from collectors.ipmi.readings import (
    GET_READING_FACTORS,
    GET_SENSOR_READING,
    Meter,
    factored,
)
from collectors.ipmi.sdr_cache import SdrCache
from collectors.protocol import Failure, Note
from model.devices import DeviceId, Identity, Protocol, Step, StepName, Target
from model.raw import Plan, Raw, Sample, Value
from model.readings import Fault, Reason

REVALIDATE = 300.0
"""Seconds after which an open session is asked again whether the device is still the same."""
AGAIN = 30.0
"""The same where the device was too busy to tell all of itself; doubles up to the above."""
_PASSING = frozenset({Reason.BUSY, Reason.TIMEOUT})
_TIMEOUTS = 3
"""Sensors in one fetch that may give no answer at all before the device counts as lost."""
_CLOSE_TIME = 1.5
_VENDOR = ("product_manufacturer", "board_manufacturer")
_MODEL = ("product_name", "board_name")
_SERIAL = ("product_serial", "chassis_serial", "board_serial")
_FILLERS = frozenset({"n/a", "na", "none", "unknown", "not specified", "to be filled by o.e.m."})
"""What stands in FRU fields that nobody filled."""


@dataclass(slots=True)
class _Known:
    """What was learnt of a device; outlives its sessions.

    `stamp` changes when the device does; b"": not all of it was read. `lasts` is for how many
    seconds it is believed.
    """

    stamp: bytes
    identity: Identity
    board: sensors.Board
    lasts: float = REVALIDATE
    factors: dict[tuple[str, int], float] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A session. `checked` is when the device was last known to be the same (monotonic)."""

    target: Target
    channel: Channel
    checked: float = float("-inf")


class IpmiCollector:
    """Asks BMCs over channels of one connector; implements `collectors.protocol.Collector`."""

    def __init__(
        self,
        connector: Connector,
        cache: SdrCache | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connector, self._cache, self._monotonic = connector, cache, monotonic
        self._open: dict[str, _Open] = {}
        self._known: dict[str, _Known] = {}

    async def identify(
        self, target: Target, _probes: tuple[str, ...], note: Note
    ) -> Identity | Fault:
        """See `Collector.identify`."""
        try:
            opened = await self._session(target, note)
            known = self._known.get(target.name)
            now = self._monotonic()
            if known is None or now - opened.checked >= known.lasts:
                known = await self._learn(target, opened.channel, known, note)
                opened.checked = now
        except Failure as failure:
            await self._drop(target.name)
            return failure.fault()
        return known.identity

    def session(self, target: Target) -> Channel | None:
        """The channel that a poll left open, for a recorder to go on asking, if there is one."""
        opened = self._open.get(target.name)
        return opened.channel if opened is not None and opened.target == target else None

    async def _session(self, target: Target, note: Note) -> _Open:
        opened = self._open.get(target.name)
        if opened is not None and opened.target != target:
            await self.forget(target)
            opened = None
        if opened is None:
            opened = _Open(target, await self._connector.connect(target, note))
            self._open[target.name] = opened
        return opened

    async def _learn(
        self, target: Target, channel: Channel, known: _Known | None, note: Note
    ) -> _Known:
        """What the device is; the same object as before where nothing changed."""
        controller = await commands.controller(channel)
        # bytes 1 to 12 are the device itself; some firmware appends what changes
        unit = _packed(controller.raw[1:12], await commands.guid(channel))
        repository = await sdr.find(channel)
        stamp = unit
        if isinstance(repository, sdr.Repository):
            stamp += _packed(repository.stamp)
        elif known is not None and repository.reason in _PASSING and known.stamp.startswith(unit):
            known.lasts = AGAIN
            return known
        if known is not None and known.stamp == stamp:
            known.lasts = REVALIDATE
            return known
        texts, lack = await _texts(channel, note)
        read = await self._records(target, channel, repository, stamp, note)
        board = sensors.understand(read.records)
        identity = Identity(
            protocol=Protocol.IPMI,
            device=_device(texts, controller.firmware),
            manufacturer=controller.manufacturer,
            product=controller.product,
            fru=texts,
            sensors=board.table,
        )
        found = self._known[target.name] = _Known(stamp, identity, board)
        passing = [f for f in (lack, read.fault) if f is not None and f.reason in _PASSING]
        if passing:
            before = known.lasts if known is not None and not known.stamp else AGAIN / 2
            found.lasts = min(2 * before, REVALIDATE)
        if passing or read.fault is not None:
            found.stamp = b""
        return found

    async def _records(
        self,
        target: Target,
        channel: Channel,
        repository: sdr.Repository | Fault,
        stamp: bytes,
        note: Note,
    ) -> sdr.Records:
        """The device's records, from the cache where it has them."""
        if isinstance(repository, Fault):
            note(_lesser(repository))
            passing = repository.reason in _PASSING
            return sdr.Records((), repository if passing else None)
        host, port = target.endpoint
        name = f"{host}:{port}"
        kept = self._cache.load(name, stamp) if self._cache else None
        if kept is not None:
            return sdr.Records(kept)
        read = await sdr.read(channel, repository.place)
        if read.fault is not None:
            note(_lesser(read.fault))
        elif self._cache:
            self._cache.store(name, stamp, read.records)
        return read

    async def fetch(self, target: Target, identity: Identity, plan: Plan) -> Raw | Fault:
        """See `Collector.fetch`."""
        opened, known = self._open.get(target.name), self._known.get(target.name)
        if opened is None or known is None or known.identity is not identity:
            return Fault(None, Reason.SESSION_LOST, "no session with this device")
        try:
            return Raw(await _Round(opened.channel, known).ask(plan.gets))
        except Failure as failure:
            await self._drop(target.name)
            return failure.fault()

    async def _drop(self, name: str) -> None:
        """Ends a session; what is known of the device stays."""
        opened = self._open.pop(name, None)
        if opened is not None:
            await opened.channel.close()

    async def forget(self, target: Target) -> None:
        """See `Collector.forget`."""
        self._known.pop(target.name, None)
        await self._drop(target.name)

    async def close(self) -> None:
        """See `Collector.close`."""
        closing = [self._drop(name) for name in tuple(self._open)]
        try:
            async with asyncio.timeout(_CLOSE_TIME):
                await asyncio.gather(*closing, return_exceptions=True)
        except TimeoutError:
            pass  # the BMCs end the sessions themselves after a minute
        await self._connector.close()


class _Round:
    """One fetch: asks for addresses one after the other."""

    def __init__(self, channel: Channel, known: _Known) -> None:
        self._channel, self._known = channel, known
        self._timeouts = 0

    async def ask(self, addresses: tuple[str, ...]) -> Mapping[str, Value | Fault]:
        """Address → value. Failure: the device as a whole is lost."""
        values: dict[str, Value | Fault] = {}
        meters, request = self._known.board.meters, self._channel.request
        for address in addresses:
            meter = meters.get(address)
            try:
                if meter is None:
                    if address not in values:
                        values.update(await self._standard(address))
                elif meter.trouble is not None:
                    values[address] = meter.trouble
                else:
                    answer = await request(
                        NETFN_SENSOR, GET_SENSOR_READING, meter.request, meter.lun
                    )
                    sample = meter.decode(answer)
                    if meter.factory is not None and type(sample) is Sample:
                        sample = await self._factor(meter, sample)
                    values[address] = sample
            except Failure as failure:
                values[address] = self._survived(failure)
        return values

    def _survived(self, failure: Failure) -> Fault:
        """The fault of one silent sensor; raises where the device is lost."""
        self._timeouts += 1
        if failure.reason is not Reason.TIMEOUT or self._timeouts >= _TIMEOUTS:
            raise failure
        return failure.fault()

    async def _standard(self, address: str) -> commands.Found:
        question = commands.STANDARD.get(address)
        if question is None:
            return {address: Fault(None, Reason.ABSENT, f"the device has no {address!r}")}
        if address in commands.IN_BAND and not self._channel.in_band:
            return {address: Fault(None, Reason.UNSUPPORTED, "asked in-band alone")}
        return await question(self._channel)

    async def _factor(self, meter: Meter, sample: Sample) -> Sample | Fault:
        """A non-linear sample with its value; factors are asked for once per raw byte (§36.2)."""
        assert meter.factory is not None
        key = (meter.definition.key, sample.raw)
        kept = self._known.factors.get(key)
        if kept is not None:
            return sample._replace(value=kept)
        request = bytes((meter.definition.number, sample.raw))
        answer = await self._channel.request(NETFN_SENSOR, GET_READING_FACTORS, request, meter.lun)
        found = factored(meter.factory, meter.unit, sample.raw, answer)
        if isinstance(found, Fault):
            return found
        self._known.factors[key] = found
        return sample._replace(value=found)


async def _texts(channel: Channel, note: Note) -> tuple[Mapping[str, str], Fault | None]:
    """FRU 0's texts, and why there are none; a BMC without them is still worth asking."""
    try:
        return fru.decode(await fru.read_fru(channel)), None
    except Failure as failure:
        if failure.reason in (Reason.NO_ANSWER, Reason.PORT_CLOSED, Reason.SESSION_LOST):
            raise
        note(_lesser(failure.fault()))
        return {}, failure.fault()


def _packed(*parts: bytes) -> bytes:
    return b"".join(bytes((len(part),)) + part for part in parts)


def _lesser(fault: Fault) -> Step:
    """A step that something less than the whole failed."""
    return Step(StepName.IDENTITY, fault.detail, 0.0, fault, fatal=False)


def _device(texts: Mapping[str, str], firmware: str) -> DeviceId:
    def first(names: tuple[str, ...]) -> str:
        found = (texts.get(name, "") for name in names)
        return next((text for text in found if text and text.lower() not in _FILLERS), "")

    return DeviceId(first(_VENDOR), first(_MODEL), first(_SERIAL), firmware)
