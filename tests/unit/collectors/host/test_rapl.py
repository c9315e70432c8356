"""RAPL: domains that count, wraps, spans, and who may read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors.host.files import Files
from collectors.host.rapl import Domain, find
from model.raw import Sample
from model.readings import Fault, Reason
from tests.sysfs import put
from tests.unit.collectors.host.reading import at

COUNTER = "sys/class/powercap/intel-rapl:0/energy_uj"
SPAN = 65_532_610_987


def count(root: Path, value: int | str) -> None:
    put(root, COUNTER, f"{value}\n")


def domain(span: int = SPAN) -> Domain:
    return Domain(f"/{COUNTER}", span)


def told(answer: Sample | Fault) -> float | str | None:
    return answer.detail if isinstance(answer, Fault) else answer.value


def test_power_is_energy_over_the_time_between(tmp_path: Path) -> None:
    package = domain()
    count(tmp_path, 1_000_000)
    assert told(package.power(at(tmp_path, 1, 0.0))) == "no time span yet"
    count(tmp_path, 1_501_000_000)
    later = at(tmp_path, 2, 15.0)
    assert package.power(later) == Sample(100.0, 1_500_000_000, 0)
    assert package.energy(later) == Sample(1501.0, 1_501_000_000, 0)


def test_energy_goes_on_where_the_counter_wraps(tmp_path: Path) -> None:
    package = domain()
    found: list[object] = []
    for number, value in enumerate((SPAN - 1_000_000, 2_000_000, SPAN - 1, 0)):
        count(tmp_path, value)
        now = at(tmp_path, number, number * 60.0)
        found.append((told(package.energy(now)), told(package.power(now))))
    whole = SPAN / 1e6
    assert found[0] == (pytest.approx(whole - 1), "no time span yet")
    assert found[1] == (pytest.approx(whole + 2), pytest.approx(3 / 60))
    assert found[2] == (pytest.approx(2 * whole - 1e-6), pytest.approx((whole - 2) / 60))
    assert found[3] == (pytest.approx(2 * whole), pytest.approx(1e-6 / 60))


def test_a_pause_in_which_it_may_have_wrapped_twice_gives_no_power(tmp_path: Path) -> None:
    package = domain()
    count(tmp_path, 0)
    package.power(at(tmp_path, 1, 0.0))
    count(tmp_path, 5_000_000)
    detail = "after 66 s the counter may have wrapped more than once"
    assert told(package.power(at(tmp_path, 2, 66.0))) == detail
    count(tmp_path, 10_000_000)
    assert told(package.power(at(tmp_path, 3, 71.0))) == 1.0


def test_without_a_range_a_wrap_gives_no_power(tmp_path: Path) -> None:
    package = domain(0)
    count(tmp_path, 5_000_000)
    package.power(at(tmp_path, 1, 0.0))
    count(tmp_path, 1_000_000)
    later = at(tmp_path, 2, 10.0)
    assert told(package.power(later)) == "the counter wrapped, nothing says at what"
    assert told(package.energy(later)) == 1.0


def test_a_fall_that_no_wrap_explains_gives_no_power(tmp_path: Path) -> None:
    package = domain()
    count(tmp_path, 0)
    package.power(at(tmp_path, 1, 0.0))
    count(tmp_path, -SPAN - 1)
    later = at(tmp_path, 2, 10.0)
    assert told(package.power(later)) == "0 µJ, then -65532610988: no wrap explains it"


def test_too_short_a_span_keeps_the_power_before(tmp_path: Path) -> None:
    package = domain()
    for number, (clock, value) in enumerate(
        ((0.0, 0), (10.0, 900_000_000), (10.05, 1_000_000_000))
    ):
        count(tmp_path, value)
        answer = package.power(at(tmp_path, number, clock))
    assert told(answer) == 90.0
    assert told(package.power(at(tmp_path, 9, 20.0))) == 10.0


def test_a_counter_that_fails_begins_a_new_span(tmp_path: Path) -> None:
    package = domain()
    values: tuple[int | str, ...] = (0, "", 50_000_000, 60_000_000)
    for number, value in enumerate(values):
        count(tmp_path, value)
        answer = package.power(at(tmp_path, number, number * 10.0))
        if number == 1:
            assert isinstance(answer, Fault)
            assert answer.reason is Reason.UNDECODABLE
        if number == 2:
            assert told(answer) == "no time span yet"
    assert told(answer) == 1.0


def test_only_packages_and_their_memory_are_found(tmp_path: Path) -> None:
    zones = {
        "intel-rapl:0": "package-0",
        "intel-rapl:0:0": "core",
        "intel-rapl:0:1": "uncore",
        "intel-rapl:0:2": "dram",
        "intel-rapl:1": "psys",
        "intel-rapl:2": "package-1-die-0",
        "intel-rapl-mmio:0": "package-0",
        "dtpm": "package-0",
    }
    for zone, name in zones.items():
        put(tmp_path, f"sys/class/powercap/{zone}/name", f"{name}\n")
        put(tmp_path, f"sys/class/powercap/{zone}/energy_uj", "1\n")
    assert [gauge.definition.name for gauge in find(Files(tmp_path))] == [
        "rapl/0/package-0",
        "rapl/0/package-0/power",
        "rapl/0:2/dram",
        "rapl/0:2/dram/power",
        "rapl/2/package-1-die-0",
        "rapl/2/package-1-die-0/power",
    ]


@pytest.fixture
def nobody() -> Iterator[None]:
    """Whoever runs the tests, the files are not theirs."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_counter_that_is_roots_alone_says_what_to_do(tmp_path: Path, nobody: None) -> None:
    root = Path("/proc/1/root")  # where nobody but root may read
    answer = domain().power(at(root))
    assert isinstance(answer, Fault)
    assert answer.reason is Reason.NO_PERMISSION
    assert answer.detail.startswith(f"/{COUNTER}: Permission denied; let the service read it: ")
    assert "CAP_DAC_READ_SEARCH" in answer.detail
