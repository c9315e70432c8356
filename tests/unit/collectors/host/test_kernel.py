"""Utilisation over a time span, uptime, error counters."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.host import edac
from collectors.host.files import Files
from collectors.host.kernel import UptimeGauge, UtilizationGauge, stat_times
from model.raw import Sample
from model.readings import Fault, Reason
from tests.sysfs import put
from tests.unit.collectors.host.reading import at


def stat(root: Path, *ticks: int) -> None:
    put(root, "proc/stat", f"cpu  {' '.join(map(str, ticks))}\ncpu0 1 2 3 4\n")


def told(answer: Sample | Fault) -> float | str | None:
    return answer.detail if isinstance(answer, Fault) else answer.value


def measured(root: Path, *spans: tuple[float, tuple[int, ...]]) -> float | str | None:
    gauge = UtilizationGauge(stat_times)
    answer: Sample | Fault | None = None
    for number, (clock, ticks) in enumerate(spans):
        stat(root, *ticks)
        answer = gauge.read(at(root, number, clock))
    assert answer is not None
    return told(answer)


IDLE = (100, 0, 100, 1000, 50, 0, 0, 0, 0, 0)


def test_busy_is_what_is_neither_idle_nor_waiting(tmp_path: Path) -> None:
    later = (130, 5, 110, 1040, 60, 2, 2, 1, 7, 7)
    assert measured(tmp_path, (0.0, IDLE), (15.0, later)) == pytest.approx(50 / 100)


def test_guest_time_counts_once(tmp_path: Path) -> None:
    later = (150, 0, 100, 1050, 50, 0, 0, 0, 50, 0)
    assert measured(tmp_path, (0.0, IDLE), (15.0, later)) == 0.5


def test_counters_that_go_back_count_as_no_time(tmp_path: Path) -> None:
    later = (200, 0, 100, 990, 40, 0, 0, 0, 0, 0)
    assert measured(tmp_path, (0.0, IDLE), (15.0, later)) == 1.0


def test_old_kernels_have_fewer_fields(tmp_path: Path) -> None:
    spans = ((0.0, (100, 0, 100, 1000)), (15.0, (125, 0, 100, 1075)))
    assert measured(tmp_path, *spans) == 0.25


def test_the_first_reading_is_no_zero(tmp_path: Path) -> None:
    assert measured(tmp_path, (0.0, IDLE)) == "no time span yet"


def test_too_short_a_span_keeps_the_value_before(tmp_path: Path) -> None:
    half = (150, 0, 100, 1050, 50, 0, 0, 0, 0, 0)
    full = (151, 0, 100, 1050, 50, 0, 0, 0, 0, 0)
    assert measured(tmp_path, (0.0, IDLE), (15.0, half), (15.05, full)) == 0.5
    assert measured(tmp_path, (0.0, IDLE), (0.05, half)) == "no time span yet"


def test_a_clock_that_stands_gives_no_value(tmp_path: Path) -> None:
    expected = "/proc/stat has not moved since the reading before"
    assert measured(tmp_path, (0.0, IDLE), (15.0, IDLE)) == expected


@pytest.mark.parametrize("text", ["", "\n", "cpu\n", "cpu  a b c d\n", "intr 1 2 3 4 5\n"])
def test_a_stat_that_says_nothing_is_a_fault(tmp_path: Path, text: str) -> None:
    put(tmp_path, "proc/stat", text)
    answer = UtilizationGauge(stat_times).read(at(tmp_path))
    assert isinstance(answer, Fault)
    assert answer.reason is Reason.UNDECODABLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("864000.25 82000000.00\n", 864000.25),
        ("", "/proc/uptime holds no time"),
        ("up 3 days", "/proc/uptime holds no time"),
        ("inf", "/proc/uptime holds no time"),
        ("nan", "/proc/uptime holds no time"),
    ],
)
def test_uptime(tmp_path: Path, text: str, expected: float | str) -> None:
    put(tmp_path, "proc/uptime", text)
    assert told(UptimeGauge().read(at(tmp_path))) == expected


def test_error_counters_of_each_controller(tmp_path: Path) -> None:
    for index in (0, 10, 2):
        put(tmp_path, f"sys/devices/system/edac/mc/mc{index}/ce_count", f"{index}\n")
        put(tmp_path, f"sys/devices/system/edac/mc/mc{index}/ue_count", "1\n")
    put(tmp_path, "sys/devices/system/edac/mc/mc3/size_mb", "1024\n")
    put(tmp_path, "sys/devices/system/edac/mc/power/control", "auto\n")
    found = {g.definition.name: told(g.read(at(tmp_path))) for g in edac.find(Files(tmp_path))}
    assert found == {
        "edac/mc0/ce": 0.0,
        "edac/mc0/ue": 1.0,
        "edac/mc2/ce": 2.0,
        "edac/mc2/ue": 1.0,
        "edac/mc10/ce": 10.0,
        "edac/mc10/ue": 1.0,
    }
