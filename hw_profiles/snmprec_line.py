"""One `.snmprec` line: oid|tag|value, also as snmpsim's own recordings have it.

A tag ends with "x" where the value is in hex. Behind a colon stands the variation module that makes
the value up when snmpsim answers; its options then stand in the value's place:
`4:writecache|value=Server 1`, `2:numeric|min=100,max=300,initial=154`. What such a line recorded is
its `value`, `hexvalue` or `initial`; where it has neither, nothing was recorded.
"""

from __future__ import annotations

import re

_NUMBERS = frozenset({2, 65, 66, 67, 70})
_INTEGER = re.compile(rb"\s*[-+]?\d+\s*")
"""Tags of whole numbers, and what may stand there."""


def oid_of(text: str) -> tuple[int, ...]:
    """The numbers of a dotted object identifier. ValueError: it is none."""
    return tuple(int(part) for part in text.strip().strip(".").split("."))


def value_of(tag: str, text: str) -> tuple[int, bytes] | None:
    """The ASN.1 tag and the value's bytes; None where no value was recorded, or no number for one.

    ValueError: tag or value cannot be understood.
    """
    kind, colon, _ = tag.strip().partition(":")
    in_hex = kind.endswith("x")
    number = int(kind[:-1] if in_hex else kind)
    if colon:
        options = _options(text)
        if "hexvalue" in options:
            in_hex, text = True, options["hexvalue"]
        elif "value" in options or "initial" in options:
            text = options.get("value", options.get("initial", ""))
        else:
            return None
    value = bytes.fromhex(text) if in_hex else text.encode("utf-8", errors="surrogateescape")
    if number in _NUMBERS and not _INTEGER.fullmatch(value):
        return None
    return number, value.strip() if number in _NUMBERS else value


def _options(text: str) -> dict[str, str]:
    """`a=1,b=2`; a part without a key belongs to the value before it, which had a comma."""
    options: dict[str, str] = {}
    last = ""
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if equals and key.isalpha():
            last = key
            options[last] = value
        elif last:
            options[last] += "," + part
    return options
