"""Times and sizes as people read them; alike in every language."""

from __future__ import annotations


def lasting(seconds: float) -> str:
    """14 s, 41 min, 3 h 05 min, 6 d 02 h."""
    whole = max(0, round(seconds))
    if whole < 120:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 48:
        return f"{hours} h {minutes % 60:02d} min"
    return f"{hours // 24} d {hours % 24:02d} h"


def size(octets: float) -> str:
    """512 KiB, 41 MiB, 12.5 GiB."""
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20)):
        if octets >= factor:
            amount = octets / factor
            return (
                f"{amount:.1f} {unit}" if amount < 20 and unit == "GiB" else f"{amount:.0f} {unit}"
            )
    return f"{octets / 1024:.0f} KiB"


def listed(names: tuple[str, ...] | list[str], most: int = 4) -> str:
    """The first names, and how many more there are: "a, b, c, d … +3"."""
    told = ", ".join(names[:most])
    return f"{told} … +{len(names) - most}" if len(names) > most else told


def counted(names: tuple[str, ...] | list[str]) -> str:
    """Each name once, with how often: "coretemp ×2, nvme"."""
    counts = {name: names.count(name) for name in names}
    return listed([f"{n} ×{c}" if c > 1 else n for n, c in counts.items()], most=6)
