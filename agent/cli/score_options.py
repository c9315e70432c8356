"""What `dcagent score` can be told, as types for its signature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.diagnosis import Lang

LevelName = Literal["rack", "cluster", "site", "zone", "hub", "province"]
DEFAULT_URL = "http://127.0.0.1:9090"

_WHAT = "What is scored"
_ENGINE = "The engine"
_OUTPUT = "Output"


def _profiles() -> list[str]:
    """The profiles of the shipped table, for completion."""
    from scoring.table_load import shipped

    return list(shipped().profiles)


Url = Annotated[
    str,
    typer.Option(
        "--url",
        envvar="DCAGENT_SCORE_URL",
        rich_help_panel=_ENGINE,
        help="Prometheus, VictoriaMetrics or Thanos, with a path where there is one.",
    ),
]
Level = Annotated[
    LevelName | None,
    typer.Option("--level", rich_help_panel=_WHAT, help="What a score is for [site]."),
]
WindowOption = Annotated[
    str,
    typer.Option(
        "--window",
        metavar="SPAN",
        rich_help_panel=_WHAT,
        help="Means over 1m to 365d, instead of the day that the rules record.",
    ),
]
At = Annotated[
    str,
    typer.Option(
        "--at",
        metavar="TIME",
        rich_help_panel=_WHAT,
        help="2026-11-23T12:00 (this machine's time, or with +08:00), or Unix seconds [now].",
    ),
]
Profile = Annotated[
    str,
    typer.Option(
        "--profile",
        autocompletion=_profiles,
        rich_help_panel=_WHAT,
        help="How points are given: compliance or green2025 [that of the rules].",
    ),
]
Breakpoints = Annotated[
    Path | None,
    typer.Option(rich_help_panel=_WHAT, help="A table of your own instead of the shipped one."),
]
Raw = Annotated[
    bool,
    typer.Option(
        "--raw", rich_help_panel=_WHAT, help="Compute from raw metrics; the rules are not needed."
    ),
]
Explain = Annotated[
    str,
    typer.Option(
        "--explain",
        metavar="SITE",
        rich_help_panel=_WHAT,
        help="List every server, rack and meter of a site that lacks something.",
    ),
]
Inventory = Annotated[
    list[Path] | None,
    typer.Option(
        "--inventory",
        metavar="FILE",
        rich_help_panel=_WHAT,
        help="With --explain: takes BMC addresses from here; repeatable.",
    ),
]
Site = Annotated[
    str, typer.Option("--site", metavar="NAME", rich_help_panel=_WHAT, help="Only this site.")
]
Rack = Annotated[
    str, typer.Option("--rack", metavar="NAME", rich_help_panel=_WHAT, help="Only this rack.")
]
Match = Annotated[
    list[str] | None,
    typer.Option(
        "--match",
        metavar="LABEL=VALUE",
        rich_help_panel=_WHAT,
        help="Only this zone, hub, cluster, …, or a label that the engine adds; repeatable.",
    ),
]
CaFile = Annotated[
    Path | None, typer.Option(rich_help_panel=_ENGINE, help="Who signs its certificate (PEM).")
]
ClientCert = Annotated[
    Path | None, typer.Option(rich_help_panel=_ENGINE, help="Our own certificate (PEM).")
]
ClientKey = Annotated[
    Path | None, typer.Option(rich_help_panel=_ENGINE, help="Its key (PEM), unless in the same.")
]
User = Annotated[
    str, typer.Option("--username", "-u", rich_help_panel=_ENGINE, help="User of basic auth.")
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(rich_help_panel=_ENGINE, help="Its password; or DCAGENT_SCORE_PASSWORD."),
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--bearer-token-file", rich_help_panel=_ENGINE, help="A token; or DCAGENT_SCORE_TOKEN."
    ),
]
Header = Annotated[
    list[str] | None,
    typer.Option(
        "--header",
        metavar="NAME=VALUE",
        rich_help_panel=_ENGINE,
        help="A header, such as a tenant's; repeatable. No secrets.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option(min=1, max=3600, rich_help_panel=_ENGINE, help="Seconds for one answer."),
]
All = Annotated[
    bool, typer.Option("--all", rich_help_panel=_OUTPUT, help="Each in full, however many.")
]
AsJson = Annotated[
    bool, typer.Option("--json", rich_help_panel=_OUTPUT, help="JSON (dcagent.score/v1).")
]
AsCsv = Annotated[
    bool, typer.Option("--csv", rich_help_panel=_OUTPUT, help="CSV for a spreadsheet.")
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="FILE", rich_help_panel=_OUTPUT, help="Write a page to print as well."
    ),
]
LangOption = Annotated[
    Lang | None,
    typer.Option("--lang", rich_help_panel=_OUTPUT, help="zh or en; else the locale's."),
]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one run is asked to do. No secret is ever in here."""

    url: str = DEFAULT_URL
    level: str = ""
    window: str = ""
    at: str = ""
    site: str = ""
    rack: str = ""
    match: tuple[str, ...] = ()
    profile: str = ""
    breakpoints: Path | None = None
    raw: bool = False
    explain: str = ""
    inventory: tuple[Path, ...] = ()
    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    user: str = ""
    password_file: Path | None = None
    token_file: Path | None = None
    headers: tuple[str, ...] = ()
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Output:
    """How the result is told."""

    lang: Lang
    every: bool = False
    as_json: bool = False
    as_csv: bool = False
    html: Path | None = None
