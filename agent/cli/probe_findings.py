"""From the steps and outcomes of a poll to the checks that a person is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from agent.cli.language import say
from agent.cli.probe_json import own_name
from agent.cli.terminal import one_line
from agent.diagnosis import Entry, Lang, diagnose, entry_of
from agent.results import Check, Exit, Status, fix_steps
from model.credentials import IpmiCredential, UsmCredential
from model.devices import DeviceId, Poll, Protocol, Step, StepName, Target
from model.readings import Fault, Reason
from model.sensors import Quantity, Role

LOCKED, COVERAGE, NOTHING_READ, GENERIC = (
    "DCA-AUTH-002",
    "DCA-READ-007",
    "DCA-READ-008",
    "DCA-PROF-023",
)

EXITS: dict[Reason, Exit] = {
    Reason.NO_ANSWER: Exit.UNDECIDED,
    Reason.UNRESOLVED: Exit.UNDECIDED,
    Reason.NETWORK: Exit.UNDECIDED,
    Reason.TIMEOUT: Exit.UNDECIDED,
    Reason.SESSION_LOST: Exit.UNDECIDED,
    Reason.NO_CREDENTIAL: Exit.UNDECIDED,
    Reason.BUSY: Exit.TEMPORARY,
    Reason.SESSIONS_FULL: Exit.TEMPORARY,
    Reason.HELPER_MISSING: Exit.UNAVAILABLE,
    Reason.NO_DRIVER: Exit.UNAVAILABLE,
    Reason.NO_PERMISSION: Exit.NO_PERMISSION,
}
"""Failures that decide nothing about the device, and what the shell is told of them."""

_NORMAL = frozenset(
    {
        Reason.UNAVAILABLE,
        Reason.SCANNING_DISABLED,
        Reason.UNSUPPORTED,
        Reason.ABSENT,
        Reason.INACTIVE,
    }
)
"""Why a sensor that nobody counts on may have no value: a part that is not fitted, a host off."""

_NAMED = 4
"""How many sensors a line names."""


def words_of(target: Target, typed: str) -> dict[str, str]:
    """What the holes of the catalogue are filled with."""
    host, port = target.endpoint
    words = {"address": host, "port": str(port), "profile": target.profile, "target": typed}
    if isinstance(target.credential, IpmiCredential | UsmCredential):
        words["user"] = target.credential.username
    return {key: word for key, word in words.items() if word}


class Findings:
    """Makes checks of one target's poll, each told as soon as it is known.

    `typed` is the command line that leads to the target again; `generic` names the profiles that
    are nobody's in particular.
    """

    def __init__(
        self,
        target: Target,
        lang: Lang,
        tell: Callable[[Check], None],
        typed: str = "",
        generic: frozenset[str] = frozenset(),
    ) -> None:
        self._target, self._lang, self._tell, self._generic = target, lang, tell, generic
        self._failed = self._identified = False
        self._words = words_of(target, typed)

    def note(self, step: Step) -> None:
        """Takes one step of the poll as it ends."""
        if step.fault is not None:
            self._failed = self._failed or step.fatal
            evidence = step.evidence or step.fault.detail
            self._tell(self._fault(step.fault, step.name, evidence, step.took, step.fatal))
        elif step.name is StepName.PROFILE:
            self._tell(self._profile(step))
        elif step.name not in (StepName.READINGS, StepName.COVERAGE) and step.evidence:
            self._identified = self._identified or step.name is StepName.IDENTITY
            self._tell(self._ok(step.name, _masked(step), step.took or None))

    def conclude(self, poll: Poll) -> None:
        """Takes the poll itself: what its steps have not told yet."""
        lost = [f for f in poll.faults if f.sensor is None]
        if poll.device and not self._identified:
            self.note(Step(StepName.IDENTITY, described(poll.device)))
        if poll.coverage.expected or poll.readings or len(lost) < len(poll.outcomes):
            self._words["profile"] = poll.profile
            self._sensors(poll)
            self._tell(self._readings(poll))
            self._tell(self._coverage(poll))
        elif not self._failed:
            for fault in lost[:1]:
                self._tell(self._fault(fault, StepName.READINGS, fault.detail, poll.took))

    def refused_before(self, account: str, by: Protocol) -> None:
        """Tells that nothing was tried, since the same login was refused a moment ago."""
        evidence = say(self._lang, "same account", account, by.name)
        entry = entry_of(LOCKED)
        self._tell(self._made(StepName.SESSION, Status.SKIP, evidence, entry))

    # each kind of check

    def _title(self, stage: StepName) -> str:
        if stage is StepName.SESSION:
            return self._target.protocol.name
        return say(self._lang, stage.value)

    def _id(self, last: str) -> str:
        return f"{self._target.protocol.value}.{last}"

    def _ok(self, stage: StepName, evidence: str, took: float | None) -> Check:
        return Check(
            self._id(stage.value), self._title(stage), Status.OK, one_line(evidence), took=took
        )

    def _made(
        self,
        stage: StepName,
        status: Status,
        evidence: str,
        entry: Entry,
        *,
        took: float | None = None,
        leave: Exit | None = None,
        name: str = "",
        title: str = "",
    ) -> Check:
        """A check that is not ok, with its entry's cause and fix."""
        return Check(
            id=self._id(name or stage.value),
            title=title or self._title(stage),
            status=status,
            evidence=one_line(evidence),
            code=entry.code,
            cause=entry.cause.say(self._lang, self._words),
            fix=fix_steps(entry, self._lang, self._words),
            took=took,
            exit=leave,
        )

    def _fault(
        self, fault: Fault, stage: StepName, evidence: str, took: float, fatal: bool = True
    ) -> Check:
        target = self._target
        entry = diagnose(fault, target.protocol, target.profile, target.address)
        if not fatal:
            return self._made(stage, Status.WARN, evidence, entry, took=took or None)
        leave = EXITS.get(fault.reason)
        if fault.reason is Reason.NO_CREDENTIAL:
            hint = say(self._lang, f"no {self._target.protocol.value}")
            return self._made(stage, Status.SKIP, hint, entry, leave=leave)
        return self._made(stage, Status.FAIL, evidence, entry, took=took or None, leave=leave)

    def _profile(self, step: Step) -> Check:
        name = step.evidence.partition(":")[0]
        if name in self._generic and not self._target.profile:
            return self._made(step.name, Status.WARN, step.evidence, entry_of(GENERIC))
        return self._ok(step.name, step.evidence, None)

    def _readings(self, poll: Poll) -> Check:
        if not poll.readings:
            evidence = say(self._lang, "n readings", 0)
            return self._made(
                StepName.READINGS, Status.FAIL, evidence, entry_of(NOTHING_READ), took=poll.took
            )
        evidence = say(self._lang, "n readings", len(poll.readings))
        if poll.faults:
            evidence += f", {say(self._lang, 'n faults', len(poll.faults))}"
        return self._ok(StepName.READINGS, evidence, poll.took)

    def _coverage(self, poll: Poll) -> Check:
        coverage = poll.coverage
        if not coverage.expected:
            return self._ok(StepName.COVERAGE, say(self._lang, "nothing expected"), None)
        evidence = say(self._lang, "expected", coverage.present, len(coverage.expected))
        if not coverage.missing:
            return self._ok(StepName.COVERAGE, evidence, None)
        evidence += f", {say(self._lang, 'missing', ', '.join(coverage.missing))}"
        return self._made(StepName.COVERAGE, Status.WARN, evidence, entry_of(COVERAGE))

    def _sensors(self, poll: Poll) -> None:
        """The faults of single sensors and tables, one line per kind."""
        for (entry, status, dcmi), faults in _grouped(poll, self._target).items():
            reason = faults[0].reason.value
            name, title = ("dcmi", "DCMI") if dcmi else (f"sensors.{reason}", "")
            self._tell(
                self._made(
                    StepName.READINGS,
                    status,
                    faults[0].detail or reason if dcmi else self._told(reason, faults),
                    entry,
                    name=name,
                    title=title or say(self._lang, "sensors"),
                    leave=EXITS.get(faults[0].reason) if poll.coverage.missing else None,
                )
            )

    def _told(self, reason: str, faults: Sequence[Fault]) -> str:
        """Their names; of peaks, which the table lacks, what would give them."""
        if all(f.sensor is not None and f.sensor.quantity is Quantity.PEAK for f in faults):
            return "; ".join(dict.fromkeys(fault.detail for fault in faults))
        names = list(dict.fromkeys(map(name_of, faults)))
        told = ", ".join(names[:_NAMED])
        if len(names) > _NAMED:
            told += f" {say(self._lang, 'and more', len(names) - _NAMED)}"
        return f"{reason}: {told}"


