"""JSON out of a tool's output, which may begin with warnings."""

from __future__ import annotations

import json
from collections.abc import Mapping

from collectors.accelerators.outline import normal, unknown


def document(program: str, text: str) -> dict[str, object]:
    """The object in the output. Failure UNDECODABLE: there is none."""
    begin, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[begin : end + 1]) if begin >= 0 else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise unknown(program, text)
    return found


def keyed(told: Mapping[str, object]) -> dict[str, object]:
    """The same under keys in lower case and single spaces; the first of two alike counts."""
    found: dict[str, object] = {}
    for key, value in told.items():
        found.setdefault(normal(key), value)
    return found


def within(told: object, *path: str) -> object | None:
    """What stands at a path of keys, however they are written; None where there is nothing."""
    for part in path:
        if not isinstance(told, dict):
            return None
        told = keyed(told).get(part)
    return told
