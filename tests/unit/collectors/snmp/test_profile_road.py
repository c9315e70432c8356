"""What a profile says of the wire, along the whole road to a live agent: switches and packets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors.poll import Road
from collectors.snmp.bulk import Manners
from collectors.snmp.collector import SnmpCollector, parsed
from collectors.snmp.own_client import OwnClient
from collectors.snmp.scalars import get_all
from collectors.snmp.walk import Walk
from hw_profiles import bindings_snmp, capture
from hw_profiles.load import Pack, pack
from hw_profiles.schema import Profile
from model.credentials import Credential
from model.devices import ALL_TIERS, Health, Poll, Protocol, Target
from model.readings import Fault, Reason
from simulators.snmp_agent import AgentVices, SimulatedAgent
from tests.unit.collectors.snmp.agents import CAPTURES, PUBLIC, SHA256, running, target

PACK = pack()
SNMP_PROFILES = tuple(p for p in PACK.profiles if p.protocol is Protocol.SNMP)


def with_switch(any_address: bool) -> Pack:
    """The shipped pack, its profile of APC's PDUs with the switch so."""
    return Pack(
        tuple(
            replace(profile, any_address=any_address) if profile.name == "apc-rpdu2" else profile
            for profile in PACK.profiles
        )
    )


async def polled(profiles: Pack, port: int, credential: Credential, times: int = 1) -> list[Poll]:
    road = Road({Protocol.SNMP: SnmpCollector(OwnClient(), deadline=5)}, profiles)
    try:
        of = target(port, credential, timeout=0.3, retries=0)
        return [await road.poll(of) for _ in range(times)]
    finally:
        await road.close()


@pytest.mark.parametrize("credential", [PUBLIC, SHA256], ids=["v2c", "v3"])
async def test_an_answer_from_another_address_counts_where_the_profile_says_so(
    credential: Credential,
) -> None:
    async with running() as (_, port):
        (usual,) = await polled(with_switch(False), port, credential)
    async with running(vices=AgentVices(other_address="127.0.0.2")) as (_, port):
        for poll in await polled(with_switch(True), port, credential, times=2):
            assert poll.outcomes == usual.outcomes
            assert poll.health is Health.UP
        (refused,) = await polled(with_switch(False), port, credential)
    (fault,) = refused.faults
    assert refused.readings == ()
    assert fault.reason is Reason.NO_ANSWER
    assert fault.detail == (
        "the answer came from another address, 127.0.0.2; a profile may allow it with any_address"
        " in [snmp]"
    )


async def requests_of(
    client: OwnClient, agent: SimulatedAgent, of: Target, profile: Profile
) -> tuple[int, int, int, int]:
    """Requests for a profile's objects when all is known of them.

    GETs that scalars take, and what they would take at least; columns together, and one by one.
    """
    plan, manners = bindings_snmp.plan(profile, ALL_TIERS), Manners()
    columns = [parsed(address) for address in plan.walks]
    scalars = [parsed(address) for address in plan.gets]
    counts = []
    for _ in range(2):
        before = agent.requests
        found = await get_all(client, of, scalars, manners)
        assert not [value for value in found.values() if isinstance(value, Fault)]
        counts.append(agent.requests - before)
    for groups in ([columns], [columns], [[column] for column in columns]):
        before = agent.requests
        for group in groups:
            walk = Walk(client, of, manners, plan.max_repetitions, group)
            assert await walk.run()
            assert not [column.fault for column in walk.columns if column.fault]
        counts.append(agent.requests - before)
    return counts[1], -(-len(scalars) // manners.objects), counts[3], counts[4]


@pytest.mark.parametrize("profile", SNMP_PROFILES, ids=lambda p: p.name)
async def test_a_profile_takes_few_requests(profile: Profile) -> None:
    """On its own capture: as few GETs as fit, and no more packets together than one by one."""
    client = OwnClient()
    async with running(capture.read(CAPTURES / f"{profile.name}.capture")) as (agent, port):
        of = target(port, timeout=5)
        gets, least, together, alone = await requests_of(client, agent, of, profile)
    await client.close()
    assert gets == least
    assert together <= alone
