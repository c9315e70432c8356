"""JSON and CSV of a report: the shape that is promised, and whole numbers."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from agent.diagnosis import Lang
from agent.score import document, sheet
from agent.score.outcome import Exit, outcome
from scoring.kpi import REPORTED
from scoring.levels import RACK, SITE
from scoring.report.model import Absent, Lack, Report, Trend
from tests.score import reports

SCHEMA = json.loads(document.SCHEMA_FILE.read_text(encoding="utf-8"))
ONE, HELD = reports.report(reports.scored()), reports.report(reports.withheld())
LANGS: tuple[Lang, ...] = ("zh", "en")
LACKS = (
    Lack("node", "n7", Absent("DCA-KPI-072", {"age": "7 min"}), "k1", "bmc-n7", "10.1.2.3"),
    Lack("meter", "=f1", Absent("DCA-KPI-084", {"boundary": "facility"})),
)


def checked(told: object) -> Any:
    """The document as a reader gets it, valid by its schema."""
    found = json.loads(json.dumps(told, allow_nan=False))
    jsonschema.validate(found, SCHEMA, format_checker=jsonschema.FormatChecker())
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "report",
    [ONE, HELD, reports.many(20), replace(HELD, lacks=LACKS, notices=(Absent("DCA-KPI-034"),))],
    ids=["one", "withheld", "many", "lacks"],
)
def test_it_is_as_its_schema_says(report: Report, lang: Lang) -> None:
    found = checked(document.document(report, lang, 1795406400.0, 0.2))
    assert found["schema"] == "dcagent.score/v1"
    assert found["exit_code"] == outcome(report).exit
    summary = found["summary"]
    assert summary["subjects"] == len(report.subjects)
    assert summary["full"] + summary["provisional"] + summary["withheld"] == len(report.subjects)


def test_its_numbers_are_whole() -> None:
    found = checked(document.document(ONE, "en", 0.0, 0.0))
    (subject,) = ONE.subjects
    (told,) = found["subjects"]
    assert told["score"] == subject.score
    kpis = {k["kpi"]: k for k in told["kpis"]}
    for sub in subject.subs:
        assert kpis[sub.figure.kpi]["value"] == sub.figure.value
        assert kpis[sub.figure.kpi]["points"] == sub.points
        assert kpis[sub.figure.kpi]["gain"] == sub.gain
    assert told["power_watts"] == {"measured": 412345.6, "upper": 498120.0}
    pue = kpis["pue"]
    assert pue["labels"] == {"category": "2", "window": "365d"}
    assert pue["limits"] == [
        {"name": "gb40879_grade3", "value": 1.5, "breached": False},
        {"name": "hub_start_zone", "value": 1.25, "breached": True},
    ]
    assert pue["breakpoints"][0] == {"value": 1.2, "points": 100.0}


def test_keys_are_of_no_language_and_texts_of_one() -> None:
    zh, en = (checked(document.document(HELD, lang, 0.0, 0.0)) for lang in LANGS)
    first = zh["subjects"][0]["withheld"][0]
    assert (first["code"], first["title"]) == ("DCA-KPI-001", "缺少设施侧电表")
    other = en["subjects"][0]["withheld"][0]
    assert first.keys() == other.keys()
    assert first["words"] == other["words"]
    assert other["fix"][0]["command"] == "dcagent inventory check"


def test_why_there_is_no_report() -> None:
    absent = Absent("DCA-API-009", {"url": "http://p"})
    found = checked(document.failed(absent, "HTTP 401", "en", 0.0, 0.1, Exit.NO_ANSWER))
    assert (found["status"], found["exit_code"], found["subjects"]) == ("error", 4, [])
    assert found["error"]["evidence"] == "HTTP 401"
    held = checked(document.failed(absent, "", "en", 0.0, 0.1, Exit.WITHHELD))
    assert held["status"] == "withheld"


def test_the_past_is_there_where_it_was_asked_for() -> None:
    trend = Trend(reports.labels(), ((1.0, 70.5), (2.0, 71.0)))
    found = checked(document.document(replace(ONE, trends=(trend,)), "en", 0.0, 0.0))
    assert found["trends"] == [{"labels": reports.labels(), "points": [[1.0, 70.5], [2.0, 71.0]]}]
    assert "trends" not in document.document(replace(ONE, trends=()), "en", 0.0, 0.0)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (ONE, Exit.SCORED),
        (HELD, Exit.WITHHELD),
        (reports.report(reports.scored({**reports.GOOD, "it_load": 0.29})), Exit.BREACHED),
        (reports.report(reports.scored(), reports.withheld()), Exit.WITHHELD),
        (
            reports.report(reports.scored({**reports.GOOD, "it_load": 0.29}), reports.withheld()),
            Exit.WITHHELD,
        ),
        (reports.report(), Exit.WITHHELD),
    ],
)
def test_what_the_shell_is_told(report: Report, told: Exit) -> None:
    assert outcome(report).exit is told


def rows(text: str) -> list[dict[str, str]]:
    """A spreadsheet's rows by their headers."""
    assert text.startswith("\ufeff")
    assert text.count("\r\n") == len(text.splitlines())
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_row_for_each_subject() -> None:
    report = reports.many(9)
    found = rows(sheet.sheet(report, "zh"))
    assert [row["site"] for row in found] == [s.labels["site"] for s in report.subjects]
    for row, subject in zip(found, report.subjects, strict=True):
        assert row["grade"] == subject.grade.value
        assert row["score"] == ("" if subject.score is None else repr(subject.score))
        for sub in subject.subs:
            value = sub.figure.value
            assert row[sub.figure.kpi] == ("" if value is None else repr(value))
            points = "" if sub.points is None else repr(sub.points)
            assert row[f"{sub.figure.kpi}_points"] == points
    held = found[4]
    assert (held["confidence"], held["score"], held["pue"]) == ("withheld", "", "")
    assert held["withheld"].startswith("DCA-KPI-001 缺少设施侧电表: ")
    first = found[0]
    assert first["below_floor"] == "thermal rack_occupancy"
    assert float(first["cp_nominal_ai_fp16"]) == 1.2345e18
    assert first["cp_nominal_hpc_fp64"] == ""
    assert first["gain_kpi"] == "it_load"
    assert first["power_upper_watts"] == "498120.0"


def test_its_headers_are_the_same_in_every_language() -> None:
    zh, en = (sheet.sheet(ONE, lang).splitlines()[0] for lang in LANGS)
    assert zh == en
    of_racks = sheet.sheet(replace(ONE, level=RACK, subjects=()), "en").splitlines()[0]
    assert of_racks.startswith("\ufeffprovince,hub,zone,site,room,row,rack,at,window,score,grade")
    assert "pue" not in of_racks
    names = zh.split(",")
    assert len(names) == len(set(names))
    assert {k.name for k in REPORTED if SITE in k.levels and "precision" not in k.labels} <= {
        *names
    }


def test_a_row_for_each_thing_that_lacks() -> None:
    found = rows(sheet.lacks(replace(HELD, lacks=LACKS), "en"))
    assert [(r["kind"], r["name"], r["code"]) for r in found] == [
        ("node", "n7", "DCA-KPI-072"),
        ("meter", "'=f1", "DCA-KPI-084"),
    ]
    assert found[0]["address"] == "10.1.2.3"
    assert found[0]["lacks"] == "The power reading is old: it was last read 7 min ago"
