"""A sensor that keeps failing is asked ever more rarely, and forgiven at once."""

from __future__ import annotations

from collectors.patience import FIRST_PAUSE, LONGEST_PAUSE, TOLERATED, Patience
from model.raw import CHASSIS_POWER, Raw, Sample
from model.readings import Fault, Reason

BROKEN = Fault(None, Reason.UNAVAILABLE, "reading unavailable")


def _fail(patience: Patience, times: int, now: float) -> None:
    for _ in range(times):
        patience.learn(["fan"], Raw({"fan": BROKEN}), now)


def test_a_few_failures_are_tolerated() -> None:
    patience = Patience()
    _fail(patience, TOLERATED - 1, 0.0)
    assert patience.spare(["fan"], 0.0) == {}


def test_the_pauses_double_up_to_an_hour() -> None:
    patience = Patience()
    _fail(patience, TOLERATED, 0.0)
    assert patience.spare(["fan", "psu"], FIRST_PAUSE - 1) == {"fan": BROKEN}
    assert patience.spare(["fan"], FIRST_PAUSE) == {}
    _fail(patience, 1, FIRST_PAUSE)
    assert patience.spare(["fan"], FIRST_PAUSE * 3 - 1) == {"fan": BROKEN}
    _fail(patience, 50, 0.0)
    assert patience.spare(["fan"], LONGEST_PAUSE - 1) == {"fan": BROKEN}
    assert patience.spare(["fan"], LONGEST_PAUSE) == {}


def test_one_answer_forgives() -> None:
    patience = Patience()
    _fail(patience, TOLERATED, 0.0)
    patience.learn(["fan"], Raw({"fan": Sample(2400.0, 24, 0)}), 100.0)
    assert patience.spare(["fan"], 100.0) == {}
    _fail(patience, TOLERATED - 1, 100.0)
    assert patience.spare(["fan"], 100.0) == {}


def test_switching_the_server_on_forgives_all() -> None:
    patience = Patience()
    for _ in range(TOLERATED):
        patience.learn([CHASSIS_POWER, "fan"], Raw({CHASSIS_POWER: 0, "fan": BROKEN}), 0.0)
    assert patience.spare(["fan"], 1.0) == {"fan": BROKEN}
    patience.learn([CHASSIS_POWER], Raw({CHASSIS_POWER: 1}), 1.0)
    assert patience.spare(["fan"], 1.0) == {}


def test_the_device_s_own_silence_is_not_the_sensor_s() -> None:
    patience = Patience()
    for _ in range(10):
        patience.learn(["fan"], Raw({"fan": Fault(None, Reason.BUSY)}), 0.0)
    assert patience.spare(["fan"], 0.0) == {}
