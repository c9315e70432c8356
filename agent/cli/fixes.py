"""The ways out of a finding, as lines."""

from __future__ import annotations

from collections.abc import Iterable

from agent.cli.language import say
from agent.cli.terminal import paint, width, wrapped
from agent.diagnosis import Lang
from agent.results import FixStep


def fix_lines(
    fixes: Iterable[FixStep], lang: Lang, colour: bool = False, indent: int = 8
) -> list[str]:
    """The ways out, each with its command under it."""
    lead, fixes, left = say(lang, "fix"), tuple(fixes), " " * indent
    blank = " " * width(lead)
    lines = []
    for number, fix in enumerate(fixes, 1):
        count = f"{number}. " if len(fixes) > 1 else ""
        lines += wrapped(fix.text, f"{left}{blank if number > 1 else lead} {count}")
        if fix.command:
            lines.append(f"{left}{blank} {' ' * len(count)}{paint(fix.command, 'cyan', colour)}")
    return lines
