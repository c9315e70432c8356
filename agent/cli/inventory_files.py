"""Which files an inventory command works on, and with which configuration beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.cli.inventory_words import say
from agent.cli.prompts import Refused
from agent.config import DEFAULT_FILE, Config, load
from agent.config_profiles import processors
from agent.diagnosis import Lang
from agent.inventory.findings import Code
from agent.inventory.site_file import Examined, examine
from agent.results import Exit


@dataclass(frozen=True, slots=True)
class Opened:
    """An inventory as it was found, and the configuration that was asked for (None: none was)."""

    examined: Examined
    config: Config | None


def opened(files: Sequence[Path], config: Path | None, lang: Lang) -> Opened:
    """The files that were named, else those of the configuration.

    Refused: there are none. DocumentError: the configuration is broken, or its processors.d.
    """
    settings = load(config or DEFAULT_FILE) if config or not files else None
    paths = tuple(files) or (settings.inventory if settings else ())
    if not paths:
        message = say(lang, "no files", config or DEFAULT_FILE)
        raise Refused(message, Exit.CONFIG, Code.UNREADABLE, str(config or DEFAULT_FILE))
    if settings is None:
        return Opened(examine(paths), None)
    return Opened(examine(paths, settings.place, processors(settings)), settings)
