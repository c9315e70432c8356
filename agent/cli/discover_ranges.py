"""Which addresses are meant: 10.32.8.0/23, 10.0.0.1-10.0.0.50, 10.0.0.1-50, fe80::1%eth0."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.cli.prompts import Refused
from agent.results import Exit

MOST = 1 << 16
TOO_MANY = "DCA-DISC-001"

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class _Span:
    """Consecutive addresses, both ends included."""

    first: _Address
    last: _Address

    @property
    def size(self) -> int:
        """How many they are; more than len() may return, where somebody asks for a /64."""
        return int(self.last) - int(self.first) + 1

    def __iter__(self) -> Iterator[str]:
        if isinstance(self.first, ipaddress.IPv6Address) and self.first.scope_id:
            yield str(self.first)
            return
        make = type(self.first)
        for number in range(int(self.first), int(self.last) + 1):
            yield str(make(number))


def addresses(words: Sequence[str]) -> tuple[str, ...]:
    """Every address that the words name, once each, in their order.

    Network and broadcast addresses of a prefix are nobody's. Refused: a word that names none, or
    more than a /16 in total.
    """
    spans = [_span(word) for line in words for word in re.split(r"[\s,，、;；]+", line) if word]
    if not spans:
        raise Refused("which addresses? give CIDR, FIRST-LAST or ADDRESS", Exit.USAGE)
    total = sum(span.size for span in spans)
    if total > MOST:
        raise Refused(f"{total} addresses; at most {MOST} at once", Exit.USAGE, TOO_MANY)
    return tuple(dict.fromkeys(address for span in spans for address in span))


def _span(word: str) -> _Span:
    try:
        found = _network(word) if "/" in word else _from_to(*word.partition("-")[::2])
    except ValueError:
        raise Refused(f"{word!r} is neither an address nor a range", Exit.USAGE) from None
    for end in (found.first, found.last):
        if end.is_multicast or end.is_unspecified or str(end) == "255.255.255.255":
            raise Refused(f"{word!r} holds addresses that are no device's", Exit.USAGE)
    return found


def _network(word: str) -> _Span:
    net = ipaddress.ip_network(word, strict=False)
    first, last = net.network_address, net.broadcast_address
    if net.max_prefixlen - net.prefixlen < 2:
        return _Span(first, last)
    return _Span(first + 1, last - 1 if net.version == 4 else last)


def _from_to(first: str, last: str) -> _Span:
    begin = ipaddress.ip_address(first.strip("[]"))
    if not last:
        return _Span(begin, begin)
    if last.isascii() and last.isdigit() and begin.version == 4:
        last = f"{first.rpartition('.')[0]}.{last}"
    end = ipaddress.ip_address(last)
    if end.version != begin.version or int(end) < int(begin):
        raise ValueError(last)
    return _Span(begin, end)
