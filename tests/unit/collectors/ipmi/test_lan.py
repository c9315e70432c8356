from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from collectors.protocol import Failure
from model.credentials import CommunityCredential, IpmiCredential, Secret
from model.devices import Step, StepName
from model.readings import Reason
from tests.unit.collectors.ipmi.bmcs import ADMIN, MONITOR, bench

DEVICE_ID = (6, 1)
SENSOR_READING = (4, 0x2D, b"\x01")
INLET = bytes.fromhex("0018c0c0")
"""What the capture answers to it: 24 °C."""


async def refused(**vices: Any) -> Failure:
    changes = vices.pop("target", {})
    async with bench(**vices) as made:
        with pytest.raises(Failure) as caught:
            await made.connect(**changes)
        return caught.value


@pytest.mark.parametrize("number", [1, 2, 3, 15, 16, 17])
async def test_every_suite(number: int) -> None:
    async with bench(suites=(1, 2, 3, 15, 16, 17)) as made:
        channel = await made.connect(cipher_suite=number)
        assert channel.suite.number == number
        answer = await channel.request(*DEVICE_ID)
        assert answer[0] == 0
        assert len(answer) >= 12
        await channel.close()
        assert made.bmc.sessions.active == 0


async def test_suite_17_comes_first_and_3_where_it_is_refused() -> None:
    async with bench(suites=(3, 17)) as made:
        channel = await made.connect()
        assert channel.suite.number == 17
        await channel.close()
    async with bench(suites=(3,)) as made:
        channel = await made.connect()
        assert channel.suite.number == 3
        await channel.close()


async def test_suite_3_where_17_lets_in_but_then_says_nothing() -> None:
    async with bench(drop_encrypted=True) as made:
        channel = await made.connect()
        assert channel.suite.number == 3
        assert (await channel.request(*DEVICE_ID))[0] == 0
        await channel.close()
        # the suite that worked is tried first from now on
        before = made.bmc.received
        channel = await made.connect(timeout=10.0)
        assert made.bmc.received - before == 5
        assert channel.suite.number == 3
        await channel.close()


async def test_no_suite_in_common() -> None:
    failure = await refused(suites=(1,))
    assert failure.reason is Reason.SUITE_REFUSED
    assert "suite 17" in failure.detail
    assert "suite 3" in failure.detail


@pytest.mark.parametrize("pinned", [0, 4, 99])
async def test_suites_that_are_never_used(pinned: int) -> None:
    failure = await refused(target={"cipher_suite": pinned})
    assert failure.reason is Reason.SUITE_REFUSED


@pytest.mark.parametrize(
    ("vices", "reason"),
    [
        ({"refuse_users": True}, Reason.WRONG_USER),
        ({"wrong_password": True}, Reason.WRONG_PASSWORD),
        ({"bad_proof": "rakp2"}, Reason.WRONG_PASSWORD),
        ({"bad_proof": "rakp4"}, Reason.BMC_UNPROVEN),
        ({"target": {"credential": None}}, Reason.NO_CREDENTIAL),
        (
            {"target": {"credential": CommunityCredential("c", Secret("public"))}},
            Reason.NO_CREDENTIAL,
        ),
        (
            {"target": {"credential": IpmiCredential("c", "u" * 17, Secret(""))}},
            Reason.WRONG_USER,
        ),
    ],
)
async def test_refused_logins(vices: dict[str, Any], reason: Reason) -> None:
    assert (await refused(**vices)).reason is reason


@pytest.mark.parametrize("vice", ["refuse_users", "wrong_password"])
async def test_a_refused_login_is_tried_once(vice: str) -> None:
    async with bench() as made:
        setattr(made.bmc.vices, vice, True)
        with pytest.raises(Failure):
            await made.connect(timeout=10.0)
        await asyncio.sleep(0.05)
        # capabilities, Open Session, RAKP 1, and for the password the word that we give up
        assert made.bmc.received == (4 if vice == "wrong_password" else 3)
        assert made.bmc.sessions.active == 0


