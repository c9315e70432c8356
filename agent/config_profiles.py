"""The profiles and processors that a configuration works with; whether pinned ones exist."""

from __future__ import annotations

from dataclasses import replace

from agent.config import Config
from agent.config_codes import Code
from agent.config_targets import Entry
from hw_profiles.load import Pack, pack
from hw_profiles.processor_schema import Table
from hw_profiles.processor_table import table
from model.devices import Protocol
from model.document import DocumentError, Problem, nearest


def profiles(config: Config) -> Pack:
    """Shipped profiles and the operator's own. DocumentError: a broken one, or a pin to none.

    Where this machine is asked, the table of its processors is that of `processors`.
    """
    found = pack(*config.profiles)
    if any(entry.target.protocol is Protocol.HOST for entry in config.entries):
        found = replace(found, processors=processors(config))
    pinned = (entry for entry in config.entries if entry.target.profile)
    problems = [problem for entry in pinned if (problem := _missing(entry, found))]
    if problems:
        raise DocumentError(problems)
    return found


def processors(config: Config) -> Table | None:
    """Shipped processors and those of processors.d beside the configuration; None: no such folder.

    DocumentError: a mistake in one.
    """
    folder = config.files[0].parent / "processors.d" if config.files else None
    return table(folder) if folder is not None and folder.is_dir() else None


def _missing(entry: Entry, found: Pack) -> Problem | None:
    """The problem of a pin to a profile that is not there, or is for another protocol."""
    target = entry.target
    names = [profile.name for profile in found.profiles if profile.protocol is target.protocol]
    if target.profile in names:
        return None
    hint = nearest(target.profile, names) or "; dcagent profiles list shows all"
    message = f'unknown {target.protocol} profile "{target.profile}"{hint}'
    return Problem(entry.file, entry.line, "profile", message, Code.UNKNOWN_PROFILE.value)
