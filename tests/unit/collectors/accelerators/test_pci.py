"""Which PCI functions are accelerators: not what else their vendors make."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.accelerators.pci import Function, functions
from collectors.accelerators.registry import adapters
from tests.unit.collectors.accelerators.sysfs import pci


def accelerators(root: Path) -> dict[str, int]:
    found = functions(root)
    counted = {a.tool.vendor: len(a.tool.pci.of(found)) for a in adapters()}
    return {vendor: count for vendor, count in counted.items() if count}


@pytest.mark.parametrize(
    ("function", "vendor"),
    [
        ("19e5:d802 120000", "ascend"),
        ("19e5:d500 120000", "ascend"),
        ("1d94:62b7 038000", "hygon"),
        ("1d94:6210 0b4000", "hygon"),
        ("cabc:0370 120000", "cambricon"),
        ("1ed5:0300 030000", "moorethreads"),
        ("9999:4001 120000", "metax"),
        ("1e3e:0001 120000", "iluvatar"),
        ("1e36:0021 120000", "enflame"),
        ("1d22:3684 120000", "kunlunxin"),
        ("2057:3685 120000", "kunlunxin"),
        ("10de:20b5 030200", "nvidia"),
    ],
)
def test_accelerators(tmp_path: Path, function: str, vendor: str) -> None:
    assert accelerators(pci(tmp_path, f"0000:01:00.0 {function}")) == {vendor: 1}


@pytest.mark.parametrize(
    "function",
    [
        "19e5:a250 120000",  # Kunpeng's ZIP engine
        "19e5:1711 030000",  # iBMC's display
        "19e5:1822 020000",
        "1d94:1450 060000",  # the Hygon processor's own
        "1d94:1456 108000",
        "1d22:1380 010802",  # a disk of Baidu's
        "10de:1aef 040300",
        "1ed5:03aa 040300",
        "1a03:2000 030000",
    ],
)
def test_what_else_their_vendors_make(tmp_path: Path, function: str) -> None:
    assert accelerators(pci(tmp_path, f"0000:01:00.0 {function}")) == {}


def test_a_tree_with_gaps(tmp_path: Path) -> None:
    assert functions(tmp_path) == ()
    pci(tmp_path, "0000:02:00.0 10de:20b5 030200", "0000:01:00.0 10de:20b5 030200")
    pci(tmp_path, "0000:03:00.0 10de:20b5 030200", "0000:04:00.0 10de:nope 030200")
    devices = tmp_path / "sys/bus/pci/devices"
    (devices / "0000:05:00.0").mkdir()
    (devices / "0000:03:00.0/physfn").symlink_to("../0000:01:00.0")
    assert functions(tmp_path) == (
        Function("0000:01:00.0", 0x10DE, 0x20B5, 0x0302),
        Function("0000:02:00.0", 0x10DE, 0x20B5, 0x0302),
    )
    assert str(functions(tmp_path)[0]) == "10de:20b5 at 0000:01:00.0"
