"""The shipped accelerators: who is recognised by what, and what each figure gives."""

from __future__ import annotations

import pytest

from hw_profiles.processor_schema import DOUBTED, Accelerator
from hw_profiles.processors import lookup_accelerator, peak_accelerator, shipped
from model.host import Device

# The name; dense TFLOPS of one package in FP64, FP32, FP16 and INT8, and TDP, as the survey has
# them: 0 where it is doubtful, a range or unknown, and must not be shipped. How tools name it.
ROWS = [
    ("Huawei Ascend 310", (0, 0, 0, 0), 0, "", "ascend", ["310", "Ascend310"]),
    ("Huawei Ascend 310P", (0, 0, 0, 0), 0, "", "ascend", ["310P3", "Ascend 310P"]),
    ("Huawei Atlas 300I Duo", (0, 0, 140, 280), 150, "med", "ascend", ["Atlas 300I Duo"]),
    ("Huawei Ascend 910A", (0, 0, 256, 512), 310, "med", "ascend", ["910A", "Ascend 910A"]),
    ("Huawei Ascend 910B1", (0, 0, 414, 0), 0, "med", "ascend", ["910B1"]),
    ("Huawei Ascend 910B2", (0, 0, 376, 0), 0, "med", "ascend", ["910B2"]),
    ("Huawei Ascend 910B3", (0, 0, 313, 0), 0, "med-high", "ascend", ["910B3", "Ascend910B3"]),
    ("Huawei Ascend 910B4", (0, 0, 280, 0), 0, "med", "ascend", ["910B4"]),
    ("Huawei Ascend 910C", (0, 0, 780, 0), 0, "med", "ascend", ["910C", "Ascend 910C"]),
    ("Hygon DCU Z100 / Z100L", (0, 0, 0, 0), 0, "", "hygon", ["Z100", "Z100L"]),
    ("Hygon DCU K100", (0, 0, 0, 0), 0, "", "hygon", ["K100", "K100-LC"]),
    ("Hygon DCU K100-AI", (0, 0, 0, 0), 0, "", "hygon", ["K100-AI", "K100_AI", "K100-AI-LC"]),
    ("Cambricon MLU290", (0, 0, 0, 0), 0, "", "cambricon", ["MLU290", "MLU290-M5"]),
    ("Cambricon MLU370", (0, 0, 0, 0), 0, "", "cambricon", ["MLU370-X4", "MLU370-X8"]),
    ("Cambricon MLU590", (0, 0, 0, 0), 0, "", "cambricon", ["MLU590"]),
    ("Moore Threads MTT S3000", (0, 0, 0, 0), 0, "", "moorethreads", ["MTT S3000"]),
    ("Moore Threads MTT S4000", (0, 25, 100, 200), 450, "med", "moorethreads", ["MTT S4000"]),
    ("MetaX C500", (0, 0, 240, 0), 0, "med", "metax", ["C500", "MXC500", "MetaX C500"]),
    ("MetaX C550", (0, 0, 240, 0), 450, "med-high", "metax", ["C550", "MXC550"]),
    ("Iluvatar BI-V100", (0, 37, 147, 295), 250, "med", "iluvatar", ["Iluvatar BI-V100"]),
    ("Iluvatar BI-V150", (0, 38.7, 196.5, 0), 350, "high", "iluvatar", ["BI-V150"]),
    ("Iluvatar MR-V100", (0, 0, 100, 0), 150, "med", "iluvatar", ["Iluvatar MR-V100"]),
    ("Enflame T20", (0, 0, 0, 0), 0, "", "enflame", ["T20"]),
    ("Enflame S60", (0, 0, 0, 0), 0, "", "enflame", ["S60", "Enflame S60"]),
    ("Kunlunxin R200", (0, 32, 128, 256), 150, "med", "kunlunxin", ["R200"]),
    ("Kunlunxin R300", (0, 0, 0, 0), 0, "", "kunlunxin", ["R300"]),
    ("Kunlunxin P800", (0, 0, 345, 0), 0, "med", "kunlunxin", ["P800"]),
]
_Row = tuple[str, tuple[float, float, float, float], float, str, str, list[str]]


def _name(entry: Accelerator) -> str:
    return f"{entry.vendor} {entry.model}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_accelerator(row: _Row) -> None:
    name, tflops, tdp, confidence, word, models = row
    for model in models:
        found = lookup_accelerator(Device(f"{word}0", word, model))
        assert found is not None
        assert (_name(found), found.domestic) == (name, True)
        wanted = dict(zip(("fp64", "fp32", "fp16", "int8"), tflops, strict=True))
        assert {p.value: flops for p, flops in peak_accelerator(found).items()} == {
            precision: pytest.approx(value * 1e12, rel=1e-12)
            for precision, value in wanted.items()
            if value
        }
        assert (found.tdp_watts.value if found.tdp_watts else 0) == tdp
        marks = {figure.confidence.value for figure in found.tflops.values()}
        assert marks == ({confidence} if confidence else set())


def test_every_entry_is_in_the_table_above() -> None:
    assert [row[0] for row in sorted(ROWS)] == sorted(_name(e) for e in shipped().accelerators)


@pytest.mark.parametrize("entry", shipped().accelerators, ids=_name)
def test_entry_keeps_its_house(entry: Accelerator) -> None:
    figures = [*entry.tflops.values(), *([entry.tdp_watts] if entry.tdp_watts else [])]
    assert not {figure.confidence for figure in figures} & DOUBTED
    assert all(figure.source for figure in figures)
    assert entry.tflops or entry.withheld


@pytest.mark.parametrize(
    ("device", "known"),
    [
        (Device("ascend7", "Huawei", "910B3"), True),
        (Device("ascend7", "", "910B3"), True),  # the device's own name tells the vendor
        (Device("moorethreads0", "Moore Threads", "MTT S4000"), True),
        (Device("hygon0", "Hygon", "910B3"), False),  # another vendor's model
        (Device("metax0", "MetaX", "MXC500"), True),
        (Device("ascend0", "ascend", "910B"), False),
        (Device("ascend0", "ascend", "910B30"), False),
        (Device("ascend0", "ascend", ""), False),
        (Device("nvidia0", "nvidia", "NVIDIA H20"), False),
    ],
)
def test_vendor_and_whole_model_must_fit(device: Device, known: bool) -> None:
    assert (lookup_accelerator(device) is not None) is known
