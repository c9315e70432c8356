"""Devices as the [[targets]] tables that a configuration takes, and the logins that they lack.

A line that begins with "#" and no blank is a setting to take over, as in `dcagent config example`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agent.diagnosis import Lang
from agent.inventory.row import Row
from model.devices import Protocol

_HEAD: dict[Lang, str] = {
    "zh": """\
# dcagent discover 找到的设备；放进 conf.d 即可使用。
# 每台设备一张 [[targets]] 表；机柜、U 位请补上。name 可改，地址是这一行的身份。
""",
    "en": """\
# Devices that dcagent discover found; the file goes into conf.d as it is.
# One [[targets]] table per device: add rack and u. Names may be changed; a device is its address.
""",
}
_LOGINS: dict[Lang, str] = {
    "zh": """\
# 还缺登录凭据: 去掉下面各行的 "#"，把口令写进所指的文件 (chmod 640)，然后 dcagent config check。
# 已有同样凭据的，把 credential 改成它的名字即可。
""",
    "en": """\
# Still missing: logins. Take the "#" off these lines and write each password into the file that is
# named (chmod 640), then: dcagent config check. Where you have that login already, name it instead.
""",
}
_TEMPLATES = {
    "ipmi": ('type = "ipmi"', 'username = "monitor"', 'password = "file:secrets/{0}"'),
    "community": ('type = "snmp-community"', 'community = "file:secrets/{0}"'),
    "v3": (
        'type = "snmp-v3"',
        'username = "monitor"',
        'auth_protocol = "sha256"',
        'auth_password = "file:secrets/{0}-auth"',
        'priv_protocol = "aes"',
        'priv_password = "file:secrets/{0}-priv"',
    ),
}


def head(lang: Lang) -> str:
    """What stands at the top of a new file."""
    return _HEAD[lang]


def logins(rows: Sequence[Row], present: str, known: Iterable[str], lang: Lang) -> str:
    """Tables of the credentials that rows name, to be filled in; "" where all are there.

    `present` is the text of the file so far, `known` are credentials of the configuration.
    """
    there = set(re.findall(r"^#?\[credentials\.\"?([^\]\"]+)\"?\]", present, re.MULTILINE))
    there |= set(known)
    wanted = {row.credential: row for row in rows if row.credential not in there}
    if not wanted:
        return ""
    tables = (_login(name, row) for name, row in sorted(wanted.items()))
    return "\n".join((_LOGINS[lang].rstrip("\n"), *tables))


def _login(name: str, row: Row) -> str:
    kind = "ipmi" if row.protocol is Protocol.IPMI else "community" if row.community else "v3"
    lines = (f"[credentials.{name}]", *(line.format(name) for line in _TEMPLATES[kind]))
    return "".join(f"#{line}\n" for line in lines)


def target(row: Row) -> str:
    """One device: who it seems to be, then its table."""
    words = (row.vendor, row.model, row.device, row.serial and f"SN {row.serial}")
    told = [" ".join(word for word in words if word), "/".join(row.likely), row.seen]
    lines = [f"# {_comment(' · '.join(part for part in told if part))}", "[[targets]]"]
    values = [("name", row.name), ("address", row.address), ("protocol", row.protocol.value)]
    lines += [f"{key} = {quoted(value)}" for key, value in values]
    if row.port:
        lines.append(f"port = {row.port}")
    lines += [f"credential = {quoted(row.credential)}", 'rack = ""', 'u = ""']
    return "".join(f"{line}\n" for line in lines)


def quoted(text: str) -> str:
    """A basic string (TOML 1.0): whatever a device says stays a text."""
    sound = text.encode("utf-8", "replace").decode()  # halves of a surrogate pair are no text
    escaped = sound.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'


def _comment(text: str) -> str:
    """Text that cannot leave its line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
