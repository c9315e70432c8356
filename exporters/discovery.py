"""What Prometheus should scrape, in its HTTP service discovery format."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import fields

from model.devices import Place, Target, TargetStatus

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?")


def address(host_header: str, local: str) -> str:
    """Where to scrape us: as the asker itself reached us, else the address the socket has."""
    return host_header if _HOST.fullmatch(host_header) else local


def document(
    statuses: Sequence[TargetStatus], scrape_address: str, scheme: str = "", *, each: bool
) -> bytes:
    """The groups: the agent's own page, and (`each`) every target at /probe.

    `instance` is the target's name, so that the `up` of two targets are two series; place and
    the rest are `__meta_dcagent_…` for relabelling. `scheme`: by which to scrape, "" for the one
    that the scrape configuration names.
    """
    by = {"__scheme__": scheme} if scheme else {}
    pages = [{"__metrics_path__": "/metrics"}]
    if each:
        pages += [_labels(status.target) for status in statuses]
    groups = [{"targets": [scrape_address], "labels": {**labels, **by}} for labels in pages]
    return json.dumps(groups, ensure_ascii=True).encode()


def _labels(target: Target) -> dict[str, str]:
    labels = {
        "__metrics_path__": "/probe",
        "__param_target": target.name,
        "instance": target.name,
        "__meta_dcagent_target": target.name,
        "__meta_dcagent_protocol": target.protocol.value,
        "__meta_dcagent_node": target.node,
        "__meta_dcagent_profile": target.profile,
    }
    for field in fields(Place):
        labels[f"__meta_dcagent_{field.name}"] = getattr(target.place, field.name)
    return {name: value for name, value in labels.items() if value}
