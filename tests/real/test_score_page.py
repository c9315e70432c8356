"""The page of a report in a browser: no trouble, the report's numbers, room on screen and paper."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.diagnosis import Lang
from agent.score.page import page
from tests.real.chromium_peer import Chromium, chromium
from tests.real.score_record import engine
from tests.score import reports
from tests.score.page_reader import json_numbers, numbers, numbers_in, past, read
from tests.unit.agent.test_command_line import dcagent

pytestmark = pytest.mark.peer("chromium")

A4_WIDTH, A4_HEIGHT = 687, 1016
"""CSS pixels that the margins of the page leave of 210 mm × 297 mm."""
LONG = {**reports.labels(), "site": "a-name-without-any-blank-in-it-" * 4}
REPORTS = {
    "one": reports.report(reports.scored()),
    "withheld": reports.report(reports.withheld()),
    "long": reports.report(reports.scored(at=LONG), reports.withheld()),
    "few": reports.many(7),
    "many": reports.many(),
}
OVERFLOWING = """
[...document.querySelectorAll("h1,h3,td,th,dd")]
  .filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 200))
"""
OUTSIDE = "document.documentElement.scrollWidth - innerWidth"
NUMBERS = "[...document.querySelectorAll('article data')].map(e => parseFloat(e.value))"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """One browser for all pages."""
    with chromium(tmp_path_factory.mktemp("chromium")) as found:
        yield found


def opened(browser: Chromium, directory: Path, name: str, lang: Lang) -> None:
    """A page that the browser has opened: no trouble, nothing fetched, the report's numbers."""
    report = REPORTS[name]
    file = directory / "report.html"
    file.write_text(page(report, lang), encoding="utf-8")
    browser.width(1280, "screen")
    browser.open(file)
    assert browser.troubles == []
    assert browser.requests == [file.as_uri()]
    told = browser.value(NUMBERS)
    assert told == [n for each in read(report, lang).iter("article") for n in numbers(each)]
    assert set(told) == json_numbers(report) | past(report)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["one", "withheld", "long", "few"])
def test_it_shows_the_report_and_cuts_nothing_off(
    browser: Chromium, tmp_path: Path, name: str, lang: Lang
) -> None:
    opened(browser, tmp_path, name, lang)
    for width, media in ((1280, "screen"), (A4_WIDTH, "print")):
        browser.width(width, media)
        assert browser.value(OUTSIDE) <= 0
        assert browser.value(OVERFLOWING) == []
    heights = browser.value("[...document.querySelectorAll('article')].map(e => e.offsetHeight)")
    assert max(heights) <= A4_HEIGHT, "a subject's block fits a page"


@pytest.mark.parametrize(("name", "lang", "pages"), [("one", "zh", 4), ("few", "en", 11)])
def test_it_prints(browser: Chromium, tmp_path: Path, name: str, lang: Lang, pages: int) -> None:
    opened(browser, tmp_path, name, lang)
    printed = browser.pdf()
    assert printed.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(x)), round(float(y))) for x, y in boxes} == {(595, 842)}
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= pages


def test_a_hundred_sites(browser: Chromium, tmp_path: Path) -> None:
    opened(browser, tmp_path, "many", "zh")
    assert browser.value(OUTSIDE) <= 0
    assert browser.value("document.querySelectorAll('.overview tbody tr').length") == 100
    assert browser.value("document.querySelector('#s100 h3').firstChild.data") == "dc100 "


@pytest.mark.peer("prometheus", "promtool")
def test_the_commands_page_has_the_numbers_of_its_json(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "score.html"
    known = replace(reports.many(5), at=float(int(time.time()) - 60), day=datetime.now(UTC).date())
    with engine(tmp_path, known) as peer:
        asked = ("--url", peer.url, "--at", f"{known.at:.0f}")
        done = dcagent("score", *asked, "--json", "--html", str(file), "--lang", "zh")
    assert done.returncode == 2, done.stderr
    printed = json.loads(done.stdout)
    scores = {subject["name"]: subject["score"] for subject in printed["subjects"]}
    assert scores == {subject.name: subject.score for subject in known.subjects}
    for trend in printed["trends"]:
        score = scores[trend["labels"]["site"]]
        steps = [round((score - points) * 10) for _, points in trend["points"]]
        assert steps == list(range(39, -1, -1)), "ten days, every six hours"
    browser.open(file)
    assert browser.troubles == []
    past = {points for trend in printed["trends"] for _, points in trend["points"]}
    assert set(browser.value(NUMBERS)) == set(numbers_in(printed["subjects"])) | past
