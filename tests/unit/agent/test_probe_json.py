"""A probe as JSON: what the schema promises, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from agent.cli.probe_json import source_of
from agent.results import SCHEMA_FILE
from model.devices import Protocol
from model.readings import Fault, Reason, Source
from model.sensors import UNITS, Quantity, Role, Sensor
from tests.unit.agent.probe_polls import (
    DCMI_OFF,
    EXHAUST,
    FANS,
    INLET,
    POWER,
    PRESENT,
    SPARE,
    poll,
    result,
)

EVERYTHING = poll(POWER, INLET, *FANS, PRESENT, EXHAUST, DCMI_OFF, SPARE)


def test_every_source_and_unit_has_a_word_of_the_schema() -> None:
    fields = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"]["reading"]["properties"]
    for source in Source:
        told = source_of(replace(POWER, source=source), Protocol.IPMI)
        assert told in fields["source"]["enum"]
    assert set(UNITS.values()) <= set(fields["unit"]["enum"])
    assert set(UNITS) == set(Quantity)


@pytest.mark.parametrize(
    ("sensor", "source"),
    [
        (Sensor(Role.DEVICE, Quantity.PEAK, labels=(("device", "cpu"),)), "declared"),
        (Sensor(Role.DEVICE, Quantity.UTILIZATION, labels=(("device", "cpu"),)), "hwmon"),
        (Sensor(Role.DEVICE, Quantity.UTILIZATION, labels=(("device", "dcu0"),)), "accelerator"),
        (Sensor(Role.NODE, Quantity.POWER), "hwmon"),
    ],
)
def test_what_this_machine_lacks_would_have_come_from_it(sensor: Sensor, source: str) -> None:
    assert source_of(Fault(sensor, Reason.ABSENT), Protocol.HOST) == source


def test_json_is_what_the_schema_promises() -> None:
    document = result(EVERYTHING).as_json()
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(document)), schema)
    told = json.loads(json.dumps(document))
    assert told["status"] == "warn"
    assert told["subject"] == {
        "kind": "device",
        "address": "10.32.111.40",
        "vendor": "Inspur",
        "model": "NF5280M6",
        "serial": "221100000007",
        "firmware": "5.12.0",
        "profile": "inspur",
        "location": {"site": "dc1", "rack": "B03", "u": "17"},
    }


def test_readings_in_json_hold_unit_source_quality_and_the_reason_of_a_fault() -> None:
    told = json.loads(json.dumps(result(EVERYTHING).as_json()))
    assert told["readings"][0] == {
        "role": "node.power_watts",
        "name": "Total_Power",
        "value": 412.0,
        "unit": "W",
        "source": "ipmi-sdr",
        "quality": "measured",
        "raw": 412,
        "rule": "inspur.toml:31 sensor 'Total_Power'",
    }
    assert told["readings"][8] == {
        "role": "psu.state",
        "value": 0.0,
        "unit": "state",
        "source": "ipmi-sdr",
        "quality": "measured",
        "labels": {"psu": "1", "state": "present"},
        "raw": None,
        "rule": "",
    }
    assert told["readings"][10] == {
        "role": "node_dcmi.power_watts",
        "value": None,
        "unit": "W",
        "source": "ipmi-dcmi",
        "quality": "absent",
        "raw": 0,
        "rule": "",
        "reason": "inactive",
    }
