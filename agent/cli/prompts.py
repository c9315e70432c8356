"""Secrets for one run: from a file, the environment, or a question on the terminal; never argv."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agent import secrets
from agent.cli.language import say
from agent.diagnosis import Entry, Lang, entry_of
from agent.results import Exit
from model.credentials import Secret

VARIABLES = {
    "password": "DCAGENT_PASSWORD",
    "community": "DCAGENT_COMMUNITY",
    "auth": "DCAGENT_AUTH_PASSWORD",
    "priv": "DCAGENT_PRIV_PASSWORD",
    "engine": "DCAGENT_SCORE_PASSWORD",
}
"""What is asked for → the environment variable that may hold it."""

NO_TERMINAL = "DCA-AUTH-004"
BAD_ARGUMENTS = "DCA-CORE-002"


class Refused(Exception):
    """The command cannot go on: what is wrong, its entry, what the shell is told."""

    def __init__(
        self, message: str, exit_code: Exit, code: str = BAD_ARGUMENTS, file: str = ""
    ) -> None:
        self.exit_code, self.file = exit_code, file
        self.entry: Entry = entry_of(code)
        super().__init__(message)


def _on_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _ask(prompt: str) -> str:
    return getpass.getpass(prompt, stream=sys.stderr)


@dataclass(frozen=True)
class Purse:
    """Where secrets may be found. `ask` puts one question on the terminal, where there is one."""

    lang: Lang
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    ask: Callable[[str], str] = _ask
    on_terminal: Callable[[], bool] = _on_terminal

    def given(self, kind: str, file: Path | None) -> bool:
        """True where the secret needs no question."""
        return file is not None or bool(self.environment.get(VARIABLES[kind]))

    def get(self, kind: str, file: Path | None, whose: str) -> Secret:
        """A secret: the file's, else the environment's, else the answer to a question.

        `whose` is shown in the question. Refused: exposed, unreadable or empty file, no terminal.
        """
        if file is not None:
            return from_file(file)
        if given := self.environment.get(VARIABLES[kind]):
            return Secret(given)
        if not self.on_terminal():
            message = f"no terminal to ask on: give --{_OPTIONS[kind]} FILE or {VARIABLES[kind]}"
            raise Refused(message, Exit.USAGE, NO_TERMINAL)
        answer = self.ask(say(self.lang, kind, whose))
        if not answer:
            raise Refused(f"an empty {kind} cannot be used", Exit.USAGE)
        return Secret(answer)


_OPTIONS = {
    "password": "password-file",
    "community": "community-file",
    "auth": "auth-password-file",
    "priv": "priv-password-file",
    "engine": "password-file",
}


def from_file(path: Path) -> Secret:
    """The secret in a file, held to the configuration's rules. Refused: it fails them."""
    try:
        return secrets.from_file(path)
    except secrets.SecretError as error:
        raise Refused(str(error), _exit_of(error), error.code.value, str(path)) from error


def _exit_of(error: secrets.SecretError) -> Exit:
    if isinstance(error.__cause__, PermissionError):
        return Exit.NO_PERMISSION
    return Exit.USAGE if isinstance(error.__cause__, OSError) else Exit.CONFIG
