"""The collector sees only what is new, and still frees what nothing refers to."""

from __future__ import annotations

import asyncio
import gc
import weakref

from agent import heap


class _Thing:
    pass


async def test_old_objects_are_frozen_and_a_thaw_finds_lost_cycles() -> None:
    things = [_Thing() for _ in range(1000)]
    usual = gc.get_threshold()
    task = asyncio.create_task(heap.settle(freeze=0.01, thaws=3))
    try:
        await asyncio.sleep(0.015)
        assert gc.get_freeze_count() >= len(things)
        assert gc.get_threshold() == (*usual[:2], heap.NEVER)
        seen = weakref.ref(things[0])
        things[0].me = things[0]  # type: ignore[attr-defined] # a cycle, on purpose
        things.clear()
        async with asyncio.timeout(5):
            while seen() is not None:
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, usual)
