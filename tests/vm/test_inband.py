"""In-band on a real /dev/ipmi0: what dcagent reads there, ipmitool reads there too."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.ipmi import permitted
from hw_profiles.capture import Exchange, read
from model.raw import CHASSIS_POWER, DCMI_POWER, LAN_ADDRESS, LAN_MAC, SEL_ENTRIES, SEL_USED
from tests.real import ipmi_sim
from tests.vm import machine
from tests.vm.vm_bmc import VmBmc

pytestmark = [
    pytest.mark.peer(
        "qemu-system-x86_64", "busybox", "cpio", "depmod", "setpriv", "ipmi_sim", "ipmitool"
    ),
    pytest.mark.timeout(machine.LONGEST + 400),
]

CAPTURE = Path(__file__).parents[1] / "captures" / "generic-ipmi.capture"
GUEST = Path(__file__).with_name("guest.sh")
LAN = {
    0: "0011 00",
    1: "0011 15",
    2: "0011 1515151515",
    3: "0011 0a208c11",
    4: "0011 01",
    5: "0011 020000000001",
    6: "0011 ffffff00",
    12: "0011 0a208c01",
}
"""LAN parameter of channel 1 → response."""
DCMI = "00 dc 0401 6400 2c01 f000 f1536560 e8030000 40"
"""260 W, measurement active."""

Json = dict[str, Any]
ASKED: set[tuple[int, int]] = set()
"""What the captured BMC was asked by dcagent alone, and by the driver beneath it."""
DEVICE_RECORDS = {(0x04, 0x20), (0x04, 0x21), (0x04, 0x22)}
"""Which a BMC with a repository is not asked for."""


def exchanges() -> Iterator[Exchange]:
    """What the capture lacks: a LAN channel with an address, and DCMI power that measures."""
    medium = bytes.fromhex("00 01 04 01 81 f21b00 0000")
    yield Exchange(0, 0x06, 0x42, b"\x01", medium)
    yield Exchange(0, 0x06, 0x42, b"\x0e", medium)
    for parameter, response in LAN.items():
        request = bytes((1, parameter, 0, 0))
        yield Exchange(0, 0x0C, 0x02, request, bytes.fromhex(response))
    yield Exchange(0, 0x2C, 0x02, bytes.fromhex("dc010000"), bytes.fromhex(DCMI))


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> machine.Finished:
    out = tmp_path_factory.mktemp("out")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    recorded = read(CAPTURE)
    captured = VmBmc(replace(recorded, exchanges=(*recorded.exchanges, *exchanges())))
    ASKED.clear()
    try:
        with ipmi_sim.fleet(tmp_path_factory.mktemp("sim"), "127.0.81.1", guest=port):
            finished = machine.run(GUEST, out, (port, captured.port))
    finally:
        captured.close()
        ASKED.update(captured.asked)
    assert finished.text("status") == "0\n", finished.text("log") or finished.text("console")
    return finished


@pytest.fixture(scope="module")
def result(guest: machine.Finished) -> Json:
    found: Json = json.loads(guest.text("result.json"))
    return found


def rows(text: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")] for line in text.splitlines() if "|" in line]


def field(text: str, name: str) -> str:
    found = re.search(rf"^\s*{re.escape(name)}\s*: *(.*?)\s*$", text, re.MULTILINE)
    assert found is not None, (name, text)
    return found[1]


def by_number(asked: Json) -> dict[int, str]:
    """Sensor number → key, the first of several."""
    found: dict[int, str] = {}
    for key, number in asked["numbers"].items():
        found.setdefault(number, key)
    return found


def compared(asked: Json, elist: str) -> tuple[int, int]:
    """Holds each line of `sdr elist` against our value; how many numbers, how many without."""
    keys, numbers, without = by_number(asked), 0, 0
    for name, number, _status, _entity, told in rows(elist):
        key = keys.get(int(number[:-1], 16))
        if key is None:
            continue  # a record that describes no sensor
        ours = asked["values"][key]
        value = re.match(r"(-?[\d.]+) (\w+)", told)
        if value is not None:
            shown = ours["value"] * (100 if value[2] == "percent" else 1)
            close = 0.51 * 10 ** -len(value[1].partition(".")[2])
            assert shown == pytest.approx(float(value[1]), abs=close), name
            numbers += 1
        elif told in ("No Reading", "Disabled", "Not Readable"):
            assert "reason" in ours or ours["value"] is None, (name, ours)
            without += 1
        else:
            assert ours["value"] is None, name
    return numbers, without


def test_every_value_equals_ipmitool_in_band(result: Json) -> None:
    asked = result["simulated"]
    assert compared(asked, result["ipmitool"]["sdr elist"]) == (62, 3)
    assert len(asked["values"]) == len(asked["numbers"]) + 6 == 103


def test_every_value_of_another_bmc_equals_ipmitool_in_band(result: Json) -> None:
    assert compared(result["captured"], result["ipmitool of captured"]["sdr elist"]) == (29, 3)


def test_every_state_equals_ipmitool_in_band(result: Json) -> None:
    values, states = result["simulated"]["values"], 0
    for name, value, unit, *_ in rows(result["ipmitool"]["sensor"]):
        if unit == "discrete":
            ours = values["Slot 0" if name == "Slot" else name]
            assert ours["states"] == int(value, 16), name
            states += 1
    assert states == 29


def test_what_has_no_reading_is_a_fault(result: Json) -> None:
    simulated, captured = result["simulated"]["values"], result["captured"]["values"]
    assert simulated["Scan_Off"]["reason"] == "scanning_disabled"
    assert simulated["No_Such"]["reason"] == "device_error"
    assert simulated["NonLin_OEM"]["reason"] == "unsupported"
    assert simulated[DCMI_POWER]["reason"] == "unsupported"
    assert simulated[LAN_ADDRESS]["reason"] == "absent"
    assert captured["Slot 9 Temp"]["reason"] == "unavailable"


def test_identity_is_that_of_the_fru(result: Json) -> None:
    fru, device = result["ipmitool"]["fru print 0"], result["simulated"]["device"]
    assert device["vendor"] == field(fru, "Product Manufacturer") == "XinChuang"
    assert device["model"] == field(fru, "Product Name")
    assert device["serial"] == field(fru, "Product Serial")
    assert device["firmware"] == field(result["ipmitool"]["mc info"], "Firmware Revision")


def test_event_log_is_that_of_ipmitool(result: Json) -> None:
    told, values = result["ipmitool"]["sel info"], result["simulated"]["values"]
    assert values[SEL_ENTRIES] == float(field(told, "Entries")) == 24
    free = int(field(told, "Free Space").split()[0])
    assert values[SEL_USED] == pytest.approx(24 * 16 / (24 * 16 + free))
    assert values[CHASSIS_POWER] in (0.0, 1.0)


def test_dcmi_and_lan_parameters_are_those_of_ipmitool(result: Json) -> None:
    values, told = result["captured"]["values"], result["ipmitool of captured"]
    dcmi = field(told["dcmi power reading"], "Instantaneous power reading")
    assert (values[DCMI_POWER], dcmi) == (260.0, "260 Watts")
    lan = told["lan print 1"]
    assert values[LAN_ADDRESS] == field(lan, "IP Address") == "10.32.140.17"
    assert values[LAN_MAC] == field(lan, "MAC Address") == "02:00:00:00:00:01"


def test_the_road_tells_where_the_bmc_is(result: Json) -> None:
    polled = result["polled"]
    readings = {
        (word, component): (labels, value) for word, component, labels, value in polled["readings"]
    }
    address = {"address": "10.32.140.17", "mac": "02:00:00:00:00:01"}
    assert readings[("bmc.info", "")] == (address, 1.0)
    assert readings[("node.power_watts", "")] == ({}, 260.0)
    assert polled["health"] == "degraded"
    assert {reason for _, reason, _ in polled["faults"]} == {
        *("scanning_disabled", "unavailable", "absent")
    }


def test_records_come_from_the_cache(result: Json) -> None:
    first, cached = result["simulated"], result["cached"]
    assert cached["values"] == first["values"]
    assert cached["seconds"]["identify"] < first["seconds"]["identify"]


def test_no_login_is_needed(result: Json) -> None:
    assert result["simulated"]["steps"] == [
        ["reach", "/dev/ipmi0 answers, IPMI 2.0"],
        ["session", "in-band, no login"],
    ]


def test_a_busy_late_or_silent_bmc_never_holds_up_the_loop(result: Json) -> None:
    vices = result["vices"]
    came = {name: vice["came"] for name, vice in vices.items()}
    chassis = came["honest"]
    assert chassis.startswith("00")
    assert came == {
        "honest": chassis,
        "busy": chassis,
        "always busy": "c0",
        "late": "timeout",
        "after late": chassis,
        "silent": "no_answer",
        "after silent": chassis,
    }
    for vice in vices.values():
        assert vice["took"] < 3
        assert vice["stood"] < 0.5
        assert vice["threads"] == 1


def test_a_bmc_that_goes_and_comes_back(result: Json) -> None:
    lost = result["lost"]
    assert lost["without"] == "session_lost"
    assert lost["gone"][0] == "no_answer"
    assert lost["same"] is True
    assert lost["back"] is True


def told(result: Json, name: str) -> tuple[int, Json, str]:
    """Exit code, JSON and the codes of its checks."""
    said = result[name]
    document = json.loads(said["out"])
    codes = [check.get("code", "") for check in document["checks"]]
    return said["status"], document, " ".join(filter(None, codes))


def test_the_command_line_asks_in_band(result: Json) -> None:
    status, document, _ = told(result, "probe")
    assert status == document["exit_code"] == 1
    assert document["subject"]["model"] == "S2000"
    evidence = {check["id"]: check["evidence"] for check in document["checks"]}
    assert evidence["ipmi.session"] == "in-band, no login"
    assert evidence["ipmi.coverage"] == "5/5 expected readings"


def test_what_this_host_lacks_has_its_page(result: Json) -> None:
    assert told(result, "stranger")[::2] == (77, "DCA-HOST-002")
    assert told(result, "no driver")[::2] == (69, "DCA-HOST-001")
    again = result["driver again"]
    assert again["status"] == 1
    assert "in-band, no login" in again["out"]


NOT_OURS = {
    (0x06, 0x2E): "Set BMC Global Enables",
    (0x06, 0x2F): "Get BMC Global Enables",
    (0x06, 0x30): "Clear Message Flags",
    (0x06, 0x31): "Get Message Flags",
    (0x06, 0x33): "Get Message",
    (0x06, 0x35): "Read Event Message Buffer",
    (0x2C, 0x00): "Get PICMG Properties",
}
"""What Linux' ipmi_si sends by itself, and, the last, ipmitool before it ends the notes."""


def test_at_dev_ipmi0_a_bmc_sees_reads_only(result: Json) -> None:
    assert told(result, "probe")[0] == 1
    assert permitted.READS.keys() - DEVICE_RECORDS - {(0x06, 0x38)} <= ASKED
    assert ASKED - permitted.READS.keys() - NOT_OURS.keys() == set()


def test_how_long_it_took(guest: machine.Finished, result: Json) -> None:
    booted, ended = float(guest.text("booted")), float(guest.text("ended"))
    print(f"boot {booted:.1f} s, guest {ended:.1f} s, qemu {guest.seconds:.1f} s")
    for name in ("simulated", "cached", "captured"):
        seconds = {key: round(value, 3) for key, value in result[name]["seconds"].items()}
        print(f"{name}: {len(result[name]['values'])} values, seconds {seconds}")
    print(f"peak memory {result['memory']} KiB")
    assert guest.seconds < machine.LONGEST
