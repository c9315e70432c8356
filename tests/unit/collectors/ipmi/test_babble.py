"""The collector against a BMC that answers anything: nothing but values and faults comes out."""

from __future__ import annotations

import asyncio
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.ipmi.channel import Channel
from collectors.ipmi.collector import IpmiCollector
from collectors.protocol import Note, silent
from model.devices import Identity, Protocol, Target
from model.raw import STANDARD_COMMANDS, Plan, Raw, Sample
from model.readings import Fault
from tests.real.sdr_bytes import Compact, Full, fru

TARGET = Target("t", "babble", Protocol.IPMI)
DEVICE_ID = bytes.fromhex("0020810321 02bf db0700000100000000")
RECORDS = (
    Full(1, "A", 1, 1).encode(),
    Full(2, "B", 1, 1, linearization=0x70).encode(),
    Compact(3, "C", 8, share=5).encode(),
)
FRU = fru(board=("m", "n", "s", "p"), product=("m", "n", "p", "v", "s"))


class Babbler:
    """Answers with bytes that are random, or right but for some."""

    in_band = True

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    async def connect(self, target: Target, note: Note) -> Channel:
        return self

    async def request(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        chance = self._chance
        answer = self._good(netfn, command, data)
        if answer is None or chance.random() < 0.1:
            answer = b"\0" + chance.randbytes(chance.randrange(24))
        if chance.random() < 0.2 and len(answer) > 1:
            spoilt = bytearray(answer)
            spoilt[chance.randrange(1, len(spoilt))] = chance.randrange(256)
            answer = bytes(spoilt[: chance.randrange(1, len(spoilt) + 1)])
        return bytes((chance.randrange(256),)) if chance.random() < 0.05 else answer

    def _good(self, netfn: int, command: int, data: bytes) -> bytes | None:
        if (netfn, command) == (6, 1):
            return DEVICE_ID
        if (netfn, command) == (0x0A, 0x20):
            return b"\0\x51\x03\0" + bytes(10)
        if (netfn, command) == (0x0A, 0x23):
            index = max(int.from_bytes(data[2:4], "little"), 1)
            if index > len(RECORDS):
                return b"\xcb"
            after = index + 1 if index < len(RECORDS) else 0xFFFF
            record = index.to_bytes(2, "little") + RECORDS[index - 1][2:]
            return b"\0" + after.to_bytes(2, "little") + record[data[4] : data[4] + data[5]]
        if (netfn, command) == (0x0A, 0x10):
            return b"\0" + len(FRU).to_bytes(2, "little") + b"\0"
        if (netfn, command) == (0x0A, 0x11):
            piece = FRU[data[1] | data[2] << 8 :][: data[3]]
            return bytes((0, len(piece))) + piece
        return None

    async def close(self) -> None:
        pass


async def poll(chance: random.Random) -> None:
    collector = IpmiCollector(Babbler(chance))
    identity = await collector.identify(TARGET, (), silent)
    assert isinstance(identity, Identity | Fault)
    if isinstance(identity, Identity):
        keys = tuple(sensor.key for sensor in identity.sensors.sensors)
        raw = await collector.fetch(TARGET, identity, Plan((*keys, *STANDARD_COMMANDS)))
        assert isinstance(raw, Raw | Fault)
        if isinstance(raw, Raw):
            assert set(keys) | set(STANDARD_COMMANDS) == set(raw.values)
            for value in raw.values.values():
                assert isinstance(value, Sample | Fault | float | str)
    await collector.close()


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 2**32))
def test_babble_gives_values_and_faults(seed: int) -> None:
    asyncio.run(poll(random.Random(seed)))
