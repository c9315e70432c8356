from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.ipmi import records
from collectors.ipmi.readings import factored
from collectors.ipmi.sensors import understand
from collectors.protocol import Failure
from model.raw import Sample
from model.readings import Fault, Reason
from model.sensors import NO_LIMITS, Limits, Quantity
from tests.real.sdr_bytes import BMC, Compact, Full, controller_locator, event_only, oem

TEMPERATURE = Full(
    1, "CPU1 Temp", 1, 1, data_format=2, thresholds=(None, None, 5, 85, 95, 105), entity=(3, 1)
)


def numbered(*found: bytes) -> list[bytes]:
    return [bytes((n, 0)) + record[2:] for n, record in enumerate(found, 1)]


def test_a_full_record() -> None:
    board = understand(numbered(TEMPERATURE.encode()))
    (sensor,) = board.table.sensors
    assert (sensor.key, sensor.name, sensor.number, sensor.lun) == ("CPU1 Temp", "CPU1 Temp", 1, 0)
    assert (sensor.sensor_type, sensor.event_type) == (1, 1)
    assert (sensor.entity, sensor.instance) == (3, 1)
    assert sensor.quantity is Quantity.TEMPERATURE
    assert not sensor.discrete
    expected = Limits(lower_warning=5, upper_warning=85, upper_critical=95, upper_fatal=105)
    assert sensor.limits == expected
    meter = board.meters["CPU1 Temp"]
    assert (meter.request, meter.lun, meter.trouble) == (b"\x01", 0, None)
    assert meter.decode(bytes((0, 0xF6, 0xC0, 0xC1))) == Sample(-10.0, 0xF6, 1)


def test_limits_are_in_the_readings_unit() -> None:
    record = replace(TEMPERATURE, unit=2, data_format=0, thresholds=(None, None, None, 95, 104, 0))
    (sensor,) = understand(numbered(record.encode())).table.sensors
    assert sensor.limits.upper_warning == pytest.approx(35.0)
    assert sensor.limits.upper_critical == pytest.approx(40.0)
    assert sensor.limits.lower_warning is None


def test_flags_and_codes_of_readings() -> None:
    meter = understand(numbered(TEMPERATURE.encode())).meters["CPU1 Temp"]
    for answer, reason in (
        (b"\x00\x20\xe0\xc0", Reason.UNAVAILABLE),
        (b"\x00\x20\x80\xc0", Reason.SCANNING_DISABLED),
        (b"\x00\x20", Reason.UNDECODABLE),
        (b"\x00", Reason.UNDECODABLE),
        (b"\xcb", Reason.ABSENT),
        (b"\xc0", Reason.BUSY),
        (b"\xc1", Reason.UNSUPPORTED),
        (b"\xd3", Reason.UNAVAILABLE),
        (b"\xd4", Reason.PRIVILEGE_REFUSED),
        (b"\x83", Reason.DEVICE_ERROR),
    ):
        fault = meter.decode(answer)
        assert isinstance(fault, Fault), answer
        assert fault.reason is reason
    assert meter.decode(b"\x00\x20\xc0") == Sample(32.0, 32, 0)
    assert meter.decode(b"\x00\x20\xc0\xc8\x00\xee") == Sample(32.0, 32, 8)


def test_discrete_states() -> None:
    meter = understand(numbered(Compact(9, "PSU1 Status", 8).encode())).meters["PSU1 Status"]
    assert meter.definition.discrete
    assert meter.definition.quantity is None
    assert meter.definition.limits is NO_LIMITS
    assert meter.decode(b"\x00\x00\xc0\x03\x80") == Sample(None, 0, 0b11)
    assert meter.decode(b"\x00\x00\xc0\x00\x81") == Sample(None, 0, 0x100)
    assert meter.decode(b"\x00\x00\xc0\x03") == Sample(None, 0, 0b11)
    assert isinstance(meter.decode(b"\x00\x00\xc0"), Fault)


def test_numbers_that_come_with_states() -> None:
    watts = Full(3, "Power Supply 1", 8, 6, m=5, entity=(10, 1), event_type=0x6F)
    duty = Full(4, "Fan 1", 4, 0, m=392, exponent=-3, event_type=0x0A, flags=1)
    bare = Full(5, "Drive Bay 1", 0x0D, 0, event_type=0x6F)
    board = understand(numbered(*(record.encode() for record in (watts, duty, bare))))
    supply, fan, bay = board.table.sensors
    assert (supply.quantity, supply.discrete, supply.stateful) == (Quantity.POWER, False, True)
    assert (fan.quantity, fan.discrete) == (Quantity.UTILIZATION, False)
    assert (bay.quantity, bay.discrete) == (None, True)
    answer = b"\x00\x12\xc0\x81\x81"
    assert board.meters["Power Supply 1"].decode(answer) == Sample(90.0, 18, 0x181)
    assert board.meters["Drive Bay 1"].decode(answer) == Sample(None, 18, 0x181)
    found = board.meters["Fan 1"].decode(b"\x00\x55\xc0\x01")
    assert isinstance(found, Sample)
    assert (round(found.value or 0, 4), found.raw, found.states) == (0.3332, 85, 1)


