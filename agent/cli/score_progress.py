"""A passing line on a terminal that says what is under way; nothing elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from agent.cli.terminal import coloured, paint


class Progress:
    """Shows one line at a time, on the error stream, so that a redirected result stays clean."""

    def __init__(self, stream: TextIO, environment: Mapping[str, str] = os.environ) -> None:
        self._stream, self._shown = stream, False
        self._live = stream.isatty() and environment.get("TERM") != "dumb"
        self._colour = coloured(stream, environment)

    def show(self, text: str) -> None:
        """Puts a text in place of the one before."""
        if self._live:
            self._stream.write(f"\r\x1b[K {paint('… ' + text, 'dim', self._colour)}")
            self._stream.flush()
            self._shown = True

    def clear(self) -> None:
        """Takes the line away."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
