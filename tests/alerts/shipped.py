"""The pack that is shipped, as the tests take it."""

from __future__ import annotations

from alerts.pack import pack
from alerts.pack_text import text

PACK = pack()
GROUPS = PACK.groups
RULES = text(PACK)
ALERTS = {alert.name: alert for alert in PACK.alerts()}
GROUP_OF = {alert.name: group for group in GROUPS for alert in group.alerts}
