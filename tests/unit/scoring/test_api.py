"""The client of the HTTP API: what it asks, what it takes, and a code for all that goes wrong."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from model.credentials import Secret
from scoring.api import Access, Code, Engine, QueryFailed, Sample, Track
from scoring.api.access import place
from tests.real.prometheus_peer import free_port
from tests.unit.scoring.fake_engine import (
    Answer,
    Request,
    document,
    engine,
    failure,
    packed,
    reply,
    silent,
    vector,
)

UP = {"__name__": "up", "site": "双流"}


def reached(url: str, **access: object) -> Engine:
    return Engine(Access(url, **{"patience": 5, **access}))  # type: ignore[arg-type]


def ask(answer: Answer, **access: object) -> tuple[tuple[Sample, ...], list[Request]]:
    with engine(answer) as asked, reached(asked.url, **access) as there:
        return there.query('up{site="双流"}', 1764000000.5), asked.requests


def failed(answer: Answer, **access: object) -> QueryFailed:
    with pytest.raises(QueryFailed) as caught:
        ask(answer, **access)
    return caught.value


def test_a_query_goes_by_post_with_its_time() -> None:
    samples, (request,) = ask(lambda _: reply(vector((UP, 1.5))))
    assert samples == (Sample(UP, 1.5),)
    assert samples[0].name == "up"
    assert request.path == "/api/v1/query"
    assert (request.query, request.time) == ('up{site="双流"}', "1764000000.500")
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in request.headers


def test_numbers_as_engines_write_them() -> None:
    rows = [{"metric": {}, "value": [1, text]} for text in ("NaN", "+Inf", "-Inf", "1e+06", "0")]
    samples, _ = ask(lambda _: reply(document("vector", rows)))
    assert math.isnan(samples[0].value)
    assert [s.value for s in samples[1:]] == [math.inf, -math.inf, 1e6, 0.0]


def test_a_range_vector() -> None:
    rows = [{"metric": UP, "values": [[10, "1"], [20.5, "2"]]}]
    with engine(lambda _: reply(document("matrix", rows))) as asked, reached(asked.url) as there:
        assert there.tracks("up[1d:6h]", 30) == (Track(UP, ((10.0, 1.0), (20.5, 2.0))),)


def test_packed_answers_and_kept_connections() -> None:
    with engine(lambda _: packed(vector((UP, 1)))) as asked, Engine(Access(asked.url)) as there:
        assert [there.query("up", at)[0].value for at in (1, 2, 3)] == [1.0, 1.0, 1.0]
    assert {request.headers["Accept-Encoding"] for request in asked.requests} == {"gzip"}


def test_a_kept_connection_that_was_closed_is_opened_again() -> None:
    answers: Iterator[bytes] = iter((reply(vector((UP, 1))), b"", reply(vector((UP, 3)))))
    with engine(lambda _: next(answers)) as asked, Engine(Access(asked.url)) as there:
        assert [there.query("up", at)[0].value for at in (1, 2)] == [1.0, 3.0]


def test_logins_and_headers() -> None:
    fine: Answer = lambda _: reply(vector())  # noqa: E731
    _, (request,) = ask(fine, user="ops", password=Secret("p:ä"))
    login = base64.b64encode("ops:p:ä".encode()).decode()
    assert request.headers["Authorization"] == f"Basic {login}"
    _, (request,) = ask(fine, token=Secret("t0ken"))
    assert request.headers["Authorization"] == "Bearer t0ken"
    _, (request,) = ask(fine, headers=(("X-Scope-OrgID", "tianfu"),))
    assert request.headers["X-Scope-OrgID"] == "tianfu"
    assert "t0ken" not in repr(Access("http://x", token=Secret("t0ken")))


def test_what_an_engine_remarks_is_kept_once() -> None:
    told = vector((UP, 1), infos=["PromQL info: metric might not be a counter"])
    with engine(lambda _: reply(told)) as asked, Engine(Access(asked.url)) as there:
        there.query("up", 1)
        assert there.query("up", 2) == (Sample(UP, 1.0),)
        assert list(there.remarks) == ["PromQL info: metric might not be a counter"]


HTML = "<!DOCTYPE html><html><body>Please log in</body></html>"
REFUSALS: Mapping[str, tuple[Code, bytes, str]] = {
    "401": (Code.LOGIN_REFUSED, reply("Unauthorized", "401 Unauthorized"), "HTTP 401"),
    "403": (Code.FORBIDDEN, reply("no", "403 Forbidden"), "HTTP 403 Forbidden: no"),
    "404": (Code.NO_API, reply("404 page not found", "404 Not Found"), "404 page not found"),
    "405": (Code.NO_API, reply("", "405 Method Not Allowed"), "HTTP 405"),
    "429": (Code.TOO_MANY, reply("", "429 Too Many Requests"), "HTTP 429"),
    "502": (Code.SERVER_ERROR, reply(HTML, "502 Bad Gateway"), "HTTP 502 Bad Gateway"),
    "500, told": (
        Code.SERVER_ERROR,
        reply(failure("internal", "disk is full"), "500 Internal Server Error"),
        "internal: disk is full",
    ),
    "418": (Code.UNEXPECTED, reply("", "418 I'm a teapot"), "HTTP 418"),
    "redirect": (
        Code.REDIRECTED,
        reply("", "302 Found", {"Location": "https://sso/login"}),
        "HTTP 302 Found → https://sso/login",
    ),
    "plain to TLS": (
        Code.TLS_FAILED,
        reply("Client sent an HTTP request to an HTTPS server.\n", "400 Bad Request"),
        "HTTP 400",
    ),
    "bad query": (
        Code.QUERY_REFUSED,
        reply(failure("bad_data", "parse error"), "400 Bad Request"),
        "bad_data: parse error",
    ),
    "many to many": (
        Code.QUERY_REFUSED,
        reply(failure("execution", "many-to-many matching not allowed"), "422 Unprocessable"),
        "execution: many-to-many",
    ),
    "too long": (
        Code.QUERY_REFUSED,
        reply(failure("422", "too long query; got 20000 bytes"), "422 Unprocessable"),
        "too long query",
    ),
    "too many samples": (
        Code.TOO_HEAVY,
        reply(failure("execution", "query processing would load too many samples"), "422 U"),
        "too many samples",
    ),
    "timeout of the engine": (
        Code.TOO_HEAVY,
        reply(failure("timeout", "query timed out in expression evaluation"), "503 S"),
        "timeout: query timed out",
    ),
    "success that is none": (
        Code.QUERY_REFUSED,
        reply(failure("bad_data", "no")),
        "bad_data: no",
    ),
    "HTML": (Code.NOT_JSON, reply(HTML), "Please log in"),
    "nothing": (Code.NOT_JSON, reply(""), "an empty answer"),
    "a list": (Code.UNEXPECTED, reply("[1]"), "a JSON list"),
    "broken JSON": (Code.BROKEN_OFF, reply(vector((UP, 1))[:-9]), "characters"),
    "truncated": (Code.BROKEN_OFF, reply(vector((UP, 1)), length=9999), "breaks off"),
    "truncated gzip": (Code.BROKEN_OFF, packed(vector((UP, 1)), cut=9), "breaks off"),
    "gzip that is none": (
        Code.BROKEN_OFF,
        reply("{}", headers={"Content-Encoding": "gzip"}),
        "",
    ),
    "closed": (Code.BROKEN_OFF, b"", ""),
    "no HTTP": (Code.UNEXPECTED, b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
    "Thanos, in part": (
        Code.PARTIAL,
        reply(vector((UP, 1), warnings=["no store matched"])),
        "no store matched",
    ),
    "VictoriaMetrics, in part": (
        Code.PARTIAL,
        reply(vector((UP, 1), isPartial=True)),
        "isPartial",
    ),
    "a scalar": (Code.UNEXPECTED, reply(document("scalar", [1, "1"])), "type 'scalar'"),
    "no data": (Code.UNEXPECTED, reply('{"status": "success"}'), "type None"),
    "rows that are none": (
        Code.UNEXPECTED,
        reply(document("vector", [{"metric": {"a": 1}, "value": [1, "1"]}])),
        "no texts",
    ),
    "values that are none": (
        Code.UNEXPECTED,
        reply(document("vector", [{"metric": {}, "value": [1, "one"]}])),
        "could not convert",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_code_for_each_refusal(name: str) -> None:
    code, sent, told = REFUSALS[name]
    found = failed(lambda _: sent)
    assert (found.code, told in found.evidence) == (code, True), found
    assert len(found.evidence.splitlines()) <= 1
    assert found.words["url"].startswith("http://127.0.0.1:")


def test_a_login_is_tried_once() -> None:
    with engine(lambda _: reply("", "401 Unauthorized")) as asked:
        there = reached(asked.url, user="ops", password=Secret("wrong"))
        with pytest.raises(QueryFailed), there:
            there.query("up", 1)
    assert len(asked.requests) == 1


def test_a_server_that_repeats_a_secret() -> None:
    """vmauth does, with status 400."""
    told = 'cannot find the provided auth token "Bearer t0ken" in config'
    found = failed(lambda _: reply(told, "400 Bad Request"), token=Secret("t0ken"))
    assert found.code is Code.LOGIN_REFUSED
    assert '"Bearer ***"' in found.evidence
    for body in ("b3BzOnMzY3JldA==", "s3cret", failure("x", "s3cret"), "<s3cret>"):
        sent = reply(body, "403 Forbidden") if body[0] in "bs" else reply(body)
        found = failed(lambda _, sent=sent: sent, user="ops", password=Secret("s3cret"))  # type: ignore[misc] # of a default
        assert "***" in found.evidence
        assert "s3cret" not in found.evidence


def test_nobody_there() -> None:
    with (
        pytest.raises(QueryFailed) as caught,
        Engine(Access(f"127.0.0.1:{free_port()}", patience=5)) as there,
    ):
        there.query("up", 1)
    assert (caught.value.code, caught.value.evidence) == (Code.UNREACHABLE, "Connection refused")
    with (
        pytest.raises(QueryFailed) as caught,
        Engine(Access("http://no.such.host.invalid", patience=5)) as there,
    ):
        there.query("up", 1)
    assert caught.value.code is Code.NO_NAME
    assert caught.value.words["address"] == "no.such.host.invalid"


@pytest.mark.parametrize("many", [(), (reply("x" * 50, length=60)[:-5],)])
def test_a_server_that_says_nothing_more(many: tuple[bytes, ...]) -> None:
    with (
        silent(many) as url,
        pytest.raises(QueryFailed) as caught,
        reached(url, patience=0.3) as there,
    ):
        there.query("up", 1)
    assert (caught.value.code, caught.value.words["seconds"]) == (Code.TIMEOUT, "0.3")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("prometheus:9090", "http://prometheus:9090"),
        ("http://[::1]:9090/", "http://[::1]:9090"),
        ("https://vm/select/0/prometheus/", "https://vm/select/0/prometheus"),
        ("http://vm:8428/vmui", "http://vm:8428"),
        ("http://p:9090/prom/graph", "http://p:9090/prom"),
        ("http://p:80/api/v1/query", "http://p"),
    ],
)
def test_addresses_as_people_paste_them(url: str, shown: str) -> None:
    assert str(place(url)) == shown


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", Code.BAD_URL),
        ("ftp://p", Code.BAD_URL),
        ("http://", Code.BAD_URL),
        ("http://p:0", Code.BAD_URL),
        ("http://p:port", Code.BAD_URL),
        ("http://p/?query=up", Code.BAD_URL),
        ("http://p q", Code.BAD_URL),
        ("http://ops:secret@p:9090", Code.LOGIN_IN_URL),
        ("http://ops@p:9090", Code.LOGIN_IN_URL),
    ],
)
def test_addresses_that_are_none(url: str, code: Code) -> None:
    with pytest.raises(QueryFailed) as caught:
        Engine(Access(url))
    assert caught.value.code is code
    assert "secret" not in str(caught.value)


def test_files_of_certificates_that_are_none(tmp_path: Path) -> None:
    bad = tmp_path / "ca.pem"
    bad.write_text("no certificate")
    for access in (
        Access("https://p", ca_file=bad),
        Access("https://p", ca_file=tmp_path / "missing.pem"),
        Access("https://p", certificate=bad),
    ):
        with pytest.raises(QueryFailed) as caught:
            Engine(access)
        assert caught.value.code is Code.BAD_FILE
        assert caught.value.words["file"].endswith(".pem")