@pytest.mark.parametrize(
    ("record", "names"),
    [
        (Compact(5, "Slot", 33, share=3), ["Slot 0", "Slot 1", "Slot 2"]),
        (Compact(5, "Temp", 33, share=3, offset=5), ["Temp 5", "Temp 6", "Temp 7"]),
        (Compact(5, "Bay", 33, share=2, alphabetic=True), ["Bay A", "Bay B"]),
        # the standard's own example, table 43-2 byte 25
        (
            Compact(5, "Temp", 33, share=3, alphabetic=True, offset=26),
            ["Temp AA", "Temp AB", "Temp AC"],
        ),
    ],
)
def test_shared_records(record: Compact, names: list[str]) -> None:
    sensors = understand(numbered(record.encode())).table.sensors
    assert [s.name for s in sensors] == names
    assert [s.number for s in sensors] == list(range(5, 5 + len(names)))
    assert [s.instance for s in sensors] == list(range(1, 1 + len(names)))


def test_repeated_names_get_numbers() -> None:
    same = [replace(TEMPERATURE, number=n, name="Temp") for n in (1, 2, 3)]
    tricky = replace(TEMPERATURE, number=4, name="Temp#2")
    sensors = understand(numbered(*(r.encode() for r in (*same, tricky)))).table.sensors
    assert [s.key for s in sensors] == ["Temp", "Temp#2", "Temp#3", "Temp#2#2"]
    assert [s.number for s in sensors] == [1, 2, 3, 4]


def test_records_that_are_no_sensors_are_passed_over() -> None:
    others = (controller_locator("BMC"), event_only(7, "OS", 0x20), oem(2011, b"x"))
    assert understand(numbered(*others)).table.sensors == ()


def test_a_broken_record_costs_only_itself() -> None:
    good = TEMPERATURE.encode()
    broken = good[:40]
    board = understand(numbered(broken, good, b"\x00", b""))
    assert [s.key for s in board.table.sensors] == ["SDR 0001h", "CPU1 Temp"]
    trouble = board.meters["SDR 0001h"].trouble
    assert trouble is not None
    assert trouble.reason is Reason.UNDECODABLE


def test_a_sensor_of_another_controller_is_not_mistaken_for_the_bmcs() -> None:
    board = understand(numbered(replace(TEMPERATURE, owner=0x2C).encode()))
    trouble = board.meters["CPU1 Temp"].trouble
    assert trouble is not None
    assert trouble.reason is Reason.UNSUPPORTED
    assert BMC == 0x20


def test_a_threshold_sensor_without_formula_says_so() -> None:
    for record in (
        Compact(3, "Odd", 1, event_type=1).encode(),
        replace(TEMPERATURE, name="Odd", linearization=0x50).encode(),
    ):
        trouble = understand(numbered(record)).meters["Odd"].trouble
        assert trouble is not None
        assert trouble.reason is Reason.UNDECODABLE


def test_names_in_chinese_and_without_a_name() -> None:
    record = replace(TEMPERATURE, name="进风口温度".encode())
    (sensor,) = understand(numbered(record.encode())).table.sensors
    assert sensor.name == "进风口温度"
    (sensor,) = understand(numbered(replace(TEMPERATURE, name="").encode())).table.sensors
    assert sensor.name == "Sensor 0x01"


def test_boards_with_the_same_records_are_one() -> None:
    raw = numbered(TEMPERATURE.encode())
    assert understand(raw) is understand(list(raw))


def test_non_linear_readings_take_their_factors() -> None:
    board = understand(numbered(replace(TEMPERATURE, linearization=0x70).encode()))
    meter = board.meters["CPU1 Temp"]
    assert meter.factory is not None
    assert meter.definition.quantity is Quantity.TEMPERATURE
    assert meter.decode(bytes((0, 40, 0xC0, 0xC0))) == Sample(None, 40, 0)
    # next reading, M = 2, tolerance, B = -5, accuracy, R exponent 0, B exponent 1 (§36.2)
    answer = bytes((0, 41, 2, 0, 0xFB, 0xC0, 0, 0x01))
    assert factored(meter.factory, meter.unit, 40, answer) == 30.0
    for short in (b"\x00\x01", b"\xc1"):
        assert isinstance(factored(meter.factory, meter.unit, 40, short), Fault)


@given(st.binary(max_size=80), st.sampled_from((1, 2, 3, 0x11, 0xC0)))
def test_no_garbage_record_raises_anything_but_failures(data: bytes, kind: int) -> None:
    for record in (data, data[:3] + bytes((kind,)) + data[4:]):
        try:
            found = records.decode(record)
        except Failure:
            found = None
        assert found is None or found.name.isprintable()
        records.unreadable(record)
    board = understand([data, data[:3] + bytes((kind,)) + data[4:]])
    assert len(board.meters) == len(board.table.sensors)


@given(st.binary(min_size=1, max_size=12))
def test_no_garbage_reading_raises(answer: bytes) -> None:
    pair = (TEMPERATURE, replace(TEMPERATURE, name="N", linearization=0x71))
    for meter in understand(numbered(*(r.encode() for r in pair))).meters.values():
        assert isinstance(meter.decode(answer), Sample | Fault)
        if meter.factory:
            assert isinstance(factored(meter.factory, meter.unit, 3, answer), float | Fault)
