"""Texts to figures: exact values, and a fault for whatever is none."""

from __future__ import annotations

import pytest

from collectors.accelerators import figures
from collectors.accelerators.figures import MEMORY, POWER, TEMPERATURE, UTILIZATION, Measure
from model.readings import Fault, Reason, Severity


@pytest.mark.parametrize(
    ("measure", "told", "bare", "value"),
    [
        (POWER, "58 W", "", 58.0),
        (POWER, "58.25w", "", 58.25),
        (POWER, "25125 mW", "", 25.125),
        (POWER, " 8.0 ", "w", 8.0),
        (POWER, 93.5, "w", 93.5),
        (POWER, "0 W", "", 0.0),
        (TEMPERATURE, "41 C", "", 41.0),
        (TEMPERATURE, "41.5°C", "", 41.5),
        (UTILIZATION, "35 %", "", 0.35),
        (UTILIZATION, "100%", "", 1.0),
        (UTILIZATION, 7, "%", 0.07),
        (MEMORY, "64 MiB", "", 67108864.0),
        (MEMORY, "64", "mb", 67108864.0),
        (MEMORY, "67108864 KB", "", 68719476736.0),
    ],
)
def test_a_figure(measure: Measure, told: object, bare: str, value: float) -> None:
    assert measure.read(told, bare) == value


@pytest.mark.parametrize(
    ("measure", "told", "reason"),
    [
        *((POWER, word, Reason.ABSENT) for word in ("", "-", "--", "NA", "N/A", "n/a ", "[N/A]")),
        *((POWER, word, Reason.ABSENT) for word in ("[Not Supported]", "unknown", "-1", "-1 W")),
        (POWER, None, Reason.ABSENT),
        (POWER, -1, Reason.ABSENT),
        (TEMPERATURE, "-40 C", Reason.ABSENT),
        (POWER, "ERR!", Reason.DEVICE_ERROR),
        (POWER, "[Unknown Error]", Reason.DEVICE_ERROR),
        (POWER, "58", Reason.UNDECODABLE),
        (POWER, "58 C", Reason.UNDECODABLE),
        (POWER, "58 W / 250 W", Reason.UNDECODABLE),
        (POWER, "1e3 W", Reason.UNDECODABLE),
        (POWER, "٥٨ W", Reason.UNDECODABLE),
        (POWER, True, Reason.UNDECODABLE),
        (POWER, {"a": 1}, Reason.UNDECODABLE),
        (POWER, float("nan"), Reason.UNDECODABLE),
        (POWER, float("inf"), Reason.UNDECODABLE),
        (POWER, 10**400, Reason.UNDECODABLE),
        (POWER, "65535 W", Reason.OUT_OF_RANGE),
        (TEMPERATURE, "3600 C", Reason.OUT_OF_RANGE),
        (UTILIZATION, "101 %", Reason.OUT_OF_RANGE),
        (MEMORY, "4294967295 MiB", Reason.OUT_OF_RANGE),
    ],
)
def test_what_is_no_figure(measure: Measure, told: object, reason: Reason) -> None:
    answer = measure.read(told)
    assert isinstance(answer, Fault)
    assert answer.reason is reason
    assert answer.detail.startswith(measure.name)


ABSENT = Fault(None, Reason.ABSENT)


def test_parts_of_a_whole() -> None:
    assert figures.total([1.0, 2.5]) == 3.5
    assert figures.total([1.0, ABSENT]) is ABSENT
    assert figures.total([None, None]) is None
    assert figures.total([]) is None
    assert figures.mean([0.25, 0.75]) == 0.5
    assert figures.mean([0.25, ABSENT]) is ABSENT
    assert figures.highest([1.0, ABSENT, 3.0]) == 3.0
    assert figures.highest([ABSENT]) is ABSENT
    assert figures.highest([None]) is None


def test_the_worst_state_counts_and_silence_is_not_well() -> None:
    assert figures.worst([Severity.OK, Severity.CRITICAL, ABSENT]) is Severity.CRITICAL
    assert figures.worst([Severity.OK, ABSENT]) is ABSENT
    assert figures.worst([Severity.OK, Severity.OK]) is Severity.OK
    assert figures.worst([None]) is None
