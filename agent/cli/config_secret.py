"""`dcagent config set-secret`: a secret from a prompt into a file that only the agent reads."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.language import language
from agent.cli.probe_options import LangOption
from agent.config import DEFAULT_FILE
from agent.diagnosis import Lang
from agent.results import Exit
from model.credentials import Secret
from model.document import DocumentError

if TYPE_CHECKING:
    from agent.secret_files import Slot

_WORDS: dict[str, tuple[str, str]] = {
    "ask": ("{0} 的口令: ", "Secret for {0}: "),
    "again": ("再输入一次: ", "Again: "),
    "differ": ("两次输入不一致，没有写入", "the two differ: nothing was written"),
    "unfit": ("不能用作 {0}: {1}", "this cannot be {0}: {1}"),
    "written": ("已写入 {0} ({1:04o})", "written: {0} ({1:04o})"),
    "owner": (
        "只有当前用户可读: 请以 root 运行, 或 chgrp 给代理的用户组",
        "only this user can read it: run as root, or give it to the agent's group (chgrp, 0640)",
    ),
    "reload": ("生效: systemctl reload dcagent", "to take it over: systemctl reload dcagent"),
    "refer": ('在凭据中写: "{0}"', 'write in the credential: "{0}"'),
}


def _say(lang: Lang, key: str, *values: object) -> str:
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(*values)


def set_secret(
    name: Annotated[
        str,
        typer.Argument(
            help="A credential, CREDENTIAL.KEY where it has two secrets, or a new name."
        ),
    ],
    config: Annotated[Path, typer.Option("--config", help="The configuration.")] = DEFAULT_FILE,
    lang: LangOption = None,
) -> None:
    """Ask for a secret and write it to its file, mode 0640, in one step.

    The secret comes from a prompt, twice, or from the first line of standard input where that is
    no terminal; never from an argument. The file is the one that the credential names, else
    secrets/NAME beside the configuration.

    Example: dcagent config set-secret bmc

    Example: pass show dc1/pdu | dcagent config set-secret pdu-v3.priv_password
    """
    from agent.secret_files import NoPlace, slot, unfit, write

    spoken = language(lang or "")
    try:
        place = slot(config, name)
        secret = _asked(place.title, spoken)
        if why := unfit(place, secret):
            raise NoPlace(_say(spoken, "unfit", place.title, why))
        mode = write(place.path, secret, config if config.exists() else config.parent)
    except NoPlace as error:
        raise _refused(str(error), Exit.USAGE) from error
    except DocumentError as error:
        raise _refused(str(error), Exit.CONFIG) from error
    except PermissionError as error:
        raise _refused(f"{error.filename}: {error.strerror}", Exit.NO_PERMISSION) from error
    except OSError as error:
        raise _refused(f"{error.filename}: {error.strerror}", Exit.CONFIG) from error
    sys.stdout.write("".join(f"{line}\n" for line in _told(place, mode, spoken)))


def _told(place: Slot, mode: int, lang: Lang) -> Iterator[str]:
    """Where it is now, and what to do next."""
    yield _say(lang, "written", place.path, mode)
    if not mode & 0o040:
        yield _say(lang, "owner")
    if place.credential:
        yield _say(lang, "reload")
    else:
        yield _say(lang, "refer", f"file:{place.path.absolute()}")  # holds in conf.d too


def _refused(message: str, code: Exit) -> typer.Exit:
    sys.stderr.write(f"{message}\n")
    return typer.Exit(code)


def _asked(title: str, lang: Lang) -> Secret:
    """The secret, as it is typed or piped in."""
    from agent.secret_files import NoPlace

    try:
        return Secret(typed(_say(lang, "ask", title), lang))
    except ValueError as error:
        raise NoPlace(str(error)) from error


def typed(prompt: str, lang: Lang) -> str:
    """What is typed twice the same, or the first line of what is piped in. ValueError: unlike."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    first = getpass.getpass(prompt, stream=sys.stderr)
    if first != getpass.getpass(_say(lang, "again"), stream=sys.stderr):
        raise ValueError(_say(lang, "differ"))
    return first
