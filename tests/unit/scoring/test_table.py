"""The table of KPIs: what is in force when, and each mistake with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from model.document import DocumentError, parse
from scoring.rules import rule_set
from scoring.table import Confidence
from scoring.table_load import SHIPPED, load, shipped, table_of

TEXT = SHIPPED.read_text(encoding="utf-8")
LINES = TEXT.splitlines()


def line_of(text: str, after: str = "") -> int:
    """The number of the first line that reads so, behind another one where that is given."""
    start = LINES.index(after) if after else 0
    return LINES.index(text, start) + 1


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(DocumentError) as caught:
        table_of(parse(text, "my.toml"))
    return [(p.line, p.message) for p in caught.value.problems]


def test_each_figure_has_a_source_a_date_and_a_confidence() -> None:
    table = shipped()
    origins = [
        *(b.origin for kpi in table.kpis.values() for b in kpi.breakpoints),
        *(c.origin for c in table.constants.values()),
        *(limit.origin for limit in table.limits),
        *(kind.origin for kind in table.kinds.values()),
    ]
    assert all(o.source and o.date and o.confidence in set(Confidence) for o in origins)


def test_what_is_in_force() -> None:
    table = shipped()

    def anchors(kpi: str, profile: str, day: date) -> list[tuple[float, float]]:
        return [(b.value, b.points) for b in table.breakpoints(kpi, profile, day)]

    now = table.edition
    assert anchors("pue", "compliance", now) == [(1.2, 100), (1.3, 80), (1.5, 60), (2.1, 0)]
    assert anchors("pue", "green2025", now) == [(1.1, 100), (1.3, 0)]
    assert anchors("green_share", "compliance", date(2026, 12, 31))[1] == (0.3, 60)
    assert anchors("green_share", "compliance", date(2027, 1, 1))[1] == (0.5, 60)
    assert table.precisions() == {"fp64": ("hpc",), "fp16": ("ai",), "fp32": ("general", "edge")}
    assert {(x.name, x.kpi, x.value) for x in table.limits_on(now)} == {
        ("gb40879_grade3", "pue", 1.5),
        ("hub_start_zone", "pue", 1.25),
        ("hub_start_zone", "rack_occupancy", 0.65),
    }


def test_the_digest_is_of_what_the_table_says() -> None:
    same = table_of(parse(f"# another comment\n{TEXT}", "copy.toml"))
    other = table_of(parse(TEXT.replace("value = 1.30", "value = 1.31", 1), "other.toml"))
    assert same.digest == shipped().digest
    assert other.digest != shipped().digest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "points = 100",
            "point = 100",
            'unknown key "point" in [[breakpoint]]: did you mean "points"?',
        ),
        (
            'confidence = "high"',
            'confidence = "low"',
            '"confidence" must be one of high, medium, product; a figure less sure does not'
            " stand in the table",
        ),
        ("value = 0.95", "value = 95", '"value" must be from 0 to 1'),
        (
            "[constants.gate_full]",
            "[constants.gate_fulll]",
            'there is no constant "gate_fulll": did you mean "gate_full"?',
        ),
        (
            'precision = "fp64"',
            'precision = "fp65"',
            '"precision" must be one of fp64, fp32, fp16, int8: did you mean "fp64"?',
        ),
        (
            'profiles = ["green2025"]',
            'profiles = ["green2024"]',
            'unknown word "green2024" in "profiles": did you mean "green2025"?',
        ),
        (
            'date = "2021-10-11"',
            "date = 2021-10-11",
            '"date" must be the source\'s date in quotes: "2021-10-11", "2024-07" or "2025"',
        ),
        ("until = 2027-01-01", "until = 2024-01-01", '"until" must be later than "valid_from"'),
        (
            "valid_from = 2022-11-01",
            'valid_from = "2022"',
            '"valid_from" must be a day without quotes, such as 2022-11-01',
        ),
        ("scored = true", "scored = 1", '"scored" must be true or false'),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, message: str) -> None:
    at = next(n for n, text in enumerate(LINES, 1) if old in text)
    changed = "\n".join(
        text.replace(old, new) if n == at else text for n, text in enumerate(LINES, 1)
    )
    assert (at, message) in problems(changed)


def test_what_is_missing_or_twice() -> None:
    without = TEXT.replace('name = "it_load"', 'name = "pue"', 1)
    found = [message for _, message in problems(without)]
    assert 'the table needs [[kpi]] with name = "it_load"' in found
    assert 'the KPI "pue" stands twice' in found
    same = TEXT.replace("value = 0.60\n    points = 100", "value = 0.30\n    points = 100", 1)
    assert any(
        '"it_load" needs two or more breakpoints' in message for _, message in problems(same)
    )


def test_a_day_without_a_scale_is_an_error() -> None:
    with pytest.raises(DocumentError, match="needs two or more breakpoints"):
        rule_set(shipped(), day=date(2020, 1, 1))


def test_an_unreadable_file_is_one(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        load(tmp_path / "none.toml")
