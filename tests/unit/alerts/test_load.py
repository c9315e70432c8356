"""A file of alerts: what is read, and how its mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.alert import Alert, Check, Inhibition, Runbook, Severity
from alerts.load import own_thresholds, read_area, thresholds
from alerts.pack import pack, runbook_url
from model.document import DocumentError
from scoring.table import Name
from scoring.table_load import shipped

WHOLE = """\
[DcagentTooWarm]
group = "servers"
severity = "warning"
for = "5m"
expr = '''
dcagent_cpu_temperature_celsius > <inlet_high>
'''
title = {zh = "热", en = "warm"}
summary = {zh = "{{ $labels.node }} 热", en = "{{ $labels.node }} is warm"}
description = {zh = "高于 <inlet_high> 达 <for>", en = "above <inlet_high> for <for>"}
means = {zh = "热", en = "warm"}
checks = [{run = "dcagent probe TARGET", zh = "看", en = "look"}]
causes = [{zh = "火", en = "fire"}]
fixes = [{zh = "水", en = "water"}]
normal = [{zh = "无", en = "never"}]
inhibits = [{names = ["DcagentFanFailed"], equal = ["site", "node"]}]
"""


def _read(folder: Path, text: str) -> tuple[Alert, ...]:
    file = folder / "area.toml"
    file.write_text(text, encoding="utf-8")
    return read_area(file, thresholds(shipped()))


def test_a_whole_alert(tmp_path: Path) -> None:
    warm = Name("热", "warm")
    assert _read(tmp_path, WHOLE) == (
        Alert(
            name="DcagentTooWarm",
            group="servers",
            severity=Severity.WARNING,
            hold="5m",
            expr="dcagent_cpu_temperature_celsius > 27",
            title=warm,
            summary=Name("{{ $labels.node }} 热", "{{ $labels.node }} is warm"),
            description=Name("高于 27 达 5m", "above 27 for 5m"),
            runbook=Runbook(
                means=warm,
                checks=(Check("dcagent probe TARGET", Name("看", "look")),),
                causes=(Name("火", "fire"),),
                fixes=(Name("水", "water"),),
                normal=(Name("无", "never"),),
            ),
            inhibits=(Inhibition(("DcagentFanFailed",), ("site", "node")),),
            thresholds=(shipped().constants["inlet_high"],),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("severity =", "severety =", 3, 'unknown key "severety" in [DcagentTooWarm]: did you'),
        ('"warning"', '"major"', 3, '"severity" must be one of critical, warning, info'),
        ('"servers"', '"server"', 2, "one of targets, servers, power, slow, scores: did you mean"),
        ('"5m"', '"five"', 4, '"for" must be a time such as "5m"'),
        ("> <inlet_high>", "> <inlet_hihg>", 5, "unknown threshold <inlet_hihg>: did you mean"),
        ("达 <for>", "达 <form>", 10, '"description" names an unknown threshold <form>'),
        ('{zh = "热", en = "warm"}', '{zh = "热"}', 8, 'needs "en"'),
        ("[DcagentTooWarm]", "[TooWarm]", 1, '"TooWarm" must be like DcagentPsuLost'),
        ('causes = [{zh = "火", en = "fire"}]', "causes = []", 13, "a list that says something"),
        ('equal = ["site", "node"]', "equal = []", 16, '"equal" must be a list of texts'),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        _read(tmp_path, WHOLE.replace(old, new, 1))
    told = [p for p in caught.value.problems if message in p.message]
    assert [problem.line for problem in told] == [line], caught.value


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r'"DcagentTooWarm" must be a table'):
        _read(tmp_path, "DcagentTooWarm = 1\n")


def test_a_site_may_set_its_own_numbers() -> None:
    changed = thresholds(shipped(), {"inlet_high": 25, "ups_load": 0.8})
    assert (changed["inlet_high"].value, changed["ups_load"].value) == (25, 0.8)
    assert changed["inlet_allowable"].value == 32
    made = {alert.name: alert for alert in pack(changes={"ups_load": 0.8}).alerts()}
    assert "dcagent_ups_load_ratio > 0.8" in made["DcagentUpsOverloaded"].expr
    assert "above 0.8 of the rating" in made["DcagentUpsOverloaded"].description.en


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("inlet_hihg", 25, 'there is no threshold "inlet_hihg": did you mean "inlet_high"?'),
        ("inlet_high", 300, "inlet_high: expected a number from -20 to 60"),
        ("ups_load", 0, "ups_load: expected a number"),
        ("ups_load", float("nan"), "ups_load: expected a number"),
        ("ups_load", float("inf"), "ups_load: expected a number"),
    ],
)
def test_numbers_that_cannot_be(name: str, value: float, message: str) -> None:
    with pytest.raises(ValueError, match=r"^" + message.replace("?", r"\?")):
        thresholds(shipped(), {name: value})


def test_a_threshold_has_one_home() -> None:
    assert not own_thresholds().keys() & shipped().constants.keys()


def test_addresses_of_runbooks() -> None:
    name = "DcagentPsuLost"
    assert runbook_url("https://wiki/x/", name) == "https://wiki/x/DcagentPsuLost.md"
    assert runbook_url("https://wiki/{alert}.html", name) == "https://wiki/DcagentPsuLost.html"
