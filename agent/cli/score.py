"""`dcagent score`: compute and compute efficiency, from rules that a Prometheus evaluates."""

from __future__ import annotations

import typer

from agent.cli import score_options as option
from agent.cli.language import language
from agent.cli.score_rules import rules

app = typer.Typer(
    help=(
        "Score compute and compute efficiency (算力, 算效) by recording rules."
        "\n\nExits 0 scored; 2 withheld: something asked for has no score; 3 scored, but below an "
        "official floor or a mandatory limit; 4 the engine gave no whole answer; 64 and above as "
        "everywhere."
        "\n\nExample: dcagent score --url http://prometheus:9090 --level site --window 24h"
        "\n\nExample: dcagent score --explain dc1"
        "\n\nExample: dcagent score rules > dcagent-score.rules.yml"
    ),
    rich_markup_mode=None,
)
app.command()(rules)


@app.callback(invoke_without_command=True)
def score(
    context: typer.Context,
    url: option.Url = option.DEFAULT_URL,
    level: option.Level = None,
    window: option.WindowOption = "",
    at: option.At = "",
    site: option.Site = "",
    rack: option.Rack = "",
    match: option.Match = None,
    profile: option.Profile = "",
    breakpoints: option.Breakpoints = None,
    raw: option.Raw = False,
    explain: option.Explain = "",
    inventory: option.Inventory = None,
    ca_file: option.CaFile = None,
    client_cert: option.ClientCert = None,
    client_key: option.ClientKey = None,
    username: option.User = "",
    password_file: option.PasswordFile = None,
    bearer_token_file: option.TokenFile = None,
    header: option.Header = None,
    timeout: option.Timeout = 60.0,
    every: option.All = False,
    as_json: option.AsJson = False,
    as_csv: option.AsCsv = False,
    html: option.Html = None,
    lang: option.LangOption = None,
) -> None:
    """Asks an engine, where no sub-command is named."""
    if context.invoked_subcommand is None:
        from agent.cli.score_run import run

        wishes = option.Wishes(
            url, level or "", window, at, site, rack, tuple(match or ()), profile, breakpoints,
            raw, explain, tuple(inventory or ()), ca_file, client_cert, client_key, username,
            password_file, bearer_token_file, tuple(header or ()), timeout,
        )  # fmt: skip
        output = option.Output(language(lang or ""), every, as_json, as_csv, html)
        raise typer.Exit(run(wishes, output))
