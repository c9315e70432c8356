"""Several targets of one node: each watt once, whoever tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.nodes import power, resolve
from exporters.families import families
from exporters.render import text
from model.devices import Poll, Protocol, Target, TargetStatus
from model.readings import Fault, Outcome, Quality, Reading, Reason, Source
from model.sensors import Quantity, Role, Sensor

NODE_POWER = Sensor(Role.NODE, Quantity.POWER)

LAN = Target("srv-17-lan", "10.0.0.17", Protocol.IPMI, node="srv-17")
INBAND = Target("srv-17-inband", "/dev/ipmi0", Protocol.IPMI, node="srv-17")
SNMP = Target("srv-17-snmp", "10.0.0.17", Protocol.SNMP, node="srv-17")
HOST = Target("srv-17", "", Protocol.HOST)
STRANGER = Target("srv-18", "10.0.0.18", Protocol.IPMI)


def watts(
    value: float, source: Source, role: Role = Role.NODE, component: str = "", **words: Quality
) -> Reading:
    return Reading(Sensor(role, Quantity.POWER, component), value, source=source, **words)


def celsius(value: float, role: Role, component: str, source: Source = Source.SDR) -> Reading:
    return Reading(Sensor(role, Quantity.TEMPERATURE, component), value, source=source)


def told(target: Target, *outcomes: Outcome, up: bool = True) -> TargetStatus:
    poll = Poll(target, 1000.0, 0.1, outcomes)
    lost = Poll(target, 1015.0, 0.1, (Fault(None, Reason.NO_ANSWER),))
    return TargetStatus(target, (poll,), poll if up else lost)


def lines(*statuses: TargetStatus, about: str) -> list[str]:
    """The samples of families whose names hold some words, as a scrape shows them."""
    page = b"".join(text(families(resolve(statuses), 1000.0))).decode()
    shown = [line for line in page.splitlines() if not line.startswith("#")]
    return sorted(line for line in shown if about in line.partition("{")[0])


RAPL = watts(96.0, Source.RAPL, quality=Quality.ESTIMATED)
METER = watts(402.0, Source.ACPI_METER)
SUM = watts(411.0, Source.PSU_SUM, quality=Quality.DERIVED)
BY_SNMP = watts(405.0, Source.SNMP)
TOTAL = watts(410.0, Source.SDR)
DCMI = watts(408.0, Source.DCMI)


@pytest.mark.parametrize(
    ("readings", "best"),
    [
        ((RAPL,), RAPL),
        ((RAPL, METER), METER),
        ((METER, SUM, RAPL), SUM),
        ((SUM, BY_SNMP), BY_SNMP),
        ((BY_SNMP, TOTAL), TOTAL),
        ((TOTAL, BY_SNMP, DCMI, RAPL), DCMI),
    ],
)
def test_the_best_source_is_the_nodes_power(readings: tuple[Reading, ...], best: Reading) -> None:
    targets = (HOST, INBAND, LAN, SNMP)
    group = [told(target, reading) for target, reading in zip(targets, readings, strict=False)]
    found = power(group)
    assert found is not None
    assert found[1] is best


def test_the_others_stand_under_words_of_their_own() -> None:
    found = lines(
        *(told(HOST, RAPL), told(INBAND, TOTAL), told(LAN, DCMI), told(SNMP, BY_SNMP)),
        about="_power_watts",
    )
    assert found == [
        'dcagent_node_power_watts{node="srv-17",quality="measured",source="dcmi",'
        'target="srv-17-lan"} 408.0',
        'dcagent_node_rapl_power_watts{node="srv-17",target="srv-17"} 96.0',
        'dcagent_node_sdr_power_watts{node="srv-17",target="srv-17-inband"} 410.0',
        'dcagent_node_snmp_power_watts{node="srv-17",target="srv-17-snmp"} 405.0',
    ]
    assert lines(told(HOST, METER), told(LAN, SUM), about="_power_watts") == [
        'dcagent_node_meter_power_watts{node="srv-17",target="srv-17"} 402.0',
        'dcagent_node_power_watts{node="srv-17",quality="derived",source="psu_sum",'
        'target="srv-17-lan"} 411.0',
    ]
    assert lines(told(HOST, METER), told(LAN, SUM), told(SNMP, BY_SNMP), about="_psu_sum_") == [
        'dcagent_node_psu_sum_power_watts{node="srv-17",target="srv-17-lan"} 411.0',
    ]


def test_the_asking_time_goes_with_the_reading_that_was_chosen() -> None:
    found = lines(told(HOST, RAPL), told(LAN, DCMI), about="power_timestamp")
    assert found == [
        'dcagent_node_power_timestamp_seconds{node="srv-17",target="srv-17-lan"} 1000.0'
    ]


def test_one_bmc_asked_two_ways_adds_up_once() -> None:
    both = (
        watts(400.0, Source.DCMI),
        watts(410.0, Source.SDR, Role.NODE_SDR),
        watts(210.0, Source.SDR, Role.PSU_INPUT, "1"),
        watts(200.0, Source.SDR, Role.PSU_INPUT, "2"),
        Reading(Sensor(Role.CHASSIS, Quantity.STATE), 1.0, text="on", source=Source.COMMAND),
        celsius(24.0, Role.AIR_INLET, "Inlet"),
        celsius(55.0, Role.CPU, "1"),
    )
    found = resolve((told(INBAND, *both), told(LAN, *both)))
    assert found[0].polls[0].outcomes == both, "the way without a network is the better one"
    assert found[1].polls[0].outcomes == (
        watts(400.0, Source.DCMI, Role.NODE_DCMI),
        celsius(55.0, Role.CPU, "1"),
    )


def test_a_part_is_told_by_whoever_measures_it_not_by_halves() -> None:
    packages = [
        watts(60.0, Source.RAPL, Role.CPU, name, quality=Quality.ESTIMATED) for name in "01"
    ]
    host, bmc = told(HOST, *packages), told(LAN, watts(131.0, Source.SDR, Role.CPU))
    assert lines(host, bmc, about="cpu_power") == [
        'dcagent_cpu_power_watts{node="srv-17",target="srv-17-lan"} 131.0'
    ]
    assert lines(host, told(LAN, DCMI), about="cpu_power") == [
        'dcagent_cpu_power_watts{cpu="0",node="srv-17",target="srv-17"} 60.0',
        'dcagent_cpu_power_watts{cpu="1",node="srv-17",target="srv-17"} 60.0',
    ]


def test_a_target_that_is_down_decides_nothing() -> None:
    down = told(INBAND, DCMI, celsius(24.0, Role.AIR_INLET, "Inlet"), up=False)
    bmc = told(LAN, TOTAL, celsius(25.0, Role.AIR_INLET, "Inlet"))
    assert resolve((down, bmc)) == (down, bmc)


def test_a_fault_stays_where_it_was_met() -> None:
    fault = Fault(NODE_POWER, Reason.IMPLAUSIBLE, "0 W from a server that is on")
    found = resolve((told(INBAND, fault), told(LAN, TOTAL)))
    assert found[0].polls[0].outcomes == (fault,)
    assert found[1].polls[0].outcomes == (TOTAL,)


def test_nodes_of_one_target_are_not_touched() -> None:
    statuses = (told(LAN, DCMI), told(STRANGER, TOTAL))
    found = resolve(statuses)
    assert found == statuses
    assert all(one is other for one, other in zip(found, statuses, strict=True))
    assert resolve(()) == ()


def test_the_order_of_targets_stays() -> None:
    statuses = (told(INBAND, DCMI), told(STRANGER, TOTAL), told(LAN, DCMI))
    assert [s.target.name for s in resolve(statuses)] == [s.target.name for s in statuses]


def test_a_pdu_that_is_named_like_a_node_keeps_its_watts() -> None:
    outlet = watts(120.0, Source.SNMP, Role.OUTLET, "7")
    pdu = told(replace(SNMP, name="pdu"), outlet)
    assert resolve((told(LAN, DCMI), pdu))[1].polls[0].outcomes == (outlet,)
