"""The inventory that a configuration names."""

from __future__ import annotations

import logging

from agent.config import Config
from agent.config_profiles import processors
from agent.inventory.findings import refusal
from agent.inventory.site_file import Examined, examine
from model.inventory import Inventory

log = logging.getLogger("dcagent.inventory")


def inventory(config: Config) -> Inventory | None:
    """All files of [inventory] as one, placed by [place]; None where there are none.

    DocumentError: every mistake in them, or in processors.d.
    """
    found = _examined(config)
    return None if found is None else found.inventory


def announced(config: Config) -> Inventory | None:
    """The same, told to the log of the agent that takes it: what is in it, what is doubtful."""
    found = _examined(config)
    if found is None:
        return None
    nodes, racks = len(found.inventory.nodes), len(found.inventory.racks)
    log.info("inventory: %d nodes, %d racks", nodes, racks)
    if found.findings:
        count = len(found.findings)
        log.warning("inventory: %d warnings; dcagent inventory check tells them", count)
    return found.inventory


def _examined(config: Config) -> Examined | None:
    if not config.inventory:
        return None
    found = examine(config.inventory, config.place, processors(config))
    if found.errors:
        raise refusal(found.errors)
    return found
