"""Who may come in by a password, what it costs, and what guessing gets."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable

import pytest

from exporters import logins as module
from exporters.logins import Logins, Verdict
from exporters.passwords import cost, matches, of_package
from exporters.throttle import Throttle
from model.credentials import Secret

HERE = "192.0.2.7"


def hashed(password: str, rounds: int = 4) -> Secret:
    salt = f"$2b${rounds:02}$CCCCCCCCCCCCCCCCCCCCC."
    return Secret(of_package()(password.encode(), salt.encode()).decode())


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Counted:
    """How many hashes were reckoned, of what."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.hold = threading.Event()
        self.hold.set()

        def counting(password: bytes, known: Secret) -> bool:
            self.asked.append(password.decode())
            self.hold.wait(5)
            return matches(password, known)

        monkeypatch.setattr(module, "matches", counting)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


@pytest.fixture
def two() -> Logins:
    return Logins({"alice": hashed("wonder:land"), "运维": hashed("口令", 5)})


def test_the_right_password_lets_in_and_costs_one_hash(two: Logins, counted: Counted) -> None:
    for _ in range(3):
        assert two.judge(basic("alice", "wonder:land"), HERE) == Verdict(200, "alice")
        assert two.judge(basic("运维", "口令"), HERE) == Verdict(200, "运维")
    assert counted.asked == ["wonder:land", "口令"]


@pytest.mark.parametrize(
    ("header", "user", "reason"),
    [
        ("", "", "no_credentials"),
        (basic("alice", "wonderland"), "alice", "wrong_password"),
        (basic("alice", ""), "alice", "wrong_password"),
        (basic("bob", "wonder:land"), "bob", "unknown_user"),
        (basic("Alice", "wonder:land"), "Alice", "unknown_user"),
        (basic("alice", "wonder:land\0x"), "alice", "wrong_password"),
        ("Bearer abc", "", "malformed"),
        ("Basic !!!", "", "malformed"),
        ("Basic " + base64.b64encode(b"alice").decode(), "", "malformed"),
        ("Basic " + base64.b64encode(b"\xff:x").decode(), "", "malformed"),
        ("Basic", "", "malformed"),
    ],
)
def test_whatever_else_is_refused(two: Logins, header: str, user: str, reason: str) -> None:
    assert two.judge(header, HERE) == Verdict(401, user, reason)


def test_a_wrong_password_is_reckoned_each_time(two: Logins, counted: Counted) -> None:
    for _ in range(3):
        assert two.judge(basic("alice", "x"), HERE).status == 401
    assert counted.asked == ["x"] * 3


def test_an_unknown_user_costs_what_a_known_one_does(
    two: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    against: list[Secret] = []

    def noting(password: bytes, known: Secret) -> bool:
        against.append(known)
        return matches(password, known)

    monkeypatch.setattr(module, "matches", noting)
    names = [f"user{n}" for n in range(40)]
    for name in names:
        assert two.judge(basic(name, "x"), f"192.0.2.{len(against)}").reason == "unknown_user"
    first = list(against)
    for name in names:
        two.judge(basic(name, "y"), f"198.51.100.{len(against) % 200}")
    assert against[40:] == first  # a name always costs the same, as a real one's does
    assert {cost(each.reveal()) for each in first} == {4, 5}


def test_the_password_of_another_is_not_ones_own(two: Logins) -> None:
    assert two.judge(basic("alice", "wonder:land"), HERE).status == 200
    assert two.judge(basic("运维", "wonder:land"), HERE).status == 401
    assert two.judge(basic("alicew", "onder:land"), HERE).status == 401


def test_guessing_is_slowed_down_and_what_is_known_is_not(counted: Counted) -> None:
    now = [0.0]
    throttle = Throttle(clock=lambda: now[0])
    known = Logins({"alice": hashed("right")}, throttle)
    assert known.judge(basic("alice", "right"), HERE).status == 200
    found = [known.judge(basic("alice", f"guess {n}"), HERE).status for n in range(8)]
    assert found == [401] * 5 + [429] * 3
    assert len(counted.asked) == 6
    assert known.judge(basic("alice", "right"), HERE).status == 200
    assert known.judge(basic("alice", "guess"), "192.0.2.8").status == 401
    now[0] = 1.5
    assert known.judge(basic("alice", "guess"), HERE) == Verdict(
        401, "alice", "wrong_password", turned_away=3
    )
    assert known.judge(basic("alice", "guess"), HERE) == Verdict(429, "alice", "throttled", 2.0)


def test_one_address_takes_no_more_than_five_guesses_at_once(counted: Counted) -> None:
    known = Logins({"alice": hashed("right")})
    counted.hold.clear()
    statuses: list[int] = []

    def guess(number: int) -> None:
        statuses.append(known.judge(basic("alice", f"guess {number}"), HERE).status)

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    until(lambda: statuses.count(429) == 15)
    counted.hold.set()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [401] * 5 + [429] * 15


def test_many_scrapes_at_once_with_the_right_password_cost_one_hash(counted: Counted) -> None:
    known = Logins({"prometheus": hashed("right")})
    counted.hold.clear()
    statuses: list[int] = []

    def scrape() -> None:
        statuses.append(known.judge(basic("prometheus", "right"), HERE).status)

    threads = [threading.Thread(target=scrape) for _ in range(30)]
    for thread in threads:
        thread.start()
    until(lambda: len(counted.asked) == 1)
    counted.hold.set()
    for thread in threads:
        thread.join()
    assert (statuses, counted.asked) == ([200] * 30, ["right"])


def test_hashes_are_reckoned_two_at_a_time(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    known = Logins({"alice": hashed("right")})
    counted.hold.clear()
    statuses: list[int] = []

    def guess(number: int) -> None:
        statuses.append(known.judge(basic("alice", f"{number}"), f"192.0.2.{number}").status)

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    until(lambda: statuses.count(503) == 4)
    assert len(counted.asked) == 2
    counted.hold.set()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [401, 401, 503, 503, 503, 503]


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.005)
