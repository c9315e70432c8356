"""`dcagent alerts`: the alerts for Prometheus, and what to do about each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.language import language
from agent.diagnosis import Lang
from agent.results import Exit
from model.document import DocumentError, nearest
from scoring.rule import Shard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alerts.pack import Pack

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="Another threshold, such as inlet_high=25; repeatable."
    ),
]
TableOption = Annotated[
    Path | None,
    typer.Option("--breakpoints", help="A table of scores of your own, for its constants."),
]
LangOption = Annotated[Lang | None, typer.Option(help="zh or en; else the locale's.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = typer.Typer(
    help=(
        "Print the alerts for Prometheus and vmalert, and their runbooks."
        "\n\nExample: dcagent alerts rules > dcagent-alerts.rules.yml"
    ),
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command()
def rules(
    runbooks: Annotated[
        str,
        typer.Option(
            "--runbooks",
            metavar="URL",
            help="Where the runbooks are: URL/NAME.md, or a URL with {alert} in it.",
        ),
    ] = "docs/runbooks",
    shard: Annotated[
        Shard, typer.Option("--shard", help="site: devices and racks; centre: whole sites.")
    ] = Shard.ALL,
    changes: SetOption = None,
    breakpoints: TableOption = None,
) -> None:
    """Print the alerts as a rule file for Prometheus, VictoriaMetrics (vmalert) or Thanos.

    Example: dcagent alerts rules --runbooks https://wiki.example.org/rb > alerts.rules.yml

    Example: dcagent alerts rules --set inlet_high=25 --set ups_load=0.8
    """
    from alerts.pack_text import text

    if not runbooks.strip() or any(character.isspace() for character in runbooks):
        raise _failed(f'--runbooks: expected an address without blanks, found "{runbooks}"')
    sys.stdout.write(text(_pack(breakpoints, changes or ()).shard(shard), runbooks))


@app.command("list")
def listed(lang: LangOption = None, as_json: JsonOption = False) -> None:
    """List every alert: how urgent it is, how long it must hold, what it means.

    Example: dcagent alerts list --lang zh
    """
    from agent.cli.alerts_text import documents, listing
    from agent.cli.terminal import stdout

    alerts = tuple(_pack(None, ()).alerts())
    stdout().write(documents(alerts) if as_json else listing(alerts, language(lang or "")))


@app.command()
def explain(
    name: Annotated[str, typer.Argument(metavar="ALERT", help="The alert's name.")],
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the runbook of an alert: what it means, how to look, what to do, when it is normal.

    Example: dcagent alerts explain DcagentPsuLost
    """
    from agent.cli.alerts_text import documents, page
    from agent.cli.terminal import coloured, stdout

    made = _pack(None, ())
    known = {alert.name.casefold(): alert for alert in made.alerts()}
    alert = known.get(name.casefold()) or known.get(f"dcagent{name}".casefold())
    if alert is None:
        hint = nearest(name, [each.name for each in known.values()])
        raise _failed(f'there is no alert "{name}"{hint or "; dcagent alerts list names all"}')
    if as_json:
        stdout().write(documents((alert,)))
    else:
        stdout().write(page(alert, made.rules(), language(lang or ""), coloured(sys.stdout)))


@app.command()
def alertmanager() -> None:
    """Print a configuration for Alertmanager to start from: routes, and which alert hides which.

    Example: dcagent alerts alertmanager > alertmanager.yml
    """
    from alerts.alertmanager import text

    sys.stdout.write(text(_pack(None, ()).alerts()))


def _pack(breakpoints: Path | None, changes: Iterable[str]) -> Pack:
    from agent.cli.score_rules import table_of
    from alerts.pack import pack

    try:
        return pack(table_of(breakpoints), _values(changes))
    except ValueError as error:
        raise _failed(f"--set {error}") from None
    except DocumentError as error:
        raise _failed(str(error), Exit.CONFIG) from None


def _values(changes: Iterable[str]) -> Mapping[str, float]:
    """The numbers of NAME=VALUE. ValueError: one is not of that form."""
    found = {}
    for change in changes:
        name, _, value = change.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise ValueError(f'"{change}": expected NAME=VALUE with a number') from None
    return found


def _failed(message: str, code: int = Exit.USAGE) -> typer.Exit:
    sys.stderr.write(f"dcagent alerts: {message}\n")
    return typer.Exit(code)
