"""`dcagent config hash-password`: what a web configuration file holds in a password's place."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from agent.cli.config_secret import typed
from agent.cli.language import language
from agent.cli.probe_options import LangOption
from agent.results import Exit


def hash_password(
    cost: Annotated[
        int, typer.Option(min=4, max=31, help="Each step doubles the time to guess and to check.")
    ] = 10,
    lang: LangOption = None,
) -> None:
    """Print the bcrypt hash of a password, for basic_auth_users in a web configuration file.

    The password comes from a prompt, twice, or from the first line of standard input where that
    is no terminal; never from an argument.

    Example: dcagent config hash-password
    """
    from exporters.passwords import NoBcrypt, made

    spoken = language(lang or "")
    prompt = "口令: " if spoken == "zh" else "Password: "
    try:
        sys.stdout.write(made(typed(prompt, spoken).encode(), cost) + "\n")
    except (NoBcrypt, ValueError) as error:
        sys.stderr.write(f"dcagent: {error}\n")
        raise typer.Exit(Exit.UNAVAILABLE if isinstance(error, NoBcrypt) else Exit.USAGE) from None
