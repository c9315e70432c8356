"""A program that the demo starts: in a session of its own, its words in a file, ended by its id."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

STOPPING = 3.0
"""Seconds that a program has to end after it was asked to."""


class Child:
    """One running program."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process, self._log = process, log

    @classmethod
    async def start(
        cls, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> Child:
        """Starts it in a session of its own: Ctrl-C is for us to pass on. OSError: it cannot be."""
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        return cls(process, log)

    @property
    def ended(self) -> bool:
        """True once the process is gone."""
        return self._process.returncode is not None

    def last_words(self) -> str:
        """The end of its log."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()

    async def stop(self) -> None:
        """Asks it to end, and ends it where it has not within `STOPPING` seconds."""
        if self.ended:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOPPING)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
