"""bcrypt: the package of that name where it is installed, else the system's libcrypt.

libxcrypt (Debian 11, openEuler, Kylin V10 and their like) knows $2a$, $2b$ and $2y$; the libcrypt
of an old glibc does not, and then there is no bcrypt.
"""

from __future__ import annotations

import ctypes
import hmac
import re
import secrets
import string
import threading
from collections.abc import Callable
from functools import cache

from model.credentials import Secret

Hasher = Callable[[bytes, bytes], bytes]
"""Password and an existing hash → the hash of that password with the same salt and cost."""

LOWEST, HIGHEST = 4, 31
_HASH = re.compile(r"\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}")
LONGEST = 72
"""bcrypt looks at no more bytes of a password."""
_ALPHABET = "./" + string.ascii_letters + string.digits
_LAST = ".Oeu"
"""128 bits of salt in 22 characters: the last one carries two bits."""
_LIBRARIES = ("libcrypt.so.1", "libcrypt.so.2", "libcrypt.so")
_KNOWN = (b"U*U", b"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")
"""A password and its hash, by which a library shows that it knows bcrypt."""


class NoBcrypt(Exception):
    """Nothing on this machine knows bcrypt."""


def cost(text: str) -> int | None:
    """The cost (log2 of the rounds) of a bcrypt hash; None: it is none."""
    found = _HASH.fullmatch(text)
    return int(found[1]) if found and LOWEST <= int(found[1]) <= HIGHEST else None


def made(password: bytes, rounds: int) -> str:
    """A new hash. ValueError: bcrypt would not look at all of the password. NoBcrypt."""
    if not password or len(password) > LONGEST or b"\0" in password:
        raise ValueError(f"a password has 1 to {LONGEST} bytes, none of them NUL")
    salt = "".join(secrets.choice(_ALPHABET) for _ in range(21)) + secrets.choice(_LAST)
    return hasher()(password, f"$2b${rounds:02}${salt}".encode()).decode()


def matches(password: bytes, hashed: Secret) -> bool:
    """Whether a hash is this password's. Takes as long whatever comes of it. NoBcrypt."""
    known = hashed.reveal().encode()
    found = hasher()(password.partition(b"\0")[0][:LONGEST], known)
    # C ends a text at a NUL: nobody has a password with one, and it must not stand for less.
    return hmac.compare_digest(found, known) and b"\0" not in password


@cache
def hasher() -> Hasher:
    """The first that works here. NoBcrypt: none does."""
    for make in (of_package, of_libcrypt):
        try:
            found = make()
            if found(*_KNOWN) == _KNOWN[1]:
                return found
        except (ImportError, OSError, AttributeError):
            continue
    raise NoBcrypt("neither the package bcrypt nor a libcrypt that knows bcrypt is here")


def of_package() -> Hasher:
    """The package `bcrypt`. ImportError: it is not installed."""
    import bcrypt  # noqa: PLC0415

    return bcrypt.hashpw


def of_libcrypt() -> Hasher:
    """The system's libcrypt. OSError: there is none."""
    library = next(filter(None, map(_opened, _LIBRARIES)), None)
    if library is None:
        raise OSError("no libcrypt")
    crypt, turn = library.crypt, threading.Lock()
    crypt.argtypes, crypt.restype = (ctypes.c_char_p, ctypes.c_char_p), ctypes.c_char_p

    def hashed(password: bytes, known: bytes) -> bytes:
        with turn:  # its result stands in memory that the next call writes over
            found: bytes | None = crypt(password, known)
        return found or b""

    return hashed


def _opened(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None
