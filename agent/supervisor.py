"""What systemd is told of the service (sd_notify(3)): that it serves, how it is, that it ends."""

from __future__ import annotations

import logging
import os
import socket

log = logging.getLogger("dcagent.service")


def tell(*assignments: str) -> None:
    """Sends assignments such as "READY=1" to whoever started us, if they asked for it."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where:
        return
    address = "\0" + where[1:] if where.startswith("@") else where
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.sendto("\n".join(assignments).encode(), address)
    except OSError as error:
        log.warning("systemd cannot be told: %s", error)
