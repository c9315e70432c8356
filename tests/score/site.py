"""What a simulated site exports, as input series of promtool."""

from __future__ import annotations

from collections.abc import Mapping

from tests.score.promtool import series

Series = dict[str, str]
MINUTES = 6
"""How long the short cases run; they are asked at minute 5."""
AT = 5

_RATED = "dcagent_inventory_node_rated_power_watts"
_DECLARED = "dcagent_inventory_node_peak_flops"
REGION = {"province": "sichuan", "hub": "tianfu", "zone": "pidu"}
CPU: Mapping[str, Mapping[str, float]] = {"cpu": {"fp32": 4e12}}


def place(site: str, rack: str = "", **others: str) -> dict[str, str]:
    """Labels of a site, or of a rack in it."""
    where = {"room": "r1", "row": "a", "rack": rack} if rack else {}
    return {**REGION, "site": site, **where, **others}


def steady(value: float, minutes: int = MINUTES) -> str:
    """The same value each minute."""
    return f"{value:.15g}x{minutes}"


def node(
    site: str,
    name: str,
    *,
    rack: str = "k1",
    kind: str = "general",
    cluster: str = "c1",
    domestic: str = "true",
    lifecycle: str = "active",
    rated: Mapping[str, float] | None = None,
    power: Mapping[str, float] | None = None,
    age: float = 0.0,
    on: float | None = None,
    peak: Mapping[str, Mapping[str, float]] = CPU,
    declared: Mapping[str, float] | None = None,
    used: Mapping[str, float] | None = None,
    inlet: float | None = None,
    minutes: int = MINUTES,
    region: Mapping[str, str] = REGION,
) -> Series:
    """A server: what the inventory and the agent say of it; None is not said.

    `rated` is by basis, `power` by quality, `peak` by device and precision, `used` by device (of
    basis time for "cpu", else activity).
    """
    own, at = {"site": site, "node": name}, {**region, "site": site, "room": "r1", "row": "a"}
    flat = {"kind": kind, "cluster": cluster, "domestic": domestic, "lifecycle": lifecycle}
    found = series(
        "dcagent_inventory_node_info", steady(1, minutes), **at, rack=rack, node=name, **flat
    )
    for basis, watts in (rated or {}).items():
        found |= series(_RATED, steady(watts, minutes), **own, basis=basis)
    for precision, flops in (declared or {}).items():
        found |= series(_DECLARED, steady(flops, minutes), **own, precision=precision)
    agent = {**own, "target": name, "rack": rack}
    for label, value in (("chassis_on", on), ("inlet_temperature_celsius", inlet)):
        if value is not None:
            found |= series(f"dcagent_node_{label}", steady(value, minutes), **agent)
    found |= _devices(agent, peak, used or {}, minutes)
    return found | _readings(agent, power or {}, age, minutes)


def _readings(
    agent: Mapping[str, str], power: Mapping[str, float], age: float, minutes: int
) -> Series:
    found: Series = {}
    for quality, watts in power.items():
        found |= series(
            *("dcagent_node_power_watts", steady(watts, minutes)),
            **agent,
            quality=quality,
            source=f"of_{quality}",
        )
    if power:
        found |= series(
            "dcagent_node_power_timestamp_seconds", f"{-age:.15g}+60x{minutes}", **agent
        )
    return found


def _devices(
    agent: Mapping[str, str],
    peak: Mapping[str, Mapping[str, float]],
    used: Mapping[str, float],
    minutes: int,
) -> Series:
    found: Series = {}
    for device, flops in peak.items():
        for precision, value in flops.items():
            found |= series(
                *("dcagent_node_peak_flops", steady(value, minutes)),
                **agent,
                device=device,
                precision=precision,
            )
    for device, value in used.items():
        basis = "time" if device == "cpu" else "activity"
        found |= series(
            *("dcagent_node_device_utilization_ratio", steady(value, minutes)),
            **agent,
            device=device,
            basis=basis,
        )
    return found


def good(site: str, name: str, **others: object) -> Series:
    """A server of which all is known: 500 W rated, 300 W drawn, half used, inlet 24 °C."""
    known: dict[str, object] = {
        "rated": {"measured": 500.0},
        "power": {"measured": 300.0},
        "used": {"cpu": 0.5},
        "inlet": 24.0,
    }
    return node(site, name, **{**known, **others})  # type: ignore[arg-type] # as node takes them


def rack(
    site: str,
    name: str,
    *,
    design: float | None = 2000.0,
    pdus: int | None = None,
    watts: Mapping[str, float] | None = None,
    quality: str = "measured",
    state: str = "installed",
    minutes: int = MINUTES,
    region: Mapping[str, str] = REGION,
) -> Series:
    """A rack; `watts` is "pdu" or "pdu/inlet" → what it reads."""
    own = {"site": site, "rack": name}
    at = {**region, "site": site, "room": "r1", "row": "a", "rack": name}
    found = series("dcagent_inventory_rack_info", steady(1, minutes), **at, state=state)
    if design is not None:
        found |= series("dcagent_inventory_rack_rated_power_watts", steady(design, minutes), **own)
    if pdus is not None:
        found |= series("dcagent_inventory_rack_pdus", steady(pdus, minutes), **own)
    for key, value in (watts or {}).items():
        pdu, _, inlet = key.partition("/")
        found |= series(
            *("dcagent_rack_power_watts", steady(value, minutes)),
            **own,
            pdu=pdu,
            inlet=inlet,
            target=pdu,
            quality=quality,
            source="snmp",
        )
    return found


def site_info(site: str, minutes: int = MINUTES, region: Mapping[str, str] = REGION) -> Series:
    """A site that the inventory knows."""
    return series("dcagent_inventory_site_info", steady(1, minutes), **region, site=site)
