"""What a scrape costs, and what it does to an event loop that polls meanwhile.

    python -m tests.bench.render

Prints ratios; exits 1 where 10,000 samples take more than twice generate_latest's time, or a
scrape of 100,000 samples delays the loop by more than 50 ms.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_open_metrics

from agent import heap
from exporters.families import Exposition
from exporters.render import Registry, open_metrics, text
from tests.unit.exporters.serving import FakeSource, serving
from tests.unit.exporters.site import AT, Fleet

ROUNDS = 15
SCRAPED = 4
ALLOWED_RATIO = 2.0
ALLOWED_DELAY = 0.050

CLIENT = """
import sys, urllib.request
url, accept, encoding, rounds = sys.argv[1:]
for _ in range(int(rounds)):
    headers = {"Accept": accept, "Accept-Encoding": encoding}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        answer.read()
"""
PLAIN = "text/plain;version=0.0.4"
OPEN = "application/openmetrics-text;version=1.0.0"
SCRAPES = {
    "text": (PLAIN, "identity"),
    "text, gzip": (PLAIN, "gzip"),
    "OpenMetrics, gzip": (OPEN, "gzip"),
    "OpenMetrics, dots": (f"{OPEN};escaping=dots", "gzip"),
}
"""The first three are ours and what Prometheus asks for; the last, which it never asks for, is
prometheus_client's own."""


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest round."""
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


def rendering() -> float:
    """Ours against prometheus_client's, for the same 10,000 samples; the worse ratio."""
    fleet, exposition, turn = Fleet(100, 90), Exposition(), count()
    polls = [fleet.statuses(shift) for shift in range(4)]

    def families() -> list[object]:
        return list(exposition.families(polls[next(turn) % 4], AT))

    page = list(exposition.families(polls[0], AT))
    samples = sum(len(family.samples) for family in page)
    registry = Registry(page)
    making = best(families)
    ours = best(lambda: b"".join(text(page)))
    ours_open = best(lambda: b"".join(open_metrics(page)))
    theirs = best(lambda: generate_latest(registry))
    theirs_open = best(lambda: generate_open_metrics(registry))  # type: ignore[no-untyped-call]  # theirs
    print(f"{samples} samples          ours      prometheus_client   ratio")
    table = {
        "text 0.0.4": (ours, theirs),
        "OpenMetrics 1.0": (ours_open, theirs_open),
        "families and text": (making + ours, theirs),
    }
    for name, (left, right) in table.items():
        print(f"  {name:18}  {left * 1e3:6.1f} ms  {right * 1e3:10.1f} ms   {left / right:10.3f}")
    return (making + ours) / theirs


class MovingSource(FakeSource):
    """100,000 samples whose values change from scrape to scrape."""

    def __init__(self) -> None:
        super().__init__()
        fleet = Fleet(1000, 89)
        self._polls = [fleet.statuses(shift) for shift in range(2)]
        self._turn = count()

    def statuses(self) -> list[object]:  # type: ignore[override]  # statuses they are
        return list(self._polls[next(self._turn) % 2])


@contextmanager
def collections(longest: list[float]) -> Iterator[None]:
    """Notes how long each garbage collection stops everything."""
    begun = 0.0

    def watch(phase: str, _info: dict[str, int]) -> None:
        nonlocal begun
        if phase == "start":
            begun = time.perf_counter()
        else:
            longest.append(time.perf_counter() - begun)

    gc.callbacks.append(watch)
    try:
        yield
    finally:
        gc.callbacks.remove(watch)


async def largest_delay(until: asyncio.Future[int] | None) -> float:
    """Of a tick every 2 ms, until the client has ended (or for a second)."""
    loop, largest = asyncio.get_running_loop(), 0.0
    end = loop.time() + 1
    while (loop.time() < end) if until is None else not until.done():
        due = loop.time() + 0.002
        await asyncio.sleep(0.002)
        largest = max(largest, loop.time() - due)
    return largest


async def delays(*, kept: bool) -> float:
    """The largest delay of an event loop by scrapes of 100,000 samples in our formats.

    `kept`: the heap is kept as the agent keeps its own, only more often; else full collections
    pass through every stored reading.
    """
    worst, source = 0.0, MovingSource()
    settling = asyncio.create_task(heap.settle(freeze=1.0)) if kept else None
    with serving(source) as server:
        host, port = server.addresses[0]
        await asyncio.sleep(1.5)
        idle = await largest_delay(None)
        print(f"100,000 samples, heap {'' if kept else 'not '}kept; idle {idle * 1e3:.1f} ms")
        for name, (accept, encoding) in SCRAPES.items():
            delay = await scraped(name, f"http://{host}:{port}/metrics", accept, encoding)
            worst = worst if "dots" in name else max(worst, delay)
    if settling is not None:
        settling.cancel()
        await asyncio.gather(settling, return_exceptions=True)
    return worst


async def scraped(name: str, url: str, accept: str, encoding: str) -> float:
    """The loop's largest delay while a client in another process scrapes."""
    begun, pauses = time.perf_counter(), list[float]()
    arguments = (sys.executable, "-c", CLIENT, url, accept, encoding, str(SCRAPED))
    client = await asyncio.create_subprocess_exec(*arguments)
    with collections(pauses):
        delay = await largest_delay(asyncio.ensure_future(client.wait()))
    assert client.returncode == 0
    took, pause = (time.perf_counter() - begun) / SCRAPED, max(pauses, default=0.0)
    print(
        f"  {name:18} delay {delay * 1e3:6.1f} ms, longest collection {pause * 1e3:6.1f} ms,"
        f" a scrape {took * 1e3:6.0f} ms"
    )
    return delay


def main() -> int:
    """Exit code 1 where a bound is broken."""
    ratio = rendering()
    asyncio.run(delays(kept=False))
    delay = asyncio.run(delays(kept=True))
    print(f"ratio {ratio:.3f} (allowed {ALLOWED_RATIO}), delay {delay * 1e3:.1f} ms (allowed 50)")
    return int(ratio > ALLOWED_RATIO or delay > ALLOWED_DELAY)


if __name__ == "__main__":
    sys.exit(main())
