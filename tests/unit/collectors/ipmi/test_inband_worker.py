"""The thread for blocking calls: deadlines, hangs, and what becomes of late results."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest

from collectors.ipmi import inband_worker
from collectors.ipmi.inband_worker import Worker


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inband_worker, "GRACE", 0.05)


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker("test-worker")
    yield made
    await made.stop(5)
    assert threads() == 0


def threads() -> int:
    return sum(thread.name == "test-worker" for thread in threading.enumerate())


def broken(word: str) -> None:
    raise KeyError(word)


async def test_results_and_errors_come_back_in_order(worker: Worker) -> None:
    order: list[int] = []

    def note(number: int) -> int:
        order.append(number)
        return number

    calls = [worker.run(lambda _left, n=n: note(n), 5) for n in range(20)]  # type: ignore[misc]
    assert await asyncio.gather(*calls) == list(range(20))
    assert order == list(range(20))
    with pytest.raises(KeyError, match="mine"):
        await worker.run(lambda _left: broken("mine"), 5)
    assert threads() == 1


async def test_a_call_is_told_what_time_it_has(worker: Worker) -> None:
    assert 2.9 < await worker.run(lambda left: left, 3) <= 3


async def test_a_hanging_call_holds_up_neither_loop_nor_callers(worker: Worker) -> None:
    let_go = threading.Event()
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        await worker.run(lambda _left: let_go.wait(10), 0.05)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await worker.run(lambda _left: pytest.fail("nobody waits for it"), 0.01)
    assert time.monotonic() - begun < 2
    assert threads() == 1
    let_go.set()
    assert await worker.run(lambda _left: "again", 5) == "again"


async def test_what_was_cancelled_is_not_begun(worker: Worker) -> None:
    let_go, made = threading.Event(), list[str]()
    first = asyncio.create_task(worker.run(lambda _left: let_go.wait(10), 5))
    second = asyncio.create_task(worker.run(lambda _left: made.append("second"), 5))
    await asyncio.sleep(0.02)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    let_go.set()
    assert await first is True
    await worker.run(lambda _left: made.append("third"), 5)
    assert made == ["third"]


async def test_what_nobody_waits_for_is_made_all_the_same(worker: Worker) -> None:
    made: list[str] = []
    let_go = threading.Event()
    with pytest.raises(TimeoutError):
        await worker.run(lambda _left: let_go.wait(10), 0.01)
    worker.later(lambda _left: made.append("closed"))
    worker.later(lambda _left: broken("lost"))
    let_go.set()
    await worker.run(lambda _left: None, 5)
    assert made == ["closed"]


async def test_stopping_waits_for_nobody_who_hangs() -> None:
    worker, let_go = Worker("test-worker"), threading.Event()
    with pytest.raises(TimeoutError):
        await worker.run(lambda _left: let_go.wait(10), 0.01)
    begun = time.monotonic()
    await worker.stop(0.05)
    assert time.monotonic() - begun < 1
    let_go.set()
    await worker.stop(5)
    assert threads() == 0


async def test_an_idle_one_has_no_thread() -> None:
    worker = Worker("test-worker")
    assert threads() == 0
    await worker.stop(1)


def test_a_result_after_the_loop_is_gone_is_lost() -> None:
    worker, let_go = Worker("test-worker"), threading.Event()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await worker.run(lambda _left: let_go.wait(10), 0.01)

    asyncio.run(give_up())
    let_go.set()
    asyncio.run(worker.stop(5))
    assert threads() == 0
