"""How long it takes to search a /24 with 40 devices on loopback, at the usual rate.

    python -m tests.bench.discover

20 BMCs of three brands, 8 of them with an SNMP agent beside and 12 with a Redfish root, and 20
PDUs and UPSs. The search takes less than 10 s, also where all other addresses swallow what they
are sent, as it is on a real network; where they say "port unreachable" it is shown beside it.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import sys
import time
from collections import Counter
from pathlib import Path

from collectors.discovery.sweep import Manner, Ports, Sweep
from hw_profiles.capture import read
from hw_profiles.load import pack
from hw_profiles.recognise import recognise
from simulators import compose
from simulators.bmc import SimulatedBmc
from simulators.redfish_root import RedfishRoot, root
from simulators.snmp_agent import SimulatedAgent

CAPTURES = Path(__file__).parents[1] / "captures"
PREFIX, LIMIT = "127.60.7", 10.0
DEVICES = 40
BOARDS = (("huawei-ibmc", 2011), ("inspur", 37945), ("h3c-hdm", 25506))
AGENTS = (("raritan-px", 13742), ("apc-rpdu2", 318), ("rfc1628-ups", 8072))
PORTS = Ports(21623, 21161, 21443, 21623)

_Devices = list[tuple[SimulatedBmc | SimulatedAgent | RedfishRoot, int, int]]


def devices() -> _Devices:
    """What stands where: device, last part of its address, port."""
    found: _Devices = []
    for n in range(20):
        board, number = BOARDS[n % 3]
        at, engine = 10 + 5 * n, (0x80000000 | number).to_bytes(4, "big") + b"\x04bmc"
        found.append((SimulatedBmc(compose.server(board, n)), at, PORTS.ipmi))
        if n < 8:
            agent = SimulatedAgent(read(CAPTURES / "huawei-ibmc-snmp.capture"), engine_id=engine)
            found.append((agent, at, PORTS.snmp))
        else:
            found.append((RedfishRoot(root(board)), at, PORTS.https))
    for n in range(20):
        name, number = AGENTS[n % 3]
        engine = (0x80000000 | number).to_bytes(4, "big") + b"\x04unit"
        agent = SimulatedAgent(read(CAPTURES / f"{name}.capture"), engine_id=engine)
        found.append((agent, 120 + 5 * n, PORTS.snmp))
    return found


def mute(standing: _Devices) -> list[socket.socket]:
    """Sockets that take datagrams and never answer, wherever nothing stands."""
    taken = {(at, port) for _, at, port in standing}
    found = []
    for at in range(1, 255):
        for port in (PORTS.ipmi, PORTS.snmp):
            if (at, port) not in taken:
                swallower = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                swallower.bind((f"{PREFIX}.{at}", port))
                found.append(swallower)
    return found


async def measure(*, silent: bool) -> bool:
    """Prints the figures; True where what is promised is kept."""
    standing = devices()
    for device, at, port in standing:
        await device.start(f"{PREFIX}.{at}", port)
    swallowers = mute(standing) if silent else []
    sweep, begun = Sweep(Manner(ports=PORTS)), time.perf_counter()
    try:
        await sweep.run([f"{PREFIX}.{n}" for n in range(1, 255)])
        took = time.perf_counter() - begun
    finally:
        for device, _, _ in standing:
            device.close()
        for swallower in swallowers:
            swallower.close()
    shipped = pack()
    known = (recognise(each, shipped) for each in sweep.seen.values())
    named = Counter(f"{k.vendor or k.software or '?'} {k.kind or '?'}" for k in known)
    rest = "swallow all" if silent else "are closed"
    print(f"/24 with {DEVICES} devices, the rest {rest}: ", end="")
    print(f"{len(sweep.seen)} found in {took:.2f} s (limit {LIMIT:g} s)")
    print("  " + ", ".join(f"{count} {name}" for name, count in named.most_common()))
    return len(sweep.seen) == DEVICES and took < LIMIT


def main() -> int:
    """1 where the figure that is promised is missed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2048 and (hard == resource.RLIM_INFINITY or hard >= 2048):
        resource.setrlimit(resource.RLIMIT_NOFILE, (2048, hard))
    kept = [asyncio.run(measure(silent=silent)) for silent in (True, False)]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
