"""The contract's names, units and labels."""

from __future__ import annotations

import re

import pytest

from model.catalogue import METRICS, WORDS
from model.devices import Tier
from model.sensors import Quantity


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("node.power_watts", "dcagent_node_power_watts"),
        ("air_inlet.temperature_celsius", "dcagent_node_inlet_temperature_celsius"),
        ("air_exhaust.temperature_celsius", "dcagent_node_exhaust_temperature_celsius"),
        ("chassis.state", "dcagent_node_chassis_on"),
        ("rack.power_watts", "dcagent_rack_power_watts"),
        ("outlet.energy_joules_total", "dcagent_outlet_energy_joules_total"),
        ("psu_input.power_watts", "dcagent_psu_input_power_watts"),
        ("meter.energy_joules_total", "dcagent_meter_energy_joules_total"),
        ("cooling.power_watts", "dcagent_cooling_power_watts"),
        ("supply_air.temperature_celsius", "dcagent_cooling_supply_air_temperature_celsius"),
        ("valve.duty_ratio", "dcagent_cooling_valve_duty_ratio"),
    ],
)
def test_words_have_the_names_of_the_contract(word: str, name: str) -> None:
    assert WORDS[word].name == name


def test_names_are_unique_and_in_base_units() -> None:
    names = [metric.name for metric in METRICS.values()]
    assert len(names) == len(set(names))
    for metric in METRICS.values():
        assert re.fullmatch(r"dcagent_[a-z0-9_]+", metric.name)
        assert metric.help.endswith(".")
        assert (metric.type == "counter") == metric.name.endswith("_total")


def test_what_scoring_needs_is_asked_fast() -> None:
    for word in ("node.power_watts", "air_inlet.temperature_celsius", "chassis.state"):
        assert WORDS[word].tier is Tier.FAST


def test_a_state_says_its_word_in_a_label() -> None:
    for metric in METRICS.values():
        named = metric.quantity is Quantity.STATE and metric.word != "chassis.state"
        assert ("state" in metric.labels) == named
