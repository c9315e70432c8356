"""Writes the manual page dcagent(1) out of the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from agent import roff
from agent.cli.application import COMMANDS, application
from agent.version import VERSION

_DESCRIPTION = """dcagent asks power, thermal and rack hardware what it measures: BMCs by IPMI,
PDUs, UPSs and BMCs by SNMP, the machine that it runs on by itself. It serves what was measured to
Prometheus and tells an engineer at the rack what is wrong and how to mend it. A value is
measured, or it is absent with a reason. Nothing is ever written to a device."""

_STATUS = {
    "0": "All is well.",
    "1": "Warnings only.",
    "2": "Something failed.",
    "3": "It could not be decided: unreachable, timed out, incomplete.",
    "64": "Bad arguments.",
    "69": "A helper is missing: a driver, a tool.",
    "70": "A bug of dcagent.",
    "75": "A temporary failure; try again.",
    "77": "No permission on this host.",
    "78": "The configuration is wrong.",
    "130": "Interrupted by Ctrl-C.",
}

_ENVIRONMENT = {
    "LC_ALL, LC_MESSAGES, LANG": "The language of findings, unless --lang is given: zh or English.",
    "DCAGENT_PASSWORD, DCAGENT_COMMUNITY, DCAGENT_AUTH_PASSWORD, DCAGENT_PRIV_PASSWORD": (
        "Secrets of a device that is probed, where no file is given."
    ),
    "DCAGENT_OPTS": (
        "Further options of the service, in /etc/default/dcagent or /etc/sysconfig/dcagent."
    ),
}

_FILES = {
    "/etc/dcagent/dcagent.toml": "The configuration, dcagent.toml(5).",
    "/etc/dcagent/conf.d/*.toml": "Further places, credentials and targets.",
    "/etc/dcagent/secrets/": "Passwords and communities, a file each, for the service alone.",
    "/etc/dcagent/profiles.d/, /etc/dcagent/processors.d/": (
        "Device profiles and processors of your own; they win over the shipped ones."
    ),
    "/var/lib/dcagent/": "Energy counters.",
    "/var/cache/dcagent/": "Lists of sensors; they may be deleted.",
    "/usr/share/dcagent/": "Samples: targets, Prometheus configurations, rules.",
}


def manual(date: str) -> str:
    """The page; `date` (YYYY-MM-DD) is that of the release."""
    return "".join(_parts(date))


def _parts(date: str) -> Iterator[str]:
    summary = "power, thermal and rack metrics of data-centre hardware for Prometheus"
    yield roff.page("dcagent", 1, summary, VERSION, date)
    yield roff.heading("SYNOPSIS", "dcagent COMMAND [OPTIONS]", "dcagent --version")
    yield roff.heading("DESCRIPTION", _DESCRIPTION)
    yield roff.heading("COMMANDS")
    for name in COMMANDS:
        yield from _command(name)
    for title, terms in (
        ("EXIT STATUS", _STATUS),
        ("ENVIRONMENT", _ENVIRONMENT),
        ("FILES", _FILES),
    ):
        yield roff.heading(title)
        for term, words in terms.items():
            yield roff.item(term, words)
    yield roff.heading("SEE ALSO", "dcagent.toml(5), ipmitool(1), prometheus(1)")


def _command(name: str) -> Iterator[str]:
    """A command, or each command of a group."""
    whole = get_command(application(name))
    assert isinstance(whole, TyperGroup)
    command = whole.commands[name]
    if not isinstance(command, TyperGroup):
        yield from _described(f"dcagent {name}", command)
        return
    for below, inner in command.commands.items():
        yield from _described(f"dcagent {name} {below}", inner)


def _described(words: str, command: object) -> Iterator[str]:
    assert isinstance(command, TyperCommand)
    context = command.make_context(words, [], resilient_parsing=True)
    about, _, shown = (command.help or "").partition("Example:")
    usage = " ".join((words, *command.collect_usage_pieces(context)))
    yield roff.part(usage, *filter(str.strip, about.split("\n\n")))
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[0] != "--help":
            yield roff.item(*record)
    if shown:
        yield roff.paragraph("Example:")
        yield roff.example(shown.strip())
