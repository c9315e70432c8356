"""A fleet of simulated rack PDUs in a process of its own, for measurements.

    python -m tests.bench.pdus COUNT DELAY

Prints their ports as JSON. Each line on its input moves the values that move on real PDUs (watts,
amperes, energy) and is answered; another DELAY (seconds) may stand on it.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from hw_profiles.capture import Capture, SnmpObject
from model.credentials import Secret, UsmCredential
from simulators.snmp_agent import AgentVices, SimulatedAgent

RPDU = "1.3.6.1.4.1.318.1.1.26"
OUTLETS = 54
VALUES = 307
"""5 columns of 54 outlets, 8 of 3 phases, 4 of 2 probes, 5 of the whole."""
USER = UsmCredential("v3", "monitor", "sha256", Secret("auth-pass"), "aes", Secret("priv-pass"))


def _rows() -> Iterator[tuple[str, int, str]]:
    yield from (("1.3.6.1.2.1.1.1.0", 4, "simulated PDU"), ("1.3.6.1.2.1.1.5.0", 4, "pdu"))
    yield ("1.3.6.1.2.1.1.2.0", 6, "1.3.6.1.4.1.318.1.3.4.6")
    for at, text in ((6, "v7.0.4"), (8, "AP8959"), (9, "INVENTED01")):
        yield (f"{RPDU}.2.1.{at}.1", 4, text)
    for at, value in ((4, 2), (5, 620), (9, 184467), (16, 640), (17, 97)):
        yield (f"{RPDU}.4.3.1.{at}.1", 2, str(value))
    for phase in (1, 2, 3):
        held = {2: 1, 3: phase, 4: 2, 5: 92, 6: 230, 7: 207, 8: 212, 9: 98}
        for at, value in held.items():
            yield (f"{RPDU}.6.3.1.{at}.{phase}", 2, str(value))
    for outlet in range(1, OUTLETS + 1):
        amperes = outlet % 11
        yield (f"{RPDU}.9.4.3.1.3.{outlet}", 4, f"Outlet {outlet}")
        held = {5: 2, 6: amperes, 7: amperes * 23, 11: 1000 * outlet}
        for at, value in held.items():
            yield (f"{RPDU}.9.4.3.1.{at}.{outlet}", 2, str(value))
    for probe, kelvins in ((1, 243), (2, 251)):
        yield (f"{RPDU}.10.2.2.1.3.{probe}", 4, f"Probe {probe}")
        for at, value in ((6, 2), (8, kelvins), (10, 41)):
            yield (f"{RPDU}.10.2.2.1.{at}.{probe}", 2, str(value))


def capture() -> Capture:
    """One of them: invented, of the shape of a large metered PDU."""
    held = (SnmpObject(tuple(map(int, o.split("."))), t, v.encode()) for o, t, v in _rows())
    return Capture({"origin": "invented"}, tuple(sorted(held, key=lambda thing: thing.oid)), ())


_MOVING = tuple(f"{RPDU}.{column}." for column in ("9.4.3.1.6", "9.4.3.1.7", "6.3.1.5", "6.3.1.7"))
_RISING = tuple(f"{RPDU}.{column}." for column in ("9.4.3.1.11", "4.3.1.9"))


class Motion:
    """How the values of one PDU move from tick to tick."""

    ticks = 0

    def __init__(self, number: int) -> None:
        self._number = number

    def __call__(self, _seconds: float, oid: str, value: int | bytes) -> int | bytes:
        if isinstance(value, bytes):
            return value
        if oid.startswith(_RISING):
            return value + self._number * 131 + Motion.ticks * (1 + zlib.crc32(oid.encode()) % 7)
        if oid.startswith(_MOVING):
            return value + (zlib.crc32(oid.encode()) + self._number + Motion.ticks * 5) % 9
        return value


async def _serve(count: int, delay: float) -> None:
    held = capture()
    agents = [
        SimulatedAgent(held, users=(USER,), vices=AgentVices(delay=delay), vary=Motion(number))
        for number in range(count)
    ]
    print(json.dumps([await agent.start() for agent in agents]), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        Motion.ticks += 1
        for agent in agents:
            agent.vices.delay = float(line.strip() or delay)
        print(sum(agent.requests for agent in agents), flush=True)


class Fleet:
    """The process, from outside."""

    def __init__(self, to: IO[str], back: IO[str]) -> None:
        self._to, self._back = to, back
        self.ports: list[int] = json.loads(back.readline())

    def tick(self, delay: float = 0.0) -> int:
        """Moves the values; gives the requests that came so far."""
        self._to.write(f"{delay}\n")
        self._to.flush()
        return int(self._back.readline())


@contextmanager
def fleet(count: int, delay: float = 0.0) -> Iterator[Fleet]:
    """Runs so many PDUs."""
    command = (sys.executable, "-m", "tests.bench.pdus", str(count), str(delay))
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        yield Fleet(process.stdin, process.stdout)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
