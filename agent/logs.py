"""The log: standard error, one line per event. Secrets never reach it."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import TextIO

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")

OURS = ("dcagent", "agent", "collectors", "exporters", "hw_profiles", "scoring", "simulators")
"""Loggers that obey the level. Libraries stay at warnings: some log passwords when they debug."""

AUDIT = "dcagent.audit"
"""The audit trail, which is kept whatever the level."""


def start(level: str = "info", style: str = "text", stream: TextIO | None = None) -> None:
    """Sends the log to a stream (standard error); `level` and `style` are words of the lists."""
    handler = logging.StreamHandler(stream or sys.stderr)
    formatter = _Json() if style == "json" else _Text()
    handler.setFormatter(_Journal(formatter) if _to_journal(handler.stream) else formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    logging.getLogger(AUDIT).setLevel(logging.INFO)


def _to_journal(stream: TextIO) -> bool:
    """Whether a stream leads into systemd's journal (JOURNAL_STREAM in systemd.exec(5))."""
    try:
        there = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{there.st_dev}:{there.st_ino}"


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _clean(message: str) -> str:
    """A message on one line: what a device says cannot forge a second one."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in message)


class _Text(logging.Formatter):
    """`2026-11-24T12:00:00.000Z warning a01-17 is down`; a bug's traceback follows its line."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_time(record)} {record.levelname.lower()} {_clean(record.getMessage())}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class _Json(logging.Formatter):
    """One object per line: time, level, logger, message, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


class _Journal(logging.Formatter):
    """Lines behind the priority that the journal takes off them (sd-daemon(3))."""

    def __init__(self, lines: logging.Formatter) -> None:
        super().__init__()
        self._lines = lines

    def format(self, record: logging.LogRecord) -> str:
        priorities = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
        mark = next((n for level, n in priorities if record.levelno >= level), 7)
        return "\n".join(f"<{mark}>{line}" for line in self._lines.format(record).split("\n"))
