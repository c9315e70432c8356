"""The profiles that a configuration works with, and whether the pinned ones exist."""

from __future__ import annotations

from agent.config import Config
from agent.config_codes import Code
from hw_profiles.load import Pack, pack
from model.document import DocumentError, Problem, nearest


def profiles(config: Config) -> Pack:
    """Shipped profiles and the operator's own. DocumentError: a broken one, or a pin to none."""
    found = pack(*config.profiles)
    problems = [
        _unknown(entry.file, entry.line, entry.target.profile, found)
        for entry in config.entries
        if entry.target.profile and found.named(entry.target.profile) is None
    ]
    if problems:
        raise DocumentError(problems)
    return found


def _unknown(file: str, line: int, name: str, found: Pack) -> Problem:
    hint = nearest(name, [profile.name for profile in found.profiles])
    hint = hint or "; dcagent profiles list shows all"
    message = f'unknown profile "{name}"{hint}'
    return Problem(file, line, "profile", message, Code.UNKNOWN_PROFILE.value)
