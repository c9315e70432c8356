"""`dcagent run`: the agent itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

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
    web_config: Annotated[
        Path | None,
        typer.Option(
            "--web.config.file",
            metavar="FILE",
            help="TLS, logins and headers (YAML) instead of [web] config_file.",
        ),
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

    SIGHUP reads the configuration anew, certificates and logins included; SIGTERM closes every
    session and ends.

    Example: dcagent run --config /etc/dcagent/dcagent.toml
    """
    from agent import logs

    logs.start(level, style)
    _serve(config, listen or [], web_config, lifecycle)


def _serve(file: Path, listen: list[str], web_config: Path | None, lifecycle: bool) -> None:
    """Loads, then serves until the end; what is wrong is said without a traceback."""
    from agent.config import load
    from agent.config_codes import Code
    from agent.config_inventory import announced
    from agent.config_profiles import profiles
    from agent.config_web import BadListen
    from agent.config_web import listen as checked
    from agent.host import with_host
    from agent.service import CannotListen, serve
    from agent.web.protection import Served
    from model.document import DocumentError

    try:
        settings = with_host(load(file))
        pack = profiles(settings)
        served = Served(tuple(map(checked, listen)), web_config)
        declared = announced(settings)
        serve(file, settings, pack, served, lifecycle, declared)
    except DocumentError as error:
        from agent.cli.config import written

        _end(written(error.problems), CONFIGURATION)
    except BadListen as bad:
        _end(f"--web.listen-address: {bad}  {Code.BAD_LISTEN}\n", CONFIGURATION)
    except CannotListen as error:
        _end(f"dcagent: {error}\n", error.exit_code)


def _end(words: str, code: int) -> NoReturn:
    sys.stderr.write(words)
    raise typer.Exit(code) from None
