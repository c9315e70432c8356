"""A small site as its files declare it, for the tests of the inventory."""

from __future__ import annotations

from pathlib import Path

SITE = """\
[place]
province = "sichuan"
hub = "tianfu"
[[sites]]
name = "dc1"
zone = "shuangliu"
[[racks]]
name = "A01"
room = "r1"
row = "A"
design_power = "6 kW"
units = 42
pdus = ["pdu-a", "pdu-b"]
feeds = ["A", "B"]
"""

SHEET = (
    "某数据中心服务器清单,,,,,,,,,,\r\n,,,,,,,,,,\r\n"
    "主机名,BMC地址,机柜号,U位,算力类型,状态,额定功率（kW）,功率依据,电源1,电源2,采购日期\r\n"
    "n1,10.0.0.17,A01,１７-18,通用,在用,0.8,实测,pdu-a:7,pdu-b:7,2024\r\n"
    "n2,10.0.0.18,A01,20,智算,备用,6.5,型号,pdu-a:8,pdu-b:8,无\r\n"
)


def node(name: str, *more: str, u: int = 1, rated: bool = True, rack: str = "A01") -> str:
    """A [[nodes]] table."""
    lines = [f'name = "{name}"', 'kind = "ai"', *more]
    lines += [f'rack = "{rack}"', f"u = {u}"] if rack else []
    lines += ["rated_power = 800", 'rated_basis = "measured"'] if rated else []
    return "[[nodes]]\n" + "".join(f"{line}\n" for line in lines)


def written(folder: Path, text: str | bytes, name: str = "site.toml") -> Path:
    """A file with that text."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
