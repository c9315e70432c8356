"""An engine's answer, taken apart: samples, or tracks of them over time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from scoring.api.failure import Code, QueryFailed

_HEAVY = re.compile(
    r"too many samples|timed? ?out|timeout|deadline|canceled|cannot select more than|"
    r"memory limit|exceeds? .*limit|limit exceeded|too many (time ?series|series|points)",
    re.IGNORECASE,
)
"""How engines say that a query asks for more than they give."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A series of an answer and its value."""

    labels: Mapping[str, str]
    value: float

    @property
    def name(self) -> str:
        """The metric's name; "" where an expression has taken it away."""
        return self.labels.get("__name__", "")


@dataclass(frozen=True, slots=True)
class Track:
    """A series of an answer and its values by time: (Unix seconds, value)."""

    labels: Mapping[str, str]
    values: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine said; `remarks` are what it says of the query itself."""

    samples: tuple[Sample, ...] = ()
    tracks: tuple[Track, ...] = ()
    remarks: tuple[str, ...] = ()


def decoded(text: str) -> dict[str, Any]:
    """The document of an answer. QueryFailed: it is no JSON, or breaks off."""
    try:
        document = json.loads(text)
    except ValueError as error:
        start = text.lstrip()[:1]
        if start == "{":
            raise QueryFailed(Code.BROKEN_OFF, f"{error} of {len(text)} characters") from error
        raise QueryFailed(Code.NOT_JSON, text[:400] or "an empty answer") from error
    if not isinstance(document, dict):
        _unexpected(f"a JSON {type(document).__name__}")
    return document


def answer(document: dict[str, Any]) -> Answer:
    """The answer in a document of status 200. QueryFailed: an error, a part, or something else."""
    if document.get("status") != "success":
        raise refused(document)
    warnings = document.get("warnings") or []
    if document.get("isPartial") or warnings:
        told = "; ".join(map(str, warnings)) or "isPartial: true"
        raise QueryFailed(Code.PARTIAL, told)
    found = document.get("data")
    data: dict[str, Any] = found if isinstance(found, dict) else {}
    kind = data.get("resultType")
    remarks = tuple(map(str, document.get("infos") or ()))
    try:
        if kind == "vector":
            return Answer(samples=tuple(_samples(data["result"])), remarks=remarks)
        if kind == "matrix":
            return Answer(tracks=tuple(_tracks(data["result"])), remarks=remarks)
    except (KeyError, TypeError, ValueError) as error:
        _unexpected(f"a result that is none: {error!r}")
    return _unexpected(f"a result of type {kind!r}")


def _samples(rows: Any) -> Iterator[Sample]:
    for row in rows:
        _, value = row["value"]
        yield Sample(_labels(row), float(value))


def _tracks(rows: Any) -> Iterator[Track]:
    for row in rows:
        values = tuple((float(at), float(value)) for at, value in row["values"])
        yield Track(_labels(row), values)


def _labels(row: Any) -> Mapping[str, str]:
    labels = row["metric"]
    if not all(isinstance(value, str) for value in labels.values()):
        raise TypeError("labels that are no texts")
    found: Mapping[str, str] = labels
    return found


def refused(document: Mapping[str, Any]) -> QueryFailed:
    """The error that an engine tells in its own form."""
    told = f"{document.get('errorType', '')}: {document.get('error', '')}".strip(": ")
    kind = str(document.get("errorType", ""))
    heavy = kind in ("timeout", "canceled") or _HEAVY.search(told)
    return QueryFailed(Code.TOO_HEAVY if heavy else Code.QUERY_REFUSED, told or "no reason given")


def _unexpected(what: str) -> NoReturn:
    raise QueryFailed(Code.UNEXPECTED, what)
