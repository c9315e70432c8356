"""Simulated agents on loopback and the targets that point at them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from collectors.snmp.client import Oid
from collectors.snmp.values import dotted, recorded
from hw_profiles import capture
from hw_profiles.capture import Capture, SnmpObject
from model.credentials import CommunityCredential, Credential, Secret, UsmCredential
from model.devices import Protocol, Target
from model.readings import Scalar
from simulators.snmp_agent import AgentVices, SimulatedAgent

CAPTURES = Path(__file__).parents[3] / "captures"
SNMP_CAPTURES = ("huawei-ibmc-snmp", "apc-rpdu2", "raritan-px", "rfc1628-ups")
APC = capture.read(CAPTURES / "apc-rpdu2.capture")
RPDU = "1.3.6.1.4.1.318.1.1.26"
OUTLET_NAMES, OUTLET_LOADS = f"{RPDU}.9.4.3.1.3", f"{RPDU}.9.4.3.1.5"
OUTLET_AMPERES, OUTLET_WATTS = f"{RPDU}.9.4.3.1.6", f"{RPDU}.9.4.3.1.7"
SYS_NAME: Oid = (1, 3, 6, 1, 2, 1, 1, 5, 0)

PUBLIC = CommunityCredential("public", Secret("public"))
PUBLIC_V1 = CommunityCredential("public", Secret("public"), "1")
NOBODY = UsmCredential("nobody", "nobody")


def user(
    name: str, auth: str = "", password: str = "auth-pass", priv: str = "", key: str = "priv-pass"
) -> UsmCredential:
    return UsmCredential(name, name, auth, Secret(password), priv, Secret(key))


MD5 = user("md5-user", "md5")
SHA256 = user("sha256-user", "sha256", priv="aes")


@asynccontextmanager
async def running(
    recorded_device: Capture = APC,
    vices: AgentVices | None = None,
    users: tuple[UsmCredential, ...] = (NOBODY, MD5, SHA256),
) -> AsyncIterator[tuple[SimulatedAgent, int]]:
    agent = SimulatedAgent(recorded_device, users=users, vices=vices, seed=7)
    port = await agent.start()
    try:
        yield agent, port
    finally:
        agent.close()


def target(
    port: int,
    credential: Credential | None = PUBLIC,
    *,
    timeout: float = 0.1,
    retries: int = 1,
    host: str = "127.0.0.1",
) -> Target:
    return Target("pdu", host, Protocol.SNMP, credential, port, timeout=timeout, retries=retries)


def device(*objects: tuple[str, int, str | bytes]) -> Capture:
    """A capture of a few objects, with the system group's sysObjectID before them."""
    rows = (("1.3.6.1.2.1.1.2.0", 6, "1.3.6.1.4.1.99999"), *objects)
    held = (
        SnmpObject(
            tuple(map(int, oid.split("."))),
            tag,
            value if isinstance(value, bytes) else value.encode(),
        )
        for oid, tag, value in rows
    )
    return Capture(objects=tuple(sorted(held, key=lambda thing: thing.oid)))


def column_of(recorded_device: Capture, column: str) -> dict[str, Scalar | None]:
    """What a capture holds below a column, by address."""
    prefix = tuple(map(int, column.split(".")))
    return {
        dotted(thing.oid): recorded(thing)
        for thing in recorded_device.objects
        if thing.oid[: len(prefix)] == prefix
    }
