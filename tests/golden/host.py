"""From a machine's files to the text that Prometheus would scrape, with clocks that stand still."""

from __future__ import annotations

MACHINES: tuple[str, ...] = ()