async def test_privileges() -> None:
    async with bench() as made:
        for credential, expected in ((ADMIN, 4), (MONITOR, 2)):
            channel = await made.connect(credential=credential)
            session = made.bmc.sessions.find(channel._session)
            assert session is not None
            assert session.privilege == expected
            await channel.close()
        with pytest.raises(Failure) as caught:
            await made.connect(credential=replace(MONITOR, privilege="admin"))
        assert caught.value.reason is Reason.PRIVILEGE_REFUSED


async def test_a_full_session_table() -> None:
    async with bench(session_limit=1) as made:
        channel = await made.connect()
        with pytest.raises(Failure) as caught:
            await made.connect()
        assert caught.value.reason is Reason.SESSIONS_FULL
        await channel.close()
        again = await made.connect()
        await again.close()


async def test_steps_are_told() -> None:
    async with bench() as made:
        steps: list[Step] = []
        channel = await made.connector.connect(made.target, steps.append)
        await channel.close()
        assert [s.name for s in steps] == [StepName.REACH, StepName.SESSION]
        assert steps[0].evidence == f"udp/{made.target.port} answers, IPMI 2.0"
        assert steps[1].evidence == "suite 17, privilege USER"
        steps.clear()
        made.bmc.vices.silent = True
        with pytest.raises(Failure):
            await made.connector.connect(made.target, steps.append)
        assert [(s.name, s.fault and s.fault.reason) for s in steps] == [
            (StepName.REACH, Reason.NO_ANSWER)
        ]


async def test_a_name_that_does_not_resolve() -> None:
    failure = await refused(target={"address": "no-such-host.invalid"})
    assert failure.reason is Reason.UNRESOLVED


async def test_a_closed_port_is_told_though_the_socket_serves_others_too() -> None:
    async with bench() as made:
        channel = await made.connect()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            closed = probe.getsockname()[1]
        for _ in range(3):
            begun = time.perf_counter()
            with pytest.raises(Failure) as caught:
                await made.connect(port=closed, timeout=10.0)
            assert caught.value.reason is Reason.PORT_CLOSED
            assert time.perf_counter() - begun < 1.0
            assert (await channel.request(*DEVICE_ID))[0] == 0
        await channel.close()


async def test_ipv6() -> None:
    async with bench(host="::1") as made:
        channel = await made.connect()
        assert (await channel.request(*DEVICE_ID))[0] == 0
        await channel.close()
        with pytest.raises(Failure) as caught:
            await made.connect(port=1, timeout=10.0)
        assert caught.value.reason is Reason.PORT_CLOSED


async def test_refused_logins_leave_nothing_behind() -> None:
    async with bench(wrong_password=True) as made:
        with pytest.raises(Failure):
            await made.connect()
        descriptors = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(50):
            with pytest.raises(Failure):
                await made.connect()
        (wire,) = made.connector._wires.values()
        assert (wire._sessions, wire._listeners) == ({}, {})
        assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


class PongOnly(asyncio.DatagramProtocol):
    """Answers ASF pings and nothing else: RMCP is there, IPMI over LAN is off."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data[3] == 6:
            pong = data[:8] + b"\x40" + data[9:10] + b"\0\x10\0\0\x11\xbe" + bytes(4) + b"\x81"
            self.transport.sendto(pong + bytes(7), addr)


async def test_a_pong_proves_that_someone_is_there() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(PongOnly, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    async with bench() as made:
        steps: list[Step] = []
        target = replace(made.target, port=port, timeout=0.04, retries=1)
        with pytest.raises(Failure) as caught:
            await made.connector.connect(target, steps.append)
        assert caught.value.reason is Reason.NO_ANSWER
        assert "Open Session" in caught.value.detail
        assert steps[0].evidence == f"udp/{port} RMCP pong"
        assert steps[0].fault is None
    transport.close()
