from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.ipmi.linear import Formula, Unit, quantity_of, table, value
from model.sensors import Quantity

CELSIUS = Unit(1, percentage=False, compound=False)
VOLT = Unit(4, percentage=False, compound=False)


def formula(**more: int) -> Formula:
    plain = {"format": 0, "linearization": 0, "m": 1, "b": 0, "b_exponent": 0, "exponent": 0}
    return Formula(**{**plain, **more})


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        (0, 4.0),
        (1, math.log(4)),
        (2, math.log10(4)),
        (3, 2.0),
        (4, math.exp(4)),
        (5, 10000.0),
        (6, 16.0),
        (7, 0.25),
        (8, 16.0),
        (9, 64.0),
        (10, 2.0),
        (11, 4 ** (1 / 3)),
    ],
)
def test_every_linearization(curve: int, expected: float) -> None:
    values = table(formula(linearization=curve, m=2), VOLT)
    assert values is not None
    assert values[2] == pytest.approx(expected)
    assert len(values) == 256


def test_no_value_where_a_formula_has_none() -> None:
    for curve in (1, 2, 3, 7):
        values = table(formula(linearization=curve), VOLT)
        assert values is not None
        assert values[0] is None
        assert values[1] is not None
    roots = table(formula(linearization=10, format=2), VOLT)
    assert roots is not None
    assert roots[0xFF] is None
    cubes = table(formula(linearization=11, format=2), VOLT)
    assert cubes is not None
    assert cubes[0xF8] == pytest.approx(-2.0)
    huge = table(formula(linearization=5, m=500), VOLT)
    assert huge is not None
    assert huge[255] is None


def test_complements() -> None:
    ones, twos = table(formula(format=1), VOLT), table(formula(format=2), VOLT)
    assert ones is not None
    assert twos is not None
    assert (ones[0x7F], ones[0x80], ones[0xFE], ones[0xFF]) == (127.0, -127.0, -1.0, 0.0)
    assert (twos[0x7F], twos[0x80], twos[0xFE], twos[0xFF]) == (127.0, -128.0, -2.0, -1.0)


def test_exponents_keep_decimal_values_exact() -> None:
    assert value(formula(m=17, exponent=-3), VOLT, 194) == 3.298
    assert value(formula(m=5, b=-300, b_exponent=1, exponent=-3), VOLT, 200) == -2.0
    assert value(formula(m=3, b=5, b_exponent=-1, exponent=2), VOLT, 2) == 650.0


@pytest.mark.parametrize(
    ("unit", "raw", "expected", "quantity"),
    [
        (Unit(1, percentage=False, compound=False), 25, 25.0, Quantity.TEMPERATURE),
        (Unit(2, percentage=False, compound=False), 77, 25.0, Quantity.TEMPERATURE),
        (Unit(3, percentage=False, compound=False), 250, -23.15, Quantity.TEMPERATURE),
        (Unit(4, percentage=False, compound=False), 12, 12.0, Quantity.VOLTAGE),
        (Unit(5, percentage=False, compound=False), 12, 12.0, Quantity.CURRENT),
        (Unit(6, percentage=False, compound=False), 12, 12.0, Quantity.POWER),
        (Unit(18, percentage=False, compound=False), 12, 12.0, Quantity.FAN_SPEED),
        (Unit(19, percentage=False, compound=False), 50, 50.0, Quantity.FREQUENCY),
        (Unit(0, percentage=True, compound=False), 37, 0.37, Quantity.UTILIZATION),
        (Unit(1, percentage=False, compound=True), 25, 25.0, None),
        (Unit(2, percentage=False, compound=True), 77, 77.0, None),
        (Unit(17, percentage=False, compound=False), 9, 9.0, None),
        (Unit(200, percentage=False, compound=False), 9, 9.0, None),
    ],
)
def test_units(unit: Unit, raw: int, expected: float, quantity: Quantity | None) -> None:
    assert value(formula(), unit, raw) == pytest.approx(expected)
    assert quantity_of(unit) is quantity


def test_reserved_and_non_linear_formulas_have_no_table() -> None:
    for curve in (12, 0x6F, 0x70, 0x7F):
        assert table(formula(linearization=curve), CELSIUS) is None
    assert table(formula(format=3), CELSIUS) is None


def test_boards_share_tables() -> None:
    assert table(formula(m=4), VOLT) is table(formula(m=4), VOLT)


@given(
    st.builds(
        Formula,
        st.integers(0, 3),
        st.integers(0, 0x7F),
        st.integers(-512, 511),
        st.integers(-512, 511),
        st.integers(-8, 7),
        st.integers(-8, 7),
    ),
    st.builds(Unit, st.integers(0, 255), st.booleans(), st.booleans()),
)
def test_every_formula_gives_finite_numbers_or_nothing(made: Formula, unit: Unit) -> None:
    for number in table(made, unit) or ():
        assert number is None or math.isfinite(number)
