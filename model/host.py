"""What a machine says of itself from within: enough to name its processors and accelerators."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cpu:
    """One kind of processor, as /proc/cpuinfo, DMI and sysfs tell it; empty or 0: not told.

    `vendor` is the x86 vendor_id ("HygonGenuine"), `model` the best model text ("Kunpeng
    920-4826"), `texts` all model texts that were found, `implementer` and `part` the fields of
    the arm64 MIDR. `packages` counts sockets, `cores` physical cores in all of them; `base_hz`
    is the nominal (not the boost) clock.
    """

    vendor: str = ""
    model: str = ""
    texts: tuple[str, ...] = ()
    implementer: int = 0
    part: int = 0
    family: int = 0
    packages: int = 0
    cores: int = 0
    base_hz: float = 0.0


@dataclass(frozen=True, slots=True)
class Device:
    """One accelerator package: `device` is the name that its series carry, such as "ascend0"."""

    device: str
    vendor: str
    model: str


@dataclass(frozen=True, slots=True)
class Host:
    """The machine: `arch` as the kernel says it (aarch64, x86_64, loongarch64, sw_64)."""

    arch: str = ""
    name: str = ""
    cpu: Cpu = Cpu()
    accelerators: tuple[Device, ...] = ()
