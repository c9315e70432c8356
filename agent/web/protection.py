"""How the agent is to be served: what the web configuration file says, and whether it suffices."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.config import Config
from agent.config_web import exposed
from agent.web.codes import NOTES
from agent.web.file import WebFile, read
from exporters.security import Security
from model.document import DocumentError, Problem

log = logging.getLogger("dcagent.web")


@dataclass(frozen=True, slots=True)
class Served:
    """Where an agent serves, and the web configuration file that the command line names.

    Empty: what [web] says.
    """

    listens: tuple[str, ...] = ()
    file: Path | None = None

    def addresses(self, config: Config) -> Sequence[str]:
        """Where it listens."""
        return self.listens or config.web.listen

    def config_file(self, config: Config) -> Path | None:
        """What says how."""
        return self.file or config.web.config_file


AS_CONFIGURED = Served()


def protection(config: Config, served: Served = AS_CONFIGURED) -> WebFile:
    """The state to serve under, and what is doubtful about it.

    DocumentError: a mistake in the file, or an address that is open to strangers.
    """
    file = served.config_file(config)
    found = read(file) if file is not None else WebFile(Security())
    problems = exposed(config.web, served.addresses(config), _lacking(found.security))
    if problems:
        raise DocumentError(problems)
    return found


def announced(config: Config, served: Served) -> Security:
    """The same, its doubts told to the log of the agent that takes it."""
    found = protection(config, served)
    for remark in found.remarks:
        level = logging.INFO if remark.code in NOTES else logging.WARNING
        log.log(level, "%s  %s", remark, remark.code)
    return found.security


def _lacking(security: Security) -> str:
    missing = [*(["TLS"] * (security.tls is None)), *(["login"] * (not security.authenticates))]
    return " and ".join(missing)


def is_doubt(problem: Problem) -> bool:
    """Whether a remark is more than a note."""
    return problem.code not in NOTES
