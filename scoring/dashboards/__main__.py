"""Writes the dashboards that are shipped: `python -m scoring.dashboards packaging/grafana`."""

from __future__ import annotations

import sys
from pathlib import Path

from scoring.dashboards.build import built

if __name__ == "__main__":
    for name, content in built().items():
        file = Path(sys.argv[1]) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
