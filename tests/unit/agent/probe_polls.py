"""Polls made by hand, for what is told of them."""

from __future__ import annotations

from agent.cli.probe_findings import Findings
from agent.cli.probe_json import coverage, readings, subject
from agent.results import Check, Result
from model.credentials import IpmiCredential, Secret
from model.devices import Coverage, DeviceId, Place, Poll, Protocol, Step, StepName, Target
from model.readings import Fault, Outcome, Quality, Reading, Reason, Source
from model.sensors import Limits, Quantity, Role, Sensor

TARGET = Target(
    "a01-17",
    "10.32.111.40",
    Protocol.IPMI,
    IpmiCredential("probe", "monitor", Secret("s3cret")),
    place=Place(site="dc1", rack="B03", u="17"),
)
DEVICE = DeviceId("Inspur", "NF5280M6", "221100000007", "5.12.0")
POWER = Reading(
    Sensor(Role.NODE, Quantity.POWER), 412.0, raw=412, rule="inspur.toml:31 sensor 'Total_Power'"
)
INLET = Reading(
    Sensor(
        Role.AIR_INLET,
        Quantity.TEMPERATURE,
        "Inlet",
        limits=Limits(upper_warning=38, upper_critical=42),
    ),
    24.0,
)
FANS = tuple(
    Reading(
        Sensor(Role.FAN, Quantity.FAN_SPEED, str(n), limits=Limits(lower_critical=960)), 5400.0 + n
    )
    for n in range(6)
)
DCMI_OFF = Fault(
    Sensor(Role.NODE_DCMI, Quantity.POWER), Reason.INACTIVE, "0 W, state deactivated", 0
)
EXHAUST = Fault(Sensor(Role.AIR_EXHAUST, Quantity.TEMPERATURE), Reason.UNAVAILABLE)
SPARE = Fault(
    Sensor(Role.PSU_INPUT, Quantity.POWER, "2"), Reason.UNAVAILABLE, rule="x:1 sensor 'PSU2_PIN' ×1"
)
PRESENT = Reading(
    Sensor(Role.PSU, Quantity.STATE, "1"), 0.0, Quality.MEASURED, Source.SDR, text="present"
)
EXPECTED = Coverage(
    ("node.power_watts", "air_inlet.temperature_celsius", "fan.speed_rpm", "air_exhaust.x"),
    ("air_exhaust.x",),
)


def poll(*outcomes: Outcome, coverage: Coverage = EXPECTED) -> Poll:
    return Poll(TARGET, 1.0, 1.2, outcomes, DEVICE, "inspur", coverage=coverage)


def checks(done: Poll, *steps: Step) -> list[Check]:
    told: list[Check] = []
    findings = Findings(TARGET, "en", told.append, "a01-17", frozenset({"generic-ipmi"}))
    for step in (Step(StepName.IDENTITY, "Inspur"), *steps):
        findings.note(step)
    del told[0]
    findings.conclude(done)
    return told


def result(done: Poll) -> Result:
    return Result(
        "probe",
        "en",
        1.0,
        1.234,
        subject(TARGET, done),
        tuple(checks(done)),
        1,
        readings([done], raw=True),
        coverage([done]),
    )
