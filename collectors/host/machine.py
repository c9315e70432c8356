"""What the machine is: architecture, name, processors. It does not change while the kernel runs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from collectors.host import clock, cpuinfo, dmi
from collectors.host.dmi import Firmware
from collectors.host.files import Files
from model.host import Cpu, Host

_CPUS = "/sys/devices/system/cpu"
_ARCH = "/proc/sys/kernel/arch"
_NAME = "/proc/sys/kernel/hostname"


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, and what its firmware says of it."""

    host: Host
    firmware: Firmware


def read(files: Files, root: Path) -> Machine:
    """Never fails: what is not told stays empty."""
    firmware = dmi.read(files)
    arch, name = _names(files, root)
    told = cpuinfo.read(files)
    texts = tuple(dict.fromkeys((*told.texts, *firmware.processors)))
    packages, cores = _topology(files)
    cpu = Cpu(
        vendor=told.vendor,
        model=_best(told.texts, firmware.processors),
        texts=texts,
        implementer=told.implementer,
        part=told.part,
        family=told.family,
        packages=packages or told.packages or firmware.sockets,
        cores=cores or told.cores,
        base_hz=clock.base_hz(files, arch, texts, told.mhz),
    )
    return Machine(Host(arch, name, cpu), firmware)


def _names(files: Files, root: Path) -> tuple[str, str]:
    """Architecture and host name: this machine's by uname(2), another root's by its files."""
    if root == Path("/"):
        found = os.uname()
        return found.machine, found.nodename
    return files.line(_ARCH), files.line(_NAME)


def _best(texts: tuple[str, ...], processors: tuple[str, ...]) -> str:
    """The kernel's text, else the firmware's: arm64's /proc/cpuinfo has none of its own."""
    return next(iter((*texts, *processors)), "")


_ENTRY = re.compile(r"cpu\d+")


def _topology(files: Files) -> tuple[int, int]:
    """Sockets and physical cores of the processors that are online; 0: not told.

    A core is a set of sibling threads: core ids repeat from die to die. A package id of -1 is
    firmware that does not say.
    """
    packages: set[int] = set()
    cores: set[str] = set()
    for entry in files.names(_CPUS):
        if not _ENTRY.fullmatch(entry):
            continue
        folder = f"{_CPUS}/{entry}/topology"
        package = files.number(f"{folder}/physical_package_id")
        siblings = files.line(f"{folder}/core_cpus_list") or files.line(
            f"{folder}/thread_siblings_list"
        )
        if package is not None and package >= 0:
            packages.add(package)
        if siblings:
            cores.add(siblings)
    return len(packages), len(cores)
