"""The audit trail: one line per event, which nobody can forge."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from agent import logs
from exporters import audit
from exporters.audit import FailedLogins, GoodLogins


@pytest.fixture
def trail() -> Iterator[io.StringIO]:
    """What an agent whose log is as quiet as can be writes."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in (*logs.OURS, logs.AUDIT)}
    logs.start("error", stream=stream)
    yield stream
    root.handlers[:], root.level = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(trail: io.StringIO) -> list[str]:
    """Without the time."""
    return [line.partition(" ")[2] for line in trail.getvalue().splitlines()]


def test_it_is_kept_whatever_the_level(trail: io.StringIO) -> None:
    audit.record("probe", {"client": "127.0.0.1", "user": "", "target": "a01-17", "result": "up"})
    audit.record("login_failed", {"client": "::1", "user": "al"}, failed=True)
    logging.getLogger("dcagent.web").warning("not told")
    assert lines(trail) == [
        "info audit event=probe client=127.0.0.1 target=a01-17 result=up",
        "warning audit event=login_failed client=::1 user=al",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("运维-1", '"运维-1"'),
        ("a b", '"a b"'),
        ("a result=ok", '"a result=ok"'),
        ('a"b', '"a\\"b"'),
        ("a\nwarning audit event=reload", '"a\\nwarning audit event=reload"'),
        ("a\r\x1b[31m\0", '"a\\r\\u001b[31m\\u0000"'),
        ("a\u202eb\u2028", '"a\\u202eb\\u2028"'),
        ("\ud800", '"\\ud800"'),
        ("a=b", '"a=b"'),
        ("x" * 300, '"' + "x" * 200 + '…"'),
        ("https://[::1]:9/%41", "https://[::1]:9/%41"),
    ],
)
def test_no_value_can_forge_a_pair_or_a_line(trail: io.StringIO, value: str, written: str) -> None:
    audit.record("probe", {"target": value, "result": "unknown_target"})
    assert lines(trail) == [f"info audit event=probe target={written} result=unknown_target"]


def test_a_flood_of_failures_is_counted_and_not_written(trail: io.StringIO) -> None:
    now = [0.0]
    failed = FailedLogins(clock=lambda: now[0])
    for _ in range(100):
        failed.record("192.0.2.7", {"reason": "wrong_password"})
    failed.record("192.0.2.8", {"reason": "wrong_password"})
    now[0] = 61.0
    failed.record("192.0.2.7", {"reason": "wrong_password"})
    found = lines(trail)
    assert failed.count == 102
    assert len(found) == 22
    assert found[20] == "warning audit event=login_failed client=192.0.2.8 reason=wrong_password"
    assert found[21] == (
        "warning audit event=login_failed client=192.0.2.7 reason=wrong_password untold=80"
    )


def test_many_clients_do_not_fill_the_memory() -> None:
    failed = FailedLogins()
    logging.getLogger(logs.AUDIT).disabled = True
    try:
        for number in range(3000):
            failed.record(f"2001:db8::{number:x}", {})
    finally:
        logging.getLogger(logs.AUDIT).disabled = False
    assert len(failed._windows) <= 1024


def test_a_login_is_told_once_an_hour(trail: io.StringIO) -> None:
    now = [5.0]
    logins = GoodLogins(lambda: now[0])
    for at in (5.0, 20.0, 3604.0, 3605.0, 7000.0):
        now[0] = at
        logins.record("10.0.0.7", "prometheus", "password")
    logins.record("10.0.0.8", "prometheus", "password")
    logins.record("10.0.0.7", "运维", "certificate")
    first = "info audit event=login client=10.0.0.7 method=password user=prometheus"
    assert lines(trail) == [
        first,
        first,
        first.replace("0.7", "0.8"),
        'info audit event=login client=10.0.0.7 method=certificate user="运维"',
    ]


def test_logins_from_everywhere_are_forgotten_in_turn(trail: io.StringIO) -> None:
    logins = GoodLogins(lambda: 5.0)
    for number in range(1025):
        logins.record(f"10.0.{number >> 8}.{number & 255}", "a", "password")
    logins.record("10.0.0.1", "a", "password")  # still known
    logins.record("10.0.0.0", "a", "password")  # forgotten, and told again
    assert len(lines(trail)) == 1026