_Group = tuple[Entry, Status, bool]


def _grouped(poll: Poll, target: Target) -> Mapping[_Group, list[Fault]]:
    found: dict[_Group, list[Fault]] = {}
    for fault in poll.faults:
        entry = diagnose(fault, target.protocol)
        dcmi = fault.sensor is not None and fault.sensor.role is Role.NODE_DCMI
        found.setdefault((entry, _weight(fault, poll), dcmi), []).append(fault)
    return found


def _weight(fault: Fault, poll: Poll) -> Status:
    """SKIP where a missing value is normal, WARN where someone counts on it or it is wrong."""
    sensor = fault.sensor
    if fault.reason not in _NORMAL or sensor is None:
        return Status.WARN
    if sensor.role is Role.NODE_DCMI:
        return Status.WARN if fault.reason is Reason.INACTIVE else Status.SKIP
    return Status.WARN if sensor.word in poll.coverage.expected else Status.SKIP


def _masked(step: Step) -> str:
    """The evidence; of an identity without its serial number, which is nobody's business."""
    if step.name is not StepName.IDENTITY:
        return step.evidence
    return _SERIAL.sub(lambda found: masked(found[0]), step.evidence)


_SERIAL = re.compile(r"(?<=SN ).+?(?= · |$)")


def masked(serial: str) -> str:
    """A serial number that can be recognised but not used: its first four and last two."""
    if len(serial) <= 6:
        return "*" * len(serial)
    return serial[:4] + "*" * (len(serial) - 6) + serial[-2:]


def described(device: DeviceId) -> str:
    """Who a device says it is, in one line; "" where it does not say."""
    words = (device.vendor, device.model, device.serial and f"SN {device.serial}", device.firmware)
    return " · ".join(word for word in words if word)


def name_of(fault: Fault) -> str:
    """What to call a failed sensor: the device's own name, else our word and its component."""
    sensor = fault.sensor
    if sensor is None:
        return fault.detail or fault.reason.value
    return own_name(fault) or f"{sensor.word} {sensor.component}".strip()
