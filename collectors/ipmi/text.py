"""Text as FRU areas and SDRs carry it: a type/length byte, then bytes (FRU definition §13)."""

from __future__ import annotations

_BCD_PLUS = "0123456789 -.???"
_BINARY, _BCD, _SIX_BIT = 0, 1, 2
LENGTH_MASK = 0x3F


def decode_text(kind: int, data: bytes, *, english: bool = True) -> str:
    """The text of `data` by its type code (bits 7:6 of the type/length byte); never raises.

    Type 3 is 8-bit ASCII and Latin-1, or UCS-2 where the area's language is not English; what
    boards really put there is ASCII, UTF-8 or GB18030, so these are tried first.
    """
    if kind == _BINARY:
        return data.hex() if any(data) else ""
    if kind == _BCD:
        return _tidy("".join(_BCD_PLUS[b >> 4] + _BCD_PLUS[b & 15] for b in data))
    if kind == _SIX_BIT:
        return _tidy(_six_bit(data))
    return _tidy(_eight_bit(data, english))


def decode_name(kind: int, data: bytes) -> str:
    """An SDR's ID string (§43.15): as `decode_text`, but type 0 is UCS-2 text (Unicode)."""
    if kind == _BINARY:
        return _tidy(_eight_bit(data, english=False))
    return decode_text(kind, data)


def _six_bit(data: bytes) -> str:
    """6-bit ASCII, packed from the low bit on; a space is 0."""
    bits = int.from_bytes(data, "little")
    return "".join(chr(0x20 + (bits >> 6 * i & 0x3F)) for i in range(len(data) * 8 // 6))


def _eight_bit(data: bytes, english: bool) -> str:
    data = data.rstrip(b"\xff") if not english else data
    if not english and len(data) % 2 == 0 and b"\0" in data.rstrip(b"\0"):
        return data.decode("utf-16-le", errors="replace")
    data = data.rstrip(b"\0")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _tidy(text: str) -> str:
    """Without control and private characters, and without space at the ends."""
    return "".join(c for c in text.partition("\0")[0] if c.isprintable() and c != "�").strip()
