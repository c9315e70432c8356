"""Reads secrets from where the configuration says they are: never from the configuration itself."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from agent.config_codes import Code
from model.credentials import Secret

LONGEST = 1024
"""Bytes; more than any protocol takes."""

HOW = 'write it to a file (mode 0640 or less) and name that: "file:PATH"; or "env:NAME"'


class SecretError(Exception):
    """A secret that cannot be had; never quotes it."""

    def __init__(self, message: str, code: Code = Code.SECRET_UNREADABLE) -> None:
        self.code = code
        super().__init__(message)


def read(reference: str, directory: Path, environment: Mapping[str, str] = os.environ) -> Secret:
    """The secret behind "file:PATH", "env:NAME" or "credential:NAME" (systemd).

    A relative path starts at `directory`. One trailing line end is stripped from files.
    SecretError: unreadable, empty, of more than one line, readable by everyone, or no reference.
    """
    scheme, colon, rest = reference.partition(":")
    if colon and rest and scheme == "file":
        return from_file(directory / rest)
    if colon and rest and scheme == "env":
        return _from_environment(rest, environment)
    if colon and rest and scheme == "credential":
        return _from_systemd(rest, environment)
    raise SecretError(f"a secret does not stand here: {HOW}", Code.SECRET_LITERAL)


def from_file(path: Path) -> Secret:
    """The text of a file that not everyone may read. SecretError as in `read`."""
    try:
        with path.open("rb") as file:
            check_open(file, path)
            content = file.read(LONGEST + 1)
    except OSError as error:
        raise SecretError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # a NUL in the path
        raise SecretError(f"{str(path)!r} is not a path") from error
    return _secret(content, str(path))


def check_open(file: BinaryIO, path: Path) -> None:
    """Others may neither read nor write an open file, and its group may not write. SecretError."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISFIFO(status.st_mode):
        raise SecretError(f"{path} is not a file")
    if stat.S_ISREG(status.st_mode):
        _check_mode(path, stat.S_IMODE(status.st_mode))


def _check_mode(path: Path, mode: int) -> None:
    fix = f"chmod 640 {path}, chgrp to the agent's group"
    if mode & stat.S_IROTH:
        raise SecretError(
            f"{path} is readable by everyone ({mode:04o}): {fix}", Code.SECRET_EXPOSED
        )
    if mode & (stat.S_IWOTH | stat.S_IWGRP):
        message = f"{path} is writable by others ({mode:04o}): {fix}"
        raise SecretError(message, Code.SECRET_EXPOSED)


def _from_environment(name: str, environment: Mapping[str, str]) -> Secret:
    if name not in environment:
        raise SecretError(f"the environment variable {name} is not set")
    return _secret(os.fsencode(environment[name]), f"the environment variable {name}")


def _from_systemd(name: str, environment: Mapping[str, str]) -> Secret:
    """A file that systemd (247 or later) gave to this service alone; its mode is systemd's."""
    directory = environment.get("CREDENTIALS_DIRECTORY", "")
    if not directory:
        raise SecretError(
            f"systemd gave no credentials: add LoadCredential={name}:PATH to the unit"
        )
    if not name.isprintable() or "/" in name or name.startswith("."):
        raise SecretError(f"{name!r} is not a credential's name")
    try:
        content = Path(directory, name).read_bytes()
    except OSError as error:
        hint = f"add LoadCredential={name}:PATH to the unit"
        raise SecretError(f"systemd gave no credential {name}: {error.strerror}; {hint}") from error
    return _secret(content, f"the credential {name}")


def _secret(content: bytes, origin: str) -> Secret:
    content = content.removesuffix(b"\n").removesuffix(b"\r")
    if not content:
        raise SecretError(f"{origin} is empty")
    if len(content) > LONGEST:
        raise SecretError(f"{origin} is longer than {LONGEST} bytes")
    if any(byte in content for byte in b"\n\r\0"):
        raise SecretError(f"{origin} holds more than one line")
    try:
        return Secret(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise SecretError(f"{origin} is not UTF-8") from None
