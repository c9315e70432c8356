"""Which platform this is, and what is normal there (`platforms.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from model.host import Cpu

_FILE = Path(__file__).parent / "platforms.toml"


@dataclass(frozen=True, slots=True)
class Platform:
    """A family of processors. `rapl`: the first Linux with RAPL there, () where there is none."""

    name: str
    vendors: tuple[str, ...] = ()
    implementers: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    rapl: tuple[int, ...] = ()

    def fits(self, cpu: Cpu) -> bool:
        """True where the processor is of this family."""
        told = " ".join((cpu.vendor, cpu.model, *cpu.texts)).casefold()
        return (
            cpu.vendor.strip() in self.vendors
            or cpu.implementer in self.implementers
            or any(text in told for text in self.texts)
        )


@cache
def platforms() -> tuple[Platform, ...]:
    """All that are known."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["platform"]
    return tuple(
        Platform(
            row["name"],
            tuple(row.get("vendors", ())),
            tuple(int(number, 16) for number in row.get("implementers", ())),
            tuple(row.get("texts", ())),
            version(row["rapl"]),
        )
        for row in rows
    )


def platform(cpu: Cpu) -> Platform | None:
    """The platform of a processor; None for one that nothing is known of."""
    return next((p for p in platforms() if p.fits(cpu)), None)


def version(text: str) -> tuple[int, ...]:
    """`5.10.0-136.oe2203` is (5, 10); () where there is no version."""
    found = re.match(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else ()
