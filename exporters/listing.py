"""Every family that dcagent exports, in the order of the page: its own, then the catalogue's.

`docs/metrics.md` is made from this list, and a scrape carries nothing that is not on it but the
process metrics of prometheus_client (`process_*`, `python_info`).
"""

from __future__ import annotations

from dataclasses import dataclass

from model.catalogue import METRICS, SERVER_ROLES, Metric
from model.sensors import Quantity, Role

TARGET_LABELS = ("target", "site", "room", "row", "rack")
"""What every sample about a target carries: `target` always, the place where it is set."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One family. `labels` beside `TARGET_LABELS`, or all there are where `of_target` is False.

    `declared`: out of the inventory, not measured.

    `metric` is set where the catalogue made it; `limit` where it holds bounds of that metric.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()
    type: str = "gauge"
    of_target: bool = True
    declared: bool = False
    metric: Metric | None = None
    limit: bool = False


_AGENT = (
    Listed(
        "dcagent_build_info",
        "The agent that answers; always 1.",
        ("version", "python"),
        of_target=False,
    ),
    Listed("dcagent_targets", "Configured targets.", of_target=False),
    Listed(
        "dcagent_credential_locked",
        "1 while a credential is not tried any more because a device refused it.",
        ("credential",),
        of_target=False,
    ),
    Listed(
        "dcagent_snmp_dropped_total",
        "SNMP datagrams that were dropped: unproven (they do not authenticate, or are old),"
        " malformed, or unasked (late, doubled, or from an address that was not asked).",
        ("reason",),
        type="counter",
        of_target=False,
    ),
    Listed(
        "dcagent_config_last_reload_successful",
        "1 where the latest configuration was taken, 0 where the one before it goes on.",
        of_target=False,
    ),
    Listed(
        "dcagent_config_last_reload_timestamp_seconds",
        "When the configuration was last read, in Unix time.",
        of_target=False,
    ),
    Listed("dcagent_http_connections", "Open connections to this agent.", of_target=False),
    Listed(
        "dcagent_http_refused_total",
        "Connections that were turned away because too many requests were being served.",
        type="counter",
        of_target=False,
    ),
    Listed(
        "dcagent_http_evicted_total",
        "Connections that were closed because they were idle or slow.",
        type="counter",
        of_target=False,
    ),
    Listed(
        "dcagent_http_failed_logins_total",
        "Requests and handshakes that were not let in for who they were.",
        type="counter",
        of_target=False,
    ),
    Listed(
        "dcagent_http_certificate_expiry_timestamp_seconds",
        "When the certificate that this agent shows ends, in Unix time; only with TLS.",
        of_target=False,
    ),
    Listed(
        "dcagent_http_scrapes_total",
        "Scrapes by Prometheus or its like, of /metrics or /probe, before this one.",
        type="counter",
        of_target=False,
    ),
    Listed(
        "dcagent_http_last_scrape_timestamp_seconds",
        "When Prometheus or its like last scraped before this time, in Unix time.",
        of_target=False,
    ),
)

_TARGET = (
    Listed("dcagent_target_up", "1 while the latest poll reached the device."),
    Listed(
        "dcagent_target_info",
        "What the configuration says of a target, and the profile that fits it; always 1.",
        (*("province", "hub", "zone", "cluster", "u", "feed"), *("node", "protocol", "profile")),
    ),
    Listed("dcagent_target_faults", "Readings that failed in the latest polls.", ("reason",)),
    Listed("dcagent_target_locked", "1 while a target is not asked: its credential is locked."),
    Listed(
        "dcagent_target_backoff_seconds",
        "Time until a target that does not answer is asked again, 0 where it answers.",
    ),
    Listed("dcagent_target_coverage_expected", "Kinds of reading that the profile expects."),
    Listed("dcagent_target_coverage_present", "Kinds of reading, of those expected, that came."),
    Listed("dcagent_poll_duration_seconds", "How long the latest poll took."),
    Listed("dcagent_poll_timestamp_seconds", "When the latest poll began, in Unix time."),
    Listed(
        "dcagent_poll_age_seconds",
        "Time since the latest poll began, by the agent's own clock.",
    ),
    Listed(
        "dcagent_device_info",
        "Who answered, in its own words; always 1.",
        ("vendor", "model", "serial", "firmware", "profile"),
    ),
    Listed(
        "dcagent_node_power_timestamp_seconds",
        "When the device was asked for dcagent_node_power_watts, in Unix time.",
        ("node",),
    ),
    Listed(
        "dcagent_node_energy_joules_total",
        "Energy of a server: its power, integrated on our own clock between polls. Each source of"
        " power has its own counter; their sum counts each joule once.",
        ("node", "source"),
        type="counter",
    ),
    Listed(
        "dcagent_node_energy_gap_seconds_total",
        "Time for which dcagent_node_energy_joules_total had no power to count, and did not guess.",
        ("node",),
        type="counter",
    ),
)


def _declared(name: str, text: str, *labels: str) -> Listed:
    return Listed(name, text, labels, of_target=False, declared=True)


INVENTORY = (
    _declared(
        "dcagent_inventory_site_info",
        "A data centre and where it belongs; always 1.",
        *("province", "hub", "zone", "site"),
    ),
    _declared(
        "dcagent_inventory_node_info",
        "A server that should be there; always 1.",
        *("province", "hub", "zone", "site", "cluster", "room", "row", "rack", "node", "kind"),
        *("lifecycle", "vendor", "model", "arch", "domestic"),
    ),
    _declared(
        "dcagent_inventory_node_rated_power_watts",
        "Full-load input power of a server, by each basis on which it is known.",
        *("site", "node", "basis"),
    ),
    _declared(
        "dcagent_inventory_node_peak_flops",
        "Dense peak of a server's declared parts together, from the processor table, per"
        " precision.",
        *("site", "node", "precision"),
    ),
    _declared(
        "dcagent_inventory_rack_info",
        "A rack; always 1.",
        *("province", "hub", "zone", "site", "room", "row", "rack", "state"),
    ),
    _declared(
        "dcagent_inventory_rack_rated_power_watts",
        "Power that a rack is laid out for.",
        *("site", "rack"),
    ),
    _declared(
        "dcagent_inventory_rack_pdus", "PDUs that feed a rack and must answer.", "site", "rack"
    ),
    _declared(
        "dcagent_inventory_pdu_info",
        "A PDU of a rack and the supply path that it hangs on; always 1.",
        *("site", "rack", "pdu", "feed"),
    ),
    _declared(
        "dcagent_inventory_psu_info",
        "Where a server's PSU is plugged in, and the supply path behind that PDU; always 1.",
        *("site", "node", "psu", "pdu", "outlet", "feed"),
    ),
    _declared(
        "dcagent_inventory_meter_info",
        "An energy meter that must answer; always 1.",
        *("site", "meter", "boundary", "category"),
    ),
    _declared(
        "dcagent_grid_emission_factor_kg_per_kwh",
        "CO2 of a kilowatt-hour from a province's grid, in kilograms, as its source states it.",
        *("province", "year", "source"),
    ),
    _declared(
        "dcagent_site_renewable_ratio",
        "Share of renewable energy, 0 to 1, that a site declares for a period.",
        *("site", "period", "evidence"),
    ),
)
"""What the inventory declares: at /metrics of an agent that has one, never at /probe."""


def reserved_labels(metric: Metric) -> tuple[str, ...]:
    """The labels of a catalogue family beside `TARGET_LABELS`, in the order to print them."""
    node = ("node",) if metric.role in SERVER_ROLES or metric.role is Role.SENSOR else ()
    pdu = ("pdu",) if metric.role is Role.RACK else ()
    qualified = ("source", "quality") if metric.qualified else ()
    return (*node, *pdu, *metric.labels, *qualified)


def _of_catalogue(metric: Metric) -> tuple[Listed, ...]:
    labels = reserved_labels(metric)
    family = Listed(metric.name, metric.help, labels, metric.type, metric=metric)
    if metric.type == "counter" or metric.quantity is Quantity.STATE:
        return (family,)  # nothing there that could have a bound
    subject = metric.help[0].lower() + metric.help[1:].rstrip(".")
    text = f"The device's own bound on this: {subject}."
    bounded = tuple(name for name in labels if name not in ("source", "quality"))
    limit = Listed(metric.limit_name, text, (*bounded, "bound"), metric=metric, limit=True)
    return family, limit


LISTING: tuple[Listed, ...] = (
    *_AGENT,
    *INVENTORY,
    *_TARGET,
    *(listed for metric in METRICS.values() for listed in _of_catalogue(metric)),
)
"""The one list."""

SLOTS: dict[str, int] = {listed.name: slot for slot, listed in enumerate(LISTING)}
"""Family name → its place on the page."""
