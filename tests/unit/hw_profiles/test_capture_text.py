"""What ipmitool and net-snmp print, read as captures."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw_profiles import sdr_fit
from hw_profiles.capture import parse, read, render
from hw_profiles.load import pack
from model.devices import Poll
from model.document import DocumentError
from model.readings import Reading
from tests.golden.exposition import polled


def poll_of(text: str) -> Poll:
    return asyncio.run(polled(parse(text, "dump"), pack()))


def values(poll: Poll) -> dict[str, float]:
    return {
        f"{o.sensor.word} {o.sensor.component}".strip(): o.value
        for o in poll.outcomes
        if isinstance(o, Reading)
    }


def test_elist_gives_values_units_entities_and_states() -> None:
    found = values(
        poll_of(
            "Ambient          | 01h | ok  | 55.1 | 23 degrees C\n"
            "Fan 1            | 09h | ok  | 29.1 | 4875 RPM\n"
            "12V              | 0Dh | ok  |  7.1 | 12.06 Volts\n"
            "VTT -12V         | 1Fh | ok  |  7.1 | -12.10 Volts\n"
            "System Power     | 0Fh | ok  | 19.1 | 260 Watts\n"
            "PSU 1            | 13h | ok  | 10.1 | Presence detected, Power Supply AC lost\n"
            "Spare            | 25h | ns  |  7.3 | Disabled\n"
            "Slot 9 Temp      | 26h | ns  | 11.9 | No Reading\n"
        )
    )
    assert found["air_inlet.temperature_celsius Ambient"] == 23
    assert found["fan.speed_rpm Fan 1"] == 4875
    assert found["board.voltage_volts 12V"] == pytest.approx(12.06)
    assert found["board.voltage_volts VTT -12V"] == pytest.approx(-12.1)
    assert found["node.power_watts"] == 260
    assert found["psu.state 1"] == 2  # input lost: critical
    assert not [name for name in found if "Spare" in name or "Slot 9" in name]


def test_list_and_sensor_agree_with_elist_and_bring_limits() -> None:
    lines = "Inlet_Temp       | 24 degrees C      | ok\nTotal_Power      | 412 Watts         | ok\n"
    found = values(poll_of(lines))
    assert found["air_inlet.temperature_celsius Inlet_Temp"] == 24
    assert found["node.power_watts"] == 412
    na = "| na        "
    poll = poll_of(
        f"Inlet_Temp       | 24.000     | degrees C  | ok    {na * 3}| 38.000    | 42.000   {na}\n"
        f"FAN1_Speed       | 5025.000   | RPM        | ok    {na}| 900.000   {na * 4}\n"
        f"P12V             | 12.060     | Volts      | ok    {na}| 10.800    {na * 2}| 13.2  {na}\n"
        f"PSU1_Status      | 0x1        | discrete   | 0x0180{na * 6}\n"
    )
    limits = {o.sensor.component: o.sensor.limits for o in poll.readings if o.value > 1}
    assert (limits["Inlet_Temp"].upper_warning, limits["Inlet_Temp"].upper_critical) == (38, 42)
    assert limits["1"].lower_critical == 900
    assert limits["P12V"].lower_critical == pytest.approx(10.8)
    assert limits["P12V"].upper_critical == pytest.approx(13.2)
    assert values(poll)["psu.state 1"] == 0


def test_mc_info_and_fru_print_say_who_it_is() -> None:
    poll = poll_of(
        "$ ipmitool mc info\n"
        "Firmware Revision         : 6.70\nManufacturer ID           : 2011\n"
        "Product ID                : 1 (0x0001)\n"
        " Product Manufacturer  : Huawei\n Product Name          : TaiShan 200 (Model 2280)\n"
        "Inlet Temp       | 24 degrees C      | ok\n"
    )
    assert poll.profile == "huawei-ibmc"
    assert poll.device is not None
    assert (poll.device.vendor, poll.device.firmware) == ("Huawei", "6.70")
    assert poll.device.model == "TaiShan 200 (Model 2280)"


def test_a_name_in_chinese_and_three_hundred_sensors_survive() -> None:
    lines = [f"Temp {n:<11}| {20 + n % 60} degrees C      | ok" for n in range(300)]
    found = values(
        poll_of("\n".join(["进风温度          | 24 degrees C      | ok", *lines]) + "\n")
    )
    assert found["sensor.temperature_celsius 进风温度"] == 24
    assert [found[f"sensor.temperature_celsius Temp {n}"] for n in range(300)] == [
        20 + n % 60 for n in range(300)
    ]


def test_what_cannot_be_read_is_named_by_line() -> None:
    text = (
        "CPU1 Temp | 40 degrees C | ok\n"
        "CPU2 Temp | 01h | ok | 3.x | 40 degrees C\n"
        "what is this\n"
        "a | b\n"
    )
    with pytest.raises(DocumentError) as caught:
        parse(text, "dump.txt")
    assert [(p.file, p.line) for p in caught.value.problems] == [("dump.txt", n) for n in (2, 3, 4)]
    assert "no entity such as 10.1" in caught.value.problems[0].message
    assert "expected 3 (sdr list), 5 (sdr elist) or 10 (sensor)" in caught.value.problems[2].message
    with pytest.raises(DocumentError, match=r"dump\.txt:1  is not a capture line"):
        parse("nothing that we know\n", "dump.txt")


def test_a_composed_capture_is_a_capture(tmp_path: Path) -> None:
    found = parse("Inlet Temp       | 24 degrees C      | ok\n", "dump")
    file = tmp_path / "a.capture"
    file.write_text(render(found))
    assert read(file) == found
    assert "partial" in found.header


@settings(deadline=None)  # other work may share the machine
@given(
    st.integers(-99999, 99999),
    st.integers(-3, 0),
    st.lists(st.integers(-2000, 2000), max_size=6),
)
def test_a_formula_is_found_for_every_value(number: int, places: int, steps: list[int]) -> None:
    value = Decimal(number).scaleb(places)
    limits = [value + Decimal(step).scaleb(places) for step in steps]
    scale = sdr_fit.fit(value, limits)
    assert scale.value(scale.raw(float(value))) == pytest.approx(float(value), rel=1e-3, abs=1e-9)


def test_names_of_net_snmps_own_are_read_and_no_others() -> None:
    objects = parse(
        "SNMPv2-MIB::sysDescr.0 = STRING: APC Web/SNMP Management Card\n"
        "SNMPv2-MIB::sysObjectID.0 = OID: SNMPv2-SMI::enterprises.318.1.3.4.6\n"
        "DISMAN-EVENT-MIB::sysUpTimeInstance = Timeticks: (1234) 0:00:12.34\n"
        "IF-MIB::ifPhysAddress.1 = Hex-STRING: 00 C0 B7 \n01 02 03 \n"
        "SNMPv2-SMI::mib-2.33.1.2.1.0 = INTEGER: 2\n"
        "SNMPv2-SMI::enterprises.318.1.1.26.4.3.1.5.1 = INTEGER: 27\n",
        "walk.txt",
    ).objects
    assert [(".".join(map(str, o.oid)), o.tag, o.value) for o in objects] == [
        ("1.3.6.1.2.1.1.1.0", 4, b"APC Web/SNMP Management Card"),
        ("1.3.6.1.2.1.1.2.0", 6, b"1.3.6.1.4.1.318.1.3.4.6"),
        ("1.3.6.1.2.1.1.3.0", 67, b"1234"),
        ("1.3.6.1.2.1.33.1.2.1.0", 2, b"2"),
        ("1.3.6.1.4.1.318.1.1.26.4.3.1.5.1", 2, b"27"),
    ]


def test_what_snmpwalk_prints_of_opaques_and_wrong_types() -> None:
    objects = parse(
        ".1.3.6.1.4.1.9.1.0 = Opaque: Float: 23.500000\n"
        ".1.3.6.1.4.1.9.2.0 = OPAQUE: 09 08 03 31 \n"
        ".1.3.6.1.4.1.9.3.0 = Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 42 Watts\n",
        "walk.txt",
    ).objects
    assert [(o.tag, o.value) for o in objects] == [
        (4, b"23.500000"),
        (68, bytes.fromhex("09080331")),
        (2, b"42"),
    ]


def test_snmpwalk_numbers_are_read() -> None:
    found = parse(
        '.1.3.6.1.2.1.1.1.0 = STRING: "two\nlines"\n'
        ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.318.1.3.4.6\n"
        ".1.3.6.1.2.1.1.3.0 = Timeticks: (1234) 0:00:12.34\n"
        ".1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 00 C0 B7 \n01 02 03 \n"
        ".1.3.6.1.2.1.2.2.1.8.1 = INTEGER: up(1)\n"
        ".1.3.6.1.4.1.318.1.1.26.4.3.1.5.1 = Gauge32: 27\n"
        ".1.3.6.1.4.1.318.1.1.26.4.3.1.6.1 = IpAddress: 192.0.2.7\n"
        '.1.3.6.1.4.1.318.1.1.26.4.3.1.7.1 = ""\n'
        ".1.3.6.1.4.1.318.9 = No Such Object available on this agent at this OID\n",
        "walk",
    )
    assert [(o.oid[-2:], o.tag, o.value) for o in found.objects] == [
        ((1, 0), 4, b"two\nlines"),
        ((2, 0), 6, b"1.3.6.1.4.1.318.1.3.4.6"),
        ((3, 0), 67, b"1234"),
        ((6, 1), 4, bytes.fromhex("00c0b7010203")),
        ((8, 1), 2, b"1"),
        ((5, 1), 66, b"27"),
        ((6, 1), 64, b"192.0.2.7"),
        ((7, 1), 4, b""),
    ]
    with pytest.raises(DocumentError, match=r"walk:1 .*walk with -On"):
        parse("PowerNet-MIB::upsBasicIdentModel.0 = STRING: x\n", "walk")
