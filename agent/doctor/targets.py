"""The agent's targets as it sees them: who does not answer and why, what is locked, how fresh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.config import BACKOFF, Config
from agent.config_targets import Pace
from agent.diagnosis import Text, code_of
from agent.doctor.amounts import lasting, listed
from agent.doctor.finding import Finding, Subject
from agent.doctor.page import Page
from agent.gates import REFUSALS
from model.credentials import IpmiCredential, UsmCredential
from model.devices import Protocol, Target
from model.readings import Reason

TARGETS = Subject("service.targets", Text("目标", "targets"))
LOCKED = Subject("service.credentials", Text("凭据", "credentials"))
POLLS = Subject("service.polls", Text("轮询", "polls"))

REFUSED, OLD, UNANSWERED, NO_TARGET = "DCA-AUTH-002", "DCA-SVC-005", "DCA-SVC-013", "DCA-SVC-014"

_LIFE = 3
"""Intervals after which a value is withdrawn (`agent.store`)."""
_WORDS = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True)
class View:
    """The page and, where it may be read, the configuration behind it."""

    page: Page
    config: Config | None = None

    @property
    def total(self) -> int:
        """How many targets the agent has."""
        told = self.page.value("dcagent_targets")
        return int(told) if told is not None else len(self.page.by_target("dcagent_target_up"))

    def target(self, name: str) -> Target | None:
        """A target of the configuration."""
        entry = self.config.entry(name) if self.config else None
        return entry.target if entry else None


def targets(view: View) -> Iterator[Finding]:
    """Those that answer, or why others do not; the refusal before what it has stopped."""
    up = view.page.by_target("dcagent_target_up")
    if not view.total:
        yield TARGETS.info(Text("没有配置目标", "no targets are configured"), NO_TARGET)
        return
    if not up:
        text = Text(
            "{total} 个目标，没有看到它们的状态", "{total} targets, whose state was not seen"
        )
        yield TARGETS.skip(text, total=str(view.total))
        return
    down = [name for name, value in up.items() if not value]
    asked = view.page.by_target("dcagent_poll_timestamp_seconds")
    locked = view.page.by_target("dcagent_target_locked")
    waiting = [name for name in down if name not in asked and not locked.get(name)]
    told = f"{len(up)}/{view.total}" if len(up) < view.total else str(view.total)
    yield from _down(view, [name for name in down if name not in waiting], told)
    if waiting:
        text = Text("{count} 个目标尚未问过: {names}", "{count} targets not asked yet: {names}")
        yield TARGETS.skip(text, count=str(len(waiting)), names=listed(waiting))
    if not down:
        text = Text("{total} 个目标全部应答", "all {total} targets answer")
        if view.total == 1:
            text = Text("目标 {name} 应答正常", "target {name} answers")
        yield TARGETS.ok(text, total=told, name=next(iter(up)))


def _down(view: View, down: list[str], total: str) -> Iterator[Finding]:
    """One finding per reason and protocol; the locked ones are told under their credential."""
    locked = view.page.by_target("dcagent_target_locked")
    protocols = {
        labels["target"]: labels.get("protocol", "")
        for labels, _ in view.page.rows("dcagent_target_info")
        if "target" in labels
    }
    reasons = _reasons(view.page)
    groups: dict[tuple[str, str], list[str]] = {}
    for name in down:
        reason = reasons.get(name, "")
        if locked.get(name) and reason not in REFUSALS:
            continue
        groups.setdefault((reason, protocols.get(name, "")), []).append(name)
    every = len(groups) == 1 and len(down) == len(view.page.by_target("dcagent_target_up"))
    for (reason, protocol), names in groups.items():
        yield _unanswered(view, reason, protocol, names, total, every=every)


def _unanswered(
    view: View, reason: str, protocol: str, names: list[str], total: str, *, every: bool
) -> Finding:
    words = {"count": str(len(names)), "total": total, "names": listed(names), "reason": reason}
    words |= {"target": names[0], **_of(view.target(names[0]))}
    known = reason in _WORDS and protocol in set(Protocol)
    code = code_of(Reason(reason), Protocol(protocol)).code if known else UNANSWERED
    text = Text(
        "{total} 个目标中 {count} 个无数据 ({reason}): {names}",
        "{count} of {total} targets down ({reason}): {names}",
    )
    if not reason:
        text = Text(
            "{total} 个目标中 {count} 个无数据: {names}", "{count} of {total} targets down: {names}"
        )
        del words["reason"]
    return TARGETS.fail(text, code, **words) if every else TARGETS.warn(text, code, **words)


def _of(target: Target | None) -> dict[str, str]:
    """What a target's configuration puts into the holes of a cause."""
    if target is None:
        return {}
    host, port = target.endpoint
    words = {"address": host, "port": str(port), "profile": target.profile}
    if isinstance(target.credential, IpmiCredential | UsmCredential):
        words["user"] = target.credential.username
    return {key: word for key, word in words.items() if word}


