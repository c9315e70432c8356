"""All checks, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.config_web import LISTEN
from agent.doctor import process
from agent.doctor.accelerators import accelerators
from agent.doctor.bmc import bmc
from agent.doctor.clock import clock
from agent.doctor.configuration import Settings, configuration, settings
from agent.doctor.finding import Finding
from agent.doctor.machine import cpu, system
from agent.doctor.page import NoPage, Page, fetch
from agent.doctor.scraping import scraping
from agent.doctor.sensors import hwmon, meter, rapl
from agent.doctor.service import directories, open_files, reload, service, silent
from agent.doctor.surroundings import Surroundings
from agent.doctor.targets import View, credentials, polls, targets

ENVIRONMENT = (system, cpu, clock, bmc, hwmon, rapl, meter, accelerators)


def examine(s: Surroundings) -> Iterator[Finding]:
    """Every finding as soon as it is known."""
    taken = settings(s)
    agent = process.running(s.files)
    listens = taken.config.web.listen if taken.config else LISTEN.default
    s = replace(
        s,
        url=where(s, taken),
        runs_as=agent.account if agent else None,
        processors=taken.processors,
    )
    for check in ENVIRONMENT:
        yield from check(s)
    yield from _agent(s, taken, listens)


def where(s: Surroundings, taken: Settings) -> str:
    """Where the agent is asked: as the command line says, else as it is configured to serve."""
    listens = taken.config.web.listen if taken.config else LISTEN.default
    return (s.url or f"{taken.scheme}://{reachable(listens[0])}").rstrip("/")


_OF_ALL = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 # asked, not bound
"""Addresses that stand for every one of this host → its loopback."""


def reachable(listen: str) -> str:
    """HOST:PORT at which a listen address of this host is asked from here."""
    host, _, port = listen.rpartition(":")
    return f"{_OF_ALL.get(host, host)}:{port}"


def _agent(s: Surroundings, taken: Settings, listens: tuple[str, ...]) -> Iterator[Finding]:
    page, why = Page(), None
    try:
        page = fetch(s.url, s.patience)
    except NoPage as error:
        why = error
    agent = process.running(s.files, page.value("process_start_time_seconds"))
    s = replace(s, runs_as=agent.account if agent else None)
    set_up = agent is not None or bool(process.unit(s.files))
    answers = why is None or why.guarded
    yield from service(s, agent, answers, configured=not taken.absent)
    yield from configuration(s, taken)
    if why is not None:
        if agent is not None or why.stranger or why.guarded:
            yield from silent(s, why)
        yield from directories(s, taken.config, set_up)
        return
    view = View(page, taken.config)
    for check in (targets, credentials, polls):
        yield from check(view)
    yield from reload(page)
    yield from directories(s, taken.config, set_up, serves=taken.config is not None)
    yield from open_files(page, agent)
    yield from scraping(s, page, listens)
