"""By which scale a report is made, and when the rules' own points may be taken."""

from __future__ import annotations

from datetime import UTC, date, datetime

from scoring.api import Sample
from scoring.layers.inventory import TABLE_INFO, made
from scoring.report.question import Question
from scoring.report.scale import choice
from scoring.table_load import shipped

TABLE = shipped()
AT = datetime(2026, 11, 23, tzinfo=UTC).timestamp()


def info(profile: str = "compliance", day: date = date(2026, 11, 23), **labels: str) -> Sample:
    own = dict(made(TABLE, profile, day).labels)
    return Sample({"__name__": TABLE_INFO, **own, **labels}, 1.0)


def test_rules_of_the_same_table_are_trusted() -> None:
    found = choice(Question(TABLE, AT), [info(), info(replica="b")])
    assert (found.profile, found.agrees, found.notice) == ("compliance", True, None)


def test_the_profile_is_that_of_the_rules_unless_another_is_asked_for() -> None:
    assert choice(Question(TABLE, AT), [info("green2025")]).agrees
    assert choice(Question(TABLE, AT), [info("green2025")]).profile == "green2025"
    other = choice(Question(TABLE, AT, profile="compliance"), [info("green2025")])
    assert (other.profile, other.agrees) == ("compliance", False)
    assert other.notice is not None
    assert other.notice.code == "DCA-KPI-020"
    assert other.notice.words["rules"] == f"green2025 {TABLE.digest[:16]} 2026-01-01"


def test_what_came_into_force_since_is_another_scale() -> None:
    later = Question(TABLE, datetime(2027, 1, 2, tzinfo=UTC).timestamp())
    assert not choice(later, [info()]).agrees
    assert choice(later, [info(day=date(2027, 1, 1))]).agrees
    assert choice(Question(TABLE, AT), [info(day=date(2026, 5, 1))]).agrees


def test_rules_that_do_not_tell_or_disagree_are_not_trusted() -> None:
    silent = choice(Question(TABLE, AT), [])
    assert silent.notice is not None
    assert (silent.agrees, silent.notice.code) == (False, "DCA-KPI-034")
    both = choice(Question(TABLE, AT), [info(), info("green2025")])
    assert (both.profile, both.agrees) == ("compliance", False)
    assert both.notice is not None
    assert "," in both.notice.words["rules"]
