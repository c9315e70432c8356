"""An engine that answers queries, at a moment of our choice."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from scoring.api.access import Access, place
from scoring.api.answer import Answer, Sample, Track, answer, decoded, refused
from scoring.api.exchange import Line, Reply
from scoring.api.failure import Code, QueryFailed

_PATH = "/api/v1/query"
_PLAIN_TO_TLS = "HTTP request to an HTTPS server"
"""How servers written in Go answer plain HTTP where they speak TLS."""

_NO_LOGIN = "cannot find the provided auth token"
"""How vmauth answers a login that it does not know, with status 400."""


class Engine:
    """Prometheus, Thanos or VictoriaMetrics behind its HTTP API. One query at a time."""

    def __init__(self, access: Access, asking: Callable[[int], None] | None = None) -> None:
        """QueryFailed: the URL is none, or a file of certificates cannot be used.

        `asking` is told, before each query, how many there were so far.
        """
        self._place = place(access.url)
        self._access = access
        self._line = Line(access, self._place)
        self._asking, self._count = asking, 0
        self.remarks: dict[str, None] = {}
        """What the engine said of our queries (Prometheus calls it infos), each once."""

    @property
    def url(self) -> str:
        """Its address as it is shown."""
        return str(self._place)

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._line.close()

    def query(self, expression: str, at: float) -> tuple[Sample, ...]:
        """The instant vector of an expression at a time. QueryFailed: there is no whole answer."""
        return self._ask(expression, at).samples

    def tracks(self, expression: str, at: float) -> tuple[Track, ...]:
        """The range vector of an expression (it ends in [span:step]) that ends at a time."""
        return self._ask(expression, at).tracks

    def _ask(self, expression: str, at: float) -> Answer:
        self._count += 1
        if self._asking is not None:
            self._asking(self._count)
        body = urlencode({"query": expression, "time": f"{at:.3f}"}).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        headers = {**self._access.request_headers(), **form}
        reply = self._line.post(self._place.prefix + _PATH, body, headers)
        if reply.status != 200:
            raise self._refused(reply)
        try:
            found = answer(decoded(reply.body))
        except QueryFailed as failed:
            evidence = self._access.masked(failed.evidence)
            raise QueryFailed(failed.code, evidence, self._words()) from None
        self.remarks.update(dict.fromkeys(found.remarks))
        return found

    def _words(self) -> dict[str, str]:
        return {"url": self.url, "address": self._place.host, "port": str(self._place.port)}

    def _refused(self, reply: Reply) -> QueryFailed:
        """What a status other than 200 means; a document of the API says more than its status."""
        told = f"HTTP {reply.status} {reply.reason}"
        code = _CODES.get(reply.status)
        if code is None:
            document = _document(reply.body)
            if document:
                failed = refused(document)
                if reply.status >= 500 and failed.code is Code.QUERY_REFUSED:
                    code = Code.SERVER_ERROR
                evidence = self._access.masked(failed.evidence)
                return QueryFailed(code or failed.code, evidence, self._words())
            code = Code.SERVER_ERROR if reply.status >= 500 else Code.UNEXPECTED
        words = self._words()
        if 300 <= reply.status < 400:
            code, words = Code.REDIRECTED, {**words, "location": reply.location}
            told = f"{told} → {reply.location}"
        elif _PLAIN_TO_TLS in reply.body:
            code = Code.TLS_FAILED
        elif _NO_LOGIN in reply.body:
            code = Code.LOGIN_REFUSED
        told = f"{told}: {reply.body}".rstrip(": \n")
        return QueryFailed(code, self._access.masked(told), words)


_CODES = {
    401: Code.LOGIN_REFUSED,
    403: Code.FORBIDDEN,
    404: Code.NO_API,
    405: Code.NO_API,
    429: Code.TOO_MANY,
}


def _document(body: str) -> dict[str, Any]:
    """The API's own account of an error; nothing where another server speaks."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and "error" in found else {}
