"""`dcagent inventory`: who should be there, checked, taken out of a spreadsheet, shown."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.cli import probe_options as option
from agent.cli.language import language

app = typer.Typer(
    help="Check, import or show who should be there.\n\nExample: dcagent inventory check",
    rich_markup_mode=None,
    no_args_is_help=True,
)

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE...]", help="TOML and CSV; else those of [inventory]."),
]
Kind = Literal["sites", "racks", "nodes", "meters"]
Level = Literal["province", "hub", "zone", "site", "rack", "node"]


@app.command()
def check(
    files: Files = None,
    config: option.ConfigFile = None,
    every: Annotated[bool, typer.Option("--all", help="Every finding, however many.")] = False,
    as_json: option.AsJson = False,
    lang: option.LangOption = None,
) -> None:
    """Find every inconsistency: file, row, code, cause and fix.

    With --config the polled targets are compared too. Exits 0, 1 (warnings) or 78 (errors).

    Example: dcagent inventory check inventory.toml nodes.csv --config /etc/dcagent/dcagent.toml
    """
    from agent.cli.inventory_check import Wishes, run

    wishes = Wishes(tuple(files or ()), config, every, as_json, language(lang or ""), time.time())
    raise typer.Exit(run(wishes))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="UTF-8, UTF-16 or GB18030.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Where to write; else to stdout.")
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="What the rows are; guessed from the headers.")
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="What no column says; repeatable."),
    ] = None,
    as_json: option.AsJson = False,
    lang: option.LangOption = None,
) -> None:
    """Turn a spreadsheet into TOML, and say how each column was understood.

    Example: dcagent inventory import nodes.csv --set kind=general --out nodes.toml
    """
    from agent.cli.inventory_import import Wishes, run

    wishes = Wishes(
        file, out, kind or "", tuple(more or ()), as_json, language(lang or ""), time.time()
    )
    raise typer.Exit(run(wishes))


@app.command()
def show(
    files: Files = None,
    level: Annotated[Level, typer.Option(help="What a line stands for.")] = "site",
    config: option.ConfigFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="The inventory as JSON.")] = False,
    lang: option.LangOption = None,
) -> None:
    """Show the inventory: racks and their used U, nodes, rated power against design power.

    Example: dcagent inventory show --level rack
    """
    from agent.cli.inventory_show import run

    raise typer.Exit(run(tuple(files or ()), level, config, as_json, language(lang or "")))
