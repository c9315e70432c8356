"""Devices and agents that do not answer, and what only looks like it."""

from __future__ import annotations

from tests.alerts.expect import fires, silent
from tests.alerts.site import AGENT, SITE, Series, at, declared, reading, server, target
from tests.score.promtool import Case, series

_DOWN = "DcagentTargetDown"


def dead() -> Case:
    """A target that answers no more; not one that is locked, excused, flaps or was restarted."""
    case = Case("dead target", step="1m").feed(
        server("dead", up="1x2 0x200"),
        target("pdu-a", up="1x2 0x200", feed="A"),
        server("well"),
        server("locked", up=0, locked=1),
        server("flapping", up="0x3 1x1 0x3 1x200"),
        server("started", up="_x5 0x1 1x200"),
        server("mended", up=0, on=None),
        declared("mended", "maintenance"),
        server("off", on=0),
        target("off-os", up=0, node="off"),
        target("gone", up="0x2 stale"),
    )
    return fires(case, 8, _DOWN, at("bmc-dead", node="dead"), at("pdu-a"))


def unlocked() -> Case:
    """A locked target that is dead when it is asked again."""
    case = Case("unlocked and dead", step="1m").feed(server("n", up=0, locked="1x9 0x200"))
    return fires(silent(case, 9, _DOWN), 15, _DOWN, at("bmc-n", node="n"))


def _many(count: int, prefix: str, rack: str, site: str = "dc1", **told: float) -> Series:
    found: Series = {}
    for number in range(count):
        found |= target(f"{prefix}{number}", rack=rack, site=site, **told)  # type: ignore[arg-type]
    return found


def dark_rack() -> Case:
    """Half of a rack, and no less than three; neither the locked nor what stands in no rack."""
    case = Case("dark rack", step="1m").feed(
        _many(3, "a", "half", up=0),
        _many(3, "b", "half"),
        _many(3, "c", "few", up=0),
        _many(4, "d", "few"),
        _many(2, "e", "small", up=0),
        _many(4, "f", "locked", up=0, locked=1),
        _many(4, "g", "", up=0),
    )
    return fires(case, 3, "DcagentRackTargetsDown", {**SITE, "rack": "half"})


def dark_site() -> Case:
    """Half of a site, and no less than ten."""
    case = Case("dark site", step="1m").feed(
        _many(10, "a", "k1", "dark", up=0),
        _many(10, "b", "k2", "dark"),
        _many(10, "c", "k1", "large", up=0),
        _many(11, "d", "k2", "large"),
        _many(9, "e", "k1", "small", up=0),
        _many(12, "f", "k1", "locked", up=0, locked=1),
    )
    return fires(case, 3, "DcagentSiteTargetsDown", {"site": "dark"})


def locked() -> Case:
    """A credential that was refused."""
    case = Case("locked credential", step="1m").feed(
        reading("dcagent_credential_locked", "0x1 1x200", **AGENT, credential="bmc"),
        reading("dcagent_credential_locked", 0, **AGENT, credential="snmp"),
    )
    return fires(case, 3, "DcagentCredentialLocked", {**AGENT, "credential": "bmc"})


def refused() -> Case:
    """A configuration that was not taken, beside one that was."""
    well = {"job": "dcagent", "instance": "10.0.0.8:9824"}
    case = Case("refused reload", step="5m").feed(
        reading("dcagent_config_last_reload_successful", "1x1 0x200", **AGENT),
        reading("dcagent_config_last_reload_successful", 1, **well),
    )
    return fires(case, 15, "DcagentReloadRefused", AGENT)


def dead_agent() -> Case:
    """An agent that cannot be scraped; not its targets' pages, not another exporter."""
    build = {"version": "1", "python": "3.11"}
    probe, other = {"job": "dcagent", "instance": "bmc-1"}, {"job": "node", "instance": "n1"}
    well = {"job": "dcagent", "instance": "10.0.0.8:9824"}
    case = Case("dead agent", step="5m").feed(
        reading("dcagent_build_info", "1x10 stale", **AGENT, **build),
        series("up", "1x10 0x200", **AGENT),
        series("up", "1x10 0x200", **probe),
        series("up", "0x200", **other),
        reading("dcagent_build_info", 1, **well, **build),
        series("up", "1x200", **well),
    )
    return fires(case, 25, "DcagentAgentDown", AGENT)


def certificate() -> Case:
    """A certificate of which less than 14 days are left; not one of exactly 14, nor a new one."""
    day, family = 86400, "dcagent_http_certificate_expiry_timestamp_seconds"
    edge, new = ({**AGENT, "instance": f"10.0.0.{n}:9824"} for n in (7, 8))
    ends = 14 * day + 3600  # the case's clock begins at 0: an hour later 14 days are left
    case = Case("certificate", step="5m").feed(
        reading(family, ends, **AGENT),
        reading(family, 14 * day + 80 * 60, **edge),
        reading(family, f"{ends}x12 {90 * day}x200", **new),
    )
    return fires(case, 80, "DcagentCertificateExpiring", AGENT)


CASES = (
    *(dead(), unlocked(), dark_rack(), dark_site(), locked()),
    *(refused(), dead_agent(), certificate()),
)
