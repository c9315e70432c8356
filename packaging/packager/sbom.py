"""The bill of materials, CycloneDX 1.6 in JSON: what is in a package, from where, of what hash."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from packager import lock
from packager.payload import Payload
from packager.vendor import Library

_SPACE = uuid.UUID("5e5f3f62-6d5b-5a0c-9f0e-2f4a4a7c8d11")


@dataclass(frozen=True)
class Part:
    """A part that no library's metadata tells of. `origin` is a package URL."""

    name: str
    version: str
    license: str
    origin: str
    sha256: str


def bill(
    payload: Payload,
    version: str,
    moment: int,
    libraries: Iterable[Library],
    parts: Iterable[Part] = (),
) -> str:
    """The bill, the same text for the same parts."""
    product = {
        "type": "application",
        "bom-ref": "dcagent",
        "name": "dcagent",
        "version": version,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }
    components = [*map(_library, libraries), *map(_part, parts)]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": product,
            "properties": [{"name": "dcagent:payload", "value": payload.name}],
        },
        "components": components,
        "dependencies": [
            {"ref": "dcagent", "dependsOn": sorted(str(one["bom-ref"]) for one in components)}
        ],
    }
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(_SPACE, json.dumps(document))}"
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _library(library: Library) -> Mapping[str, object]:
    locked = {**lock.read(lock.PURE), **lock.read(lock.EMBEDDED)}
    name = library.name.lower().replace("_", "-")
    origin = f"pkg:pypi/{name}@{library.version}"
    return {
        "type": "library",
        "bom-ref": origin,
        "name": library.name,
        "version": library.version,
        "description": library.summary,
        "licenses": [{"expression": library.license}],
        "purl": origin,
        # a library of compiled code has a wheel for each machine: all are listed
        "hashes": [{"alg": "SHA-256", "content": h} for h in locked[name, library.version]],
    }


def _part(part: Part) -> Mapping[str, object]:
    return {
        "type": "library",
        "bom-ref": part.origin,
        "name": part.name,
        "version": part.version,
        "licenses": [{"expression": part.license}],
        "purl": part.origin,
        "hashes": [{"alg": "SHA-256", "content": part.sha256}],
    }
