"""The columns of an inventory in a spreadsheet, and the headers under which they are known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

ADDRESS = "address"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("target", "device name", "hostname", "名称", "设备名", "设备名称", "主机名"),
    ADDRESS: (
        *("ip", "ip address", "bmc", "bmc ip", "bmc address", "ipmi", "ipmi ip", "oob ip"),
        *("mgmt ip", "management ip", "management address", "host", "地址", "ip地址", "设备ip"),
        *("bmc地址", "bmc ip地址", "ipmi地址", "管理ip", "管理地址", "管理ip地址", "管理口ip"),
        *("带外ip", "带外地址", "带外ip地址", "带外管理ip", "带外管理地址"),
    ),
    "protocol": ("协议",),
    "credential": ("凭据", "凭证"),
    "port": ("udp port", "端口"),
    "node": ("server", "节点", "服务器"),
    "site": ("data centre", "data center", "数据中心", "站点"),
    "room": ("机房", "房间"),
    "row": ("列", "机列"),
    "rack": ("cabinet", "机柜", "机柜号", "机柜编号"),
    "u": ("u position", "u位", "起始u位"),
    "feed": ("供电路", "电源路"),
    "device": ("device type", "类型", "设备类型", "类别"),
    "vendor": ("brand", "manufacturer", "厂商", "厂家", "品牌"),
    "model": ("型号", "设备型号"),
    "serial": ("sn", "serial number", "序列号", "sn号"),
    "likely_profile": ("画像", "可能的画像"),
    "seen": ("remark", "remarks", "note", "notes", "comment", "备注", "说明"),
}
"""Key (the header that we write) → other headers under which people keep the same thing."""


def plain(header: str) -> str:
    """A header without case, width, blanks and marks: "BMC_IP " and "ＢＭＣ ＩＰ" are "bmcip"."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


_KEYS = {plain(word): key for key, words in COLUMNS.items() for word in (key, *words)}


def understood(header: Sequence[str]) -> dict[int, str]:
    """Position → key of each column that we know."""
    keys = ((at, _KEYS.get(plain(cell))) for at, cell in enumerate(header))
    return {at: key for at, key in keys if key is not None}
