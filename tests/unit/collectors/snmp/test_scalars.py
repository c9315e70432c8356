"""Single objects: as few GETs as fit, and one bad object never costs the others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from collectors.protocol import Failure
from collectors.snmp.bulk import Manners
from collectors.snmp.client import Missing, Oid
from collectors.snmp.own_client import OwnClient
from collectors.snmp.scalars import get_all
from hw_profiles.capture import Capture
from model.readings import Fault, Reason
from simulators.snmp_agent import AgentVices, SimulatedAgent
from tests.unit.collectors.snmp.agents import (
    APC,
    OUTLET_WATTS,
    PUBLIC,
    PUBLIC_V1,
    SYS_NAME,
    device,
    running,
    target,
)

WATTS = tuple((1, 3, 6, 1, 4, 1, 318, 1, 1, 26, 9, 4, 3, 1, 7, n) for n in range(1, 25))
GONE: Oid = (1, 3, 6, 1, 4, 1, 318, 1, 1, 26, 77, 0)
HELD = {thing.oid: int(thing.value) for thing in APC.objects if thing.oid in WATTS}


@pytest.fixture
async def client() -> AsyncIterator[OwnClient]:
    made = OwnClient()
    yield made
    await made.close()


async def test_all_travel_in_one_get(client: OwnClient) -> None:
    async with running() as (agent, port):
        found = await get_all(client, target(port), WATTS, Manners())
        assert found == HELD
        assert agent.requests == 1


@pytest.mark.parametrize("credential", [PUBLIC, PUBLIC_V1], ids=["v2c", "v1"])
async def test_an_object_that_is_missing_costs_no_other(
    client: OwnClient, credential: object
) -> None:
    assert credential in (PUBLIC, PUBLIC_V1)
    asked = PUBLIC if credential is PUBLIC else PUBLIC_V1
    async with running() as (agent, port):
        found = await get_all(client, target(port, asked), (WATTS[0], GONE, WATTS[1]), Manners())
        assert found == {
            WATTS[0]: HELD[WATTS[0]],
            GONE: Missing.NO_SUCH_OBJECT,
            WATTS[1]: HELD[WATTS[1]],
        }
        assert agent.requests <= 2


async def test_an_object_in_error_costs_no_other(client: OwnClient) -> None:
    async with running(vices=AgentVices(error_under=f"{OUTLET_WATTS}.3")) as (agent, port):
        found = await get_all(client, target(port), WATTS, Manners())
        bad = found.pop(WATTS[2])
        assert isinstance(bad, Fault)
        assert bad.reason is Reason.DEVICE_ERROR
        assert found == {oid: value for oid, value in HELD.items() if oid != WATTS[2]}
        assert agent.requests == 2


async def test_a_get_that_is_too_big_is_halved_and_that_is_remembered(
    client: OwnClient,
) -> None:
    texts = [(f"1.3.6.1.4.1.99999.1.{n}", 4, "x" * 40) for n in range(20)]
    oids = [(1, 3, 6, 1, 4, 1, 99999, 1, n) for n in range(20)]
    manners = Manners()
    async with small(device(*texts)) as (agent, port):
        found = await get_all(client, target(port), oids, manners)
        assert found == dict.fromkeys(oids, "x" * 40)
        assert manners.objects == 5
        before = agent.requests
        assert await get_all(client, target(port), oids, manners) == found
        assert agent.requests - before == 4


class small:  # noqa: N801 (reads as a word)
    """An agent whose answers are at most 500 bytes long."""

    def __init__(self, recorded_device: Capture) -> None:
        self.agent = SimulatedAgent(recorded_device, largest=500)

    async def __aenter__(self) -> tuple[SimulatedAgent, int]:
        return self.agent, await self.agent.start()

    async def __aexit__(self, *_: object) -> None:
        self.agent.close()


async def test_silence_from_the_start_is_a_failure_and_later_a_fault(client: OwnClient) -> None:
    async with running() as (agent, port):
        manners = Manners(objects=10)
        respond = agent.respond

        def dying(data: bytes) -> bytes | None:
            return respond(data) if agent.requests <= 1 else None

        agent.respond = dying  # type: ignore[method-assign] # it dies in the middle
        found = await get_all(client, target(port, retries=0), (SYS_NAME, *WATTS), manners)
        assert [v for v in found.values() if not isinstance(v, Fault)] == [
            "pdu-a01-a",
            *(HELD[oid] for oid in WATTS[:9]),
        ]
        assert {v.reason for v in found.values() if isinstance(v, Fault)} == {Reason.TIMEOUT}
        with pytest.raises(Failure):
            await get_all(client, target(port, retries=0), WATTS, manners)
