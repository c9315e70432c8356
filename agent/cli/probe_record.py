"""`dcagent probe --record FILE`: after the poll, everything that the device will say."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from agent.capture_files import map_of, part_of, write
from agent.cli.language import say
from agent.cli.probe_screen import Screen, Silence
from agent.cli.prompts import Refused
from agent.diagnosis import Lang, diagnose, entry_of
from agent.results import Check, Exit, Status, fix_steps
from agent.version import VERSION
from collectors.protocol import Collector, Failure
from collectors.recording import INCOMPLETE, Progress, Recording
from hw_profiles import redact
from hw_profiles.capture import Capture, read, render
from hw_profiles.load import Pack
from hw_profiles.pseudonyms import SERIAL, Pseudonyms
from hw_profiles.schema import Oid, Profile
from model.credentials import CommunityCredential, IpmiCredential, UsmCredential
from model.devices import DeviceId, Poll, Protocol, Target
from model.document import DocumentError
from model.readings import Fault, Reason

UNFINISHED, UNWRITABLE = "DCA-CAP-001", "DCA-CAP-002"
_ASKED = "asked"
"""The line of an unfinished recording that says whose it is."""
_SHOWN_EVERY, _KEPT_EVERY = 0.2, 10.0
_GONE = (Reason.NO_ANSWER, Reason.PORT_CLOSED, Reason.SESSION_LOST, Reason.TIMEOUT)


class Recorder:
    """Records the targets of one probe into one file. Refused: the file cannot be used.

    Until `finish` what was heard waits beside the file, and a second run goes on from there.
    """

    def __init__(
        self, file: Path, address: str, found: Pack, lang: Lang, screen: Screen | Silence
    ) -> None:
        self._file, self._address, self._pack = file, address, found
        self._lang, self._screen = lang, screen
        self._recording = _begun(file, address)
        self._secrets: set[str] = set()
        self._polls: list[Poll] = []
        self._shown = self._kept = time.monotonic()
        self.pause = 0.0
        self.complete = True

    async def take(self, target: Target, poll: Poll, collector: Collector) -> Check | None:
        """Records one target over the session of its poll; a check where that failed."""
        self._secrets |= _secrets(target)
        self._polls.append(poll)
        try:
            if not await self._asked(target, poll, collector):
                self.complete = False
                return self._made(target, Status.SKIP, say(self._lang, "nothing recorded"))
        except Failure as failure:
            self.complete = False
            self.keep()
            undecided = Exit.UNDECIDED if failure.reason in _GONE else None
            cause = diagnose(failure.fault(), target.protocol).cause.say(self._lang, {})
            evidence = f"{failure.detail or failure.reason.value}: {cause}"
            return self._unfinished(target, evidence, undecided)
        return None

    async def _asked(self, target: Target, poll: Poll, collector: Collector) -> bool:
        """True where the device was asked to the end. Failure: it was lost."""
        if target.protocol is Protocol.IPMI:
            from collectors.ipmi.collector import IpmiCollector
            from collectors.ipmi.record import IpmiRecorder

            channel = collector.session(target) if isinstance(collector, IpmiCollector) else None
            if channel is None:
                return False
            bmc = IpmiRecorder(channel, self._recording, pause=self.pause, tell=self._tell)
            await bmc.run()
            return True
        from collectors.snmp.collector import SnmpCollector
        from collectors.snmp.record import Bounds, SnmpRecorder

        if not isinstance(collector, SnmpCollector) or _lost(poll):
            return False
        client, manners = collector.session(target)
        profile = self._pack.named(poll.profile)
        bounds = Bounds(pause=self.pause, repetitions=profile.max_repetitions if profile else 25)
        agent = SnmpRecorder(
            client, target, self._recording, manners=manners, bounds=bounds, tell=self._tell
        )
        await agent.run(_bases(profile) if profile else ())
        return True

    def _tell(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._shown >= _SHOWN_EVERY:
            self._shown = now
            words = say(self._lang, "recording", progress.what, progress.done)
            if progress.left is not None:
                words += say(self._lang, "time left", _rounded(progress.left))
            self._screen.busy(words)
        if now - self._kept >= _KEPT_EVERY:
            self.keep()

    def keep(self) -> None:
        """Puts what was heard so far beside the file, for the next run; never a secret."""
        self._kept = time.monotonic()
        recording = self._recording
        if not recording.objects and not recording.exchanges:
            return
        header = {"dcagent-capture": "1", "origin": "device", **recording.notes}
        header |= {_ASKED: self._address, redact.REDACTED: "nothing yet: keep this to yourself"}
        found = redact.blot(recording.capture(header), tuple(self._secrets))
        write(part_of(self._file), render(found))

    def stopped(self, target: Target) -> Check:
        """The check of a recording that was interrupted; what was heard is kept."""
        self.complete = False
        if not self._recording.objects and not self._recording.exchanges:
            return self._made(target, Status.SKIP, say(self._lang, "nothing recorded"))
        try:
            self.keep()
        except OSError as error:
            return self._unwritten(target, error)
        return self._unfinished(target, say(self._lang, "recording stopped"), None)

    def finish(self, target: Target) -> Check:
        """Writes the capture and the map of its pseudonyms; the part is no longer needed."""
        try:
            pseudonyms = redact.read_map(map_of(self._file))
            found = self._redacted(pseudonyms)
            write(map_of(self._file), redact.render_map(pseudonyms))
            write(self._file, render(found))
            part_of(self._file).unlink(missing_ok=True)
        except (OSError, DocumentError) as error:
            return self._unwritten(target, error)
        count = len(found.objects) + len(found.exchanges)
        evidence = say(self._lang, "recorded", count, self._file, map_of(self._file).name)
        if INCOMPLETE in self._recording.notes:
            evidence += f" ({say(self._lang, 'missing', self._recording.notes[INCOMPLETE])})"
        return self._made(target, Status.OK, evidence)

    def _redacted(self, pseudonyms: Pseudonyms) -> Capture:
        device = next((poll.device for poll in self._polls if poll.device), DeviceId())
        if device.serial:
            pseudonyms.text(SERIAL, device.serial)
        profiles = ", ".join(poll.profile for poll in self._polls if poll.profile)
        header = {
            "dcagent-capture": "1",
            "device": _described(device),
            "date": datetime.now(UTC).date().isoformat(),
            "origin": "device",
            "recorder": f"dcagent {VERSION}",
            "profile": profiles or "none",
            INCOMPLETE: self._recording.notes.get(INCOMPLETE, ""),
        }
        return redact.redact(
            self._recording.capture({key: word for key, word in header.items() if word}),
            pseudonyms,
            secrets=tuple(self._secrets),
            address=self._address,
            serials=redact.serial_addresses(self._pack.profiles),
        )

    def _made(self, target: Target, status: Status, evidence: str) -> Check:
        return Check(f"{target.protocol.value}.record", say(self._lang, "record"), status, evidence)

    def _unfinished(self, target: Target, evidence: str, leave: Exit | None) -> Check:
        return self._failed(target, UNFINISHED, Status.WARN, evidence, leave)

    def _unwritten(self, target: Target, error: Exception) -> Check:
        return self._failed(target, UNWRITABLE, Status.FAIL, str(error), None)

    def _failed(
        self, target: Target, code: str, status: Status, evidence: str, leave: Exit | None
    ) -> Check:
        entry, words = entry_of(code), {"file": str(self._file), "target": target.address}
        return Check(
            id=f"{target.protocol.value}.record",
            title=say(self._lang, "record"),
            status=status,
            evidence=evidence,
            code=code,
            cause=entry.cause.say(self._lang, words),
            fix=fix_steps(entry, self._lang, words),
            exit=leave,
        )


def _begun(file: Path, address: str) -> Recording:
    """What an earlier run left. Refused: it is of another device, or the folder cannot be used."""
    if not file.parent.is_dir():
        raise Refused(f"there is no folder {file.parent}", Exit.USAGE, UNWRITABLE, str(file))
    part = part_of(file)
    if not part.exists():
        return Recording()
    found = Recording.of(read(part))
    whose = found.notes.pop(_ASKED, "")
    if whose != address:
        message = f"{part} is the unfinished recording of {whose or 'another device'}: remove it"
        raise Refused(message, Exit.USAGE, UNWRITABLE, str(part))
    for key in ("dcagent-capture", "origin", redact.REDACTED):
        found.notes.pop(key, None)
    return found


def _secrets(target: Target) -> set[str]:
    credential = target.credential
    if isinstance(credential, IpmiCredential):
        return {credential.password.reveal()}
    if isinstance(credential, CommunityCredential):
        return {credential.community.reveal()}
    if isinstance(credential, UsmCredential):
        return {credential.auth.reveal(), credential.priv.reveal()} - {""}
    return set()


def _lost(poll: Poll) -> bool:
    """True where the device itself did not answer; one that no profile knows did."""
    whole = [o for o in poll.outcomes if isinstance(o, Fault) and o.sensor is None]
    known = poll.coverage.expected or poll.readings
    return not known and any(fault.reason is not Reason.NO_PROFILE for fault in whole)


def _bases(profile: Profile) -> tuple[str, ...]:
    """The subtrees that a profile reads, each down to its enterprise or MIB."""
    rules = (*profile.rules, *(rule for table in profile.tables for rule in table.rules))
    oids = (rule.origin.oid for rule in rules if isinstance(rule.origin, Oid))
    return tuple(dict.fromkeys(".".join(oid.split(".")[:7]) for oid in oids))


def _described(device: DeviceId) -> str:
    words: Mapping[str, str] = {"vendor": device.vendor, "model": device.model}
    named = " ".join(word for word in words.values() if word) or "unnamed device"
    return f"{named}, {device.firmware}" if device.firmware else named


def _rounded(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
