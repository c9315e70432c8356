"""One run of the guest: qemu in software, two BMCs on KCS, a directory for what it finds."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.vm.kernel import ROOT, boot

LONGEST = 400
"""Seconds that a run may take."""
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
    found = boot()
    program = shutil.which("qemu-system-x86_64")
    assert program is not None
    begun = time.monotonic()
    share = "security_model=none,multidevs=remap"
    command = [
        *(program, "-machine", "pc", "-accel", "tcg", "-cpu", "max", "-m", "512", "-smp", "1"),
        *("-nographic", "-no-reboot", "-nic", "none", "-kernel", str(found.kernel)),
        *("-initrd", str(found.initramfs)),
        *("-append", f"console=ttyS0 quiet panic=-1 run={script}"),
        *("-virtfs", f"local,path=/,mount_tag=host,readonly=on,{share}"),
        *("-virtfs", f"local,path={out},mount_tag=out,{share}"),
    ]
    for number, port in reversed(list(enumerate(ports))):
        chardev = f"socket,id=c{number},host=127.0.0.1,port={port},reconnect=1"
        command += [
            "-chardev",
            chardev,
            "-device",
            f"ipmi-bmc-extern,id=b{number},chardev=c{number}",
        ]
        command += ["-device", f"isa-ipmi-kcs,bmc=b{number},ioport={_PORTS[number]}"]
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
