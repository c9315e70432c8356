"""/proc/cpuinfo of x86, arm64, LoongArch and Sunway: four layouts of "name : value"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from collectors.host.files import Files, clean

CPUINFO = "/proc/cpuinfo"
MIDR = "/sys/devices/system/cpu/cpu0/regs/identification/midr_el1"

_MODELS = ("model name", "cpu model", "cpu type", "hardware", "cpu family")
"""Fields that may hold a model text, best first; a family counts where it is no number
("Loongson-64bit")."""
_PACKAGES = ("physical id", "package")
_CORES = ("core id", "core")
_CLOCK = "cpu mhz"


@dataclass(frozen=True, slots=True)
class Told:
    """What /proc/cpuinfo says; empty or 0: it does not.

    `mhz` is the first processor's clock: the nominal one on LoongArch and Sunway, the present one
    on x86.
    """

    vendor: str = ""
    texts: tuple[str, ...] = ()
    implementer: int = 0
    part: int = 0
    family: int = 0
    packages: int = 0
    cores: int = 0
    mhz: float = 0.0


def read(files: Files) -> Told:
    """Never fails: what cannot be read or understood is not told."""
    try:
        text = files.text(CPUINFO)
    except OSError:
        text = ""
    blocks = [_fields(block) for block in re.split(r"\n[ \t]*\n", text)]
    blocks = [block for block in blocks if block]
    implementer, part = _midr(blocks, files)
    places = [(_one(block, _PACKAGES), _one(block, _CORES)) for block in blocks]
    cores = {place for place in places if all(place)}
    return Told(
        vendor=_one(blocks, ("vendor_id", "vendor")),
        texts=_texts(blocks),
        implementer=implementer,
        part=part,
        family=_integer(_one(blocks, ("cpu family",))),
        packages=len({package for package, _ in places if package}),
        cores=len(cores),
        mhz=_decimal(_one(blocks, (_CLOCK,))),
    )


_Fields = dict[str, str]


def _fields(block: str) -> _Fields:
    """Names in lower case; the first of a name counts."""
    found: _Fields = {}
    for line in block.splitlines():
        name, colon, value = line.partition(":")
        if colon and clean(value):
            found.setdefault(clean(name).lower(), clean(value))
    return found


def _one(blocks: _Fields | Iterable[_Fields], names: Iterable[str]) -> str:
    """The first value of any of these names."""
    each = (blocks,) if isinstance(blocks, dict) else blocks
    return next((block[name] for block in each for name in names if name in block), "")


def _texts(blocks: list[_Fields]) -> tuple[str, ...]:
    """All model texts, each once, the best first."""
    found = (block[name] for name in _MODELS for block in blocks if name in block)
    return tuple(dict.fromkeys(text for text in found if not text.isdecimal()))


def _midr(blocks: list[_Fields], files: Files) -> tuple[int, int]:
    """Implementer and part number (Arm ARM D24.2.127, MIDR_EL1 bits 31:24 and 15:4)."""
    implementer = _integer(_one(blocks, ("cpu implementer",)))
    if implementer:
        return implementer, _integer(_one(blocks, ("cpu part",)))
    register = _integer(files.line(MIDR))
    return (register >> 24) & 0xFF, (register >> 4) & 0xFFF


def _integer(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    return int(text, 16) if re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}", text) else 0


def _decimal(text: str) -> float:
    return float(text) if re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,9})?", text) else 0.0
