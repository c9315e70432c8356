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


def write(path: Path, text: str | bytes) -> None:
    """Puts text into a file: complete, or as it was before. OSError: it cannot be written."""
    content = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
