"""Polls become metric families: the metric contract, made afresh at each scrape.

A target that is down says so and exports no reading. A label that is not set is left out. No two
samples share name and labels, whatever a device calls its sensors.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence

from exporters.listing import SLOTS
from exporters.message import Figures
from exporters.points import Book, Point, Run, of_server
from exporters.series import Family, Page, line_start
from exporters.source import About
from model.devices import Coverage, DeviceId, Poll, TargetStatus
from model.readings import Fault, Outcome, Reading

_ASKED = "dcagent_node_power_timestamp_seconds"
_POWER_ASKED, _NODE_POWER = SLOTS[_ASKED], SLOTS["dcagent_node_power_watts"]


_NO_FIGURES = Figures()


class Exposition:
    """Makes families, and remembers from scrape to scrape how each series is written.

    May be used by several threads at once: what they share only ever gains equal entries.
    """

    def __init__(self) -> None:
        self._books: dict[str, Book] = {}

    def families(self, statuses: Iterable[TargetStatus], now: float) -> Iterator[Family]:
        """All families about some targets, in the order of the listing. `now`: Unix seconds."""
        known, books, page = self._books, dict[str, Book](), Page()
        for status in statuses:
            target = status.target
            if target.name in books:
                continue
            book = known.get(target.name)
            if book is None or book.worn or book.target != target:
                book = Book(target)
            books[target.name] = book
            _add_target(page, book, status, now)
            if status.up:
                _add_readings(page, book, status.polls)
        self._books = books
        yield from page.families()


def families(statuses: Iterable[TargetStatus], now: float) -> Iterator[Family]:
    """The same for one time only. `now`: Unix seconds."""
    return Exposition().families(statuses, now)


def _add_readings(page: Page, book: Book, polls: Sequence[Poll]) -> None:
    outcomes = [o for poll in polls for o in poll.outcomes if o.sensor is not None]
    at = 0
    for part in book.parts(tuple([o.sensor for o in outcomes if o.sensor])):
        if isinstance(part, Run):
            begun, at = at, at + len(part.starts)
            _add_run(page, part, outcomes[begun:at])
            continue
        outcome = outcomes[at]
        if part is not None and type(outcome) is Reading:
            _add_reading(page, book, part, outcome, polls)
        at += 1


def _add_run(page: Page, run: Run, outcomes: Sequence[Outcome]) -> None:
    starts: Sequence[str] = run.starts
    values = [o.value for o in outcomes if type(o) is Reading]
    if len(values) < len(outcomes):
        starts = [s for s, o in zip(starts, outcomes, strict=True) if type(o) is Reading]
    if values:
        family = page.family(run.slot)
        family.starts.extend(starts)
        family.values.extend(values)


def _add_reading(
    page: Page, book: Book, point: Point, reading: Reading, polls: Sequence[Poll]
) -> None:
    """A reading whose words are labels, or that comes with limits."""
    page.add(point.slot, point.fixed or point.told(reading), reading.value)
    if point.slot == _NODE_POWER:
        start = book.start(_ASKED, (("node", book.node),))
        page.add(_POWER_ASKED, start, _when_asked(reading, polls))
    if point.bounds:
        starts, limits = point.bounds
        column = page.family(point.slot + 1)
        column.starts.extend(starts)
        column.values.extend(limits)


def _when_asked(outcome: Outcome, polls: Iterable[Poll]) -> float:
    return next(poll.at for poll in polls if any(o is outcome for o in poll.outcomes))


def _add_target(page: Page, book: Book, status: TargetStatus, now: float) -> None:
    def add(name: str, value: float, **labels: str) -> None:
        page.add(SLOTS[name], book.start(name, tuple(labels.items())), value)

    last = status.last
    add("dcagent_target_up", float(status.up))
    add("dcagent_target_info", 1.0, **_info(status))
    for reason, count in _faults(status).items():
        add("dcagent_target_faults", count, reason=reason)
    add("dcagent_target_locked", float(status.locked))
    add("dcagent_target_backoff_seconds", status.backoff)
    if last is not None:
        add("dcagent_poll_duration_seconds", last.took)
        add("dcagent_poll_timestamp_seconds", last.at)
        add("dcagent_poll_age_seconds", max(0.0, now - last.at))
    if status.energy is not None:
        for source, joules in status.energy.joules.items():
            add("dcagent_node_energy_joules_total", joules, node=book.node, source=source.value)
        add("dcagent_node_energy_gap_seconds_total", status.energy.gap, node=book.node)
    if not status.up or last is None:
        return
    coverage = _coverage(status.polls)
    add("dcagent_target_coverage_expected", len(coverage.expected))
    add("dcagent_target_coverage_present", coverage.present)
    if last.device:
        add("dcagent_device_info", 1.0, **_device(last.device), profile=last.profile)


def _info(status: TargetStatus) -> dict[str, str]:
    target, place = status.target, status.target.place
    higher = ("province", "hub", "zone", "cluster", "u", "feed")
    named = {name: getattr(place, name) for name in higher}
    # A BMC is a server's even before it has said a word; an SNMP device is one if it is named so.
    node = target.node or (target.name if of_server(target) else "")
    profile = (status.last.profile if status.last else "") or target.profile
    return {**named, "node": node, "protocol": target.protocol.value, "profile": profile}


def _device(device: DeviceId) -> dict[str, str]:
    names = ("vendor", "model", "serial", "firmware")
    return {name: getattr(device, name) for name in names}


def _faults(status: TargetStatus) -> dict[str, int]:
    """Faults by reason: of all that is fresh while the target is up, else of the latest poll."""
    latest = (status.last,) if status.last else ()
    counts: dict[str, int] = {}
    for poll in status.polls if status.up else latest:
        for outcome in poll.outcomes:
            if isinstance(outcome, Fault):
                reason = outcome.reason.value
                counts[reason] = counts.get(reason, 0) + 1
    return counts


def _coverage(polls: Iterable[Poll]) -> Coverage:
    """Coverage over all tiers: of each word, what the latest poll that expected it says."""
    missing: dict[str, bool] = {}
    for poll in sorted(polls, key=lambda poll: poll.at):
        lost = set(poll.coverage.missing)
        missing.update((word, word in lost) for word in poll.coverage.expected)
    return Coverage(tuple(missing), tuple(word for word, lost in missing.items() if lost))


def own_families(
    about: About,
    targets: int,
    credentials: Mapping[str, bool],
    figures: Figures = _NO_FIGURES,
    scrapes: tuple[int, float] = (0, 0.0),
    dropped: Mapping[str, int] | None = None,
) -> Iterator[Family]:
    """The agent about itself.

    `figures`: of its server; `scrapes`: how many so far, and the Unix time of the last; `dropped`:
    SNMP datagrams by reason.
    """
    page = Page()

    def add(name: str, value: float, **labels: str) -> None:
        page.add(SLOTS[name], line_start(name, {}, tuple(labels.items())), value)

    add("dcagent_build_info", 1.0, version=about.version, python=platform.python_version())
    add("dcagent_targets", targets)
    for credential, locked in credentials.items():
        add("dcagent_credential_locked", float(locked), credential=credential)
    for reason, count in (dropped or {}).items():
        add("dcagent_snmp_dropped_total", count, reason=reason)
    add("dcagent_config_last_reload_successful", float(about.reloaded))
    add("dcagent_config_last_reload_timestamp_seconds", about.reloaded_at)
    add("dcagent_http_connections", figures.connections)
    add("dcagent_http_refused_total", figures.refused)
    add("dcagent_http_evicted_total", figures.evicted)
    add("dcagent_http_failed_logins_total", figures.failed_logins)
    if figures.expires is not None:
        add("dcagent_http_certificate_expiry_timestamp_seconds", figures.expires)
    count, last = scrapes
    add("dcagent_http_scrapes_total", count)
    if count:
        add("dcagent_http_last_scrape_timestamp_seconds", last)
    yield from page.families()
