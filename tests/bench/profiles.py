"""What it takes to check all profiles, and to match one device among them.

    python -m tests.bench.profiles

`dcagent profiles check` over the whole pack takes less than 1 s, as a process; a match less than
1 ms, for each recorded device.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.replay import ReplayConnector
from collectors.protocol import silent
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.replay import ReplayClient
from hw_profiles.capture import read
from hw_profiles.load import Pack, pack
from hw_profiles.match import choose
from model.devices import Identity, Protocol, Target

CAPTURES = Path(__file__).parents[1] / "captures"
CHECK_LIMIT, MATCH_LIMIT = 1.0, 0.001
ROUNDS, MATCHES = 5, 50


def check() -> float:
    """Seconds of `dcagent profiles check`, the best of some."""
    command = (sys.executable, "-m", "agent.cli.main", "profiles", "check")
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found.append(time.perf_counter() - begun)
    return min(found)


async def identity(file: Path, known: Pack) -> Identity:
    """Who a recorded device says it is."""
    capture = read(file)
    protocol = Protocol.IPMI if capture.exchanges else Protocol.SNMP
    collector = (
        IpmiCollector(ReplayConnector(capture))
        if protocol is Protocol.IPMI
        else SnmpCollector(ReplayClient(capture))
    )
    try:
        found = await collector.identify(
            Target("device", "192.0.2.1", protocol), known.probes, silent
        )
    finally:
        await collector.close()
    assert isinstance(found, Identity), found
    return found


def match(known: Pack, device: Identity) -> float:
    """Seconds of one match, the median of some."""
    found = []
    for _ in range(MATCHES):
        begun = time.perf_counter()
        choose(known, device)
        found.append(time.perf_counter() - begun)
    return median(found)


def main() -> int:
    """Prints the figures; 1 where one that is promised is missed."""
    known = pack()
    took = check()
    print(f"profiles check, {len(known.profiles)} profiles: {took:.2f} s (limit {CHECK_LIMIT:g} s)")
    slowest, name = 0.0, ""
    for file in sorted(CAPTURES.glob("*.capture")):
        one = match(known, asyncio.run(identity(file, known)))
        slowest, name = max((slowest, name), (one, file.stem))
    print(
        f"match among {len(known.profiles)} profiles, the slowest device ({name}): "
        f"{slowest * 1000:.3f} ms (limit {MATCH_LIMIT * 1000:g} ms)"
    )
    return int(took > CHECK_LIMIT or slowest > MATCH_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
