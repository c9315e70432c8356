"""How long it takes to record a device on loopback.

    python -m tests.bench.record

A full record of an SNMP agent of 1,500 objects takes less than 5 s; that of a BMC of 87 sensors
is shown beside it.
"""

from __future__ import annotations

import asyncio
import sys
import time

from collectors.ipmi.lan import LanConnector
from collectors.ipmi.record import IpmiRecorder
from collectors.protocol import silent
from collectors.recording import Recording
from collectors.snmp.own_client import OwnClient
from collectors.snmp.record import SnmpRecorder
from hw_profiles.capture import Capture, SnmpObject, render
from hw_profiles.pseudonyms import Pseudonyms
from hw_profiles.redact import redact
from model.credentials import CommunityCredential, IpmiCredential, Secret, UsmCredential
from model.devices import Protocol, Target
from simulators.bmc import SimulatedBmc
from simulators.snmp_agent import SimulatedAgent
from tests.bench.crowd import server

OBJECTS, LIMIT = 1500, 5.0
PUBLIC = CommunityCredential("c", Secret("public"))
V3 = UsmCredential("c", "monitor", "sha256", Secret("auth-pass"), "aes", Secret("priv-pass"))


def agent() -> Capture:
    """30 columns of 50 rows, and who it is."""
    table = (1, 3, 6, 1, 4, 1, 99999, 1, 1, 1)
    rows = [
        SnmpObject(
            (*table, c, r), 66 if c % 3 else 4, b"%d" % (c * r) if c % 3 else b"Outlet %d" % r
        )
        for c in range(1, 31)
        for r in range(1, 51)
    ]
    who = SnmpObject((1, 3, 6, 1, 2, 1, 1, 2, 0), 6, b"1.3.6.1.4.1.99999.1")
    return Capture({"device": "bench"}, (who, *rows[: OBJECTS - 1]), ())


async def snmp(credential: CommunityCredential | UsmCredential) -> tuple[int, float]:
    """Objects recorded, and seconds from the first question to the redacted text."""
    simulated = SimulatedAgent(agent(), users=(V3,))
    target = Target("t", "127.0.0.1", Protocol.SNMP, credential, await simulated.start())
    client, into, begun = OwnClient(), Recording(), time.perf_counter()
    try:
        await SnmpRecorder(client, target, into).run()
        render(redact(into.capture({}), Pseudonyms()))
    finally:
        await client.close()
        simulated.close()
    return len(into.objects), time.perf_counter() - begun


async def ipmi() -> tuple[int, float]:
    """The same of a BMC."""
    simulated = SimulatedBmc(server())
    login = IpmiCredential("c", "monitor", Secret("monitor-pass"))
    target = Target("t", "127.0.0.1", Protocol.IPMI, login, await simulated.start())
    connector, into, begun = LanConnector(), Recording(), time.perf_counter()
    try:
        channel = await connector.connect(target, silent)
        await IpmiRecorder(channel, into).run()
        render(redact(into.capture({}), Pseudonyms()))
        await channel.close()
    finally:
        await connector.close()
        simulated.close()
    return len(into.exchanges), time.perf_counter() - begun


def main() -> int:
    """Prints the figures; 1 where the one that is promised is missed."""
    late = False
    for title, credential in (("SNMP v2c", PUBLIC), ("SNMP v3 authPriv", V3)):
        count, took = asyncio.run(snmp(credential))
        late = late or took > LIMIT or count != OBJECTS
        print(f"{title}: {count} objects in {took:.2f} s (limit {LIMIT:g} s)")
    count, took = asyncio.run(ipmi())
    print(f"IPMI, 87 sensors: {count} answers in {took:.2f} s")
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
