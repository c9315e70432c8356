"""One run of the guest: qemu in software, two BMCs on KCS, a directory for what it finds."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.vm.kernel import HOST_ROOT, ROOT, Start, boot

LONGEST = 400
"""Seconds that a run may take."""
SHARE = "security_model=none,multidevs=remap"
"""How folders of the host's are shared with a guest."""
_PORTS = ("0xca2", "0xca8")
"""Where the BMCs listen for their host, which finds them by ACPI: the last one made first."""


@dataclass(frozen=True)
class Finished:
    """A run that came to its end: what the guest left, and how long it took."""

    out: Path
    seconds: float

    def text(self, name: str) -> str:
        """A file that the guest wrote; "" where it did not."""
        path = self.out / name
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def run(script: Path, out: Path, ports: tuple[int, ...], longest: float = LONGEST) -> Finished:
    """Boots, runs a shell script of the host's in the guest, returns when the guest is off.

    `ports` are where the BMCs behind /dev/ipmi0, /dev/ipmi1 listen on 127.0.0.1; `longest` in
    seconds.
    """
    host = ("-virtfs", f"local,path=/,mount_tag=host,readonly=on,{SHARE}")
    return emulate(HOST_ROOT, f"run={script}", out, ports, host, longest)


def emulate(
    start: Start,
    words: str,
    out: Path,
    ports: tuple[int, ...],
    devices: tuple[str, ...],
    longest: float = LONGEST,
) -> Finished:
    """Boots a guest with these devices beside its BMCs; `words` are for its kernel's command line.

    Returns when it is off. `out` is the folder that it shares with the host.
    """
    found = boot(start)
    program = shutil.which("qemu-system-x86_64")
    assert program is not None
    begun = time.monotonic()
    command = [
        *(program, "-machine", "pc", "-accel", "tcg", "-cpu", "max", "-m", "512", "-smp", "1"),
        *("-nographic", "-no-reboot", "-nic", "none", "-kernel", str(found.kernel)),
        *("-initrd", str(found.initramfs)),
        *("-append", f"console=ttyS0 quiet panic=-1 {words}"),
        *("-virtfs", f"local,path={out},mount_tag=out,{SHARE}"),
        *devices,
        *_bmcs(ports),
    ]
    with (out / "console").open("wb") as console:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            timeout=longest,
            check=True,
            cwd=ROOT,
            env=os.environ,
        )
    return Finished(out, time.monotonic() - begun)


def _bmcs(ports: tuple[int, ...]) -> list[str]:
    """BMCs on KCS that are served at these ports."""
    words = []
    for number, port in reversed(list(enumerate(ports))):
        chardev = f"socket,id=c{number},host=127.0.0.1,port={port},reconnect=1"
        words += ["-chardev", chardev]
        words += ["-device", f"ipmi-bmc-extern,id=b{number},chardev=c{number}"]
        words += ["-device", f"isa-ipmi-kcs,bmc=b{number},ioport={_PORTS[number]}"]
    return words
