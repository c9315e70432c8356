"""Writes docs/metrics.md: `python -m exporters.metrics_doc > docs/metrics.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from exporters.listing import INVENTORY, LISTING, TARGET_LABELS, Listed
from model.catalogue import COMPONENT_LABEL
from model.readings import Quality, Reason, Source
from model.sensors import Limits

_INTRODUCTION = """# Metrics

Generated from the catalogue: `python -m exporters.metrics_doc > docs/metrics.md`. Do not edit.

Names are `dcagent_<role>_<quantity>_<unit>` in base units; counters end in `_total`; ratios run
from 0 to 1. A label that is not set is left out. A device that is gone, or has not answered for
three intervals, exports `dcagent_target_up` 0 and no reading; a single reading that failed is
absent and counted in `dcagent_target_faults`.
"""

_STATES = """A state's value is 0 ok, 1 warning, 2 critical; the label `state` has the device's word
for it, so a change of the word starts another series: alert on the value.
"""

_LABELS = {
    "target": "the configured name of the device",
    "site, room, row, rack": "where it stands, as configured",
    "node": "the server that a reading is about",
    "pdu": "the rack PDU (its target name), on what all of it feeds",
    "feed": "the redundant supply path, `A` or `B`, as declared",
    ", ".join(dict.fromkeys(COMPONENT_LABEL.values())): (
        "which one on the device; `NAME#2` where a device has two of one name"
    ),
    "basis": (
        "what a utilisation counts: `time` with anything at work on the device, or `activity` of "
        "its computing units"
    ),
    "precision": "of a peak: `fp64`, `fp32`, `fp16` or `int8`",
    "arch, cpu, domestic": (
        "a server's architecture and processor; whether the processor table knows it as a "
        "domestic one: `true`, `false`"
    ),
    "address, mac": "where a server's BMC is reached by LAN",
    "kind": "of memory errors: `ce` corrected, `ue` uncorrected",
    "state": "a state in the device's profile's word",
    "bound": "which limit: " + ", ".join(f"`{name}`" for name in Limits.__slots__),
    "source": "what gave a value: " + ", ".join(f"`{source}`" for source in Source),
    "quality": "how it came to be: " + ", ".join(f"`{quality}`" for quality in Quality),
    "reason": "why there is no value: " + ", ".join(f"`{reason}`" for reason in Reason),
}


_READINGS = """## Readings

*Tier* is how often a reading is asked for: fast, normal or slow, with the intervals of the
configuration. *Limits* are a family of their own with the further label `bound`, for the
sensors whose device tells its bounds.

| family | type | unit | labels beside target and place | tier | limits | what |
|---|---|---|---|---|---|---|
"""

_DECLARED = """

An agent whose configuration has `[inventory]` declares these at `/metrics`, in both modes of
`expose`, and never at `/probe`: one agent of a site should have it. `category` of a meter is that
of ISO/IEC 30134-2; `basis`, here, is how a rated power is known: `measured`, `profile` or
`nameplate`, the last of which is never scored; `psu`, here, is its place in the inventory's list.
What nobody declared is absent.
"""

_PROCESS = """Beside these, on Linux, `process_*` (CPU, memory, file descriptors, start time) and
`python_info`, as the Prometheus client library defines them.
"""


def document() -> str:
    """The whole text of docs/metrics.md."""
    read = [listed for listed in LISTING if listed.metric is not None and not listed.limit]
    about = [listed for listed in LISTING if listed.of_target and listed.metric is None]
    own = [listed for listed in LISTING if not listed.of_target and not listed.declared]
    declared = _others("The inventory", "labels", INVENTORY)
    readings = _READINGS + _rows(_reading(listed) for listed in read)
    targets = _others("About targets", "labels beside target and place", about)
    agent = _others("About the agent", "labels", own)
    parts = (_label_section(), readings, targets, f"{declared}{_DECLARED}", agent, _PROCESS)
    head = f"{_INTRODUCTION}\n{_STATES}"
    return "\n\n".join(part.rstrip("\n") for part in (head, *parts)) + "\n"


def _label_section() -> str:
    every = ", ".join(f"`{label}`" for label in TARGET_LABELS)
    return f"""## Labels

All series but the agent's own and the inventory's carry {every}, as far
as they are set. A device's own tables may add further labels (an outlet's name); one that would
hide a label of ours gets the prefix `device_`.

| label | meaning |
|---|---|
{_rows(_LABELS.items())}"""


def _others(title: str, labels: str, listing: Iterable[Listed]) -> str:
    head = f"## {title}\n\n| family | type | {labels} | what |\n|---|---|---|---|\n"
    return head + _rows(_other(listed) for listed in listing)


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _reading(listed: Listed) -> tuple[str, ...]:
    assert listed.metric is not None
    metric = listed.metric
    limits = any(other.metric is metric and other.limit for other in LISTING)
    bounds = "`…_limit`" if limits else "–"
    labels = ", ".join((*listed.labels, *metric.further)) or "–"
    kind = (f"`{listed.name}`", listed.type, metric.unit, labels)
    return (*kind, metric.tier.value, bounds, listed.help)


def _other(listed: Listed) -> tuple[str, ...]:
    return f"`{listed.name}`", listed.type, _names(listed), listed.help


def _names(listed: Listed) -> str:
    return ", ".join(listed.labels) or "–"


if __name__ == "__main__":
    sys.stdout.write(document())
