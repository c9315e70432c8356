"""The page of a report: well-formed, whole, in both languages, with nothing from elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import get_args

import pytest

from agent.diagnosis import Lang, entry_of
from agent.score.page import page
from agent.version import VERSION
from scoring.levels import CLUSTER, RACK
from scoring.report.model import Absent, Figure, Lack, Report
from tests.score import reports
from tests.score.page_reader import (
    article,
    fetched,
    json_numbers,
    numbers,
    past,
    read,
    table,
    words,
)

LANGS: tuple[Lang, ...] = get_args(Lang)
ONE = reports.report(reports.scored())
WITHHELD = reports.report(reports.withheld())
MANY = reports.many()
POOLS = reports.report(
    *(
        replace(reports.scored({"ce_attainment": 0.4623}), labels={**reports.labels(), **pool})
        for pool in ({"cluster": "p1", "kind": "ai"}, {"cluster": "p2", "kind": "general"})
    ),
    level=CLUSTER,
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("report", [ONE, WITHHELD, MANY, POOLS, reports.report()])
def test_it_is_whole_and_needs_nothing_else(report: Report, lang: Lang) -> None:
    root = read(report, lang)
    ids = Counter(element.attrib["id"] for element in root.iter() if "id" in element.attrib)
    assert set(ids.values()) == {1}
    targets = set(fetched(root))
    assert {t for t in targets if not t.startswith("#")} == {"data:,"}
    assert {t.removeprefix("#") for t in targets if t.startswith("#")} - ids.keys() == set()
    assert list(root.iter("script")) == []
    assert root.attrib["lang"] == ("zh-CN" if lang == "zh" else "en")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("report", [ONE, WITHHELD, MANY, POOLS])
def test_every_number_of_the_report_is_on_it_and_no_other(report: Report, lang: Lang) -> None:
    root = read(report, lang)
    shown = {value for each in root.iter("article") for value in numbers(each)}
    assert shown == json_numbers(report) | past(report)


def test_each_number_stands_where_it_belongs() -> None:
    (subject,) = ONE.subjects
    said = article(read(ONE, "en"))
    rows = table(said, "subs")
    assert list(rows) == [reports.TABLE.kpis[sub.figure.kpi].title.en for sub in subject.subs]
    for sub, row in zip(subject.subs, rows.values(), strict=True):
        bounds = [limit.value for limit in sub.limits]
        told = (sub.figure.value, *bounds, sub.points, sub.gain, sub.figure.coverage)
        assert numbers(row) == [value for value in told if value is not None]
    facts = [numbers(fact) for fact in next(iter(said.iter("dl")))]
    assert facts == [
        [subject.score],
        [],
        [subject.coverage],
        [],
        list(subject.spread or ()),
        [412_345.6, 498_120.0],
    ]
    compute = table(said, "matrix")["AI"]
    ai = [f for f in subject.beside if f.labels.get("kind") == "ai" and f.kpi[:2] in ("cp", "ce")]
    assert numbers(compute) == [x for f in ai for x in (f.value, f.coverage) if x is not None]
    beside = table(said, "facts-beside")
    for figure in subject.beside:
        if figure not in ai and figure.labels.get("kind") != "general":
            row = beside[reports.TABLE.kpis[figure.kpi].title.en]
            assert numbers(row) == [x for x in (figure.value, figure.coverage) if x is not None]


def test_the_overview_has_a_line_for_each_subject() -> None:
    root = read(MANY, "zh")
    rows = table(root, "overview")
    assert list(rows) == [f"dc{i + 1:03d}" for i in range(100)]
    for subject, row in zip(MANY.subjects, rows.values(), strict=True):
        assert numbers(row) == [x for x in (subject.score, subject.coverage) if x is not None]
        assert [grade.text for grade in row.iter("b")] == [subject.grade.value]
        assert ("不予评分" in words(row)) is (subject.score is None)
        broken = sum(len(sub.breached) for sub in subject.subs)
        assert (f"未满足 {broken}" in words(row)) is (broken > 0)
    assert "共 100 个站点: 已评分 89，不予评分 11" in words(root)
    assert "sichuan / tianfu" in words(next(root.iter("h1")))
    assert len(page(MANY, "zh").encode()) < 2_000_000


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ("算力算效评分报告", "算效达成率 η", "短板", "填报单位 (盖章)", "合规", "FP16")),
        ("en", ("score report", "thermal RCI-HI", "limiting", "Reporting body (seal)", "FP16")),
    ],
)
def test_what_an_auditor_needs(lang: Lang, said: tuple[str, ...]) -> None:
    text = words(read(ONE, lang))
    assert [word for word in said if word not in text] == []
    for needed in (reports.TABLE.digest, f"dcagent {VERSION}", ONE.engine, "2026-11-23"):
        assert needed in text
    for kpi in reports.TABLE.kpis.values():
        for point in reports.TABLE.breakpoints(kpi.name, ONE.profile, ONE.day):
            assert " ".join(point.origin.source.split()) in text
    for constant in reports.TABLE.constants.values():
        assert constant.origin.source in text


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_absent_says_why_and_is_never_0(lang: Lang) -> None:
    (subject,) = WITHHELD.subjects
    root = read(WITHHELD, lang)
    pue = table(article(root), "subs")[reports.TABLE.kpis["pue"].title.of(lang)]
    assert numbers(pue) == [limit.value for limit in subject.subs[-1].limits]
    assert "— DCA-KPI-001" in words(pue)
    assert words(pue).count("—") == 4  # the value, the points, and neither limit is judged
    text = words(root)
    for absent in (*subject.withheld, reports.NO_FACTOR):
        entry = entry_of(absent.code)
        for told in (entry.title, entry.cause):
            assert " ".join(told.say(lang, absent.words).split()) in text
    kinds = [each.attrib.get("class") for each in article(root)]
    assert kinds.index("absent") < kinds.index("keep", 2), "the reason comes first"


def test_a_pue_says_of_what_span_it_is() -> None:
    (subject,) = ONE.subjects
    for window, said in (
        ("365d", "1.27annual · 365 d · category 2"),
        ("30d", "1.27interim (30 d) · category 2"),
        ("5m", "1.27energies of 5 min, no PUE · category 2"),
    ):
        sub = replace(subject.subs[-1], window=window)
        root = read(reports.report(replace(subject, subs=(sub,))), "en")
        assert said in words(table(article(root), "subs")["PUE"])


def test_a_limit_that_is_not_judged_is_not_called_kept() -> None:
    (subject,) = reports.report(reports.scored({"pue": 1.62})).subjects
    month = replace(subject.subs[0], window="30d", breached=subject.subs[0].breached[1:])
    root = read(reports.report(replace(subject, subs=(month,))), "en")
    row = words(table(article(root), "subs")["PUE"])
    assert "(grade 3) 1.50: not judged (window or coverage too small)" in row
    assert "start zone of a national hub 1.25: not within" in row


def test_a_value_that_is_not_plausible_has_no_points_and_a_reason() -> None:
    (subject,) = WITHHELD.subjects
    wrong = Absent("DCA-KPI-011", {"value": "1.31", "limit": "1.1"})
    figure = replace(subject.subs[0].figure, value=1.31, absent=wrong)
    eta = replace(subject.subs[0], figure=figure, points=None)
    note = Absent("DCA-KPI-035", {"value": "41.0", "limit": "100"})
    changed = replace(subject, subs=(eta, *subject.subs[1:]), notes=(note,))
    said = article(read(reports.report(changed), "en"))
    row = next(iter(table(said, "subs").values()))
    assert [words(cell) for cell in row.iter("td")][::2] == ["1.311 d", "— DCA-KPI-011", "74.2 %"]
    assert "An edge data centre: 41.0 standard racks, not more than 100" in words(said)
    assert "a rated power is wrong" in words(said)


def test_what_comes_from_outside_is_escaped() -> None:
    evil = "</title><script>alert(1)</script>\"'&\x00\u202e"
    labels = {**reports.labels(), "site": evil, "zone": "https://u:secret@x/ http://u:top@y"}
    subject = reports.scored(at=labels)
    green = Figure("green_share", 0.5, "ratio", labels={"evidence": evil, "source": "a<b"})
    bad = replace(reports.NO_FACTOR, words={"province": "<b>&</b>"})
    cue = Figure("cue", None, "kilograms_per_kilowatt_hour", absent=bad)
    report = reports.report(replace(subject, beside=(green, cue)))
    report = replace(report, engine="https://scraper:geheim@prom:9090/x")
    text = page(report, "en")
    assert not re.search("<script|secret|top@|geheim|<b>&</b>|\x00|\u202e", text)
    said = words(read(report, "en"))
    assert "https://scraper:***@prom:9090/x" in said
    assert "https://u:***@" in said
    assert "</title><script>alert(1)</script>\"'&\ufffd\ufffd" in said


def test_each_step_can_be_worked_out_by_hand() -> None:
    checked = 0
    for subject, said in zip(MANY.subjects, read(MANY, "en").iter("article"), strict=True):
        for sub, row in zip(subject.subs, table(said, "subs").values(), strict=True):
            for line in row.iter("small"):
                found = re.fullmatch(r"check: (.+) = ([\d.]+)", words(line))
                if found and sub.points is not None:
                    assert _worked_out(found[1]) == pytest.approx(float(found[2]), abs=0.02)
                    assert float(found[2]) == pytest.approx(sub.points, abs=0.005)
                    checked += 1
        for line in said.iter("p"):
            found = re.fullmatch(r"check: (\d)√\((.+)\) = ([\d.]+)", words(line))
            assert found
            assert float(found[3]) == pytest.approx(subject.score, abs=0.005)
            assert _worked_out(found[2]) ** (1 / int(found[1])) == pytest.approx(
                subject.score, abs=0.02
            )
            checked += 1
    assert checked > 400


def _worked_out(text: str) -> float:
    """The value of a sum on the page: percent as they stand, since they cancel."""
    plain = text.replace("×", "*").replace("÷", "/").replace("−", "-").replace(" %", "")
    assert re.fullmatch(r"[\d.()*/+\- ]+", plain), plain
    return float(eval(plain))


def test_points_of_another_table_are_told() -> None:
    (subject,) = ONE.subjects
    other = replace(subject.subs[0], points=51.23)
    root = read(reports.report(replace(subject, subs=(other, *subject.subs[1:]))), "en")
    (row,) = (r for name, r in table(article(root), "subs").items() if "attainment" in name)
    assert "= 46.23; the engine recorded 51.23" in words(row)


def test_a_trend_shows_its_gap_and_its_numbers() -> None:
    (trend,) = ONE.trends
    (section,) = (e for e in read(ONE, "en").iter("section") if e.get("class") == "trend")
    lines = [p.attrib["d"] for p in section.iter("path")]
    assert [line.count("L") + 1 for line in lines] == [45, 69]
    values = [points for _, points in trend.points]
    first, last = values[0], values[-1]
    assert numbers(section) == [first, min(values), max(values), last, *values]
    assert f"lowest {min(values):.1f}, highest {max(values):.1f}" in words(section)


def test_one_point_is_a_trend_and_none_is_not() -> None:
    one = replace(ONE, trends=(replace(ONE.trends[0], points=((reports.AT, 75.0),)),))
    (section,) = (e for e in read(one, "en").iter("section") if e.get("class") == "trend")
    assert [c.attrib["cx"] for c in section.iter("circle")] == ["322"]
    none = read(replace(ONE, trends=()), "en")
    assert [e for e in none.iter("section") if e.get("class") == "trend"] == []


def test_charts_say_in_words_what_they_show() -> None:
    for svg in article(read(ONE, "en")).iter("svg"):
        assert svg.attrib["role"] == "img"
        title = svg.find("title")
        assert title is not None
        assert re.search(r"\d points|score of dc1 from", title.text or ""), title.text


def test_pools_are_told_by_kind_and_never_ranked() -> None:
    root = read(POOLS, "en")
    rows = table(root, "overview")
    assert [words(row)[:8] for row in rows.values()] == ["p1AI46.2", "p2genera"]
    assert "Not a ranking: compare only what is of one kind" in words(root)
    assert "sichuan / tianfu / shuangliu / dc1" in words(next(root.iter("h1")))


def test_notices_and_lacks_are_listed_without_addresses() -> None:
    lack = Lack("node", "n7", reports.SILENT, "k3", "n7-bmc", "10.1.2.3")
    root = read(replace(ONE, notices=(reports.UNUSED,), lacks=(lack,)), "en")
    cells = [[words(cell) for cell in row.iter("td")] for row in root.iter("tr")]
    why = "Servers without a valid power"
    assert ["server", "n7", "k3", "n7-bmc", "DCA-KPI-009", why] in cells
    assert next(row[0] for row in cells if row) == "the whole reportDCA-KPI-010"
    assert "10.1.2.3" not in words(root)


def test_racks_have_their_place() -> None:
    at = {**reports.labels(), "room": "r1", "row": "a", "rack": "k1"}
    values = {"ce_attainment": 0.4, "it_load": 0.5, "thermal": 97.0}
    root = read(reports.report(reports.scored(values, at), level=RACK), "zh")
    assert "sichuan / tianfu / shuangliu / dc1 / r1 / a / k1" in words(next(root.iter("h1")))
    assert len(table(article(root), "subs")) == 3


def test_the_other_profile_has_its_own_scale() -> None:
    root = read(reports.report(reports.scored(profile="green2025"), profile="green2025"), "en")
    axis = next(e for e in root.iter("g") if e.get("id") == "axis-pue")
    assert [text.text for text in axis.iter("text")] == ["1.10", "1.30"]
    assert "national green data centre 2025" in words(root)
