"""Each vice of the simulated BMC, seen from outside."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from hw_profiles.capture import read
from simulators.bmc_vices import BmcVices
from simulators.vice_options import apply, names
from tests.unit.simulators.console import Console, Refused
from tests.unit.simulators.test_bmc import CAPTURES, CPU1, GENERIC, POWER, serving

READING = bytes((0, 103, 0xC0, 0xC0))


def vices(*words: str) -> BmcVices:
    found = BmcVices()
    apply(found, words)
    return found


async def ask(console: Console) -> bytes | None:
    return await console.request(4, 0x2D, bytes((POWER,)))


async def test_delay_and_its_end() -> None:
    async with serving(vices=vices("delay=0.08")) as (bmc, port), Console(port) as console:
        begun = time.monotonic()
        await console.login()
        assert time.monotonic() - begun >= 0.24
        bmc.vices.delay = 0
        begun = time.monotonic()
        assert await ask(console) == READING
        assert time.monotonic() - begun < 0.08


async def test_loss_before_and_behind_the_bmc() -> None:
    chance = random.Random(7)
    async with serving(chance=chance) as (bmc, port), Console(port, patience=0.02) as console:
        await console.login()
        served, bmc.vices.loss = bmc.commands, 0.5
        answers = [await ask(console) for _ in range(40)]
        assert 10 < answers.count(None) < 30
        assert answers.count(READING) == 40 - answers.count(None)
        assert answers.count(READING) < bmc.commands - served < 40


async def test_silent() -> None:
    async with serving(vices=vices("silent")) as (bmc, port), Console(port) as console:
        with pytest.raises(Refused, match="open: -"):
            await console.login()
        assert await console.ping() is None
        assert bmc.received == 2


async def test_no_ping_alone() -> None:
    async with serving(vices=vices("no-ping")) as (_, port), Console(port) as console:
        assert await console.ping() is None
        await console.login()
        assert await ask(console) == READING


async def test_busy() -> None:
    async with serving(vices=vices("busy=1")) as (bmc, port), Console(port) as console:
        await console.login()
        assert await ask(console) == b"\xc0"
        assert await console.request(0x0A, 0x20) == b"\xc0"
        assert await console.request(0, 0x01) == bytes.fromhex("0021004000")
        bmc.vices.busy = 0
        assert await ask(console) == READING


@pytest.mark.parametrize(
    ("vice", "message", "status"),
    [
        ("wrong_password", "rakp2", -1),
        ("refuse_users", "rakp2", 0x0D),
        ("bad_proof=rakp2", "rakp2", -1),
        ("bad_proof=rakp4", "rakp4", -1),
    ],
)
async def test_login_vices(vice: str, message: str, status: int) -> None:
    async with serving(vices=vices(vice)) as (_, port), Console(port, 3) as console:
        with pytest.raises(Refused) as caught:
            await console.login()
        assert (caught.value.message, caught.value.status) == (message, status)


async def test_session_limit() -> None:
    async with (
        serving(vices=vices("session_limit=2")) as (bmc, port),
        Console(port) as one,
        Console(port) as two,
        Console(port) as three,
    ):
        await one.login()
        await two.login()
        with pytest.raises(Refused, match="open: 0x01"):
            await three.login()
        assert await one.close() == b"\0"
        await three.login()
        assert await ask(three) == READING
        assert len(bmc.sessions) == 2


async def test_only_encrypted_requests_of_suite_17_are_dropped() -> None:
    async with (
        serving(vices=vices("drop_encrypted")) as (_, port),
        Console(port, 17) as new,
        Console(port, 3) as old,
        Console(port, 16) as plain,
    ):
        for console, answer in ((new, None), (old, READING), (plain, READING)):
            await console.login()
            assert await ask(console) == answer


async def test_unavailable_sensors() -> None:
    async with serving(vices=vices("unavailable=0x10,17")) as (_, port), Console(port) as console:
        await console.login()
        assert await ask(console) == bytes((0, 0, 0xE0, 0xC0))
        answer = await console.request(4, 0x2D, bytes((CPU1,)))
        assert answer == bytes((0, 58, 0xC0, 0xC0))


async def test_extra_byte() -> None:
    async with serving(vices=vices("extra_byte")) as (_, port), Console(port) as console:
        await console.login()
        assert await ask(console) == READING + b"\0"


async def test_garbage_comes_well_sealed() -> None:
    found, chance = vices("garbage=1"), random.Random(1)
    async with serving(vices=found, chance=chance) as (_, port), Console(port) as console:
        await console.login()
        answers = {await ask(console) for _ in range(8)}
        assert len(answers) == 8
        assert all(answer is not None and answer[0] == 0 for answer in answers)


async def test_half_packets_and_noise_are_no_answers() -> None:
    async with serving() as (bmc, port), Console(port, patience=0.05) as console:
        await console.login()
        bmc.vices.half = 1.0
        assert await ask(console) is None
        assert len(console.packets[-1]) < 60
        bmc.vices.half, bmc.vices.noise = 0.0, 1.0
        before = len(console.packets)
        assert await ask(console) == READING
        assert len(console.packets) == before + 2


async def test_packets_of_a_foreign_session() -> None:
    async with serving() as (bmc, port), Console(port) as console:
        await console.login()
        bmc.vices.foreign = True
        before = len(console.packets)
        assert await ask(console) == READING
        foreign, own = console.packets[before:]
        assert len(foreign) == len(own)
        assert foreign[6:10] == b"\x5a\xa5\x01\x99"
        assert foreign[16:] != own[16:]


async def test_lost_reservations() -> None:
    async with serving() as (bmc, port), Console(port) as console:
        await console.login()
        reservation = await console.request(0x0A, 0x22)
        assert reservation
        request = reservation[1:] + b"\1\0\5\x10"
        assert (await console.request(0x0A, 0x23, request) or b"")[0] == 0
        bmc.vices.lost_reservation = 1.0
        assert await console.request(0x0A, 0x23, request) == b"\xc5"
        bmc.vices.lost_reservation = 0.0
        assert await console.request(0x0A, 0x23, request) == b"\xc5"


async def test_an_endless_chain_of_records() -> None:
    async with serving(GENERIC, vices=vices("endless_sdr")) as (_, port), Console(port) as console:
        await console.login()
        number, seen = 0, []
        for _ in range(100):
            request = b"\0\0" + number.to_bytes(2, "little") + b"\0\5"
            answer = await console.request(0x0A, 0x23, request)
            assert answer is not None
            assert answer[0] == 0
            number = int.from_bytes(answer[1:3], "little")
            seen.append(number)
        assert len(set(seen)) == 100
        assert 0xFFFF not in seen


async def test_a_huge_fru() -> None:
    async with serving(vices=vices("huge_fru")) as (_, port), Console(port) as console:
        await console.login()
        assert await console.request(0x0A, 0x10, b"\0") == b"\0\xff\xff\0"
        head = await console.request(0x0A, 0x11, b"\0\0\0\x08")
        assert head is not None
        assert head[:3] == b"\0\x08\x01"
        tail = await console.request(0x0A, 0x11, b"\0\xf0\xff\x08")
        assert tail == b"\0\x08" + b"\xc1" * 8


async def test_inactive_dcmi() -> None:
    inspur = read(CAPTURES / "inspur.capture")
    async with serving(inspur) as (bmc, port), Console(port) as console:
        await console.login()
        active = await console.request(0x2C, 0x02, b"\xdc\x01\0\0")
        bmc.vices.dcmi_inactive = True
        inactive = await console.request(0x2C, 0x02, b"\xdc\x01\0\0")
        assert active is not None
        assert inactive is not None
        assert (active[2:4], active[-1]) == (b"\x28\x01", 0x40)
        assert (inactive[2:10], inactive[-1], len(inactive)) == (bytes(8), 0, len(active))


async def test_a_bmc_that_goes_away_says_nothing_more() -> None:
    async with serving(vices=vices("delay=0.05")) as (bmc, port), Console(port) as console:
        console.transport.sendto(bytes.fromhex("0600ff06000011be80070000"))
        await asyncio.sleep(0.01)
        bmc.close()
        assert await console.receive(0.1) is None


def test_vices_by_name() -> None:
    found = vices("loss=0.25", "no-ping", "silent=false", "session_limit=0x4", "bad_proof=rakp4")
    assert (found.loss, found.no_ping, found.silent) == (0.25, True, False)
    assert (found.session_limit, found.bad_proof) == (4, "rakp4")
    assert "endless_sdr" in names(BmcVices)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("los=0.2", 'no vice "los": did you mean "loss"'),
        ("loss=much", 'loss: expected a number, found "much"'),
        ("loss", "loss: a value is missing"),
        ("silent=perhaps", "silent: expected true or false"),
        ("unavailable=a", "unavailable: expected numbers"),
    ],
)
def test_wrong_vices_by_name(word: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        vices(word)
