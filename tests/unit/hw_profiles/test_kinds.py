"""What a device of each kind should say, held against what it said."""

from __future__ import annotations

import pytest

from hw_profiles.kinds import KINDS, Roles, roles
from hw_profiles.schema import KINDS as SCHEMA_KINDS
from model.catalogue import METRICS
from model.readings import Fault, Outcome, Reading, Reason
from model.sensors import Quantity, Role, Sensor


def _read(*words: str) -> list[Outcome]:
    return [Reading(_sensor(word), 1.0) for word in words]


def _sensor(word: str) -> Sensor:
    role, _, quantity = word.partition(".")
    return Sensor(Role(role), Quantity(quantity))


def test_every_word_is_one_of_the_catalogue() -> None:
    words = {word for wanted in KINDS.values() for each in wanted for word in each.words}
    assert {f"{role.value}.{quantity.value}" for role, quantity in METRICS} >= words


def test_every_kind_is_one_of_the_schema() -> None:
    assert set(KINDS) == set(SCHEMA_KINDS) - {"generic"}


@pytest.mark.parametrize(
    ("kind", "words", "missing", "vital"),
    [
        (
            "server",
            ("node.power_watts", "air_inlet.temperature_celsius", "fan.duty_ratio"),
            (
                "air_exhaust.temperature_celsius",
                "cpu.temperature_celsius",
                "psu_input.power_watts",
                "chassis.state",
                "psu.state",
            ),
            (),
        ),
        (
            "pdu",
            ("branch.current_amperes", "outlet.voltage_volts"),
            ("rack.energy_joules_total",),
            ("rack.power_watts",),
        ),
        (
            "ups",
            ("battery.runtime_seconds", "ups_output.apparent_power_voltamperes", "ups.load_ratio"),
            (
                "battery.state",
                "ups_input.voltage_volts",
                "ups_output.voltage_volts",
                "ups_output.current_amperes",
            ),
            ("ups.state",),
        ),
        ("cooling", ("return_water.temperature_celsius", "alarm.count"), (
            "cooling_setpoint.temperature_celsius", "cooling_fan.duty_ratio"), ()),
        ("environment", (), (), ("environment.temperature_celsius",)),
        ("environment", ("environment.humidity_ratio",), (), ()),
    ],
)  # fmt: skip
def test_any_of_several_words_says_it(
    kind: str, words: tuple[str, ...], missing: tuple[str, ...], vital: tuple[str, ...]
) -> None:
    found = roles(kind, _read(*words))
    assert (found.missing, found.vital) == (missing, vital)
    assert found.present == len(KINDS[kind]) - len(missing) - len(vital)


def test_a_fault_is_no_reading() -> None:
    lost = Fault(_sensor("environment.temperature_celsius"), Reason.ABSENT)
    assert roles("environment", [lost]).vital == ("environment.temperature_celsius",)


def test_a_generic_device_owes_nothing() -> None:
    assert roles("generic", []) == Roles(0)
