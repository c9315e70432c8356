"""Seeded defects of the pack: each is caught by the case that it names."""

from __future__ import annotations

import pytest

from tests.alerts.cases import CASES
from tests.alerts.defect import Defect
from tests.alerts.expect import minutes
from tests.alerts.shipped import ALERTS, GROUPS
from tests.score.promtool import promtool

pytestmark = pytest.mark.peer("promtool")

_EXCUSED, _DOWN = "node:dcagent_node:excused", "target:dcagent_target:down"
_UNLESS_EXCUSED = f"unless on (site, node)\n{_EXCUSED}"
_DEAD, _DARK, _PSUS = "dead target", "dark rack", "lost PSUs"
_ALLOWABLE = "DcagentInletAboveAllowable"
_CERTIFICATE = "DcagentCertificateExpiring"
_WARM = "inlet:dcagent_node_inlet_temperature_celsius:warm"
_LOST, _MISSING = "psu:dcagent_psu:lost", "DcagentPsuMissing"
_RACK_PSUS, _REDUNDANCY, _FAN = (
    "DcagentRackPsusLost",
    "DcagentRedundancyLost",
    "DcagentFanFailed",
)
_ONE_FEED, _FEEDS, _FEED = (
    "DcagentPsusOnOneFeed",
    "DcagentFeedImbalance",
    "pdu:dcagent_inventory:feed",
)
_BATTERY, _OVERLOAD = "DcagentUpsOnBattery", "DcagentUpsOverloaded"
_GAP, _PUE = "DcagentEnergyGap", "DcagentPueAboveHubLimit"

