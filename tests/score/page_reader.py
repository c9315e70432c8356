"""The page of a report read back: its elements, its numbers, what it would fetch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from agent.diagnosis import Lang
from agent.score.document import document
from agent.score.page import page
from scoring.report.model import Report


def read(report: Report, lang: Lang) -> ET.Element:
    """The page, parsed as XML: every element is closed and all text is escaped."""
    text = page(report, lang)
    assert text.startswith("<!DOCTYPE html>\n")
    return ET.fromstring(text.removeprefix("<!DOCTYPE html>\n"))


def words(element: ET.Element) -> str:
    """All text of an element with single blanks."""
    return " ".join("".join(element.itertext()).split())


def numbers(element: ET.Element) -> list[float]:
    """The exact values of the numbers in an element, in order."""
    return [float(data.attrib["value"]) for data in element.iter("data")]


def article(root: ET.Element, number: int = 1) -> ET.Element:
    """What is said of a subject."""
    (found,) = (each for each in root.iter("article") if each.get("id") == f"s{number}")
    return found


def table(element: ET.Element, name: str) -> Mapping[str, ET.Element]:
    """The rows of the table of a class, by the own text of their head."""
    found = next(t for t in element.iter() if name in (t.get("class") or "").split())
    rows = (row for row in found.iter("tr") if row.find("th[@scope='row']") is not None)
    return {_head(row): row for row in rows}


def _head(row: ET.Element) -> str:
    head = row.find("th")
    assert head is not None
    link = head.find("a")
    return ((head if link is None or head.text else link).text or "").strip()


def fetched(root: ET.Element) -> Iterator[str]:
    """Every address that the page refers to, in attributes and in its style."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in ("href", "src", "srcset", "data", "action", "poster", "background"):
                yield value
            yield from re.findall(r"url\(([^)]*)\)", value)
        if element.tag == "style":
            yield from re.findall(r"(?:url\(|@import\s)([^)\s;]*)", element.text or "")


def json_numbers(report: Report) -> set[float]:
    """Every number of the subjects in what `--json` prints, in both languages alike."""
    text = json.dumps(document(report, "en", started=0.0, took=0.0))
    return set(numbers_in(json.loads(text)["subjects"]))


def numbers_in(part: object) -> Iterator[float]:
    """Every number of a part of such a document; the scale's own are the table's."""
    if isinstance(part, float):
        yield part
    elif isinstance(part, dict):
        yield from numbers_in([value for key, value in part.items() if key != "breakpoints"])
    elif isinstance(part, list):
        for each in part:
            yield from numbers_in(each)


def past(report: Report) -> set[float]:
    """The numbers that a page tells of trends: all, or of very many the ends and the extremes."""
    known = [[points for _, points in trend.points] for trend in report.trends]
    if sum(map(len, known)) <= 3000:
        return {points for values in known for points in values}
    return {x for v in known if v for x in (v[0], v[-1], min(v), max(v))}
