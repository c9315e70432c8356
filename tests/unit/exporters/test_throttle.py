"""What failing to log in costs, by the address it comes from."""

from __future__ import annotations

import pytest

from exporters.throttle import Throttle, origin

HERE = "192.0.2.7"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
    ],
)
def test_whom_an_address_stands_for(address: str, expected: str) -> None:
    assert origin(address) == expected


def test_waits_double_up_to_a_minute_and_are_forgotten() -> None:
    now = [0.0]
    throttle = Throttle(clock=lambda: now[0])
    waits = []
    for _ in range(14):
        assert throttle.enter(HERE) == 0.0
        throttle.leave(HERE, failed=True)
        wait = throttle.enter(HERE)
        if not wait:
            throttle.leave(HERE, failed=False)
        waits.append(wait)
        now[0] += wait
    assert waits == [0.0] * 4 + [1.0, 2.0, 4.0, 8.0, 16.0, 32.0] + [60.0] * 4
    now[0] += 601
    assert throttle.enter(HERE) == 0.0
    assert throttle.leave(HERE, failed=True) == 0
    assert throttle.enter(HERE) == 0.0


def test_a_good_login_hides_no_guesses() -> None:
    throttle = Throttle(clock=lambda: 0.0)
    for _ in range(5):
        throttle.enter(HERE)
        throttle.leave(HERE, failed=True)
        throttle.leave(HERE, failed=False)
    assert throttle.enter(HERE) == 1.0


def test_memory_is_bounded_and_keeps_the_latest() -> None:
    now = [0.0]
    throttle = Throttle(clock=lambda: now[0])
    for number in range(5000):
        now[0] += 0.01
        address = f"10.0.{number // 250}.{number % 250}"
        assert throttle.enter(address) == 0.0
        throttle.leave(address, failed=True)
    assert len(throttle._pasts) <= 4096
    assert {f"10.0.19.{n}" for n in range(250)} <= throttle._pasts.keys()
