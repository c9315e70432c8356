"""A fleet at once: one request in flight to each device, whoever asks, and many devices at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from collectors.protocol import silent
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import OwnClient
from model.credentials import Credential
from model.devices import Identity
from model.raw import Plan, Raw
from simulators.snmp_agent import AgentVices, SimulatedAgent
from tests.unit.collectors.snmp.agents import (
    APC,
    MD5,
    NOBODY,
    OUTLET_AMPERES,
    OUTLET_NAMES,
    PUBLIC,
    PUBLIC_V1,
    SHA256,
    SYS_NAME,
    column_of,
    target,
)

DEVICES = 25
PLAN = Plan(walks=(OUTLET_NAMES, OUTLET_AMPERES))
WHOLE = {**column_of(APC, OUTLET_NAMES), **column_of(APC, OUTLET_AMPERES)}
CREDENTIALS: tuple[Credential, ...] = (PUBLIC, PUBLIC_V1, SHA256, MD5)


class Watchful(SimulatedAgent):
    """Takes some time for each answer, and counts how many of them it owes at once."""

    everywhere, most_everywhere = 0, 0

    def __init__(self) -> None:
        super().__init__(APC, users=(NOBODY, MD5, SHA256), vices=AgentVices(delay=0.005))
        self.owed = self.most = 0

    def _serve(self, data: bytes, peer: tuple[object, ...]) -> None:
        self.owed += 1
        self.most = max(self.most, self.owed)
        Watchful.everywhere += 1
        Watchful.most_everywhere = max(Watchful.most_everywhere, Watchful.everywhere)
        super()._serve(data, peer)

    def _send(self, reply: bytes, peer: tuple[object, ...]) -> None:
        self.owed -= 1
        Watchful.everywhere -= 1
        super()._send(reply, peer)


@asynccontextmanager
async def fleet() -> AsyncIterator[tuple[list[Watchful], list[int]]]:
    async with AsyncExitStack() as stack:
        agents = [Watchful() for _ in range(DEVICES)]
        for agent in agents:
            stack.callback(agent.close)
        yield agents, [await agent.start() for agent in agents]


async def asked(collector: SnmpCollector, port: int, credential: Credential) -> object:
    """One poll under one credential: the values, or the fault."""
    of = target(port, credential, timeout=10, retries=0)
    of = replace(of, name=f"{port} {credential.name} {type(credential).__name__}")
    identity = await collector.identify(of, (), silent)
    if not isinstance(identity, Identity):
        return identity
    raw = await collector.fetch(of, identity, PLAN)
    return dict(raw.values) if isinstance(raw, Raw) else raw


async def test_one_request_is_in_flight_to_each_device_and_many_in_all() -> None:
    client = OwnClient()
    collector = SnmpCollector(client)
    async with fleet() as (agents, ports):
        polls = [asked(collector, port, each) for port in ports for each in CREDENTIALS]
        beside = [client.get(target(port, timeout=10, retries=0), [SYS_NAME]) for port in ports * 3]
        found, names = await asyncio.gather(asyncio.gather(*polls), asyncio.gather(*beside))
        assert found == [WHOLE] * len(polls)
        assert {bind.value for (bind,) in names} == {"pdu-a01-a"}
        assert [agent.most for agent in agents] == [1] * DEVICES
        assert Watchful.most_everywhere > DEVICES // 2, "devices are asked side by side"
        assert client.dropped == {"unasked": 0, "malformed": 0, "unproven": 0}
    await collector.close()
