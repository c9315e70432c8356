"""A runbook as a page of docs/runbooks: both languages on one, so that its address is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from alerts.alert import Alert
from alerts.groups import Group
from alerts.pack import Pack
from alerts.recorded import behind
from scoring.rule import Rule
from scoring.scale import figure
from scoring.table import Constant, Name

WORDS: Mapping[str, Name] = {
    "means": Name("含义", "What it means"),
    "checks": Name("怎样查看", "How to look at it"),
    "causes": Name("常见原因", "Likely causes"),
    "fixes": Name("处理", "What to do"),
    "normal": Name("何时属正常", "When it is normal"),
    "hides": Name("它响时不再发送", "While it fires, these are not sent"),
}
_GENERATED = (
    "Generated from `alerts/data` by `python -m alerts.build`; do not edit."
    " 本页由数据生成，请勿手改。"
)


def pages(pack: Pack) -> Mapping[str, str]:
    """File name → text: a page for each alert, and README.md that lists them."""
    rules = pack.rules()
    found = {f"{a.name}.md": page(a, g, rules) for g in pack.groups for a in g.alerts}
    return {"README.md": index(pack), **found}


def page(alert: Alert, group: Group, rules: Sequence[Rule]) -> str:
    """One runbook; `rules` are the pack's recorded series."""
    lines = [f"# {alert.name}", "", f"{alert.title.zh} · {alert.title.en}", ""]
    lines += [*_facts(alert, group), "", *_expression(alert, rules)]
    lines += [*_thresholds(alert.thresholds)]
    for lang, language in (("zh", "中文"), ("en", "English")):
        lines += [f"## {language}", "", *_told(alert, lang)]
    return "\n".join((*lines, _GENERATED)) + "\n"


def _facts(alert: Alert, group: Group) -> Iterator[str]:
    urgency = alert.severity.urgency
    yield "| | |"
    yield "|---|---|"
    yield f"| severity | {urgency.zh} · {urgency.en} |"
    yield f"| for | {alert.hold} |"
    yield f"| group | `{group.name}`, every {group.interval}, at the {group.shard} |"


def _expression(alert: Alert, rules: Sequence[Rule]) -> Iterator[str]:
    yield from ("```promql", alert.expr, "```", "")
    for rule in behind(alert.expr, rules):
        yield from (f"`{rule.record}`:", "", "```promql", rule.expr, "```", "")


def _thresholds(numbers: Sequence[Constant]) -> Iterator[str]:
    if not numbers:
        return
    yield "| threshold | value | 含义 · meaning | source | date | confidence |"
    yield "|---|---|---|---|---|---|"
    for number in numbers:
        title, origin = number.title, number.origin
        cells = (
            *(f"`{number.name}`", f"{figure(number.value)} {number.unit}"),
            *(f"{title.zh} · {title.en}", origin.source, origin.date, origin.confidence.value),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _told(alert: Alert, lang: str) -> Iterator[str]:
    book = alert.runbook
    yield from _section("means", lang, [book.means.of(lang)])
    checks = (f"- {check.text.of(lang)}\n  ```\n  {check.run}\n  ```" for check in book.checks)
    yield from _section("checks", lang, checks)
    yield from _section("causes", lang, _bullets(book.causes, lang))
    yield from _section("fixes", lang, _bullets(book.fixes, lang))
    yield from _section("normal", lang, _bullets(book.normal, lang))
    if hidden := [name for one in alert.inhibits for name in one.names]:
        yield from _section("hides", lang, [f"- [{name}]({name}.md)" for name in hidden])


def _section(word: str, lang: str, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"### {WORDS[word].of(lang)}", "", *lines, "")


def _bullets(names: Sequence[Name], lang: str) -> Iterator[str]:
    return (f"- {name.of(lang)}" for name in names)


def index(pack: Pack) -> str:
    """The list of all runbooks."""
    lines = ["# Alerts 告警", "", _GENERATED, "", *_INTRODUCTION, ""]
    lines += ["| alert | severity | for | 含义 | meaning |", "|---|---|---|---|---|"]
    for alert in pack.alerts():
        cells = (alert.severity.value, alert.hold, alert.title.zh, alert.title.en)
        lines.append(f"| [{alert.name}]({alert.name}.md) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


_INTRODUCTION = (
    "`dcagent alerts rules > dcagent-alerts.rules.yml` prints the pack, `--runbooks URL` sets"
    " where these pages are, `--set NAME=VALUE` another threshold; `dcagent alerts explain NAME`"
    " prints a page. How the pack works: [alerts.md](../alerts.md).",
    "",
    "`dcagent alerts rules > dcagent-alerts.rules.yml` 打印告警规则，`--runbooks URL` 指明这些页面"
    "所在的地址，`--set 名称=数值` 换一个门限；`dcagent alerts explain 名称` 打印一页。"
    "整体说明见 [alerts.md](../alerts.md)。",
)
