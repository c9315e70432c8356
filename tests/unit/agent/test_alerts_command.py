"""`dcagent alerts`: the files, the list, the pages, their mistakes."""

from __future__ import annotations

import json
import re

import pytest

from alerts.build import ALERTMANAGER, RULES, built
from tests.alerts.shipped import ALERTS
from tests.unit.agent.test_command_line import dcagent, imported_by


def test_it_prints_what_is_shipped() -> None:
    for command, name in (("rules", RULES), ("alertmanager", ALERTMANAGER)):
        done = dcagent("alerts", command)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == built()[name]


def test_runbooks_are_where_one_says() -> None:
    done = dcagent("alerts", "rules", "--runbooks", "https://wiki.example.org/rb/")
    urls = re.findall(r'runbook_url: "(.*)"', done.stdout)
    assert urls == [
        f"https://wiki.example.org/rb/{name}.md" for name in ALERTS if name in done.stdout
    ]


def test_thresholds_are_what_one_says() -> None:
    done = dcagent("alerts", "rules", "--set", "inlet_high=25", "--set", "ups_load=0.8")
    assert done.returncode == 0
    assert "# set inlet_high = 25\n# set ups_load = 0.8\n" in done.stdout
    assert "dcagent_node_inlet_temperature_celsius > 25 < 60" in done.stdout
    assert "高于推荐上限 25 ℃" in done.stdout


def test_shards() -> None:
    site = dcagent("alerts", "rules", "--shard", "site").stdout
    centre = dcagent("alerts", "rules", "--shard", "centre").stdout
    assert ("DcagentPsuLost" in site, "DcagentPsuLost" in centre) == (True, False)
    assert ("DcagentSiteSilent" in site, "DcagentSiteSilent" in centre) == (False, True)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("zh", " DcagentPsuLost                warning    4m  电源模块失效"),
        ("en", " DcagentPsuLost                warning    4m  PSU lost"),
    ],
)
def test_the_list(lang: str, line: str) -> None:
    lines = dcagent("alerts", "list", "--lang", lang).stdout.splitlines()
    assert [each.split()[0] for each in lines] == list(ALERTS)
    assert line in lines
    told = json.loads(dcagent("alerts", "list", "--json").stdout)
    assert [each["alert"] for each in told] == list(ALERTS)


@pytest.mark.parametrize("name", ["DcagentPsuLost", "psulost"])
def test_a_page(name: str) -> None:
    page = dcagent("alerts", "explain", name, "--lang", "en").stdout
    assert page.startswith(" DcagentPsuLost  PSU lost  [warning: act within the shift]\n")
    for words in (
        *("What it means", "How to look at it", "Likely causes", "What to do", "When it is normal"),
        '\n     dcagent_inventory_psu_info{node="NODE"}\n',
        "\n   psu:dcagent_psu:lost:\n",
        "\n   for: 4m\n",
    ):
        assert words in page
    assert "何时属正常" in dcagent("alerts", "explain", name, "--lang", "zh").stdout
    told = json.loads(dcagent("alerts", "explain", name, "--json").stdout)
    assert (told["alert"], told["severity"], told["for"]) == ("DcagentPsuLost", "warning", "4m")
    assert told["title"] == {"zh": "电源模块失效", "en": "PSU lost"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (
            ("explain", "DcagentPsuLots"),
            64,
            'no alert "DcagentPsuLots": did you mean "DcagentPsuLost"?',
        ),
        (("explain", "xyzzy"), 64, 'no alert "xyzzy"; dcagent alerts list names all'),
        (("rules", "--set", "inlet_hihg=25"), 64, 'no threshold "inlet_hihg": did you mean'),
        (("rules", "--set", "inlet_high=warm"), 64, "expected NAME=VALUE with a number"),
        (("rules", "--set", "inlet_high=99"), 64, "inlet_high: expected a number from -20 to 60"),
        (("rules", "--runbooks", "a b"), 64, 'an address without blanks, found "a b"'),
        (("rules", "--breakpoints", "/nowhere.toml"), 78, "/nowhere.toml  cannot be read"),
        (("rules", "--shard", "moon"), 64, "moon"),
    ],
)
def test_mistakes(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = dcagent("alerts", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr


def test_help_has_an_example() -> None:
    for command in ("rules", "list", "explain", "alertmanager"):
        assert f"Example: dcagent alerts {command}" in dcagent("alerts", command, "--help").stdout


def test_it_imports_no_engine_of_ours() -> None:
    assert not {"asyncio", "pysnmp", "pyipmi", "prometheus_client"} & imported_by("alerts", "rules")
