"""What is told of a server as a whole, and which sensors are a server's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.devices import Energy, Protocol
from model.readings import Reading, Source
from model.sensors import Limits, Quantity, Role, Sensor
from tests.unit.exporters.site import answered, target
from tests.unit.exporters.test_families import BARE, bare, exposed, samples

ENERGY = Energy({Source.DCMI: 3.6e6, Source.RAPL: 1500.0}, 61.5)


def test_energy_has_a_counter_per_source_and_says_what_it_lacks() -> None:
    page = exposed(replace(bare(), energy=ENERGY))
    assert "# TYPE dcagent_node_energy_joules_total counter\n" in page
    assert "# TYPE dcagent_node_energy_gap_seconds_total counter\n" in page
    assert [line for line in page.splitlines() if line.startswith("dcagent_node")] == [
        'dcagent_node_energy_joules_total{node="a",source="dcmi",target="a"} 3.6e+06',
        'dcagent_node_energy_joules_total{node="a",source="rapl",target="a"} 1500.0',
        'dcagent_node_energy_gap_seconds_total{node="a",target="a"} 61.5',
    ]


def test_a_target_without_energy_tells_none() -> None:
    assert "energy" not in exposed(bare())


VRM = Sensor(Role.SENSOR, Quantity.TEMPERATURE, "VRM", limits=Limits(upper_critical=105.0))


@pytest.mark.parametrize(
    ("protocol", "node", "label"),
    [
        (Protocol.IPMI, "", 'node="a",'),
        (Protocol.HOST, "", 'node="a",'),
        (Protocol.SNMP, "", ""),
        (Protocol.SNMP, "srv-17", 'node="srv-17",'),
    ],
)
def test_a_servers_own_sensors_name_it(protocol: Protocol, node: str, label: str) -> None:
    status = answered(Reading(VRM, 51.5), of=target("a", protocol, place=BARE, node=node))
    assert samples("dcagent_sensor_temperature_celsius", status) == [
        f'dcagent_sensor_temperature_celsius{{{label}sensor="VRM",target="a"}} 51.5'
    ]
    (bound,) = samples("dcagent_sensor_temperature_celsius_limit", status)
    assert label in bound
    (info,) = samples("dcagent_target_info", status)
    assert ('node="' in info) is bool(label)


def test_a_device_cannot_name_another_node() -> None:
    sensor = replace(VRM, labels=(("node", "other"),))
    (found,) = samples(
        "dcagent_sensor_temperature_celsius",
        answered(Reading(sensor, 51.5), of=target("a", Protocol.SNMP, place=BARE)),
    )
    assert 'device_node="other"' in found
