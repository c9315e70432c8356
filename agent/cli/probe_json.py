"""A probe's readings, coverage and subject in the shape of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agent.results import Json
from hw_profiles.processors import CPU_DEVICE
from model.catalogue import COMPONENT_LABEL
from model.devices import Poll, Protocol, Target
from model.readings import Fault, Outcome, Reading, Reason, Scalar, Source
from model.sensors import UNITS, Quantity, Role, Sensor

_SOURCES: dict[Source, str] = {
    Source.DCMI: "ipmi-dcmi",
    Source.SDR: "ipmi-sdr",
    Source.OEM: "ipmi-oem",
    Source.PSU_SUM: "derived",
    Source.COMMAND: "ipmi-sdr",
    Source.SNMP: "snmp",
    Source.HWMON: "hwmon",
    Source.ACPI_METER: "hwmon",
    Source.RAPL: "rapl",
    Source.KERNEL: "hwmon",
    Source.TOOL: "accelerator",
    Source.TABLE: "declared",
}
"""The schema has no word for standard IPMI commands, which go with the sensors of the BMC, nor
for what the kernel counts, which goes with what it measures."""

_WRONG = frozenset({Reason.IMPLAUSIBLE, Reason.OUT_OF_RANGE, Reason.UNDECODABLE})
_PLACE = ("cluster", "site", "room", "row", "rack", "u")


def source_of(outcome: Outcome, protocol: Protocol) -> str:
    """The schema's word for where a value comes from, or would have."""
    if isinstance(outcome, Reading):
        return _SOURCES[outcome.source]
    if protocol is Protocol.SNMP:
        return "snmp"
    if protocol is Protocol.HOST:
        return _host_source(outcome.sensor)
    dcmi = outcome.sensor is not None and outcome.sensor.role is Role.NODE_DCMI
    return "ipmi-dcmi" if dcmi else "ipmi-sdr"


def _host_source(sensor: Sensor | None) -> str:
    """Where a reading of this machine would have come from."""
    if sensor is None or sensor.role is not Role.DEVICE:
        return "hwmon"
    if sensor.quantity is Quantity.PEAK:
        return "declared"
    return "hwmon" if dict(sensor.labels).get("device") == CPU_DEVICE else "accelerator"


_SENSOR_RULE = re.compile(r"sensor '(.+?)'")


def own_name(outcome: Outcome) -> str:
    """The device's own name of a sensor: its tables', or the one that the rule matched."""
    labels = dict(outcome.sensor.labels) if outcome.sensor else {}
    ruled = _SENSOR_RULE.search(outcome.rule)
    return labels.get("name") or (ruled[1] if ruled else "")


def reading(outcome: Outcome, protocol: Protocol, raw: bool) -> Json | None:
    """One reading, or one that failed; None for a fault that is of no sensor."""
    sensor = outcome.sensor
    if sensor is None:
        return None
    failed = outcome if isinstance(outcome, Fault) else None
    told: Json = {
        "role": sensor.word,
        "value": outcome.value if isinstance(outcome, Reading) else None,
        "unit": UNITS[sensor.quantity],
        "source": source_of(outcome, protocol),
        "quality": outcome.quality.value if isinstance(outcome, Reading) else _lack(outcome),
    }
    if name := own_name(outcome):
        told["name"] = name
    if limits := dict(sensor.limits.items()):
        told["threshold"] = limits
    if labels := _labels(outcome, sensor):
        told["labels"] = labels
    if raw:
        told["raw"] = plain(outcome.raw)
        told["rule"] = outcome.rule
    if failed is not None:
        told["reason"] = failed.reason.value
    return told


def _lack(fault: Fault) -> str:
    return "implausible" if fault.reason in _WRONG else "absent"


def _labels(outcome: Outcome, sensor: Sensor) -> dict[str, str]:
    labels = dict(sensor.labels)
    if sensor.component:
        labels[COMPONENT_LABEL.get(sensor.role, "component")] = sensor.component
    if isinstance(outcome, Reading) and outcome.text and sensor.quantity is Quantity.STATE:
        labels["state"] = outcome.text
    return labels


def plain(raw: Scalar | None) -> str | int | float | None:
    """A raw value that JSON can hold: bytes become hex."""
    return raw.hex() if isinstance(raw, bytes) else raw


def readings(polls: Iterable[Poll], raw: bool) -> tuple[Json, ...]:
    """Every reading of some polls, failed ones with their reason."""
    told = (reading(o, poll.target.protocol, raw) for poll in polls for o in poll.outcomes)
    return tuple(one for one in told if one is not None)


def coverage(polls: Sequence[Poll]) -> Json:
    """The expected words of all polls; missing is what no poll has read."""
    expected = list(dict.fromkeys(word for poll in polls for word in poll.coverage.expected))
    found = {reading.sensor.word for poll in polls for reading in poll.readings}
    missing = [word for word in expected if word not in found]
    if not expected:
        return {}
    return {"expected": len(expected), "present": len(expected) - len(missing), "missing": missing}


def subject(target: Target, poll: Poll | None) -> Json:
    """The device that was asked. The serial number is whole: JSON is for machines."""
    device = poll.device if poll else None
    told: Json = {"kind": "device", "address": target.address}
    for key in ("vendor", "model", "serial", "firmware"):
        told[key] = (getattr(device, key) or None) if device else None
    told["profile"] = (poll.profile or None) if poll else None
    place = {key: getattr(target.place, key) for key in _PLACE if getattr(target.place, key)}
    return {**told, "location": place} if place else told
