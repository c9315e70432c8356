"""Every request that may be sent to a BMC: reads, and what a session itself needs. Nothing else.

Whoever writes a request, over LAN or to /dev/ipmi*, has it checked here first.
docs/read-only.md is made from this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from collectors.ipmi.channel import (
    NETFN_APP,
    NETFN_CHASSIS,
    NETFN_GROUP,
    NETFN_SENSOR,
    NETFN_STORAGE,
    NETFN_TRANSPORT,
)
from collectors.protocol import NotRead

DCMI = 0xDC
"""The group whose requests of `NETFN_GROUP` these are (DCMI 1.5 §6): first byte of their data."""


class Request(NamedTuple):
    """A request: its name, where it is specified, and what it is asked for in both languages."""

    name: str
    section: str
    zh: str
    en: str


READS: Mapping[tuple[int, int], Request] = {
    (NETFN_CHASSIS, 0x01): Request("Get Chassis Status", "§28.2", "是否开机", "power on or off"),
    (NETFN_SENSOR, 0x20): Request(
        "Get Device SDR Info", "§35.2", "传感器清单的大小", "size of the list of sensors"
    ),
    (NETFN_SENSOR, 0x21): Request("Get Device SDR", "§35.3", "传感器记录", "sensor records"),
    (NETFN_SENSOR, 0x22): Request(
        "Reserve Device SDR Repository",
        "§35.4",
        "读清单用的编号，不改变内容",
        "a number to read the list by; changes nothing",
    ),
    (NETFN_SENSOR, 0x23): Request(
        "Get Sensor Reading Factors",
        "§35.5",
        "非线性系数",
        "factors of a non-linear sensor",
    ),
    (NETFN_SENSOR, 0x27): Request("Get Sensor Thresholds", "§35.9", "门限", "limits"),
    (NETFN_SENSOR, 0x2D): Request("Get Sensor Reading", "§35.14", "读数", "readings"),
    (NETFN_APP, 0x01): Request("Get Device ID", "§20.1", "厂商、产品、固件", "vendor and firmware"),
    (NETFN_APP, 0x04): Request(
        "Get Self Test Results", "§20.4", "上次自检的结果", "what the latest self test found"
    ),
    (NETFN_APP, 0x08): Request("Get Device GUID", "§20.8", "BMC 的标识", "identity of the BMC"),
    (NETFN_APP, 0x37): Request("Get System GUID", "§22.14", "主机的标识", "identity of the host"),
    (NETFN_APP, 0x38): Request(
        "Get Channel Authentication Capabilities",
        "§22.13",
        "有没有 BMC、怎样登录",
        "whether a BMC is there, and how to log in",
    ),
    (NETFN_APP, 0x42): Request("Get Channel Info", "§22.24", "哪个通道是网口", "which is the LAN"),
    (NETFN_STORAGE, 0x10): Request(
        "Get FRU Inventory Area Info", "§34.1", "FRU 的大小", "size of a FRU"
    ),
    (NETFN_STORAGE, 0x11): Request("Read FRU Data", "§34.2", "型号、序列号", "model and serial"),
    (NETFN_STORAGE, 0x20): Request(
        "Get SDR Repository Info", "§33.9", "传感器清单的大小", "size of the list of sensors"
    ),
    (NETFN_STORAGE, 0x22): Request(
        "Reserve SDR Repository",
        "§33.11",
        "读清单用的编号，不改变内容",
        "a number to read the list by; changes nothing",
    ),
    (NETFN_STORAGE, 0x23): Request("Get SDR", "§33.12", "传感器记录", "sensor records"),
    (NETFN_STORAGE, 0x40): Request("Get SEL Info", "§31.2", "日志有多满", "how full the log is"),
    (NETFN_STORAGE, 0x43): Request("Get SEL Entry", "§31.5", "日志条目", "entries of the log"),
    (NETFN_TRANSPORT, 0x02): Request(
        "Get LAN Configuration Parameters", "§23.2", "BMC 的地址", "the BMC's addresses"
    ),
    (NETFN_GROUP, 0x01): Request(
        "Get DCMI Capabilities Info", "DCMI §6.1", "支持哪些 DCMI 功能", "what of DCMI it can do"
    ),
    (NETFN_GROUP, 0x02): Request("Get Power Reading", "DCMI §6.6.1", "功率", "power"),
}
"""(network function, command) → what it is. `NETFN_GROUP` stands for DCMI alone."""

SESSION: Mapping[tuple[int, int], Request] = {
    (NETFN_APP, 0x3B): Request(
        "Set Session Privilege Level",
        "§22.18",
        "只对本会话，且仅当配置了更高的 privilege",
        "of this session alone, where the configuration asks for more than user",
    ),
    (NETFN_APP, 0x3C): Request(
        "Close Session", "§22.19", "结束自己的会话", "ends the session that is ours"
    ),
}
"""What belongs to a session over LAN: it changes nothing that outlives it."""

SETUP: Mapping[int, Request] = {
    0x10: Request("RMCP+ Open Session Request", "§13.17", "开始登录", "begins a login"),
    0x12: Request("RAKP Message 1", "§13.20", "用户名", "the user's name"),
    0x14: Request("RAKP Message 3", "§13.22", "证明知道口令", "proof of the password"),
}
"""Payload types by which a session over LAN is opened."""


def check(netfn: int, command: int, data: bytes, *, session: bool) -> None:
    """Lets a request pass that is on the list; `session`: those of a session are, too.

    NotRead: it is not.
    """
    key = (netfn, command)
    if key in READS and (netfn != NETFN_GROUP or data[:1] == bytes((DCMI,))):
        return
    if session and key in SESSION:
        return
    raise NotRead(f"IPMI request {netfn:02x}h {command:02x}h {data.hex()}".rstrip())


def check_setup(payload_type: int) -> None:
    """Lets a payload pass that opens a session. NotRead."""
    if payload_type not in SETUP:
        raise NotRead(f"RMCP+ payload {payload_type:02x}h")
