"""`dcagent score`: compute and compute efficiency, from rules that a Prometheus evaluates."""

from __future__ import annotations

import typer

from agent.cli.score_rules import rules

app = typer.Typer(
    help=(
        "Score compute and compute efficiency (算力, 算效) by recording rules."
        "\n\nExample: dcagent score rules > dcagent-score.rules.yml"
    ),
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.command()(rules)


@app.callback()
def score() -> None:
    """Options of the scores themselves; without this a single sub-command would be the command."""
