"""Who is let in, and under which headers."""

from __future__ import annotations

import pytest

from exporters.logins import Logins
from exporters.passwords import hasher
from exporters.security import Door, Security
from model.credentials import Secret
from tests.unit.exporters.serving import FakeSource, ask, serving
from tests.unit.exporters.site import POWER, answered


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(answered(POWER))


def test_headers_keep_browsers_and_caches_in_their_place(source: FakeSource) -> None:
    with serving(source) as server:
        for path in ("/", "/metrics", "/nowhere"):
            answer = ask(server, path)
            told = {name: answer.headers[name] for name in answer.headers}
            assert told["Server"] == "dcagent"
            assert told["Cache-Control"] == "no-store"
            assert told["X-Content-Type-Options"] == "nosniff"
            assert told["X-Frame-Options"] == "deny"
            assert told["Referrer-Policy"] == "no-referrer"
            assert told["Content-Security-Policy"] == (
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
                " form-action 'none'; frame-ancestors 'none'"
            )
            assert "Strict-Transport-Security" not in told


def test_configured_headers_take_the_place_of_ours(source: FakeSource) -> None:
    headers = (
        ("Strict-Transport-Security", "max-age=31536000"),
        ("X-Frame-Options", "sameorigin"),
    )
    with serving(source, door=Door(Security(headers=headers))) as server:
        answer = ask(server, "/")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers.get_all("X-Frame-Options") == ["sameorigin"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_is_served_to_who_has_not_logged_in(source: FakeSource) -> None:
    salted = b"$2b$04$CCCCCCCCCCCCCCCCCCCCC."
    logins = Logins({"alice": Secret(hasher()(b"wonderland", salted).decode())})
    door, right = Door(Security(logins=logins)), "Basic YWxpY2U6d29uZGVybGFuZA=="
    pages = ("/", "/metrics", "/probe?target=a01-17", "/sd", "/-/healthy", "/-/ready", "/nowhere")
    with serving(source, door=door, lifecycle=True) as server:
        for path in pages:
            refused = ask(server, path)
            assert (refused.status, refused.text) == (
                401,
                "Log in: this agent asks for a user and a password.\n",
            )
            assert refused.headers["WWW-Authenticate"] == 'Basic realm="dcagent", charset="UTF-8"'
        assert ask(server, "/-/reload", "POST").status == 401
        assert (source.probes, source.reloads) == ([], [])
        assert ask(server, "/-/reload", "POST", Authorization=right).status == 200
        assert ask(server, "/metrics", Authorization=right).status == 200
        for _ in range(5):
            assert ask(server, "/metrics", Authorization="Basic YWxpY2U6eA==").status == 401
        slowed = ask(server, "/metrics", Authorization="Basic YWxpY2U6eA==")
        assert (slowed.status, slowed.headers["Retry-After"]) == (429, "1")
        page = ask(server, "/metrics", Authorization=right).text
    assert source.reloads == [{"by": "http", "client": "127.0.0.1", "user": "alice"}]
    assert "dcagent_http_failed_logins_total 14.0\n" in page
