"""Loads over time, and what follows them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulators import compose
from simulators.bmc import DCMI_POWER
from simulators.load_curve import LoadCurve, vary

CURVE = LoadCurve(phase=0.2, period=600)
CAPTURE = compose.server("huawei-ibmc", 1)
POWER, POWER1, INLET, CPU1, FAN1, VOLTS12, PS1_STATUS = 0x10, 0x11, 1, 3, 0x23, 0x2D, 0x31


def test_load_is_smooth_and_within_bounds() -> None:
    loads = [CURVE.load(float(s)) for s in range(1200)]
    assert -1 <= min(loads) < -0.8
    assert 0.8 < max(loads) <= 1
    assert max(abs(a - b) for a, b in pairwise(loads)) < 0.025


def test_utilisation_is_what_power_says_between_idle_and_full() -> None:
    for second in range(0, 600, 50):
        power = CURVE.power_factor(second)
        assert CURVE.utilization(second) == pytest.approx((power - 0.65) / 0.7)
        assert 0 <= CURVE.utilization(second) <= 1


def test_energy_is_the_integral_of_power() -> None:
    summed = sum(CURVE.power_factor(s / 10) for s in range(4000)) / 10
    assert CURVE.burnt(400.0) == pytest.approx(summed, rel=1e-3)
    assert CURVE.burnt(0.0) == 0


def test_power_temperature_and_fans_move_together() -> None:
    moved = vary(CAPTURE, CURVE)
    high = max(range(600), key=CURVE.load)
    low = min(range(600), key=CURVE.load)
    trail = 30
    assert moved(high, POWER, 103) * 4 == pytest.approx(412 * CURVE.power_factor(high), rel=0.015)
    assert moved(low, POWER, 103) * 4 == pytest.approx(412 * CURVE.power_factor(low), rel=0.015)
    assert moved(high + trail, CPU1, 58) - moved(low + trail, CPU1, 58) >= 14
    assert 1 <= moved(high + trail, INLET, 24) - moved(low + trail, INLET, 24) <= 3
    assert moved(high + trail, FAN1, 101) > 1.2 * moved(low + trail, FAN1, 101)
    assert moved(high, DCMI_POWER, 348) == round(348 * CURVE.power_factor(high))


def test_inputs_keep_adding_up_to_the_total() -> None:
    moved = vary(CAPTURE, CURVE)
    for second in range(0, 600, 20):
        inputs = moved(second, POWER1, 104) * 2 + moved(second, 0x18, 102) * 2
        assert moved(second, POWER, 103) * 4 == pytest.approx(inputs, rel=0.02)


def test_other_sensors_stay() -> None:
    moved = vary(CAPTURE, CURVE)
    assert {moved(s, VOLTS12, 202) for s in range(600)} <= {201, 202, 203}
    assert {moved(s, PS1_STATUS, 0) for s in range(600)} == {0}
    assert {moved(s, 0xEE, 77) for s in range(600)} == {77}


def test_scaled_negative_and_curved_sensors() -> None:
    generic = compose.captures()["generic-ipmi"]
    moved = vary(generic, LoadCurve())
    outdoor, vtt, vref, pump, thermistor = 0x1E, 0x1F, 0x20, 0x21, 0x24
    assert {moved(s, outdoor, 0xF6) for s in range(600)} == {0xF6}
    assert {moved(s, vtt, 121) for s in range(600)} <= {120, 121, 122}
    assert {moved(s, vref, 200) for s in range(600)} <= {198, 199, 200, 201, 202}
    assert {moved(s, pump, 100) for s in range(600)} == {100}
    assert {moved(s, thermistor, 40) for s in range(600)} == {40}
