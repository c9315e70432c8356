"""Files of certificates and keys: can they be read, are they what they should be, for how long."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent import secrets
from agent.config_codes import Code as Config
from agent.web.codes import Code
from collectors.discovery.certificate import validity

SOON = 30 * 86400.0
"""Seconds before its end from which a certificate is told of."""
_BEGIN = "-----BEGIN CERTIFICATE-----"
_END = "-----END CERTIFICATE-----"
_LARGEST = 1 << 20


class BadFile(Exception):
    """A file that is not what it should be; `code` is one of the web file's or the agent's."""

    def __init__(self, message: str, code: str = Code.BAD_FILE) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A certificate that has ended, ends soon or has not begun."""

    message: str
    code: Code


def certificates(path: Path) -> list[tuple[float, float]]:
    """From when to when each certificate of a PEM file is valid, in Unix time. BadFile."""
    text = _text(path)
    found = []
    for block in text.split(_BEGIN)[1:]:
        inner, end, _ = block.partition(_END)
        times = None
        if end:
            try:
                times = validity(ssl.PEM_cert_to_DER_cert(f"{_BEGIN}{inner}{_END}\n"))
            except ValueError:
                pass
        if times is None:
            raise BadFile(f"{path} holds a certificate that is damaged")
        found.append(times)
    if not found:
        raise BadFile(f'{path} holds no certificate in PEM form ("{_BEGIN}")')
    return found


def key(path: Path) -> None:
    """Looks whether a file holds a private key that not everyone may read. BadFile."""
    if path.exists() and not path.is_file():
        raise BadFile(f"{path} is not a file")
    try:
        with path.open("rb") as file:
            secrets.check_open(file, path)
            text = file.read(_LARGEST).decode("latin-1")
    except secrets.SecretError as error:
        raise BadFile(str(error), Config(error.code)) from error
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} cannot be read: {_why(error)}") from error
    if "PRIVATE KEY-----" not in text:
        raise BadFile(f"{path} holds no private key in PEM form")
    if "ENCRYPTED" in text:
        raise BadFile(f"{path} is encrypted: dcagent takes a key without passphrase, mode 640")


def doubt(path: Path, times: list[tuple[float, float]]) -> Doubt | None:
    """What the calendar says against the certificates of a file; the worst of it."""
    now = time.time()
    begin, end = max(begin for begin, _ in times), min(end for _, end in times)
    if end <= now:
        return Doubt(f"{path} has expired on {_date(end)}", Code.EXPIRED)
    if begin > now:
        words = f"{path} is not valid before {_date(begin)}; is this machine's clock right?"
        return Doubt(words, Code.EXPIRED)
    if end - now < SOON:
        days = int((end - now) // 86400)
        return Doubt(f"{path} expires in {days} days, on {_date(end)}", Code.EXPIRES_SOON)
    return None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("latin-1").replace("\r\n", "\n")
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} cannot be read: {_why(error)}") from error


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or "it is no path"


def _date(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")
