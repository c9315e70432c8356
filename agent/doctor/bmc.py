"""The way to this machine's own BMC: /dev/ipmi*, its driver, and who may use it."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from agent.diagnosis import Text
from agent.doctor.files import Files
from agent.doctor.finding import Finding, Subject
from agent.doctor.machine import inside
from agent.doctor.surroundings import Surroundings

BMC = Subject("environment.bmc", Text("BMC 驱动", "BMC driver"))
NO_DRIVER, CLOSED = "DCA-HOST-001", "DCA-HOST-002"
IN_CONTAINER, VIRTUAL, NONE = "DCA-HOST-024", "DCA-HOST-025", "DCA-HOST-026"

_DEVICES = (("/dev", r"ipmi\d+"), ("/dev/ipmi", r"\d+"), ("/dev/ipmidev", r"\d+"))
_INTERFACES = ("ipmi_si", "ipmi_ssif", "ipmi_powernv", "ssif_bmc")


def bmc(s: Surroundings) -> Iterator[Finding]:
    """One finding per device file, else why there is none."""
    devices = [f"{d}/{n}" for d, pattern in _DEVICES for n in s.files.names(d, pattern)]
    for device in devices:
        yield _device(s, device)
    if not devices:
        yield _none(s)


def _device(s: Surroundings, device: str) -> Finding:
    status = s.files.status(device)
    if status is None:
        return _none(s)
    words = {
        "file": device,
        "address": device,
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "group": s.files.group(status.st_gid),
        "user": s.who(s.agent),
    }
    if s.agent.may(status, write=True):
        text = Text(
            "{file} 可用: 用户 {user} ({mode}，组 {group})",
            "{file} open to user {user} ({mode}, group {group})",
        )
        return BMC.ok(text, **words)
    text = Text(
        "{file} 不许用户 {user} 使用 ({mode}，组 {group})",
        "{file} closed to user {user} ({mode}, group {group})",
    )
    return BMC.warn(text, CLOSED, **words)


def _none(s: Surroundings) -> Finding:
    """No device file: a driver that is missing, or nothing to drive."""
    where = inside(s.files)
    if where == "container":
        text = Text("容器里没有 /dev/ipmi0", "no /dev/ipmi0 in this container")
        return BMC.info(text, IN_CONTAINER)
    loaded = ", ".join(driver(s.files))
    if announced(s.files):
        text = Text(
            "固件声明有 BMC，但没有 /dev/ipmi0 (已加载: {loaded})",
            "the firmware announces a BMC, but there is no /dev/ipmi0 (loaded: {loaded})",
        )
        return BMC.warn(text, NO_DRIVER, loaded=loaded or "—")
    if where == "vm":
        text = Text("虚拟机没有 BMC: 正常", "no BMC in a virtual machine: normal")
        return BMC.info(text, VIRTUAL)
    text = Text(
        "没有 /dev/ipmi0，固件也没有声明 BMC", "no /dev/ipmi0, and the firmware announces no BMC"
    )
    return BMC.info(text, NONE)


def announced(files: Files) -> bool:
    """True where SMBIOS (type 38), ACPI or a device tree speaks of a BMC's interface."""
    return bool(
        files.names("/sys/firmware/dmi/entries", r"38-\d+")
        or files.names("/sys/bus/acpi/devices", r"IPI0001:\d+")
        or files.names("/sys/bus/platform/drivers/ipmi_si", r".*IPI0001.*|.*ipmi.*\d")
        or files.names("/proc/device-tree", r"ipmi.*|bmc.*")
    )


def driver(files: Files) -> tuple[str, ...]:
    """The modules of the BMC driver that are loaded or built in."""
    built_in = files.text(
        f"/lib/modules/{files.text('/proc/sys/kernel/osrelease')}/modules.builtin"
    )
    modules = {line.split(" ")[0] for line in files.text("/proc/modules").splitlines()}
    return tuple(
        name
        for name in ("ipmi_msghandler", "ipmi_devintf", *_INTERFACES)
        if name in modules or files.there(f"/sys/module/{name}") or f"/{name}.ko" in built_in
    )
