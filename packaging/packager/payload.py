"""The two payloads of the one package: with an interpreter of its own, and for any machine."""

from __future__ import annotations

from dataclasses import dataclass, field

HOME = "/usr/lib/dcagent"
RUNTIME = f"{HOME}/runtime"


@dataclass(frozen=True)
class Payload:
    """What is built. `machine` is the kernel's word for it, "" for all of them.

    `interpreter` runs it; `deb_depends` and `rpm_depends` are what the machine must bring.
    """

    name: str
    machine: str
    deb_arch: str
    rpm_arch: str
    interpreter: str
    deb_depends: tuple[str, ...] = field(default=())
    rpm_depends: tuple[str, ...] = field(default=())


NOARCH = Payload(
    "noarch",
    "",
    "all",
    "noarch",
    "/usr/bin/python3",
    ("python3 (>= 3.11)", "python3-psutil"),
    ("python3 >= 3.11", "python3-psutil", "/usr/sbin/useradd"),
)
EMBEDDED = tuple(
    Payload(
        machine,
        machine,
        deb_arch,
        machine,
        f"{RUNTIME}/bin/python3",
        ("libc6 (>= 2.17)",),
        ("libc.so.6(GLIBC_2.17)(64bit)", "/usr/sbin/useradd"),
    )
    for machine, deb_arch in (("x86_64", "amd64"), ("aarch64", "arm64"))
)
PAYLOADS = {payload.name: payload for payload in (NOARCH, *EMBEDDED)}
