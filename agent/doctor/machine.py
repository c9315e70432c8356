"""The machine and its system: what runs here, on what."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from agent.diagnosis import Text
from agent.doctor.files import Files
from agent.doctor.finding import Finding, Subject
from agent.doctor.surroundings import Surroundings
from hw_profiles.processor_match import finding_match, lookup, seen
from hw_profiles.processor_schema import Processor
from hw_profiles.processors import peak
from model.host import Cpu

SYSTEM = Subject("environment.system", Text("系统", "system"))
PROCESSOR = Subject("environment.processor", Text("处理器", "processor"))
TABLE = Subject("environment.processor_table", Text("处理器表", "processor table"))
UNKNOWN_PROCESSOR = "DCA-HOST-032"

_VIRTUAL = ("qemu", "kvm", "vmware", "virtualbox", "xen", "bochs", "openstack", "microsoft",
            "parallels", "bhyve", "alibaba cloud", "tencent cloud", "google", "amazon")  # fmt: skip
"""What hypervisors write into the vendor and product of DMI."""
_CONTAINED = ("/.dockerenv", "/run/.containerenv", "/run/secrets/kubernetes.io")
"""What Docker, Podman and Kubernetes leave in a container."""


def system(s: Surroundings) -> Iterator[Finding]:
    """Distribution, kernel, architecture."""
    kernel = s.files.text("/proc/sys/kernel/osrelease") or "?"
    words = {"os": distribution(s.files), "kernel": kernel, "arch": s.arch}
    where = {
        "": Text("{os}，内核 {kernel}，{arch}", "{os}, Linux {kernel}, {arch}"),
        "vm": Text(
            "{os}，内核 {kernel}，{arch}，虚拟机", "{os}, Linux {kernel}, {arch}, a virtual machine"
        ),
        "container": Text(
            "{os}，内核 {kernel}，{arch}，容器内", "{os}, Linux {kernel}, {arch}, in a container"
        ),
    }
    yield SYSTEM.ok(where[inside(s.files)], **words)


def cpu(s: Surroundings) -> Iterator[Finding]:
    """Processors by model, number and cores; and whether the table knows their peak compute."""
    found = s.cpu
    entry = lookup(found, s.processors)
    words = {
        "model": found.model or (entry.model if entry else "") or seen(found),
        "packages": str(found.packages),
        "cores": str(found.cores),
    }
    if not words["model"]:
        text = Text("内核没有说明处理器型号", "the kernel does not name the processor")
        yield PROCESSOR.skip(text)
        return
    text = Text("{model}", "{model}")
    if found.packages > 1 and found.cores:
        text = Text(
            "{model} × {packages}，共 {cores} 核", "{model} × {packages}, {cores} cores in all"
        )
    elif found.cores:
        text = Text("{model}，{cores} 核", "{model}, {cores} cores")
    yield PROCESSOR.ok(text, **words)
    yield from _table(found, entry, words)


def _table(found: Cpu, entry: Processor | None, words: Mapping[str, str]) -> Iterator[Finding]:
    """Why there is no peak compute, where there is none."""
    if entry is None:
        text = Text(
            "处理器表里没有 {model}: 不给出峰值算力；条目写 {match}",
            "the processor table lacks {model}: no peak compute; an entry takes {match}",
        )
    elif not entry.flops_per_cycle:
        text = Text(
            "{model} 没有可信的峰值数据: 不给出峰值算力；条目写 {match}",
            "no trusted figure of {model}: no peak compute; an entry takes {match}",
        )
    elif peak(entry, found) is None:
        text = Text(
            "{model} 的核数或基准频率未知: 不给出峰值算力；条目写 {match}",
            "cores or clock of {model} are unknown: no peak compute; an entry takes {match}",
        )
    else:
        return
    yield TABLE.info(text, UNKNOWN_PROCESSOR, match=finding_match(found), **words)


def distribution(files: Files) -> str:
    """The system's own name (os-release(5))."""
    for name in ("/etc/os-release", "/usr/lib/os-release"):
        for line in files.text(name).splitlines():
            key, _, value = line.partition("=")
            if key == "PRETTY_NAME":
                return _unquoted(value)
    return "Linux"


def _unquoted(value: str) -> str:
    try:
        return " ".join(shlex.split(value))
    except ValueError:
        return value.strip("\"'")


def inside(files: Files) -> str:
    """Where we run: "container", "vm", or "" for a machine of its own."""
    if any(files.there(name) for name in _CONTAINED):
        return "container"
    if files.text("/run/systemd/container"):
        return "container"
    names = ("sys_vendor", "product_name", "board_vendor")
    told = " ".join(files.text(f"/sys/class/dmi/id/{name}") for name in names).casefold()
    hypervisor = _guest(files) or files.there("/sys/hypervisor/type")
    return "vm" if hypervisor or any(word in told for word in _VIRTUAL) else ""


def _guest(files: Files) -> bool:
    """True where an x86 processor says that a hypervisor runs it (CPUID 1, ECX bit 31)."""
    for line in files.text("/proc/cpuinfo").splitlines():
        if line.startswith("flags"):
            return "hypervisor" in line.split()
    return False
