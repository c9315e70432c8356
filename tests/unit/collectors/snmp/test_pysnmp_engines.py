"""An engine of pysnmp is near 1 MiB: it lives as long as somebody is asked with it."""

from __future__ import annotations

import gc
from dataclasses import replace

from collectors.snmp.conversation import Conversation
from collectors.snmp.pysnmp_client import PysnmpSpeakers
from tests.unit.collectors.snmp.agents import SHA256, running, target


async def test_a_user_that_is_gone_leaves_no_engine_of_pysnmp_behind() -> None:
    speakers = PysnmpSpeakers()
    client = Conversation(speakers)
    async with running() as (_, one), running() as (_, other):
        first, second = target(one, SHA256), replace(target(other, SHA256), name="other")
        for asked in (first, second):
            assert await client.get(asked, [(1, 3, 6, 1, 2, 1, 1, 2, 0)])
        assert list(speakers._engines) == [SHA256]
        await client.forget(first)
        assert list(speakers._engines) == [SHA256]
        await client.forget(second)
        gc.collect()  # pysnmp's exceptions hold their frames
        assert list(speakers._engines) == []
    await client.close()
