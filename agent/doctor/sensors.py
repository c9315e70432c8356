"""What the kernel measures here by itself: hwmon, RAPL, the ACPI power meter."""

from __future__ import annotations

from collections.abc import Iterator

from agent.diagnosis import Text
from agent.doctor.amounts import counted
from agent.doctor.finding import Finding, Subject
from agent.doctor.machine import inside
from agent.doctor.platforms import platform, version
from agent.doctor.surroundings import Surroundings
from collectors.host.hwmon import POWER_METER, chips
from collectors.host.rapl import FOLDER as POWERCAP

HWMON = Subject("environment.hwmon", Text("内核传感器", "kernel sensors"))
RAPL = Subject("environment.rapl", Text("RAPL", "RAPL"))
METER = Subject("environment.power_meter", Text("ACPI 功率计", "ACPI power meter"))

NO_RAPL, RAPL_MISSING, RAPL_CLOSED = "DCA-HOST-007", "DCA-HOST-027", "DCA-HOST-028"
NO_SENSOR, NO_METER, METER_ZERO = "DCA-HOST-029", "DCA-HOST-030", "DCA-HOST-031"

_ZONES = "/sys/class/thermal"


def hwmon(s: Surroundings) -> Iterator[Finding]:
    """The chips that hwmon knows, else the thermal zones."""
    found = [chip.driver for chip in chips(s.files.kernel)]
    zones = [s.files.text(f"{_ZONES}/{z}/type") for z in s.files.names(_ZONES, r"thermal_zone\d+")]
    if found:
        yield HWMON.ok(Text("内核传感器: {chips}", "kernel sensors: {chips}"), chips=counted(found))
    elif zones:
        text = Text("内核传感器: 温区 {zones}", "kernel sensors: thermal zones {zones}")
        yield HWMON.ok(text, zones=counted(zones))
    else:
        text = Text(
            "内核没有传感器: 温度来自 BMC", "no kernel sensors: temperatures come from the BMC"
        )
        yield HWMON.info(text, NO_SENSOR)


def rapl(s: Surroundings) -> Iterator[Finding]:
    """The energy counters of the processors."""
    domains = s.files.names(POWERCAP, r"intel-rapl:\d+")
    if not domains:
        yield _no_rapl(s)
        return
    counters = [f"{POWERCAP}/{domain}/energy_uj" for domain in domains]
    names = counted([s.files.text(f"{POWERCAP}/{d}/name") or d for d in domains])
    states = [s.files.status(counter) for counter in counters]
    if all(state is not None and s.agent.may(state) for state in states):
        yield RAPL.ok(Text("RAPL: {domains}", "RAPL: {domains}"), domains=names)
        return
    text = Text(
        "RAPL 存在，但不许用户 {user} 读取: {file}",
        "RAPL is there but closed to user {user}: {file}",
    )
    yield RAPL.warn(text, RAPL_CLOSED, user=s.who(s.agent), file=counters[0])


def _no_rapl(s: Surroundings) -> Finding:
    where = inside(s.files)
    if where:
        names = {"vm": ("虚拟机", "in a virtual machine"), "container": ("容器", "in a container")}
        text = Text(f"没有 RAPL: {names[where][0]}里正常", f"RAPL absent: normal {names[where][1]}")
        return RAPL.info(text, NO_RAPL)
    known = platform(s.cpu)
    if known is None:
        text = Text("没有 RAPL；CPU 功率来自 BMC", "RAPL absent; CPU watts come from the BMC")
        return RAPL.info(text, NO_RAPL)
    words = {"platform": known.name, "since": ".".join(map(str, known.rapl)) or "—"}
    if not known.rapl:
        text = Text(
            "没有 RAPL: {platform} 上正常；CPU 功率来自 BMC",
            "RAPL absent: normal on {platform}; CPU watts come from the BMC",
        )
        return RAPL.info(text, NO_RAPL, **words)
    if version(s.files.text("/proc/sys/kernel/osrelease")) < known.rapl:
        text = Text(
            "没有 RAPL: {platform} 上 Linux {since} 之前正常；CPU 功率来自 BMC",
            "RAPL absent: normal on {platform} before Linux {since}; CPU watts come from the BMC",
        )
        return RAPL.info(text, NO_RAPL, **words)
    text = Text("没有 RAPL，而 {platform} 本该有", "RAPL absent, though {platform} has it")
    return RAPL.warn(text, RAPL_MISSING, **words)


def meter(s: Surroundings) -> Iterator[Finding]:
    """The whole server's watts, where its firmware offers them to the kernel."""
    meters = [chip.folder for chip in chips(s.files.kernel) if chip.driver == POWER_METER]
    if not meters:
        text = Text(
            "没有 ACPI 功率计: 正常；整机功率来自 BMC",
            "no ACPI power meter: normal; node watts come from the BMC",
        )
        yield METER.info(text, NO_METER)
    for where in meters:
        yield _meter(s, where)


def _meter(s: Surroundings, where: str) -> Finding:
    microwatts = s.files.number(f"{where}/power1_average")
    if microwatts is None:
        text = Text("ACPI 功率计没有给出数值: 不采用", "ACPI power meter gives no value: not used")
        return METER.info(text, METER_ZERO)
    if microwatts <= 0:
        text = Text("ACPI 功率计读作 0 W: 不采用", "ACPI power meter reads 0 W: not used")
        return METER.info(text, METER_ZERO)
    text = Text("ACPI 功率计: {watts} W", "ACPI power meter: {watts} W")
    return METER.ok(text, watts=f"{microwatts / 1e6:.0f}")
