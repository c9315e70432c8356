"""Finds in running text what names a device, a place or a person, and replaces it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from hw_profiles.pseudonyms import IP, MAC, NAME, SERIAL, Pseudonyms

_EDGE, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_UUID = re.compile(rf"{_EDGE}[0-9A-Fa-f]{{8}}-(?:[0-9A-Fa-f]{{4}}-){{3}}[0-9A-Fa-f]{{12}}{_END}")
_MAC = re.compile(
    rf"{_EDGE}(?:[0-9A-Fa-f]{{2}}([-: ])(?:[0-9A-Fa-f]{{2}}\1){{4}}[0-9A-Fa-f]{{2}}"
    rf"|(?:[0-9A-Fa-f]{{4}}\.){{2}}[0-9A-Fa-f]{{4}}){_END}"
)
_IPV4 = re.compile(r"(?<![0-9A-Za-z.])\d{1,3}(?:\.\d{1,3}){3}(?![0-9A-Za-z]|\.\d)")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
_DOMAINS = (
    *("com", "cn", "net", "org", "edu", "gov", "local", "lan", "intra", "intranet", "internal"),
    *("corp", "home", "localdomain", "io", "invalid", "example", "test"),
)
_HOST = re.compile(rf"{_EDGE}[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:{'|'.join(_DOMAINS)}){_END}(?!\.\d)")
_LABELLED = re.compile(
    r"((?<![A-Za-z])(?:S/?N|serial(?:[ _-]?(?:no\.?|number|num|nr\.?))?|asset(?:[ _-]?tag)?"
    r"|service[ _-]?tag)\s*[:=#]\s*[\"']?)([\w./-]{3,})",
    re.IGNORECASE,
)
_KERNEL = re.compile(r"(^(?:Linux|FreeBSD|SunOS|VxWorks) )(\S+)(?= \d)")
"""`uname -a`, as agents of hosts put it into sysDescr: the second word is the host's name."""
_SERIAL = re.compile(rf"{_EDGE}(?:[A-Z0-9]{{10,}}|[0-9a-f]{{12}}){_END}")
_MIN_DIGITS, _ALL_DIGITS = 5, 12
_KNOWN_AT_LEAST = 5


class Scrubber:
    """Replaces what it finds by pseudonyms, which it does not touch again.

    `secrets` are replaced by as many "x": passwords and communities leave no pseudonym behind.
    """

    def __init__(self, pseudonyms: Pseudonyms, secrets: tuple[str, ...] = ()) -> None:
        self.pseudonyms = pseudonyms
        self._secrets = tuple(s for s in secrets if s)
        self._known: re.Pattern[str] | None = None
        self._originals: dict[str, str] = {}
        self._raw: list[tuple[bytes, bytes]] = []

    def learnt(self) -> None:
        """Takes notice of what has pseudonyms by now: it is found in any text from here on."""
        self._originals = {
            mapped.original: word
            for mapped, word in self.pseudonyms.map.items()
            if mapped.kind in (SERIAL, NAME, IP, MAC) and _telling(mapped.kind, mapped.original)
        }
        words = sorted(self._originals, key=lambda word: (-len(word), word))
        found = "|".join(map(re.escape, words))
        self._known = re.compile(f"{_EDGE}(?:{found}){_END}") if words else None
        self._raw = [
            (bytes.fromhex(m.original.replace(":", "")), bytes.fromhex(word.replace(":", "")))
            for m, word in self.pseudonyms.map.items()
            if m.kind == MAC
        ]
        self._raw += [
            (word.encode(), self._originals[word].encode())
            for word in words
            if len(word) > _KNOWN_AT_LEAST and ":" not in word and word.count(".") != 3
        ]

    def secret(self, text: str) -> bool:
        """True where a text is, or holds, a secret."""
        return any(s == text or (len(s) > _KNOWN_AT_LEAST and s in text) for s in self._secrets)

    def text(self, text: str) -> str:
        """The text with everything replaced that can be told by its looks or is known by now."""
        for each in self._secrets:
            if text == each or len(each) > _KNOWN_AT_LEAST:
                text = text.replace(each, "x" * len(each))
        if self._known is not None:
            text = self._known.sub(lambda m: self._originals[m[0]], text)
        for pattern, replace in self._patterns():
            text = pattern.sub(replace, text)
        return text

    def bytes(self, content: bytes) -> bytes:
        """Bytes with what is known by now replaced where they hold it as text or as an address."""
        for secret in self._secrets:
            if len(secret) > _KNOWN_AT_LEAST:
                content = content.replace(secret.encode(), b"x" * len(secret.encode()))
        for original, word in self._raw:
            content = content.replace(original, word)
        return content

    def _patterns(self) -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]:
        give = self.pseudonyms.text
        return (
            (_UUID, self._uuid),
            (_MAC, self._mac),
            (_IPV4, lambda m: self.pseudonyms.ip(m[0]) if is_ip(m[0]) else m[0]),
            (_IPV6, self._ipv6),
            (_MAIL, lambda m: give(NAME, m[0])),
            (_HOST, lambda m: give(NAME, m[0])),
            (_KERNEL, lambda m: m[1] + give(NAME, m[2])),
            (_LABELLED, lambda m: m[1] + give(SERIAL, m[2])),
            (_SERIAL, lambda m: give(SERIAL, m[0]) if is_serial(m[0]) else m[0]),
        )

    def _uuid(self, match: re.Match[str]) -> str:
        found = self.pseudonyms.uuid(bytes.fromhex(match[0].replace("-", ""))).hex()
        return like(match[0], found)

    def _mac(self, match: re.Match[str]) -> str:
        found = self.pseudonyms.mac(bytes.fromhex(re.sub("[^0-9A-Fa-f]", "", match[0])))
        return like(match[0], found.hex())

    def _ipv6(self, match: re.Match[str]) -> str:
        try:
            address = ipaddress.IPv6Address(match[0])
        except ValueError:
            return match[0]
        return match[0] if address.is_unspecified else self.pseudonyms.ip(match[0])


def like(original: str, digits: str) -> str:
    """Hexadecimal digits with the separators and the case of the original."""
    cased = digits.upper() if original.upper() == original else digits
    left = iter(cased)
    return "".join(next(left) if c.isalnum() else c for c in original)


def is_ip(text: str) -> bool:
    """True for a dotted quad that is somebody's address rather than a version."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    parts = address.packed
    return address.is_private or (parts[0] > 10 and any(part >= 64 for part in parts))


def is_serial(text: str) -> bool:
    """True for a word that looks like a serial number: long, in capitals, mostly of digits."""
    digits = sum(c.isdigit() for c in text)
    if digits == len(text):
        return digits >= _ALL_DIGITS
    return digits >= _MIN_DIGITS


def _telling(kind: str, original: str) -> bool:
    """Whether an original is safe to be looked for in other texts: no word of the language."""
    if kind in (IP, MAC):
        return True
    return len(original) >= _KNOWN_AT_LEAST and any(not c.isalpha() for c in original)
