"""The whole page: HTML that is XML as well, with its style inside and no script."""

from __future__ import annotations

from pathlib import Path

from agent.diagnosis import Lang
from agent.score.page import absent, charts, lacks, method, overview, subject
from agent.score.page.markup import Markup, tag
from agent.score.page.paper import Paper, local, paper_of
from agent.version import VERSION
from scoring.report.model import Report

_STYLE = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing is fetched and nothing runs, whatever might have come through a label."""


def page(report: Report, lang: Lang) -> str:
    """A report as one self-contained page, for screens and for A4.

    Every number of the report is a `<data value=…>` with its exact value. Moments are in the
    time of this machine.
    """
    paper = paper_of(report, lang)
    shared = paper.shared()
    subjects = [
        subject.subject(paper, each, number, shared)
        for number, each in enumerate(report.subjects, 1)
    ]
    body = tag(
        "body",
        charts.definitions(paper),
        overview.head(paper, shared),
        tag("p", paper.say("legend"), class_="note legend"),
        absent.notices(paper),
        overview.overview(paper, shared) if len(subjects) > 1 else Markup(""),
        tag("main", subjects),
        lacks.lacks(paper),
        method.method(paper),
        method.signature(paper),
    )
    language = "zh-CN" if lang == "zh" else "en"
    return f"<!DOCTYPE html>\n{tag('html', _head(paper), body, lang=language)}\n"


def _head(paper: Paper) -> Markup:
    title = f"{paper.say('title')} · {overview.subtitle(paper, paper.shared())}"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        tag("style", Markup(_STYLE.read_text(encoding="utf-8") + _running_foot(paper))),
    )


def _running_foot(paper: Paper) -> str:
    """The foot of each printed page tells which report it belongs to."""
    report = paper.report
    moment = local(report.at, "%Y-%m-%d %H:%M %z")
    told = f"dcagent {VERSION} · {moment} · {report.table.digest[:12]}"
    return f'@page{{@bottom-left{{content:"{told}"}}}}\n'