DEFECTS = (
    Defect("the locked are dead", _DOWN, "== 1", "== 2", _DEAD),
    Defect("the excused are dead", _DOWN, _UNLESS_EXCUSED, "", _DEAD),
    Defect("the off are not excused", _EXCUSED, "== 0", "== 2", _DEAD),
    Defect("service is not looked at", _EXCUSED, '!="active"', '="retired"', _DEAD),
    Defect("who answers is dead", "target:dcagent_target:silent", "== 0", ">= 0", _DEAD),
    Defect("the server is forgotten", "target:dcagent_target:silent", "(node)", "()", _DEAD),
    Defect("two are a rack", "DcagentRackTargetsDown", ">= 3", ">= 2", _DARK),
    Defect("half is too few", "DcagentRackTargetsDown", ">= 0.5", "> 0.5", _DARK),
    Defect("a few are a rack", "DcagentRackTargetsDown", ">= 0.5", ">= 0.4", _DARK),
    Defect("no rack is a rack", "DcagentRackTargetsDown", '{rack!=""}', "", _DARK),
    Defect("nine are a site", "DcagentSiteTargetsDown", ">= 10", ">= 9", "dark site"),
    Defect("a few are a site", "DcagentSiteTargetsDown", ">= 0.5", ">= 0.4", "dark site"),
    Defect("any credential", "DcagentCredentialLocked", "== 1", ">= 0", "locked credential"),
    Defect("any reload", "DcagentReloadRefused", "== 0", ">= 0", "refused reload"),
    Defect("any exporter", "DcagentAgentDown", "on (job, instance)", "on ()", "dead agent"),
    Defect("any page", "DcagentAgentDown", "on (job, instance)", "on (job)", "dead agent"),
    Defect("14 days are too few", _CERTIFICATE, "< 14", "<= 14", "certificate"),
    Defect("days are hours", _CERTIFICATE, "/ 86400", "/ 3600", "certificate"),
    Defect("27 °C is warm", _WARM, "> 27", ">= 27", "inlets"),
    Defect("255 °C is air", _WARM, "< 60", "< 600", "inlets"),
    Defect(
        "own limits are passed over",
        _ALLOWABLE,
        "unless ignoring (bound)",
        "unless on (job) vector(0)\n>= ignoring (bound)",
        "inlets",
    ),
    Defect("a limit of 0 is one", _ALLOWABLE, "} > 27)", "} >= 0)", "inlets"),
    Defect("32 °C is too hot", _ALLOWABLE, "> 32", ">= 32", "inlets"),
    Defect(
        "critical limits are passed over",
        _ALLOWABLE,
        '="upper_critical"',
        '="upper_fatal"',
        "inlets",
    ),
    Defect("a worn PSU is lost", _LOST, "== 2", ">= 1", _PSUS),
    Defect("the off have lost PSUs", _LOST, _UNLESS_EXCUSED, "", _PSUS),
    Defect("what is there is missed", _MISSING, "  < on", "  <= on", "missing PSU"),
    Defect("the off miss PSUs", _MISSING, _UNLESS_EXCUSED, "", "missing PSU"),
    Defect("an hour is forgotten", _MISSING, "[7d]", "[30m]", "missing PSU"),
    Defect("no number is a PSU", _MISSING, '{psu!=""}', '{psu!="2"}', "missing PSU"),
    Defect("two PSUs are a feed", _RACK_PSUS, ">= 3", ">= 2", "lost feed"),
    Defect("a few PSUs are a feed", _RACK_PSUS, ">= 0.5", ">= 0.4", "lost feed"),
    Defect("half a rack is none", _RACK_PSUS, ">= 0.5", "> 0.5", "lost feed"),
    Defect("two PSUs are one", "node:dcagent_psus:one", 'psu="2"', 'psu="9"', "redundancy"),
    Defect("one PSU is on one feed", _ONE_FEED, 'psu="2"', 'psu="1"', "one feed"),
    Defect("only lost counts", _REDUNDANCY, ">= 1", ">= 2", "redundancy"),
    Defect("one PSU was redundant", _REDUNDANCY, "node:dcagent_psus:one", _EXCUSED, "redundancy"),
    Defect("fans are PSUs", _REDUNDANCY, "(?i).*(fan", ".*(fan", "redundancy"),
    Defect("the off are not redundant", _REDUNDANCY, _UNLESS_EXCUSED, "", "redundancy"),
    Defect("a worn fan has failed", _FAN, "== 2", ">= 1", "fans"),
    Defect("the limit itself will do", _FAN, "<= ignoring", "< ignoring", "fans"),
    Defect("the off have dead fans", _FAN, _UNLESS_EXCUSED, "", "fans"),
    Defect("nearly full is not", "DcagentSelFull", ">= 0.9", "> 0.9", "event log"),
    Defect(
        "any word is full", "DcagentSelFull", '{state=~"log_full|log_almost_full"}', "", "event log"
    ),
    Defect("the unknown is the same", _ONE_FEED, '{feed=""}', '{feed="?"}', "one feed"),
    Defect("spares are in service", _ONE_FEED, '"active"', '"spare"', "one feed"),
    Defect("70 % is too much", _FEEDS, "> 0.7", ">= 0.7", "feeds"),
    Defect("little is compared", _FEEDS, ">= 500", ">= 400", "feeds"),
    Defect("one feed is tilted", _FEEDS, "== 2", "<= 2", "feeds"),
    Defect(
        "the deaf draw nothing",
        _FEEDS,
        'unless on (site, rack)\ntarget:dcagent_target:silent{node=""}',
        "",
        "feeds",
    ),
    Defect(
        "the untold draw nothing",
        _FEEDS,
        "unless on (site, pdu) dcagent_rack_power_watts",
        "and on (site, pdu) vector(0)",
        "feeds",
    ),
    Defect("doubtful feeds count", _FEED, "> 1", "> 9", "feeds"),
    Defect(
        "no feed by configuration", _FEED, "dcagent_target_info", "dcagent_target_locked", "feeds"
    ),
    Defect(
        "no feed by inventory",
        _FEED,
        "dcagent_inventory_pdu_info",
        "dcagent_target_locked",
        "feeds",
    ),
    Defect("80 % is above 80 %", "DcagentRackPowerHigh", "> 0.8", ">= 0.8", "rack power"),
    Defect("the design is above it", "DcagentRackPowerAboveDesign", "> 1", ">= 1", "rack power"),
    Defect("little load is an alarm", "DcagentPduNearLimit", '{state!~"low.*"}', "", "PDU limits"),
    Defect("little load is too much", "DcagentPduOverload", '{state!~"low.*"}', "", "PDU limits"),
    Defect(
        "warnings are passed over", "DcagentPduNearLimit", ">= ignoring", "> ignoring", "PDU limits"
    ),
    Defect(
        "watts have no limit",
        "DcagentPduOverload",
        "(bound, source, quality)",
        "(bound)",
        "PDU limits",
    ),
    Defect(
        "a test is an outage", _BATTERY, "battery_eco|", "battery_eco|battery_test|", "UPS states"
    ),
    Defect("joint is mains", _BATTERY, "|joint", "", "UPS states"),
    Defect("a UPS twice", _BATTERY, "or on (site, target)", "or", "UPS states"),
    Defect("a test is a fault", "DcagentUpsFault", "|battery_test", "", "UPS states"),
    Defect("eco is a fault", "DcagentUpsFault", ">= 1", ">= 0", "UPS states"),
    Defect(
        "discharging is low", "DcagentUpsBatteryLow", '{state!="discharging"}', "", "UPS states"
    ),
    Defect("full is over", _OVERLOAD, "> 1\n", ">= 1\n", "UPS load"),
    Defect("its own limit is passed over", _OVERLOAD, ">= ignoring", "> ignoring", "UPS load"),
    Defect("0 is a limit", _OVERLOAD, "} > 0", "} >= 0", "UPS load"),
    Defect("any count alarms", "DcagentDeviceAlarm", "> 0", ">= 0", "alarms"),
    Defect("a short gap is one", _GAP, "> 360", "> 250", "energy gap"),
    Defect(
        "the dead have gaps",
        _GAP,
        "unless on (site, node)\ntarget:dcagent_target:silent",
        "",
        "energy gap",
    ),
    Defect("the off have gaps", _GAP, _UNLESS_EXCUSED, "", "energy gap"),
    Defect("a gap for ever", _GAP, "[1h]", "[3h]", "gap of an outage"),
    Defect("a server each", "DcagentComatoseServers", "by (site)", "by (site, node)", "comatose"),
    Defect("four points are five", "DcagentCoverageFalling", "- 0.05", "- 0.03", "coverage"),
    Defect("an old height counts not", "DcagentCoverageFalling", "[1d]", "[5m]", "coverage"),
    Defect(
        "low is falling",
        "DcagentCoverageFalling",
        "max_over_time(site:dcagent_power_coverage:ratio[1d])",
        "0 * site:dcagent_power_coverage:ratio + 1",
        "coverage",
    ),
    Defect("gone is forgotten", "DcagentSiteSilent", "[1d]", "[10m]", "silent site"),
    Defect("any place is a start zone", _PUE, ', zone!=""', "", "PUE"),
    Defect("any limit is the hub's", _PUE, ', limit="hub_start_zone"', "", "PUE"),
    Defect("two limits stop it", _PUE, "min(dcagent_score_limit", "(dcagent_score_limit", "PUE"),
    Defect("the limit is above it", _PUE, "\n> on", "\n>= on", "PUE"),
    Defect("any PUE is a breach", "DcagentPueLimitBreached", "== 1", ">= 0", "PUE limit breached"),
    Defect(
        "sites are passed over",
        "DcagentAttainmentImplausible",
        "or\n(site:",
        "and on (rack)\n(site:",
        "η",
    ),
)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.what)
def test_a_defect_is_caught(defect: Defect) -> None:
    _caught(defect)


FIRST = {
    check.expression.split('"')[1]: case.name
    for case in CASES.values()
    for check in case.checks
    if check.samples
}
"""Alert → a case in which it fires."""


@pytest.mark.parametrize("name", list(ALERTS))
@pytest.mark.parametrize("held", ["never", "longer"])
def test_another_time_to_hold_is_caught(name: str, held: str) -> None:
    hold, case = ALERTS[name].hold, FIRST[name]
    longer = f"{minutes(hold) + minutes(CASES[case].step)}m"
    new = longer if held == "longer" else "0s"
    _caught(Defect("another time", name, hold, new, case))


def _caught(defect: Defect) -> None:
    done = promtool(defect.seeded(), CASES[defect.caught_by], GROUPS)
    assert done.returncode == 1
    assert "FAILED" in done.stdout + done.stderr
    assert "parse error" not in done.stdout + done.stderr
