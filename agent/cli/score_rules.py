"""`dcagent score rules`: the recording rules, for a table, a profile, a day and a shard."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.results import Exit
from model.document import DocumentError, nearest
from scoring.rule import Shard
from scoring.table import PROFILE

if TYPE_CHECKING:
    from scoring.table import Table


def rules(
    profile: Annotated[
        str, typer.Option("--profile", help="How points are given: compliance or green2025.")
    ] = PROFILE,
    breakpoints: Annotated[
        Path | None,
        typer.Option("--breakpoints", help="A table of your own instead of the shipped one."),
    ] = None,
    shard: Annotated[
        Shard, typer.Option("--shard", help="site: nodes and racks; centre: from there upwards.")
    ] = Shard.ALL,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="The day whose breakpoints are in force."),
    ] = None,
) -> None:
    """Print the recording rules for Prometheus, VictoriaMetrics (vmalert) or Thanos.

    Example: dcagent score rules > dcagent-score.rules.yml
    """
    from scoring.rule_text import text
    from scoring.rules import rule_set

    day = (on or datetime.now(UTC)).date()
    try:
        table = table_of(breakpoints)
        if profile not in table.profiles:
            hint = nearest(profile, table.profiles) or f": there is {', '.join(table.profiles)}"
            sys.stderr.write(f'there is no profile "{profile}"{hint}\n')
            raise typer.Exit(Exit.USAGE)
        sys.stdout.write(text(rule_set(table, profile, day).shard(shard)))
    except DocumentError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(Exit.CONFIG) from error


def table_of(file: Path | None) -> Table:
    """The table of a file, else the shipped one. DocumentError: with every mistake in it."""
    from scoring.table_load import load, shipped

    return shipped() if file is None else load(file)
