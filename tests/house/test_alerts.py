"""What is shipped of the alerts is fresh, whole, in both languages, and reads what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.cli.application import COMMANDS
from agent.diagnosis import catalogue
from alerts.alert import Alert
from alerts.build import built
from alerts.pack import RUNBOOKS
from alerts.pack_text import said
from alerts.recorded import RECORDED, behind
from exporters.listing import LISTING, TARGET_LABELS
from hw_profiles.load import pack as profiles
from model.readings import Severity
from model.sensors import Quantity, Role
from scoring.contract import TRAVELS
from scoring.levels import PLACE
from scoring.raw import recorded_in
from scoring.rule import Shard, rules_of
from scoring.rules import rule_set
from scoring.table import Name
from scoring.table_load import shipped
from tests.alerts.cases import CASES
from tests.alerts.shipped import ALERTS, GROUP_OF, PACK

ROOT = Path(__file__).parents[2]
BOOKS = ROOT / RUNBOOKS
SCORES = rule_set(shipped())
EVERY = pytest.mark.parametrize("alert", ALERTS.values(), ids=list(ALERTS))
PROMETHEUS = {"up", "job", "instance"}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("name", list(built()))
def test_what_is_shipped_is_fresh(name: str) -> None:
    stale = "stale: run python -m alerts.build"
    assert (ROOT / name).read_text(encoding="utf-8") == built()[name], stale


def test_no_runbook_is_left_of_an_alert_that_is_no_more() -> None:
    pages = {page.name for page in BOOKS.iterdir()}
    assert pages == {"README.md", *(f"{name}.md" for name in ALERTS)}


def _texts(alert: Alert) -> dict[str, Name]:
    book = alert.runbook
    lists = {
        "checks": [check.text for check in book.checks],
        **{key: getattr(book, key) for key in ("causes", "fixes", "normal")},
    }
    return {
        **{key: getattr(alert, key) for key in ("title", "summary", "description")},
        "means": book.means,
        **{f"{key}[{i}]": name for key, names in lists.items() for i, name in enumerate(names)},
    }


@EVERY
def test_every_text_is_chinese_and_english(alert: Alert) -> None:
    for key, name in _texts(alert).items():
        same = key == "summary" and name.zh == name.en  # labels alone
        assert same or _CHINESE.search(name.zh), f"{key}: {name.zh}"
        assert not _CHINESE.search(name.en), f"{key}: {name.en}"
        assert "<" not in name.zh + name.en, f"{key}: a threshold was not set in"


@EVERY
def test_every_alert_has_its_runbook_in_both_languages(alert: Alert) -> None:
    assert said(alert, RUNBOOKS)["runbook_url"] == f"docs/runbooks/{alert.name}.md"
    chinese, _, english = (
        (BOOKS / f"{alert.name}.md").read_text(encoding="utf-8").partition("## English\n")
    )
    for text, headings in (
        (chinese, ("含义", "怎样查看", "常见原因", "处理", "何时属正常")),
        (english, ("What it means", "How to look", "Likely causes", "What to do", "When it is")),
    ):
        assert all(f"### {heading}" in text for heading in headings)
    for key, name in _texts(alert).items():
        if key not in ("summary", "description"):
            assert name.zh in chinese, key
            assert key == "title" or name.en in english, key


@EVERY
def test_what_a_runbook_names_exists(alert: Alert) -> None:
    book = alert.runbook
    words = " ".join(
        (*(c.run for c in book.checks), *(n.en + n.zh for n in _texts(alert).values()))
    )
    for command in re.findall(r"\bdcagent ([a-z][a-z-]*)", words):
        assert command in COMMANDS
    for code in re.findall(r"DCA-[A-Z]+-\d+", words):
        assert code in catalogue()
    for name in re.findall(r"\bDcagent[A-Z][A-Za-z]+", words):
        assert name in ALERTS
    names = re.findall(r"(?<![\w:.])(?:\w+:)?dcagent_\w+(?::\w+)?", words)
    known = {*_LABELS, *(rule.record for rule in (*RECORDED, *rules_of(SCORES.groups)))}
    assert set(names) - known == set()


_FIRED = {
    name: [
        labels
        for case in CASES.values()
        for check in case.checks
        for labels, _ in check.samples
        if labels["alertname"] == name
    ]
    for name in ALERTS
}
"""Alert → the labels with which its cases see it fire."""


@EVERY
def test_texts_name_labels_that_the_alert_has(alert: Alert) -> None:
    named = set(re.findall(r"\$labels\.(\w+)", " ".join(said(alert, RUNBOOKS).values())))
    seen = {label for labels in _FIRED[alert.name] for label in labels}
    assert named - seen == set()


@EVERY
def test_what_is_inhibited_carries_the_labels_by_which_it_is(alert: Alert) -> None:
    for inhibition in alert.inhibits:
        for name in (alert.name, *inhibition.names):
            assert any(set(inhibition.equal) <= labels.keys() for labels in _FIRED[name]), name


_LABELS = {
    listed.name: {
        *listed.labels,
        *(listed.metric.further if listed.metric else ()),
        *(TARGET_LABELS if listed.of_target else ()),
        *("job", "instance"),
    }
    for listed in LISTING
}
_KNOWN = {label for labels in _LABELS.values() for label in labels} | {
    *PLACE,
    *("kpi", "limit", "window", "category"),
}
_SELECTOR = re.compile(r'([a-zA-Z_][\w:]*)\{((?:[^"}]|"[^"]*")*)\}')
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_GROUPING = re.compile(r"\b(?:by|on|ignoring|group_left|without) \(([^)]*)\)")
EXPRESSIONS = [(r.record, r.expr) for r in RECORDED] + [(a.name, a.expr) for a in ALERTS.values()]


@pytest.mark.parametrize(("name", "text"), EXPRESSIONS, ids=[name for name, _ in EXPRESSIONS])
def test_every_metric_and_label_is_exported_or_recorded(name: str, text: str) -> None:
    recorded = {rule.record for rule in (*RECORDED, *rules_of(SCORES.groups))}
    for found in re.findall(r"(?<![\w:])(?:\w+:)?dcagent_\w+(?::\w+)?", text):
        assert found in _LABELS or found in recorded, found
    for found, inside in _SELECTOR.findall(text):
        labels = set(_MATCHER.findall(inside))
        assert labels <= _LABELS.get(found, _KNOWN), f"{found}{{{inside}}}"
    for inside in _GROUPING.findall(text):
        assert {label for label in inside.split(", ") if label} <= _KNOWN, inside


@EVERY
def test_an_alert_reads_only_what_its_shard_has(alert: Alert) -> None:
    shard = GROUP_OF[alert.name].shard
    own = {rule.record for rule in RECORDED}
    scores = SCORES.shard(shard).groups
    recorded = {rule.record for rule in rules_of(scores)} | (own if shard is Shard.SITE else set())
    for name in {*recorded_in(alert.expr), *re.findall(r"[a-z]+:dcagent_[\w:]+", alert.expr)}:
        travels = shard is Shard.CENTRE and re.fullmatch(TRAVELS, name)
        assert name in recorded or travels, name


def test_groups_read_only_what_earlier_groups_record() -> None:
    known: set[str] = set()
    for group in PACK.groups:
        for expression in (*(r.expr for r in group.rules), *(a.expr for a in group.alerts)):
            first = {rule.record for rule in RECORDED if rule.record in expression}
            assert first <= known, group.name
        known |= {rule.record for rule in group.rules}
    read = {rule for alert in ALERTS.values() for rule in behind(alert.expr)}
    assert read == set(RECORDED), "what nobody reads is not recorded"


def _words(role: Role) -> set[str]:
    """The words of our profiles for a state that is not well."""
    every = [
        rule
        for profile in profiles().profiles
        for rules in (profile.rules, *(table.rules for table in profile.tables))
        for rule in rules
        if (rule.role, rule.quantity) == (role, Quantity.STATE)
    ]
    return {
        word.text
        for rule in every
        for word in rule.states.values()
        if word.severity in (Severity.WARNING, Severity.CRITICAL)
    }


def test_every_word_for_a_battery_at_work_is_known() -> None:
    assert _words(Role.UPS) == {
        *("battery", "battery_eco", "joint"),  # DcagentUpsOnBattery
        "battery_test",  # a test, no alert
        *("bypass", "emergency_bypass", "failure_bypass", "maintenance_bypass"),
        *("software_bypass", "switched_bypass", "none", "off", "rebooting"),
        *("sleeping", "standby", "timed_sleeping"),  # DcagentUpsFault
    }
    assert _words(Role.BATTERY) == {"discharging", "low", "depleted", "fault"}
