"""A guest whose disk is a Debian root: its own kernel modules, its own systemd, a BMC on KCS."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.packages import roots
from tests.vm import machine
from tests.vm.kernel import DISK_ROOT, boot
from tests.vm.vm_bmc import VmBmc
from tests.vm.vm_board import board

LONGEST = 2700
"""Seconds that a guest may run."""
_CLOCK = ("-icount", "shift=1")
"""The guest's time goes by what its processor has done, 2 ns an instruction, which is slower than
any server's: what the host does beside it is not counted."""
_UNIT = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c '{command} > /mnt/log 2>&1; echo $? > /mnt/status'
ExecStopPost=/bin/systemctl --no-block poweroff
[Install]
WantedBy=multi-user.target
"""


def lead(root: roots.Root, command: str, out: Path) -> machine.Finished:
    """Boots a copy of a root, runs a command when it is up, returns when the guest is off."""
    _equip(root, command)
    disk = root.place / "disk"
    # the copy must not hold what is mounted there
    make = 'umount "$1/proc"; exec mke2fs -q -t ext4 -d "$1" "$2" 1500M'
    root.on("sh", "-c", make, "sh", str(root.inside), str(disk))
    bmc = VmBmc(board())
    devices = (*_CLOCK, "-drive", f"file={disk},if=virtio,format=raw,cache=unsafe")
    try:
        return machine.emulate(DISK_ROOT, "", out, (bmc.port,), devices, LONGEST)
    finally:
        bmc.close()
        disk.unlink()


def _equip(root: roots.Root, command: str) -> None:
    """Drivers, and a unit that runs the command."""
    upper = root.place / "upper"
    shutil.copytree(boot(DISK_ROOT).modules, upper / "usr/lib/modules", dirs_exist_ok=True)
    unit = upper / "etc/systemd/system/lead.service"
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.write_text(_UNIT.format(command=command), encoding="utf-8")
    root.sh(
        "systemctl --quiet enable lead.service; "
        "systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer getty@tty1.service"
    )
