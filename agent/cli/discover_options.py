"""What `dcagent discover` can be told beyond the options that it shares with `dcagent probe`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.probe_options import Wishes
from agent.diagnosis import Lang
from collectors.discovery.sweep import Ports

_ASKING = "Asking"

Ranges = Annotated[
    list[str],
    typer.Argument(
        metavar="CIDR...",
        help="10.32.8.0/23, 10.0.0.1-10.0.0.50, 10.0.0.1-50, single addresses, IPv6; /16 in all.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.toml|.csv",
        help="Inventory to write; one that exists keeps its rows and gains the new devices.",
    ),
]
Known = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE", help="Inventory of what is known, TOML or CSV (UTF-8, GB18030); repeatable."
    ),
]
Rate = Annotated[
    float,
    typer.Option(min=1, max=10000, rich_help_panel=_ASKING, help="Questions per second."),
]
Timeout = Annotated[
    float,
    typer.Option(min=0.1, max=60, rich_help_panel=_ASKING, help="Seconds to wait for one answer."),
]
IpmiPort = Annotated[
    int, typer.Option(min=1, max=65535, rich_help_panel=_ASKING, help="UDP (and TCP) port.")
]
SnmpPort = Annotated[int, typer.Option(min=1, max=65535, rich_help_panel=_ASKING, help="UDP port.")]
HttpsPort = Annotated[
    int, typer.Option(min=1, max=65535, rich_help_panel=_ASKING, help="TCP port.")
]
Every = Annotated[bool, typer.Option("--all", help="Every device, not only the table of kinds.")]


@dataclass(frozen=True, slots=True)
class Search:
    """What one run is asked to do. `login` holds the options shared with probe; no secret."""

    ranges: tuple[str, ...]
    login: Wishes
    ports: Ports = field(default_factory=Ports)
    out: Path | None = None
    known: tuple[Path, ...] = ()
    rate: float = 200.0
    timeout: float = 1.5
    lang: Lang = "en"
    every: bool = False
    as_json: bool = False
    fail_on: str = ""

    @property
    def subject(self) -> str:
        """The ranges as they were typed."""
        return " ".join(self.ranges)


def ports(ipmi: int, snmp: int, https: int) -> Ports:
    """Where services are looked for; TCP beside UDP on the BMC's port."""
    return Ports(ipmi, snmp, https, ipmi)
