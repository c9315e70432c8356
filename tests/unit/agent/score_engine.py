"""An engine on loopback that holds what rules recorded of a report, and answers selectors of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from scoring.report.model import Report
from tests.real.score_record import recorded
from tests.unit.scoring.fake_engine import Answer, Asked, Request, engine, reply, vector

_SELECTOR = re.compile(r'\{__name__=~"([^"]+)"(?P<more>.*)\}')
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def answering(report: Report) -> Answer:
    """Answers `{__name__=~"a|b", site="dc1"}`; to any other expression there is nothing."""
    series = [(_labels(name), value) for name, value in recorded(report).items()]

    def answer(request: Request) -> bytes:
        found = _SELECTOR.fullmatch(request.query)
        if found is None:
            return reply(vector())
        names, wanted = re.compile(found[1]), dict(_LABEL.findall(found["more"])).items()
        return reply(
            vector(
                *(
                    (labels, value)
                    for labels, value in series
                    if names.fullmatch(labels["__name__"]) and wanted <= labels.items()
                )
            )
        )

    return answer


def _labels(series: str) -> Mapping[str, str]:
    name, _, inside = series.partition("{")
    return {"__name__": name, **dict(_LABEL.findall(inside))}


@contextmanager
def recording(report: Report) -> Iterator[Asked]:
    """Such an engine."""
    with engine(answering(report)) as asked:
        yield asked
