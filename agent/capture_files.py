"""A capture's files: the capture, the map of its pseudonyms, and what an interruption left.

All three are written whole or not at all, and are nobody's but the user's (mode 0600).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def part_of(file: Path) -> Path:
    """Where an unfinished recording waits: as it came from the device, not redacted."""
    return file.with_name(f"{file.name}.part")


def map_of(file: Path) -> Path:
    """Where the map of pseudonyms stands: it stays with the user."""
    return file.with_name(f"{file.name}.map")


def write(path: Path, text: str) -> None:
    """Puts text into a file: complete, or as it was before. OSError: it cannot be written."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
