"""One probe from beginning to end: ask, show, count."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.language import say
from agent.cli.probe_findings import Findings
from agent.cli.probe_screen import Screen, Silence
from agent.cli.probe_targets import Inquiry, account
from agent.cli.probe_text import header
from agent.cli.prompts import Refused
from agent.config import DEFAULT_FILE
from agent.config_profiles import processors
from agent.diagnosis import Lang
from agent.gates import refusal
from agent.results import Check, Exit, Status
from agent.wiring import Collectors, replaying
from collectors.ipmi.ways import is_device
from collectors.poll import Road
from hw_profiles.load import Pack, pack
from hw_profiles.schema import Criteria
from model.devices import Poll, Protocol, Target
from model.document import nearest
from model.readings import Reason

if TYPE_CHECKING:
    from agent.cli.probe_record import Recorder

HELPERS = {Protocol.IPMI: "DCA-IPMI-015", Protocol.SNMP: "DCA-SNMP-013"}


@dataclass
class Found:
    """What one run has found so far; complete unless it was interrupted."""

    checks: list[Check] = field(default_factory=list)
    polls: list[Poll] = field(default_factory=list)
    interrupted: bool = False


def profiles(inquiry: Inquiry, beside: Path = DEFAULT_FILE.parent / "profiles.d") -> Pack:
    """Shipped profiles and the operator's own, with or without a configuration."""
    if inquiry.config is not None:
        own = any(target.protocol is Protocol.HOST for target in inquiry.targets)
        found = pack(*inquiry.config.profiles)
        return replace(found, processors=processors(inquiry.config)) if own else found
    return pack(beside) if beside.is_dir() else pack()


def collectors_of(inquiry: Inquiry) -> Collectors:
    """The collectors that these targets need. Refused: a library is missing."""
    if inquiry.replay is not None:
        return replaying(inquiry.replay)
    cache = inquiry.config.cache if inquiry.config else None
    collectors = Collectors(cache if cache and os.access(cache, os.W_OK) else None)
    for protocol in {target.protocol for target in inquiry.targets}:
        try:
            collectors.need((protocol,))
        except ImportError as error:
            raise Refused(str(error), Exit.UNAVAILABLE, HELPERS[protocol]) from error
    return collectors


def cancel_on_signals(task: asyncio.Task[None]) -> None:
    """Ctrl-C and SIGTERM; also where a shell in the background had SIGINT ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # no signals here: not the main thread


class Run:
    """Asks every target of an inquiry once, one after the other."""

    def __init__(self, inquiry: Inquiry, lang: Lang, screen: Screen | Silence) -> None:
        self._inquiry, self._lang, self._screen = inquiry, lang, screen
        self._pack = profiles(inquiry)
        self._generic = frozenset(
            profile.name
            for profile in self._pack.profiles
            if Criteria() in profile.match and profile.protocol is not Protocol.HOST
        )
        self._refused: dict[str, Protocol] = {}
        self._headed = False
        self._collectors = Collectors()
        self._recorder = self._recording(screen)
        self.found = Found()

    def start(self) -> Found:
        """Does it all; Ctrl-C and SIGTERM end it with what was found and every session closed."""
        self._collectors = collectors_of(self._inquiry)
        asyncio.run(self._all(Road(self._collectors, self._pack)))
        self._screen.release()
        return self.found

    async def _all(self, way: Road) -> None:
        task = asyncio.current_task()
        assert task is not None
        cancel_on_signals(task)
        try:
            for target in self._inquiry.targets:
                await self._one(way, target)
            for protocol in self._inquiry.without:
                self._tell(self._left_out(protocol))
            if self._recorder is not None and self._recorder.complete:
                self._tell(self._recorder.finish(self._inquiry.targets[0]))
        except asyncio.CancelledError:
            self.found.interrupted = True
            if self._recorder is not None:
                self._tell(self._recorder.stopped(self._inquiry.targets[0]))
            task.uncancel()
        finally:
            await way.close()

    async def _one(self, way: Road, target: Target) -> None:
        findings = Findings(target, self._lang, self._tell, self._inquiry.typed, self._generic)
        name = account(target)
        if name in self._refused:
            findings.refused_before(name, self._refused[name])
            return
        here = target.protocol is Protocol.HOST or is_device(target.address)
        port = "" if here else f" udp/{target.endpoint[1]}"
        self._screen.busy(f"{target.protocol.name} {target.address}{port}".strip())
        poll = await way.poll(target, note=findings.note)
        self.found.polls.append(poll)
        findings.conclude(poll)
        self._head(poll)
        self._explain_name(poll)
        if name and refusal(poll):
            self._refused[name] = target.protocol
        if self._recorder is not None:
            told = await self._recorder.take(target, poll, self._collectors[target.protocol])
            if told is not None:
                self._tell(told)

    def _recording(self, screen: Screen | Silence) -> Recorder | None:
        """The recorder that was asked for."""
        inquiry = self._inquiry
        if inquiry.record is None:
            return None
        from agent.cli.probe_record import Recorder

        address = inquiry.targets[0].address
        recorder = Recorder(inquiry.record, address, self._pack, self._lang, screen)
        recorder.pause = inquiry.pause
        return recorder

    def _tell(self, check: Check) -> None:
        self.found.checks.append(check)
        self._screen.tell(check)

    def _head(self, poll: Poll) -> None:
        line = header(poll.device, poll.profile, poll.target, self._lang) if poll.device else ""
        if line.strip() and not self._headed:
            self._headed = True
            self._screen.head(line)

    def _explain_name(self, poll: Poll) -> None:
        """A word that is no host may be a target's name, misspelt."""
        unresolved = any(fault.reason is Reason.UNRESOLVED for fault in poll.faults)
        if unresolved and self._inquiry.config is not None:
            word = poll.target.address
            hint = nearest(word, self._inquiry.names)
            text = say(self._lang, "not a target", word, hint)
            protocol = poll.target.protocol.value
            self._tell(Check(f"{protocol}.name", "", Status.SKIP, text))

    def _left_out(self, protocol: Protocol) -> Check:
        evidence = say(self._lang, f"no {protocol.value}")
        return Check(f"{protocol.value}.session", protocol.name, Status.SKIP, evidence)