def _reasons(page: Page) -> dict[str, str]:
    """Each target's main reason: a refusal before any other, else the most frequent."""
    found: dict[str, tuple[bool, float, str]] = {}
    for labels, count in page.rows("dcagent_target_faults"):
        name, reason = labels.get("target", ""), labels.get("reason", "")
        found[name] = max(found.get(name, (False, 0.0, "")), (reason in REFUSALS, count, reason))
    return {name: reason for name, (_, _, reason) in found.items()}


def credentials(view: View) -> Iterator[Finding]:
    """One finding per credential that was refused."""
    stopped = [n for n, v in view.page.by_target("dcagent_target_locked").items() if v]
    for labels, locked in view.page.rows("dcagent_credential_locked"):
        if locked:
            yield _locked(view, labels.get("credential", ""), stopped)


def _locked(view: View, name: str, stopped: list[str]) -> Finding:
    held = [n for n in stopped if _credential(view.target(n)) in (name, "")]
    reasons = _reasons(view.page)
    by = next((n for n in held if reasons.get(n) in REFUSALS), "")
    target = view.target(by)
    words = {"credential": name, "count": str(len(held)), "total": str(view.total)}
    if by:
        words["by"] = f"{by} ({target.address})" if target else by
        text = Text(
            '{total} 个目标中 {count} 个已停: 凭据 "{credential}" 被 {by} 拒绝',
            '{count} of {total} targets stopped: credential "{credential}" was refused by {by}',
        )
    elif held:
        text = Text(
            '{total} 个目标中 {count} 个已停: 凭据 "{credential}" 被拒绝',
            '{count} of {total} targets stopped: credential "{credential}" was refused',
        )
    else:
        text = Text(
            '凭据 "{credential}" 被拒绝，已停用',
            'credential "{credential}" was refused and is not tried',
        )
    return LOCKED.warn(text, REFUSED, **words)


def _credential(target: Target | None) -> str:
    return target.credential.name if target and target.credential else ""


def polls(view: View) -> Iterator[Finding]:
    """How long ago something was polled, of what is not locked."""
    locked = view.page.by_target("dcagent_target_locked")
    ages = view.page.by_target("dcagent_poll_age_seconds")
    fresh = [age for name, age in ages.items() if not locked.get(name)]
    if not fresh:
        return
    words = {"age": lasting(min(fresh))}
    if min(fresh) > _patience(view.config):
        text = Text("上次轮询在 {age} 前", "the last poll was {age} ago")
        yield POLLS.warn(text, OLD, **words)
    else:
        yield POLLS.ok(Text("上次轮询 {age} 前", "last poll {age} ago"), **words)


def _patience(config: Config | None) -> float:
    """Seconds without a poll that pauses of dead targets do not explain."""
    pace = config.manners.pace if config else Pace()
    return _LIFE * pace.fast + (config.backoff if config else BACKOFF.default)
