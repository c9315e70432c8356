"""What may be asked: windows and their grids, the day of a moment."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.kpi import DAY, IT_LOAD, THERMAL, Window
from scoring.layers.energy import Reach, covered, increase
from scoring.levels import SITE
from scoring.report.question import BadWindow, Question, window
from scoring.table_load import shipped


@pytest.mark.parametrize(
    ("text", "minutes", "step"),
    [
        ("5m", 5, "1m"),
        ("90m", 90, "1m"),
        ("300s", 5, "1m"),
        ("24h", 1440, "1m"),
        ("1d12h", 2160, "1m"),
        ("2d", 2880, "1m"),
        ("1W", 10080, "5m"),
        ("31d", 44640, "5m"),
        ("365d", 525600, "1h"),
    ],
)
def test_windows(text: str, minutes: float, step: str) -> None:
    found = window(text)
    assert (found.text, found.minutes, found.step) == (text.lower(), minutes, step)


@pytest.mark.parametrize(
    "text", ["", "0", "5", "m", "-5m", "30s", "366d", "90s", "1.5h", "1h1d", "5m5m", "5 m"]
)
def test_windows_that_are_none(text: str) -> None:
    with pytest.raises(BadWindow):
        window(text)


def test_the_recorded_day_is_what_nobody_asked_otherwise() -> None:
    asked = Question(shipped(), 1795910400.0)
    assert (asked.span, asked.recorded, asked.short) == (DAY, True, False)
    assert asked.day == date(2026, 11, 29)
    assert not Question(shipped(), 0.0, window=window("24h")).recorded
    assert not Question(shipped(), 0.0, raw=True).recorded
    assert Question(shipped(), 0.0, window=window("23h")).short


def test_long_windows_are_looked_at_on_a_grid() -> None:
    table = shipped()
    short = THERMAL.expression(SITE, Window("12h", 720), table)
    assert "sum_over_time(site:dcagent_inlet_excess_kelvin:sum[12h])" in short
    long = THERMAL.expression(SITE, Window("7d", 10080), table)
    assert "sum_over_time(site:dcagent_inlet_excess_kelvin:sum[7d:5m])" in long
    on_grid = IT_LOAD.covered_on_grid(SITE, Window("5m", 5))
    assert on_grid == (
        "clamp_max(sum_over_time(site:dcagent_it_load_coverage:ratio[5m:1m])"
        " / scalar(count_over_time(vector(1)[5m:1m])), 1)"
    )


def test_a_shape_is_the_same_in_numbers_and_in_words() -> None:
    shape = THERMAL.shape(shipped())
    assert shape.of(0.25) == 95.0
    assert shape.promql("x") == "100 - 20 * (x)"
    assert IT_LOAD.shape(shipped()).promql("x") == "x"


def test_the_guards_of_an_energy_move_with_its_window() -> None:
    assert Reach.of(DAY) == Reach("1d", "3600s", "82800s")
    assert Reach.of(Window("5m", 5)) == Reach("5m", "120s", "180s")
    assert Reach.of(Window("2m", 2)) == Reach("2m", "60s", "60s")
    assert Reach.of(Window("1m", 1)) == Reach("1m", "30s", "30s")
    assert Reach.of(Window("7d", 10080)) == Reach("7d:5m", "25200s", "579600s")
    text = increase("it", ("category",), Reach.of(Window("5m", 5)))
    assert text.count("[5m]") == 2
    assert text.count("[120s] offset 180s") == 2
    assert increase("it", ("category",)).count("[1h] offset 23h") == 2
    assert "[1h:1m]" in covered(Window("1h", 60))
