"""`dcagent run`: the agent itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.config import DEFAULT_FILE
from agent.logs import FORMATS, LEVELS

CONFIGURATION = 78


def _one_of(words: tuple[str, ...], word: str) -> str:
    if word not in words:
        raise typer.BadParameter(f"expected {', '.join(words)}")
    return word


def _level(word: str) -> str:
    return _one_of(LEVELS, word)


def _format(word: str) -> str:
    return _one_of(FORMATS, word)


def run(
    config: Annotated[Path, typer.Option(help="The configuration file.")] = DEFAULT_FILE,
    listen: Annotated[
        list[str] | None,
        typer.Option("--web.listen-address", help="HOST:PORT instead of [web] listen; repeatable."),
    ] = None,
    lifecycle: Annotated[
        bool, typer.Option("--web.enable-lifecycle", help="Allow POST /-/reload.")
    ] = False,
    level: Annotated[
        str, typer.Option("--log.level", callback=_level, help="debug, info, warning or error.")
    ] = "info",
    style: Annotated[
        str, typer.Option("--log.format", callback=_format, help="text or json.")
    ] = "text",
) -> None:
    """Poll the configured targets and serve their metrics.

    SIGHUP reads the configuration anew; SIGTERM closes every session and ends.

    Example: dcagent run --config /etc/dcagent/dcagent.toml
    """
    from agent import logs
    from agent.config import load
    from agent.config_profiles import profiles
    from agent.config_web import BadListen
    from agent.config_web import listen as address
    from agent.service import CannotListen, serve
    from model.document import DocumentError

    logs.start(level, style)
    try:
        settings = load(config)
        pack = profiles(settings)
        listens = [address(one, settings.web.insecure) for one in listen or ()]
    except DocumentError as error:
        from agent.cli.config import written

        sys.stderr.write(written(error.problems))
        raise typer.Exit(CONFIGURATION) from None
    except BadListen as bad:
        sys.stderr.write(f"--web.listen-address: {bad}  {bad.code}\n")
        raise typer.Exit(CONFIGURATION) from None
    try:
        serve(config, settings, pack, tuple(listens) or settings.web.listen, lifecycle)
    except CannotListen as error:
        sys.stderr.write(f"dcagent: {error}\n")
        raise typer.Exit(error.exit_code) from None
