"""The inventory that a configuration names."""

from __future__ import annotations

import logging

from agent.config import Config
from agent.inventory.findings import refusal
from agent.inventory.site_file import examine
from model.inventory import Inventory

log = logging.getLogger("dcagent.inventory")


def inventory(config: Config) -> Inventory | None:
    """All files of [inventory] as one, placed by [place]; None where there are none.

    DocumentError: every mistake in them. What is merely doubtful is logged as a number.
    """
    if not config.inventory:
        return None
    found = examine(config.inventory, config.place)
    if found.errors:
        raise refusal(found.errors)
    if found.findings:
        count = len(found.findings)
        log.warning("inventory: %d warnings; dcagent inventory check tells them", count)
    return found.inventory
