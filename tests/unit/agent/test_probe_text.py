"""Checks and readings as lines: hand-made polls, exact text."""

from __future__ import annotations

import pytest

from agent.cli.probe_text import check_lines, header, last_line, limits, number, table, value
from agent.results import Check, Exit, Status, exit_code, verdict
from model.devices import Coverage, Poll, Step, StepName
from model.readings import Fault, Reading, Reason
from model.sensors import Limits, Quantity, Role, Sensor
from tests.unit.agent.probe_polls import (
    DCMI_OFF,
    DEVICE,
    EXHAUST,
    FANS,
    INLET,
    POWER,
    PRESENT,
    SPARE,
    TARGET,
    checks,
    poll,
    result,
)


def test_the_header_masks_the_serial_number_and_says_where_it_stands() -> None:
    assert header(DEVICE, "inspur", TARGET, "zh") == (
        " NF5280M6 · Inspur · SN 2211******07 · 固件 5.12.0 · 画像 inspur     机柜 B03 U17"
    )


def test_the_table_shows_expected_words_first_and_counts_the_rest() -> None:
    done = poll(POWER, INLET, *FANS, PRESENT, EXHAUST)
    assert table([done], "en", every=False, raw=False) == [
        "  reading                                 value  source    quality   limits",
        "  node.power_watts                        412 W  ipmi-sdr  measured  -       Total_Power",
        "  fan.speed_rpm 0                      5400 rpm  ipmi-sdr  measured  >960",
        "  fan.speed_rpm 1                      5401 rpm  ipmi-sdr  measured  >960",
        "  fan.speed_rpm 2                      5402 rpm  ipmi-sdr  measured  >960",
        "  fan.speed_rpm 3                      5403 rpm  ipmi-sdr  measured  >960",
        "  air_inlet.temperature_celsius Inlet     24 °C  ipmi-sdr  measured  38/42",
        "  … 4 more: --all",
    ]


def test_the_table_shows_all_and_raw_values_on_request() -> None:
    done = poll(POWER, SPARE, PRESENT)
    assert table([done], "zh", every=True, raw=True) == [
        "  读数                        数值  来源      质量         门限  原始值  规则",
        "  node.power_watts           412 W  ipmi-sdr  measured     -     412     "
        "inspur.toml:31 sensor 'Total_Power'  Total_Power",
        "  psu.state 1              present  ipmi-sdr  measured     -     -       -",
        "  psu_input.power_watts 2        -  ipmi-sdr  unavailable  -     -       "
        "x:1 sensor 'PSU2_PIN' ×1             PSU2_PIN",
    ]


@pytest.mark.parametrize(
    ("quantity", "amount", "text"),
    [
        (Quantity.HUMIDITY, 0.455, "45.5 %"),
        (Quantity.POWER_FACTOR, 0.95, "0.95"),
        (Quantity.ENERGY, 3.6e9, "1000 kWh"),
        (Quantity.VOLTAGE, 229.999, "229.999 V"),
        (Quantity.COUNT, 3.0, "3"),
        (Quantity.TEMPERATURE, -0.0001, "0 °C"),
    ],
)
def test_values_are_written_as_people_write_them(
    quantity: Quantity, amount: float, text: str
) -> None:
    assert value(Reading(Sensor(Role.SENSOR, quantity), amount)) == text


def test_numbers_are_never_in_powers_of_ten() -> None:
    assert number(123456789012.5) == "123456789012.5"
    assert number(0.00001) == "0"


def test_limits_say_warning_and_critical_and_on_which_side() -> None:
    def told(**bounds: float) -> str:
        return limits(Sensor(Role.CPU, Quantity.TEMPERATURE, limits=Limits(**bounds)))

    assert told() == "-"
    assert told(upper_warning=38, upper_critical=42) == "38/42"
    assert told(upper_critical=42) == "<42"
    assert told(lower_warning=600, lower_critical=400) == ">600/400"
    assert told(lower_critical=10.98, upper_critical=13.38) == ">10.98 <13.38"


DCMI_LINES = """\
 [WARN] DCMI       0 W, state deactivated                                             DCA-IPMI-021
        cause the BMC's DCMI power measurement is off; a running server never draws 0 W, so the
              value is not used
        fix 1. nothing to do where node.power_watts is read: the watts come from a sensor or
               from the PSUs
            2. otherwise switch power measurement on at the BMC, then check
               ipmitool dcmi power reading
"""


