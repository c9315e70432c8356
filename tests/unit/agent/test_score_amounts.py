"""Figures of scores as people write them."""

from __future__ import annotations

import pytest

from agent.diagnosis import Lang
from agent.score.amounts import amount, lasting, points, rounded, share, stated


@pytest.mark.parametrize(
    ("value", "unit", "kpi", "shown"),
    [
        (1.2704, "ratio", "pue", "1.27"),
        (0.4623, "ratio", "ce_attainment", "0.46"),
        (0.7097, "ratio", "rack_occupancy", "71.0 %"),
        (99.23, "percent", "thermal", "99.2 %"),
        (1.2345e18, "flops", "cp_nominal", "1.234 EFLOPS"),
        (469.1e15, "flops", "cp_nominal", "469.1 PFLOPS"),
        (55.0, "flops", "cp_nominal", "55.00 FLOPS"),
        (29.22e9, "flops_per_watt", "ce_nominal", "29.22 GFLOPS/W"),
        (412_345.6, "watts", "stranded_power", "412.3 kW"),
        (-5200.0, "watts", "stranded_power", "-5.200 kW"),
        (0.0, "watts", "stranded_power", "0 W"),
        (1873.4, "kilograms", "co2", "1.873 t"),
        (0.19876, "kilograms_per_kilowatt_hour", "cue", "0.1988 kg/kWh"),
        (1320.4, "racks", "standard_racks", "1,320.4 racks"),
    ],
)
def test_amounts(value: float, unit: str, kpi: str, shown: str) -> None:
    assert str(amount(value, unit, "en", kpi)) == shown


@pytest.mark.parametrize(
    ("value", "bounds", "shown"),
    [
        (1.2504, (1.25,), "1.2504"),
        (1.25, (1.25,), "1.25"),
        (1.2499999, (1.25,), "1.2499999"),
        (1.25 + 1e-12, (1.25,), "1.25"),
        (1.2504, (), "1.25"),
        (1.2049, (1.2, 1.3), "1.205"),
    ],
)
def test_a_value_never_rounds_across_a_bound(
    value: float, bounds: tuple[float, ...], shown: str
) -> None:
    assert rounded(value, 2, bounds) == shown


def test_scores_and_shares_keep_their_side() -> None:
    assert points(59.97, (60.0,)) == "59.97"
    assert points(60.0, (60.0,)) == "60.0"
    assert share(0.9497, (0.95,)) == "94.97 %"
    assert share(0.95, (0.95,)) == "95.0 %"
    assert str(amount(0.64996, "ratio", "en", "rack_occupancy", (0.65,))) == "64.996 %"


@pytest.mark.parametrize(
    ("value", "unit", "kpi", "lang", "shown"),
    [
        (1.2, "ratio", "pue", "en", "1.20"),
        (1.25, "ratio", "pue", "en", "1.25"),
        (0.3, "ratio", "it_load", "en", "30 %"),
        (0.65, "ratio", "rack_occupancy", "en", "65 %"),
        (1.0, "ratio", "ce_attainment", "en", "1"),
        (300.0, "seconds", "", "zh", "300 秒"),
        (27.0, "celsius", "", "zh", "27 ℃"),
        (2500.0, "watts", "", "zh", "2500 W"),
    ],
)
def test_figures_of_the_table_stand_as_they_were_stated(
    value: float, unit: str, kpi: str, lang: Lang, shown: str
) -> None:
    assert str(stated(value, unit, lang, kpi)) == shown


def test_spans() -> None:
    assert lasting("365d", "zh") == "365 天"
    assert lasting("1h30m", "en") == "1 h 30 min"
    assert lasting("a month", "en") == "a month"
