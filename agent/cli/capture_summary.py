"""What a capture holds, in the shape of `dcagent capture show --json`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.results import Json
from agent.wiring import replaying
from collectors.protocol import silent
from hw_profiles import match
from hw_profiles.capture import Capture
from hw_profiles.load import Pack, pack
from hw_profiles.redact import is_redacted
from model.devices import Identity, Protocol, Target
from model.readings import Fault

_COMMANDS = {
    "sdr": ((0x0A, 0x23), (0x04, 0x21)),
    "readings": ((0x04, 0x2D),),
    "fru": ((0x0A, 0x11),),
    "sel": ((0x0A, 0x43),),
}


def summary(file: Path, capture: Capture) -> Json:
    """Header, counts, identity, which profile fits and whether it is redacted."""
    found = pack()
    identity = _identified(capture, found)
    return {
        "file": str(file),
        "header": dict(capture.header),
        "counts": _counts(capture),
        "identity": _identity(identity),
        "match": _match(found, identity),
        "redacted": is_redacted(capture),
    }


def _counts(capture: Capture) -> Json:
    asked = [(e.netfn, e.command) for e in capture.exchanges]
    told: Json = {"snmp": len(capture.objects), "ipmi": len(capture.exchanges)}
    for name, commands in _COMMANDS.items():
        told[name] = sum(asked.count(command) for command in commands)
    return told


def _identified(capture: Capture, found: Pack) -> Identity | Fault:
    """Who the device says it is, over the road that a poll takes."""
    protocol = Protocol.IPMI if capture.exchanges else Protocol.SNMP

    async def ask() -> Identity | Fault:
        collector = replaying(capture)[protocol]
        try:
            return await collector.identify(
                Target("capture", "capture", protocol), found.probes, silent
            )
        finally:
            await collector.close()

    return asyncio.run(ask())


def _identity(identity: Identity | Fault) -> Json:
    if isinstance(identity, Fault):
        return {"fault": identity.detail or identity.reason.value}
    device = identity.device
    if identity.protocol is Protocol.IPMI:
        return {
            "manufacturer": identity.manufacturer,
            "product": identity.product,
            "vendor": device.vendor,
            "model": device.model,
            "serial": device.serial,
            "firmware": device.firmware,
            "sensors": len(identity.sensors.sensors),
        }
    return {"sysObjectID": identity.sys_object_id, "sysDescr": identity.sys_descr}


def _match(found: Pack, identity: Identity | Fault) -> Json | None:
    best = None if isinstance(identity, Fault) else match.choose(found, identity)
    if best is None:
        return None
    told = {"profile": best.profile.name, "why": best.why, "score": best.score}
    return {**told, "runner_up": best.runner_up}
