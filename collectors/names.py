"""Device names to addresses, whatever the name servers do.

The event loop's own look-up shares its few threads with everything else and keeps the process
alive until the last of them returns: with a name server that is silent, half a minute. Here
threads of our own do it, which end with the process.
"""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Callable
from typing import cast

from collectors.protocol import Failure
from model.readings import Reason

Address = tuple[str, int] | tuple[str, int, int, int]
"""As the socket module has it: IPv4 and IPv6."""
Found = tuple[socket.AddressFamily, Address]
Lookup = Callable[[str, int], Found]

PATIENCE = 10.0
"""Seconds after which a name counts as unknown; a resolver's own rounds take up to 30."""
_MOST = 8
"""Look-ups at once, those that hang among them."""


def system(host: str, port: int, flags: int = 0) -> Found:
    """The first address that this host knows for a name. OSError, ValueError: none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=flags)
    family, _, _, _, address = found[0]
    return family, cast(Address, address)


class Names:
    """Looks names up, several at once; a plain address costs no thread. May be shared by loops."""

    def __init__(
        self, lookup: Lookup = system, most: int = _MOST, patience: float = PATIENCE
    ) -> None:
        self._lookup, self._most, self._patience = lookup, most, patience
        self._asked: queue.SimpleQueue[_Question] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    async def find(self, host: str, port: int) -> Found:
        """Family and address to send to. Failure UNRESOLVED: nobody knows it, or not in time."""
        try:
            return system(host, port, socket.AI_NUMERICHOST)
        except (OSError, ValueError):
            pass  # a name, then
        question = _Question(host, port)
        self._asked.put(question)
        self._staff()
        try:
            async with asyncio.timeout(self._patience):
                return await question.answer
        except TimeoutError as error:
            detail = f"{host}: no name server has answered in {self._patience:g} s"
            raise Failure(Reason.UNRESOLVED, detail) from error
        except (OSError, ValueError) as error:
            raise Failure(Reason.UNRESOLVED, f"{host}: {error}") from error

    def _staff(self) -> None:
        if len(self._threads) < self._most:
            thread = threading.Thread(target=self._work, name="names", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            question = self._asked.get()
            if question.answer.cancelled():
                continue  # nobody waits for it any more
            try:
                question.tell(self._lookup(question.host, question.port))
            except (OSError, ValueError) as error:
                question.fail(error)


class _Question:
    """A name, and the future of whoever asked."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Found] = self._loop.create_future()

    def tell(self, found: Found) -> None:
        """Called in the thread."""
        self._hand_over(self._told, found)

    def fail(self, error: Exception) -> None:
        """Called in the thread."""
        self._hand_over(self._failed, error)

    def _hand_over(self, how: Callable[..., None], what: object) -> None:
        try:
            self._loop.call_soon_threadsafe(how, what)
        except RuntimeError:
            pass  # the loop has ended, and with it who asked

    def _told(self, found: Found) -> None:
        if not self.answer.done():
            self.answer.set_result(found)

    def _failed(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


NAMES = Names()
"""This process's: threads that hang are counted once, whoever asked."""
