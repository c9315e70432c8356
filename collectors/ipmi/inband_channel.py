"""Channels to the host's own BMC: the same questions as over LAN, without network or password."""

from __future__ import annotations

import asyncio
import platform
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from collectors.ipmi.channel import NETFN_APP
from collectors.ipmi.completion import fault_of
from collectors.ipmi.inband import Driver
from collectors.ipmi.inband_worker import Worker
from collectors.ipmi.waits import BUSY, busy_pauses, waits_of
from collectors.protocol import Failure, Note
from model.devices import Step, StepName, Target
from model.readings import Reason

_T = TypeVar("_T")
_GET_DEVICE_ID = 0x01
_NOBODY = frozenset({0x81, 0x82, 0x83, 0xFF})
"""What the driver answers in the BMC's stead where that does not answer: no BMC refuses to say
who it is with one of these."""
_CLOSE_TIME = 0.7
_LOWER = ("ipmi_si", "ipmi_ssif", "ipmi_powernv")
"""The drivers under `ipmi_devintf`, by the way in which the BMC is connected."""
_PLACES = ("dev/ipmi{}", "dev/ipmi/{}", "dev/ipmidev/{}")


class InbandChannel:
    """An open device file; implements `collectors.ipmi.channel.Channel`.

    A request is sent once, for nothing is lost on the way and the driver itself tries again; it
    may take `patience` seconds.
    """

    in_band = True

    def __init__(self, driver: Driver, worker: Worker, patience: float) -> None:
        self._driver, self._worker, self._patience = driver, worker, patience
        self._turn = asyncio.Lock()
        self._closed = False

    async def open(self) -> None:
        """Opens the file. Failure: why it cannot be; NO_ANSWER: the driver hangs."""
        try:
            await _again(lambda: self._run(self._driver.open))
        except Failure as failure:
            raise _whole(failure) from failure

    async def reach(self) -> str:
        """Proves that a BMC answers; what it says. Failure NO_ANSWER, BUSY."""
        try:
            answer = await self._asked(NETFN_APP, _GET_DEVICE_ID)
        except Failure as failure:
            raise _whole(failure) from failure
        if answer[0] in _NOBODY:
            words = f"the driver answers {answer[0]:02x}h, the BMC does not"
            raise Failure(Reason.NO_ANSWER, words)
        if answer[0]:
            fault = fault_of(answer[0])
            raise Failure(fault.reason, f"Get Device ID: {fault.detail}")
        version = answer[5] if len(answer) > 5 else 0
        return f"answers, IPMI {version & 0x0F}.{version >> 4}"

    async def request(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        """See `Channel.request`. Failure TIMEOUT: this request alone, the BMC answers others."""
        async with self._turn:
            if self._closed:
                raise Failure(Reason.SESSION_LOST, "closed")
            try:
                return await self._asked(netfn, command, data, lun)
            except Failure as failure:
                if failure.reason is Reason.TIMEOUT:
                    await self.reach()
                raise

    async def _asked(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        """One request, again while the BMC or the driver says that it is busy."""
        ask = partial(self._driver.ask, netfn, command, data, lun)
        until = time.monotonic() + self._patience
        answer = await _again(lambda: self._run(ask))
        for pause in busy_pauses():
            if answer[0] not in BUSY or time.monotonic() > until:
                break
            await asyncio.sleep(pause)
            answer = await _again(lambda: self._run(ask))
        return answer

    async def _run(self, work: Callable[[float], _T]) -> _T:
        try:
            return await self._worker.run(work, self._patience)
        except TimeoutError as error:
            words = f"{self._driver.path}: the driver hangs ({self._patience:.1f} s)"
            raise Failure(Reason.TIMEOUT, words) from error

    async def close(self) -> None:
        """See `Channel.close`. Where the driver hangs the file is closed when it lets go."""
        if self._closed:
            return
        self._closed = True
        self._worker.later(self._driver.close)
        try:
            await self._worker.run(lambda _left: None, _CLOSE_TIME)
        except TimeoutError:
            pass


def _whole(failure: Failure) -> Failure:
    """The same, where what goes unanswered is the BMC itself and not one request."""
    silence = failure.reason is Reason.TIMEOUT
    return Failure(Reason.NO_ANSWER, failure.detail) if silence else failure


async def _again(attempt: Callable[[], Awaitable[_T]]) -> _T:
    """Tries again while the driver takes nothing (EBUSY, EAGAIN). Failure BUSY: it never did."""
    for pause in busy_pauses():
        try:
            return await attempt()
        except Failure as failure:
            if failure.reason is not Reason.BUSY:
                raise
        await asyncio.sleep(pause)
    return await attempt()


class InbandConnector:
    """Opens channels to device files; one thread per file, whoever asks.

    `driver` makes what speaks to a file, `root` is where /dev hangs: both are for tests.
    """

    def __init__(
        self, *, driver: Callable[[Path], Driver] = Driver, root: Path = Path("/")
    ) -> None:
        self._driver, self._root = driver, root
        self._workers: dict[Path, Worker] = {}

    async def connect(self, target: Target, note: Note) -> InbandChannel:
        """See `Connector.connect`; the target's address is a path, its credential is not used."""
        begun = time.perf_counter()
        channel: InbandChannel | None = None
        try:
            path = _found(self._root, target.address)
            worker = self._workers.setdefault(path, Worker(f"dcagent-{path.name}"))
            patience = sum(waits_of(target.timeout, target.retries))
            channel = InbandChannel(self._driver(path), worker, patience)
            await channel.open()
            said = await channel.reach()
        except BaseException as error:
            if channel is not None:
                await channel.close()
            if isinstance(error, Failure):
                took = time.perf_counter() - begun
                note(Step(StepName.REACH, error.detail, took, error.fault()))
            raise
        note(Step(StepName.REACH, f"{path} {said}", time.perf_counter() - begun))
        note(Step(StepName.SESSION, "in-band, no login"))
        return channel

    async def close(self) -> None:
        """Ends the threads; one that hangs in the driver ends with it."""
        stopping = [worker.stop(_CLOSE_TIME) for worker in self._workers.values()]
        await asyncio.gather(*stopping)
        self._workers.clear()


def _found(root: Path, address: str) -> Path:
    """The device file: as it is named, else where other kernels put it.

    Failure NO_DRIVER; NO_ANSWER: the driver is there, and has found no BMC.
    """
    number = re.search(r"\d*$", address)
    assert number is not None
    names = [place.format(number[0] or "0") for place in _PLACES]
    paths = [root / address.lstrip("/"), *(root / name for name in names)]
    for path in paths:
        if path.exists():
            return path
    modules = root / "sys/module"
    if (modules / "ipmi_devintf").exists() and any((modules / name).exists() for name in _LOWER):
        raise Failure(Reason.NO_ANSWER, f"no {address}: the driver is loaded, but has found no BMC")
    module = "ipmi_ssif" if platform.machine() == "aarch64" else "ipmi_si"
    words = f"no {address}: the driver is not loaded (modprobe -a {module} ipmi_devintf)"
    raise Failure(Reason.NO_DRIVER, words)
