"""Writes docs/read-only.md: all that is ever sent to a device.

python -m collectors.read_only_doc > docs/read-only.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping

from collectors.ipmi import permitted
from collectors.ipmi.permitted import Request
from collectors.snmp.messages import SENT

_HEAD = """\
# What is sent to a device 发给设备的全部请求

dcagent only reads. What follows is generated from the lists in `collectors/ipmi/permitted.py` and
`collectors/snmp/messages.py`; whoever writes a request looks it up there, and one that is not
listed raises an error before a byte is sent. `tests/house/test_read_only.py` reads along at the
socket and at a driver's `ioctl`, `make test-vm` behind a real `/dev/ipmi0`; both fail on anything
else.

dcagent 只读。下表由上述两处清单生成；每条请求写出之前都要查表，不在表中的一个字节也发不出去。
`tests/house/test_read_only.py` 在套接字和驱动的 `ioctl` 处旁听，`make test-vm` 在真实的
`/dev/ipmi0` 之后旁听；出现别的请求即失败。
"""

_READS = """
## IPMI: reads 读

Over LAN and in-band. Sections are those of IPMI v2.0 rev. 1.1; group extension 2Ch is sent for DCMI
(DCh) alone. 经网络和带内。章节号出自 IPMI v2.0 rev. 1.1；组扩展 2Ch 只用于 DCMI (DCh)。
"""

_SESSION = """
## IPMI: the session 会话

Over LAN alone; nothing of it outlives the session. 仅经网络；会话结束即不留痕迹。
"""

_PING = (
    "ASF Presence Ping (RMCP)",
    "§13.2.3",
    "有没有 BMC",
    "whether a BMC is there",
)

_SNMP = """
## SNMP

v1, v2c and v3 (RFC 3416 §3); there is no SetRequest in the program. Discovery of an engine (RFC
3414 §4) is a GetRequest without names. 三个版本都一样；程序里没有 SetRequest。引擎发现是不带对象的
GetRequest。
"""

_REST = """
## Others 其他

- Redfish: `GET /redfish/v1/` without a login, by `dcagent discover` alone. 只有 `dcagent discover`
  会不登录地读服务根。
- ICMP echo, where an SNMP agent is silent, to tell a dead host from a wrong community. SNMP
  不应答时发一个 ping，以区分主机不在与团体字不对。
- The agent's own host: files under /proc, /sys and the vendors' tools for accelerators
  ([accelerators.md](accelerators.md)), asked for readings alone. 本机: 只读 /proc、/sys，以及厂商的
  加速卡工具。
"""


def document() -> str:
    """The whole document."""
    parts = [
        _HEAD,
        _READS,
        *_table(permitted.READS),
        _SESSION,
        *_table(permitted.SESSION),
        *_rows(("packet 报文", "name 名称", "section 章节", "why 用途"), _packets()),
        _SNMP,
        *_snmp(),
        _REST,
    ]
    return "".join(parts)


def _table(requests: Mapping[tuple[int, int], Request]) -> Iterator[str]:
    rows = (
        (f"{netfn:02X}h", f"{command:02X}h", request.name, request.section, _why(request))
        for (netfn, command), request in requests.items()
    )
    yield from _rows(("NetFn", "command 命令", "name 名称", "section 章节", "why 用途"), rows)


def _packets() -> Iterator[tuple[str, ...]]:
    yield "RMCP", *_PING[:2], f"{_PING[3]} {_PING[2]}"
    for kind, request in permitted.SETUP.items():
        yield f"payload {kind:02X}h", request.name, request.section, _why(request)


def _snmp() -> Iterator[str]:
    rows = ((f"{kind:02X}h", name) for kind, name in SENT.items())
    yield from _rows(("tag 标签", "PDU"), rows)


def _why(request: Request) -> str:
    return f"{request.en} {request.zh}"


def _rows(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "\n"
    for cells in (heads, ("---",) * len(heads), *rows):
        yield f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(document())
