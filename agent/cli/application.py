"""The commands by name: only the one that was asked for is imported."""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Annotated

import typer
from typer.exceptions import TyperException

from agent.version import VERSION

USAGE, BUG, INTERRUPTED = 64, 70, 130
"""Exit codes: bad arguments and our own bug (sysexits.h), Ctrl-C."""

COMMANDS: dict[str, tuple[str, str, str]] = {
    "probe": ("agent.cli.probe", "probe", "Ask one device once and show each step."),
    "discover": (
        "agent.cli.discover",
        "discover",
        "Find devices on the network and write an inventory.",
    ),
    "run": ("agent.cli.run", "run", "Poll the configured targets and serve their metrics."),
    "doctor": ("agent.cli.doctor", "doctor", "Look this host and its agent over."),
    "inventory": (
        "agent.cli.inventory",
        "app",
        "Check, import or show who should be there.",
    ),
    "explain": ("agent.cli.explain", "explain", "Say what a code means and how to mend it."),
    "profiles": (
        "agent.cli.profiles",
        "app",
        "List, check, test, match and draft device profiles.",
    ),
    "score": ("agent.cli.score", "app", "Score compute and its efficiency; print the rules of it."),
    "alerts": ("agent.cli.alerts", "app", "Print the alerts for Prometheus and their runbooks."),
    "config": ("agent.cli.config", "app", "Check or print a configuration, write a secret."),
    "support-bundle": (
        "agent.cli.support_bundle",
        "support_bundle",
        "Gather what helps to find a fault, redacted.",
    ),
    "capture": ("agent.cli.capture", "app", "Show or redact a recorded device."),
    "simulate": ("agent.cli.simulate", "simulate", "Answer a capture over the real protocol."),
}
"""Command → module, name in it (a function, or a typer app named `app`), one line of help."""

HELP = """Power, thermal and rack metrics of data-centre hardware for Prometheus.

Example: dcagent probe 10.0.0.17 --user monitor"""


def run(arguments: list[str]) -> int:
    """Runs one command line; returns the exit code."""
    try:
        result = application(_wanted(arguments))(
            arguments, prog_name="dcagent", standalone_mode=False
        )
        sys.stdout.flush()  # a reader that has gone shows here, not when the process ends
    except TyperException as error:
        return _misused(error)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read us has gone (head, less): nobody is left to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001  # our own bug: said, with its place, and not with exit 1
        traceback.print_exc()
        sys.stderr.write("dcagent: this is a bug of dcagent; please report the lines above\n")
        return BUG
    return result if isinstance(result, int) else 0


def _misused(error: TyperException) -> int:
    """Says what was wrong with the arguments; usage errors bring a usage line of their own."""
    show: Callable[[], None] | None = getattr(error, "show", None)
    if show is not None:
        show()
    else:
        sys.stderr.write(f"Error: {error}\n")
    return USAGE


def _wanted(arguments: list[str]) -> str:
    """The command asked for, also where a shell asks for completions; "" where none is."""
    words = arguments
    if "_DCAGENT_COMPLETE" in os.environ:
        words = _completed()
    return next((word for word in words if word in COMMANDS), "")


def _completed() -> list[str]:
    """The words of the line that a shell wants completed (bash and fish, zsh each in their way)."""
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    try:
        return shlex.split(line)[1:]
    except ValueError:  # a quote is still open
        return line.split()[1:]


def application(wanted: str) -> typer.Typer:
    """The typer application: `wanted` in full, every other command as its line of help."""
    app = typer.Typer(
        help=HELP,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for name, (module, attribute, line) in COMMANDS.items():
        if name != wanted:
            app.command(name, help=line)(_elsewhere)
            continue
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _elsewhere() -> None:
    """Stands for a command that was not asked for."""


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"dcagent {VERSION}\n")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Options of the program itself; their callbacks do the work."""
