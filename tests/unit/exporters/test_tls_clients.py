"""Client certificates: who comes in by one, and what the audit trail says of the others."""

from __future__ import annotations

import http.client
import logging
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.unit.exporters.tls_serving import Trail, ask, behind, tls_of, trusting, until


@pytest.fixture
def trail() -> Iterator[list[str]]:
    log, handler = logging.getLogger("dcagent.audit"), Trail()
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield handler.lines
    log.removeHandler(handler)
    log.setLevel(before)


def test_clients_must_show_a_certificate_of_the_authority(
    authority: Authority, tmp_path: Path, trail: list[str]
) -> None:
    stranger = Authority(tmp_path, "Another CA", "other.pem").issue("mallory", client=True)
    late = authority.issue("late", client=True, days=(-10, -1))
    wrong = authority.issue("server-only")
    good = authority.issue("prometheus", "prometheus.dc1", client=True)
    with behind(tls_of(authority.server(), authority.file)) as (server, _):
        assert ask(server, trusting(authority.file, good)).status == 200
        for client in (None, stranger, late, wrong):
            with pytest.raises(ssl.SSLError, match="alert"):
                ask(server, trusting(authority.file, client))
        until(lambda: len(trail) == 5)
        page = ask(server, trusting(authority.file, good)).text
    start = "audit event=login_failed client=127.0.0.1 method=certificate reason="
    assert trail == [
        "audit event=login client=127.0.0.1 method=certificate user=prometheus",
        f"{start}no_certificate",
        f'{start}certificate_not_trusted detail="unable to get local issuer certificate"',
        f'{start}certificate_not_trusted detail="certificate has expired"',
        f'{start}certificate_not_trusted detail="unsuitable certificate purpose"',
    ]
    assert "dcagent_http_failed_logins_total 4.0\n" in page
    assert "dcagent_http_certificate_expiry_timestamp_seconds 1.7e+09\n" in page


@pytest.mark.parametrize(
    ("names", "allowed"),
    [
        (("prometheus.dc1",), True),
        (("10.0.0.9", "other"), True),
        (("2001:db8::1",), True),
        (("ops@dc1.example",), True),
        (("spiffe://dc1/prometheus",), True),
        (("grafana.dc1",), False),
        (("PROMETHEUS.dc1",), False),
        ((), False),
    ],
)
def test_only_some_names_may_come_in(
    authority: Authority, trail: list[str], names: tuple[str, ...], allowed: bool
) -> None:
    listed = ("prometheus.dc1", "10.0.0.9", "2001:db8::1", "ops@dc1.example")
    tls = tls_of(authority.server(), authority.file, *listed, "spiffe://dc1/prometheus")
    client = authority.issue("somebody", *names, client=True)
    with behind(tls) as (server, _):
        if allowed:
            assert ask(server, trusting(authority.file, client)).status == 200
            come = "audit event=login client=127.0.0.1 method=certificate user=somebody"
            assert trail == [come]
            return
        with pytest.raises((OSError, http.client.RemoteDisconnected)):
            ask(server, trusting(authority.file, client))
        until(lambda: bool(trail))
    (line,) = trail
    assert "method=certificate reason=name_not_allowed detail=" in line
    assert (names[0] if names else "no name") in line


def test_who_came_in_by_a_certificate_is_named_in_the_trail(
    authority: Authority, trail: list[str]
) -> None:
    client = authority.issue("prometheus-1", "prometheus.dc1", client=True)
    with behind(tls_of(authority.server(), authority.file, optional=True)) as (server, _):
        ask(server, trusting(authority.file, client), "/probe?target=a01-17")
        ask(server, trusting(authority.file), "/probe?target=a01-18")
    assert trail == [
        "audit event=login client=127.0.0.1 method=certificate user=prometheus-1",
        "audit event=probe client=127.0.0.1 user=prometheus-1 target=a01-17 result=up",
        "audit event=probe client=127.0.0.1 target=a01-18 result=unknown_target",
    ]