def test_a_finding_says_cause_and_fixes_under_its_code() -> None:
    (check, *_) = checks(poll(POWER, DCMI_OFF))
    assert check.id == "ipmi.dcmi"
    assert check_lines(check, "en") == DCMI_LINES.splitlines()


def test_a_sensor_that_nobody_counts_on_is_no_warning() -> None:
    found = checks(poll(POWER, SPARE))
    assert [(c.id, c.status, c.evidence) for c in found[:1]] == [
        ("ipmi.sensors.unavailable", Status.SKIP, "unavailable: PSU2_PIN")
    ]
    counted = Coverage(("psu_input.power_watts",), ())
    found = checks(poll(POWER, SPARE, coverage=counted))
    assert found[0].status is Status.WARN
    assert found[0].code == "DCA-READ-001"


def test_missing_words_are_a_warning() -> None:
    missing = checks(poll(POWER))[-1]
    assert (missing.status, missing.code) == (Status.WARN, "DCA-READ-007")
    assert missing.evidence == "3/4 expected readings, missing air_exhaust.x"


def test_a_poll_without_any_reading_is_a_failure() -> None:
    found = checks(poll(EXHAUST))
    failed = next(check for check in found if check.status is Status.FAIL)
    assert (failed.id, failed.code) == ("ipmi.readings", "DCA-READ-008")


def test_an_unknown_device_read_by_the_generic_profile_is_a_warning() -> None:
    step = Step(StepName.PROFILE, "generic-ipmi: any device of this protocol")
    found = checks(poll(POWER), step)
    assert (found[0].id, found[0].status, found[0].code) == (
        "ipmi.profile",
        Status.WARN,
        "DCA-PROF-023",
    )


def test_a_fault_that_no_step_told_is_told_at_the_end() -> None:
    lost = Poll(TARGET, 1.0, 2.0, (Fault(None, Reason.TIMEOUT, "no answer to Get SDR"),))
    (check,) = checks(lost)
    assert (check.status, check.code, check.exit) == (Status.FAIL, "DCA-NET-005", Exit.UNDECIDED)
    told = Step(StepName.SESSION, "x", fault=Fault(None, Reason.TIMEOUT))
    assert len(checks(lost, told)) == 1


def check(status: Status, leave: Exit | None = None) -> Check:
    return Check("ipmi.x", "x", status, exit=leave)


@pytest.mark.parametrize(
    ("found", "word", "told"),
    [
        ([check(Status.OK), check(Status.SKIP)], Status.OK, 0),
        ([check(Status.OK), check(Status.WARN)], Status.WARN, 1),
        ([check(Status.WARN), check(Status.FAIL)], Status.FAIL, 2),
        ([check(Status.FAIL, Exit.UNDECIDED)], Status.UNKNOWN, 3),
        ([check(Status.FAIL, Exit.UNDECIDED), check(Status.FAIL)], Status.FAIL, 2),
        ([check(Status.FAIL, Exit.UNDECIDED), check(Status.WARN)], Status.UNKNOWN, 3),
        ([check(Status.FAIL, Exit.TEMPORARY)], Status.UNKNOWN, 75),
        ([check(Status.FAIL, Exit.UNAVAILABLE), check(Status.FAIL, Exit.TEMPORARY)], "unknown", 69),
        ([check(Status.SKIP, Exit.UNDECIDED)], Status.UNKNOWN, 3),
    ],
)
def test_exit_codes(found: list[Check], word: str, told: int) -> None:
    assert verdict(found) == word
    assert exit_code(found) == told


def test_fail_on_moves_warnings_only() -> None:
    warned = [check(Status.WARN)]
    assert exit_code(warned, "warn") == 2
    assert exit_code(warned, "fail") == 0
    assert exit_code([check(Status.FAIL)], "fail") == 2
    assert exit_code([check(Status.OK)], "warn") == 0


def test_the_last_line_counts_and_says_what_next() -> None:
    assert last_line(result(poll(POWER)), "en", every=False) == (
        " 1.2 s · 1 ok, 1 warn · more: dcagent explain DCA-READ-007" + " " * 29 + "exit 1"
    )
