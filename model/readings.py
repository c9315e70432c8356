"""A value with meaning, and its failure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from model.sensors import Sensor


class Quality(StrEnum):
    """How a value came to be."""

    MEASURED = "measured"
    DERIVED = "derived"
    ESTIMATED = "estimated"


class Source(StrEnum):
    """The rule that gave a value."""

    DCMI = "dcmi"
    SDR = "sdr"
    OEM = "oem"
    PSU_SUM = "psu_sum"
    COMMAND = "command"
    SNMP = "snmp"
    HWMON = "hwmon"
    ACPI_METER = "acpi_power_meter"
    RAPL = "rapl"
    KERNEL = "kernel"
    TOOL = "tool"
    TABLE = "processor_table"


class Severity(StrEnum):
    """What a state means to an operator; a state reading's value is its `level`."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"

    @property
    def level(self) -> float:
        """0 ok, 1 warning, 2 critical; unknown has no level and never becomes a reading."""
        return {Severity.OK: 0.0, Severity.WARNING: 1.0, Severity.CRITICAL: 2.0}[self]


class Reason(StrEnum):
    """Why there is no value: a closed list, exported as a label."""

    # the way to the device
    NO_ANSWER = "no_answer"
    PORT_CLOSED = "port_closed"
    UNRESOLVED = "unresolved"
    NETWORK = "network"
    TIMEOUT = "timeout"
    # this host
    NO_DRIVER = "no_driver"
    NO_PERMISSION = "no_permission"
    # the login
    NO_CREDENTIAL = "no_credential"
    LOCKED = "locked"
    WRONG_USER = "wrong_user"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    SUITE_REFUSED = "suite_refused"
    PRIVILEGE_REFUSED = "privilege_refused"
    SESSIONS_FULL = "sessions_full"
    SESSION_LOST = "session_lost"
    BMC_UNPROVEN = "bmc_unproven"
    COMMUNITY_REFUSED = "community_refused"
    V3_UNKNOWN_USER = "v3_unknown_user"
    V3_WRONG_DIGEST = "v3_wrong_digest"
    V3_WRONG_KEY = "v3_wrong_key"
    V3_LEVEL_REFUSED = "v3_level_refused"
    V3_CLOCK = "v3_clock"
    HELPER_MISSING = "helper_missing"
    # the conversation
    BUSY = "busy"
    PROTOCOL = "protocol"
    TRUNCATED = "truncated"
    LOOP = "loop"
    TOO_BIG = "too_big"
    DEVICE_ERROR = "device_error"
    UNSUPPORTED = "unsupported"
    # the value
    ABSENT = "absent"
    UNAVAILABLE = "unavailable"
    SCANNING_DISABLED = "scanning_disabled"
    INACTIVE = "inactive"
    OUT_OF_RANGE = "out_of_range"
    IMPLAUSIBLE = "implausible"
    UNDECODABLE = "undecodable"
    # what we make of it
    NO_PROFILE = "no_profile"
    INTERNAL = "internal"


Scalar = int | float | str | bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """A value in its quantity's unit.

    `text` is the state's word where the quantity is a state; `raw` is what the device said and
    `rule` the profile line that understood it.
    """

    sensor: Sensor
    value: float
    quality: Quality = Quality.MEASURED
    source: Source = Source.SDR
    text: str = ""
    raw: Scalar | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A reading that failed, or (sensor None) a whole target or table that did."""

    sensor: Sensor | None
    reason: Reason
    detail: str = ""
    raw: Scalar | None = None
    rule: str = ""


Outcome = Reading | Fault
