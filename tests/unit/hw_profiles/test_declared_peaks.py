"""What a server's declared parts come to, by the processor table."""

from __future__ import annotations

from pathlib import Path

import pytest

from hw_profiles.declared_peaks import DeclaredPeak, declared_peak
from hw_profiles.processor_schema import Precision
from hw_profiles.processor_table import table
from model.inventory import Part

FP64, FP32, FP16, INT8 = Precision.FP64, Precision.FP32, Precision.FP16, Precision.INT8
KUNPENG = {FP64: 2 * 665.6e9, FP32: 2 * 2662.4e9}


@pytest.mark.parametrize(
    "name",
    [
        *("Kunpeng 920-7260", "HUAWEI Kunpeng 920 7260", "鲲鹏920-7260", "kunpeng920 7260"),
        *("Kunpeng 920 6426 / 7260", "HiSilicon Kunpeng 920 6426/7260"),
    ],
)
def test_a_processor_is_known_by_whatever_people_call_it(name: str) -> None:
    assert declared_peak((Part(name, 2),), ()) == DeclaredPeak(KUNPENG)


@pytest.mark.parametrize(
    ("name", "flops"),
    [
        ("Ascend 910B3", {FP16: 8 * 313e12}),
        ("昇腾 910B3", {FP16: 8 * 313e12}),
        ("Huawei Ascend 910B3", {FP16: 8 * 313e12}),
        ("摩尔线程 S4000", {FP32: 8 * 25e12, FP16: 8 * 100e12, INT8: 8 * 200e12}),
    ],
)
def test_accelerators_and_processors_add_up_per_precision(
    name: str, flops: dict[Precision, float]
) -> None:
    both = {p: KUNPENG.get(p, 0.0) + flops.get(p, 0.0) for p in {*KUNPENG, *flops}}
    assert declared_peak((Part("Kunpeng 920-7260", 2),), (Part(name, 8),)).flops == both


def test_parts_of_several_models_count_each() -> None:
    parts = (Part("Kunpeng 920-7260", 1), Part("Kunpeng 920-7260", 1))
    assert declared_peak(parts, ()) == DeclaredPeak(KUNPENG)
    cards = (Part("Ascend 910B3", 2), Part("Ascend 910B4", 1))
    assert declared_peak(parts, cards).flops[FP16] == (2 * 313 + 280) * 1e12


@pytest.mark.parametrize("name", ["Kunpeng 920", "Xeon 8358", "飞腾 S2500", "Loongson 3C6000", "?"])
def test_an_unknown_processor_leaves_what_processors_are_not_counted_in(name: str) -> None:
    assert declared_peak((Part(name, 2),), ()) == DeclaredPeak({}, (name,))
    found = declared_peak((Part(name, 2),), (Part("MTT S4000"),))
    assert found == DeclaredPeak({FP16: 100e12, INT8: 200e12}, (name,))


@pytest.mark.parametrize("name", ["Ascend 910B", "DCU K100-AI", "A100", ""])
def test_an_unknown_accelerator_leaves_nothing(name: str) -> None:
    found = declared_peak((Part("Kunpeng 920-7260", 2),), (Part(name, 8), Part("MTT S4000")))
    assert found == DeclaredPeak({}, (name,))


def test_a_server_has_processors_also_where_nobody_names_them() -> None:
    assert declared_peak((), (Part("MTT S4000"),)) == DeclaredPeak({FP16: 100e12, INT8: 200e12})
    assert declared_peak((), ()) == DeclaredPeak()


def test_a_sites_own_table_serves_and_a_pattern_for_all_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        '[[accelerator]]\nvendor = "Acme"\nmodel = "X1"\nmatch = {vendor = "acme", model = ".*"}\n'
        'tflops = {fp16 = 10}\nsource = "sheet"\nconfidence = "high"\n'
    )
    own = table(tmp_path)
    assert declared_peak((), (Part("X1", 4),), own) == DeclaredPeak({FP16: 40e12})
    assert declared_peak((), (Part("Acme X1", 4),), own) == DeclaredPeak({FP16: 40e12})
    assert declared_peak((), (Part("X2", 4),), own) == DeclaredPeak({}, ("X2",))
