"""The metric contract, as exact text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exporters.families import Exposition, families
from exporters.render import text
from model.devices import Coverage, DeviceId, Place, Poll, Protocol, TargetStatus, Tier
from model.readings import Fault, Quality, Reading, Reason, Source
from model.sensors import Limits, Quantity, Role, Sensor
from tests.unit.exporters.site import AT, POWER, answered, poll, target, temperature, up

BARE = Place()
FAST = frozenset({Tier.FAST})
REST = frozenset({Tier.NORMAL, Tier.SLOW})


def exposed(*statuses: TargetStatus) -> str:
    return b"".join(text(families(statuses, AT + 5))).decode()


def samples(name: str, *statuses: TargetStatus) -> list[str]:
    """The sample lines of one family."""
    starts = (f"{name}{{", f"{name} ")
    return [line for line in exposed(*statuses).splitlines() if line.startswith(starts)]


def reading(role: Role, quantity: Quantity, value: float, component: str = "") -> Reading:
    return Reading(Sensor(role, quantity, component), value)


def bare(name: str = "a", protocol: Protocol = Protocol.IPMI) -> TargetStatus:
    return TargetStatus(target(name, protocol, place=BARE))


def one(*outcomes: Reading | Fault, protocol: Protocol = Protocol.IPMI) -> TargetStatus:
    """A target called "a", at no place, that gave these outcomes."""
    return answered(*outcomes, of=target("a", protocol, place=BARE))


def test_a_whole_page() -> None:
    status = up(
        poll(
            target(node="srv-17"),
            POWER,
            temperature("VRM1", 51.5, Limits(upper_warning=95, upper_critical=105.0)),
            Fault(Sensor(Role.FAN, Quantity.FAN_SPEED, "1"), Reason.UNAVAILABLE),
            coverage=Coverage(("node.power_watts", "fan.speed_rpm"), ("fan.speed_rpm",)),
        )
    )
    page = Path(__file__).with_name("page.prom")
    assert exposed(status) == page.read_text(encoding="utf-8")


def test_a_target_that_is_down_says_so_and_nothing_else() -> None:
    of = target("a", place=BARE)
    lost = poll(of, Fault(None, Reason.NO_ANSWER, "3 tries"), at=AT + 1, tiers=FAST)
    old = poll(of, POWER, at=AT)
    status = TargetStatus(of, (old,), lost, backoff=30.0)
    assert [line for line in exposed(status).splitlines() if not line.startswith("#")] == [
        'dcagent_target_up{target="a"} 0.0',
        'dcagent_target_info{node="a",profile="huawei-ibmc",protocol="ipmi",target="a"} 1.0',
        'dcagent_target_faults{reason="no_answer",target="a"} 1.0',
        'dcagent_target_locked{target="a"} 0.0',
        'dcagent_target_backoff_seconds{target="a"} 30.0',
        'dcagent_poll_duration_seconds{target="a"} 0.25',
        'dcagent_poll_timestamp_seconds{target="a"} 1.700000001e+09',
        'dcagent_poll_age_seconds{target="a"} 4.0',
    ]


def test_a_target_before_its_first_poll() -> None:
    assert samples("dcagent_target_up", bare()) == ['dcagent_target_up{target="a"} 0.0']
    assert "dcagent_poll_" not in exposed(bare())


def test_a_locked_target_says_so() -> None:
    status = replace(bare(), locked=True)
    assert samples("dcagent_target_locked", status) == ['dcagent_target_locked{target="a"} 1.0']


def test_a_server_is_named_after_its_target_where_nobody_named_it() -> None:
    status = one(reading(Role.AIR_INLET, Quantity.TEMPERATURE, 24))
    assert samples("dcagent_node_inlet_temperature_celsius", status) == [
        'dcagent_node_inlet_temperature_celsius{node="a",target="a"} 24.0'
    ]


def test_a_pdu_is_no_node() -> None:
    outlet = Sensor(Role.OUTLET, Quantity.POWER, "7", (("name", "node 17 / 电源"),))
    status = one(
        Reading(outlet, 121.5),
        Reading(Sensor(Role.RACK, Quantity.POWER), 3210.0, Quality.DERIVED, Source.SNMP),
        protocol=Protocol.SNMP,
    )
    assert samples("dcagent_outlet_power_watts", status) == [
        'dcagent_outlet_power_watts{name="node 17 / 电源",outlet="7",target="a"} 121.5'
    ]
    assert samples("dcagent_rack_power_watts", status) == [
        'dcagent_rack_power_watts{pdu="a",quality="derived",source="snmp",target="a"} 3210.0'
    ]
    assert samples("dcagent_target_info", status) == [
        'dcagent_target_info{profile="huawei-ibmc",protocol="snmp",target="a"} 1.0'
    ]


def test_a_state_has_its_word_and_the_chassis_has_none() -> None:
    status = one(
        replace(reading(Role.PSU, Quantity.STATE, 2.0, "1"), text="power supply failure"),
        replace(reading(Role.CHASSIS, Quantity.STATE, 1.0), text="on"),
    )
    assert samples("dcagent_psu_state", status) == [
        'dcagent_psu_state{node="a",psu="1",state="power supply failure",target="a"} 2.0'
    ]
    assert samples("dcagent_node_chassis_on", status) == [
        'dcagent_node_chassis_on{node="a",target="a"} 1.0'
    ]


def test_a_counter_keeps_its_total() -> None:
    status = one(reading(Role.OUTLET, Quantity.ENERGY, 3.6e9, "1"))
    page = exposed(status)
    assert "# TYPE dcagent_outlet_energy_joules_total counter\n" in page
    assert 'dcagent_outlet_energy_joules_total{outlet="1",target="a"} 3.6e+09\n' in page


def test_two_sensors_of_one_name_get_an_index() -> None:
    names = ("Temp", "Temp#2", "Temp", "Temp", "")
    temperatures = [temperature(name, float(n)) for n, name in enumerate((*names, ""))]
    found = samples("dcagent_board_temperature_celsius", one(*temperatures))
    assert found == [
        'dcagent_board_temperature_celsius{node="a",sensor="Temp",target="a"} 0.0',
        'dcagent_board_temperature_celsius{node="a",sensor="Temp#2",target="a"} 1.0',
        'dcagent_board_temperature_celsius{node="a",sensor="Temp#3",target="a"} 2.0',
        'dcagent_board_temperature_celsius{node="a",sensor="Temp#4",target="a"} 3.0',
        'dcagent_board_temperature_celsius{node="a",target="a"} 4.0',
        'dcagent_board_temperature_celsius{node="a",sensor="#2",target="a"} 5.0',
    ]


def test_names_that_are_written_alike_get_an_index_too() -> None:
    def volts(value: float, *labels: tuple[str, str]) -> Reading:
        return Reading(Sensor(Role.BOARD, Quantity.VOLTAGE, "V", labels), value)

    found = samples(
        "dcagent_board_voltage_volts",
        one(volts(1, ("a b", "x")), volts(2, ("a_b", "x"), ("c", "")), volts(3, ("a-b", "x"))),
    )
    assert found == [
        'dcagent_board_voltage_volts{a_b="x",node="a",sensor="V",target="a"} 1.0',
        'dcagent_board_voltage_volts{a_b="x",node="a",sensor="V#2",target="a"} 2.0',
        'dcagent_board_voltage_volts{a_b="x",node="a",sensor="V#3",target="a"} 3.0',
    ]


def test_the_index_stays_when_the_first_of_two_fails() -> None:
    first, second = temperature("Temp", 1.0), temperature("Temp", 2.0)
    failed = Fault(first.sensor, Reason.UNAVAILABLE)
    assert samples("dcagent_board_temperature_celsius", one(failed, second)) == [
        'dcagent_board_temperature_celsius{node="a",sensor="Temp#2",target="a"} 2.0'
    ]


def test_two_states_of_one_part_are_told_apart_even_in_different_words() -> None:
    ok = replace(reading(Role.PSU, Quantity.STATE, 0.0, "1"), text="ok")
    lost = replace(reading(Role.PSU, Quantity.STATE, 2.0, "1"), text="lost")
    assert samples("dcagent_psu_state", one(ok, lost)) == [
        'dcagent_psu_state{node="a",psu="1",state="ok",target="a"} 0.0',
        'dcagent_psu_state{node="a",psu="1#2",state="lost",target="a"} 2.0',
    ]


def test_a_second_node_power_is_not_added_to_the_sum() -> None:
    other = replace(POWER, value=400.0, source=Source.DCMI)
    assert samples("dcagent_node_power_watts", one(POWER, other)) == [
        'dcagent_node_power_watts{node="a",quality="measured",source="sdr",target="a"} 412.0'
    ]


def test_power_is_stamped_with_the_time_of_the_poll_that_brought_it() -> None:
    of = target("a", place=BARE)
    slow = poll(of, temperature("VRM", 50.0), at=AT - 40, tiers=REST)
    fast = poll(of, POWER, at=AT, tiers=FAST)
    assert samples("dcagent_node_power_timestamp_seconds", up(slow, fast)) == [
        'dcagent_node_power_timestamp_seconds{node="a",target="a"} 1.7e+09'
    ]
    later = poll(of, temperature("VRM", 50.0), at=AT + 5, tiers=REST)
    assert samples("dcagent_node_power_timestamp_seconds", up(fast, later)) == [
        'dcagent_node_power_timestamp_seconds{node="a",target="a"} 1.7e+09'
    ]


def test_coverage_takes_each_word_from_the_latest_poll_that_expects_it() -> None:
    of = target("a", place=BARE)
    whole = poll(of, at=AT - 60, coverage=Coverage(("node.power_watts", "fan.speed_rpm"), ()))
    fast = poll(
        of,
        POWER,
        at=AT,
        coverage=Coverage(("node.power_watts",), ("node.power_watts",)),
        tiers=FAST,
    )
    status = up(whole, fast)
    assert samples("dcagent_target_coverage_expected", status)[0].endswith(" 2.0")
    assert samples("dcagent_target_coverage_present", status)[0].endswith(" 1.0")


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ((("target", "x"),), 'device_target="x",node="a",sensor="V",target="a"'),
        ((("node", "x"),), 'device_node="x",node="a",sensor="V",target="a"'),
        ((("bound", "x"),), 'device_bound="x",node="a",sensor="V",target="a"'),
        ((("sensor", "V"),), 'node="a",sensor="V",target="a"'),
        ((("sensor", "W"),), 'device_sensor="W",node="a",sensor="V",target="a"'),
        ((("a b-c", "x"),), 'a_b_c="x",node="a",sensor="V",target="a"'),
        ((("__name__", "x"),), 'device_name__="x",node="a",sensor="V",target="a"'),
        ((("1st", "x"),), 'device_1st="x",node="a",sensor="V",target="a"'),
        ((("slot", ""),), 'node="a",sensor="V",target="a"'),
    ],
)
def test_a_label_of_the_device_never_hides_one_of_ours(
    labels: tuple[tuple[str, str], ...], told: str
) -> None:
    status = one(Reading(Sensor(Role.BOARD, Quantity.VOLTAGE, "V", labels), 1.0))
    assert samples("dcagent_board_voltage_volts", status) == [
        f"dcagent_board_voltage_volts{{{told}}} 1.0"
    ]


def test_bytes_that_are_no_text_do_not_cost_the_page() -> None:
    status = one(temperature(b"T\xff".decode(errors="surrogateescape"), 1.0))
    assert samples("dcagent_board_temperature_celsius", status) == [
        'dcagent_board_temperature_celsius{node="a",sensor="T?",target="a"} 1.0'
    ]


def test_a_target_named_twice_is_exported_once() -> None:
    assert len(samples("dcagent_target_up", bare(), bare())) == 1


def test_what_vanished_is_gone_at_the_next_scrape() -> None:
    exposition = Exposition()
    with_power, without = one(POWER), one(temperature("VRM", 50.0))
    assert b"dcagent_node_power_watts" in b"".join(text(exposition.families((with_power,), AT)))
    page = b"".join(text(exposition.families((without,), AT)))
    assert b"dcagent_node_power_watts" not in page
    assert list(exposition.families((), AT)) == []


def test_a_target_that_moved_has_its_new_place_at_the_next_scrape() -> None:
    exposition = Exposition()
    list(exposition.families((one(POWER),), AT))
    moved = answered(POWER, of=target("a", place=Place(rack="B02")))
    page = b"".join(text(exposition.families((moved,), AT))).decode()
    assert 'dcagent_target_up{rack="B02",target="a"} 1.0\n' in page
    assert 'dcagent_target_up{target="a"}' not in page


def test_memory_of_old_sensors_is_bounded() -> None:
    exposition = Exposition()
    of = target("a", place=BARE)
    for n in range(2000):
        list(exposition.families((answered(temperature(f"T{n}", 1.0), of=of),), AT))
    sensors, parts = exposition._books["a"]._latest
    assert len(sensors) == len(parts) == 1


def test_a_device_that_changes_its_firmware_is_one_device() -> None:
    exposition = Exposition()
    of = target("a", place=BARE)
    for version in ("1", "2"):
        seen = up(Poll(of, AT, 0.1, (POWER,), DeviceId("v", "m", "s", version), "p"))
        page = b"".join(text(exposition.families((seen,), AT))).decode()
        assert page.count("\ndcagent_device_info{") == 1
        assert f'firmware="{version}"' in page
