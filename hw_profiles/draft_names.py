"""What a part's name and its quantity say of its role, for drafts: a guess with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model.catalogue import COMPONENT_LABEL, METRICS
from model.sensors import Quantity, Role

_Q = Quantity


@dataclass(frozen=True, slots=True)
class Guess:
    """A catalogue word for a name, a pattern for the names of its family, and why."""

    role: Role
    quantity: Quantity
    pattern: str
    reason: str

    @property
    def word(self) -> str:
        """The catalogue's word."""
        return f"{self.role.value}.{self.quantity.value}"


_MARGIN = re.compile(
    r"dts|margin|marg|mrgn|mgn|tcontrol|t[ _]?j[ _]?max|rated|rating|thresh"
    r"|set[ ._]?(pt|point)|hysteresis|offset|(?<![a-z])alarm",
    re.IGNORECASE,
)
_PSU = r"(?<![a-z])(psu?|pws|power ?supply)[ _-]?\d*(?![a-z])|电源"
_IN, _OUT = (
    r"(?<![a-z])[pvi]?_?in(put)?(?![a-z])|输入",
    r"(?<![a-z])[pvi]?_?out(put)?(?![a-z])|输出",
)
_CPU = r"(?<![a-z])(cpu|proc|processor|soc|socket)[ _-]?\d*(?![a-z])|处理器"
_DIMM = r"(?<![a-z])(dimm|mem|memory|ddr\d?)|内存"
_DISK = r"(?<![a-z])(hdd|ssd|nvme|disk|hd|drive)|硬盘"
_GPU = r"(?<![a-z])(gpu|npu|oam|dcu|accelerator)"
_REGULATOR = r"(?<![a-z])(vr|vrm|vdd|vcc|vddq|mos|pvccin)"
_INLET = r"inlet|intake|ambient|(?<![a-z])(amb|front|air[ _]?in)(?![a-z])|input[ _]temp|进风|环境"
_EXHAUST = r"outlet|exhaust|(?<![a-z])(exit|rear|back|air[ _]?out)(?![a-z])|output[ _]temp|出风"
_TOTAL = (
    r"total|(?<![a-z])(sys|system|server|node|chassis|input|ac|pmbus|box)(?![a-z])|consum|usage"
    r"|整机|总功|^\W*(power|pwr|watts?)\W*$|power[ _]?meter"
)
_PART = r"(?<![a-z])(fan|fans|hdd|mem|memory|dimm|cpu|gpu|disk|mb|pcie?|riser)\d*(?![a-z])"

_RULES: dict[Quantity, tuple[tuple[str, str, Role], ...]] = {
    _Q.TEMPERATURE: (
        (_REGULATOR, "", Role.BOARD),
        (_DIMM, "", Role.DIMM),
        (_DISK, "", Role.DISK),
        (_GPU, "", Role.ACCELERATOR),
        (_PSU, _INLET, Role.PSU),
        (_INLET, rf"{_CPU}|{_PART}|{_PSU}", Role.AIR_INLET),
        (_EXHAUST, rf"{_CPU}|{_PART}|{_PSU}", Role.AIR_EXHAUST),
        (_CPU, _INLET, Role.CPU),
        (r"pch|bmc|raid|nic|lom|ocp|riser|chipset|board|system|mb|pcie?|bbu|hca", "", Role.BOARD),
    ),
    _Q.POWER: (
        (rf"({_PSU}).*({_IN})", "", Role.PSU_INPUT),
        (rf"({_PSU}).*({_OUT})", "", Role.PSU_OUTPUT),
        (r"(?<![a-z])cpu[ _-]?\d", "", Role.CPU),
        (_PART, "", Role.SUBSYSTEM),
        (_TOTAL, rf"{_PSU}|max|min|peak|avg|average|limit|cap", Role.NODE),
    ),
    _Q.VOLTAGE: (
        (rf"({_PSU}).*({_IN})", "", Role.PSU_INPUT),
        (rf"({_PSU}).*({_OUT})", "", Role.PSU_OUTPUT),
    ),
    _Q.CURRENT: (
        (rf"({_PSU}).*({_IN})", "", Role.PSU_INPUT),
        (rf"({_PSU}).*({_OUT})", "", Role.PSU_OUTPUT),
    ),
    _Q.FAN_SPEED: ((r"fan|tach|风扇|rpm|speed", "", Role.FAN),),
    _Q.DUTY: ((r"fan|pwm|风扇", "", Role.FAN),),
}
"""Per quantity: what a name must hold, what it must not, and the part that it then is."""


def is_margin(name: str) -> bool:
    """Whether a name is that of a margin, a rating or a threshold: no reading at all."""
    return _MARGIN.search(name) is not None


def guess(name: str, quantity: Quantity) -> Guess | None:
    """The part that a name tells of; None where it tells of none, or of a margin or threshold."""
    if is_margin(name):
        return None
    for wanted, unless, role in _RULES.get(quantity, ()):
        found = re.search(wanted, name, re.IGNORECASE)
        if found is None or (unless and re.search(unless, name, re.IGNORECASE)):
            continue
        if (role, quantity) not in METRICS:
            return None
        return Guess(role, quantity, family(name, role), f"its name says {found[0].strip()!r}")
    return None


_NUMBERED = frozenset({"psu", "cpu", "fan", "dimm", "disk", "device", "subsystem"})


def family(name: str, role: Role) -> str:
    """A pattern for a name and its like: numbers free, blanks and underscores alike.

    The first number says which one it is, where the role's parts are numbered.
    """
    label = COMPONENT_LABEL.get(role, "")
    pieces = []
    named = label not in _NUMBERED or role is Role.SUBSYSTEM
    for piece in re.findall(r"\d+|[ _]+|[^\d _]+", name.strip()):
        if piece.isdecimal():
            pieces.append(r"\d+" if named else rf"(?P<{label}>\d+)")
            named = True
        elif not piece.strip(" _"):
            pieces.append("[ _]")
        else:
            pieces.append(re.escape(piece).replace("\\-", "-").replace("'", "."))
    if role is Role.SUBSYSTEM and pieces:
        pieces[0] = f"(?P<subsystem>{pieces[0]})"
    return "".join(pieces)
