"""A report in the terminal: its lines in both languages, aligned, coloured only where asked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from agent.cli.terminal import width
from agent.diagnosis import Lang
from agent.score.shown import Shown
from agent.score.text import Manner, last_line, lines
from scoring.levels import CLUSTER, RACK
from scoring.report.model import Absent, Lack, Report
from tests.score import reports

ONE = reports.report(reports.scored())
HELD = reports.report(reports.withheld())
MANY = reports.many(12)


@pytest.fixture(autouse=True)
def _in_sichuan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    __import__("time").tzset()


def told(report: Report, lang: Lang = "en", **manner: bool) -> list[str]:
    return [*lines(report, Manner(lang, **manner)), last_line(report, Manner(lang, **manner))]


def test_a_site_in_chinese() -> None:
    text = told(ONE, "zh")
    assert text[0] == (
        " 1 个站点 · 2026-11-22 12:00 → 11-23 12:00 (1d) · 记录序列 · 合规 · 表 85879e68"
        " · https://prometheus.example:9090"
    )
    assert text[2].split() == (
        ["sichuan/tianfu/shuangliu/dc1", "2026-11-22", "12:00", "→", "11-23", "12:00"]
    )
    assert text[3].split() == ["分项", "数值", "得分", "覆盖", "满分可加", "标尺", "(数值→得分)"]
    assert text[4] == (
        "  算效达成率 η         0.46  46.2   98.1 %     +12.6  0→0 1→100 (没有官方底线)"
    )
    assert "  IT 负荷率          52.1 %  73.8   98.1 %      +4.7  30 %→0 60 %→100" in text
    pue = next(n for n, line in enumerate(text) if "PUE  " in line)
    assert [line.strip() for line in text[pue + 1 : pue + 4]] == [
        *("类别 2 · 年度", "满足 GB 40879 强制限定值 (3 级) 1.5", "未达 国家枢纽节点起步区 1.25")
    ]
    assert (
        "  总分       75.7  B  可信度完整 · 覆盖 98.1 % · 短板 η · 权重各变 ±50 % 时 65.7–83.1"
        in text
    )
    assert "  真实功率   412.3 kW 至 498.1 kW" in text
    (idle,) = (line for line in text if "DCA-KPI-051" in line and "explain" not in line)
    assert idle.startswith("  提升       +12.6 η · 空闲服务器: 31 台利用率低于 6 %，正耗电 6.2 kW")
    assert text[-1].split() == (
        ["1", "个完整", "·", "详解:", "dcagent", "explain", "DCA-KPI-051", "退出码", "0"]
    )


def test_what_withholds_a_score_is_told_with_its_fix() -> None:
    text = told(HELD)
    row = next(line for line in text if line.startswith("  PUE"))
    assert row.split()[1:4] == ["—", "—", "—"]
    assert row.endswith("No meter of the facility's side  DCA-KPI-001")
    assert "  score      —  N  withheld · coverage 74.2 %" in text
    assert "  true power at least 187.4 kW, without an upper bound" in text
    begin = next(n for n, line in enumerate(text) if line.startswith("  withheld"))
    assert text[begin].endswith("DCA-KPI-001")
    assert "                    dcagent inventory check" in text[begin:]
    assert "                 dcagent score --explain dc1" in text[begin:]
    assert text[-1].strip() == f"{'1 withheld · what lacks: --explain dc1':85} exit 2"
    assert not any("+" in line.split("  ")[-1] for line in text if "to raise" in line)


def test_many_are_a_line_each_that_lines_up() -> None:
    for lang in ("zh", "en"):
        text = told(MANY, lang)
        assert len(text) == 16
        assert text[1] == " sichuan/tianfu"
        assert [line.split()[0] for line in text[3:6]] == [
            *("shuangliu/dc001", "pidu/dc002", "jianyang/dc003")
        ]
        grades = {width(line[: re.search(r"  [A-DN]  ", line).start()]) for line in text[3:15]}  # type: ignore[union-attr]
        assert len(grades) == 1, lang
    held = next(line for line in told(MANY) if "dc005" in line)
    assert held.split()[1:4] == ["—", "N", "withheld"]
    assert held.endswith("DCA-KPI-001 DCA-KPI-009")
    first = next(line for line in told(MANY) if "dc001" in line).split()
    assert first[1:10] == ["9.9", "D", "full", "100.0", "%", "20.0", "0.0", "↓48.0", "↓0.0"]
    assert told(MANY)[-1].startswith(
        " 4 full, 7 provisional, 1 withheld, 7 below an official floor (↓) · in full: --site dc005"
    )


def test_all_of_many_in_full() -> None:
    text = told(MANY, every=True)
    assert sum(line.startswith("  score") for line in text) == 12
    assert not any("dcagent inventory check" in line for line in text), "codes only"
    assert text[-1].split("·")[1].split()[:4] == ["what", "lacks:", "--explain", "dc001"]


def test_colour_only_where_asked() -> None:
    plain, painted = told(MANY), told(MANY, colour=True)
    assert not any("\x1b" in line for line in plain)
    assert [re.sub(r"\x1b\[\d*m", "", line) for line in painted] == plain
    assert "\x1b[31m" in next(line for line in painted if "dc001" in line)
    assert "\x1b[" not in next(line for line in painted if "dc003" in line)


def test_lines_are_not_too_long() -> None:
    for report in (ONE, HELD):
        for lang in ("zh", "en"):
            assert max(width(line) for line in told(report, lang)[1:]) <= 116


def test_notices_stand_above_all() -> None:
    short = replace(
        ONE, window="5m", minutes=5.0, raw=True, notices=(Absent("DCA-KPI-026", {"window": "5m"}),)
    )
    text = told(short)
    assert "2026-11-23 11:55 → 12:00 (5m) · computed from raw metrics" in text[0]
    assert text[1].startswith(" notice A window below a day: a mean over 5m goes with")
    assert text[1].endswith("DCA-KPI-026")


def test_what_lacks_in_a_site() -> None:
    lacks = (
        Lack("node", "n7", Absent("DCA-KPI-072", {"age": "7 min"}), "k1", "bmc-n7", "10.1.2.3"),
        Lack("node", "n8", Absent("DCA-KPI-075"), "k2"),
        Lack("node", "n9", Absent("DCA-KPI-075"), "k2"),
        Lack("meter", "f1", Absent("DCA-KPI-084", {"boundary": "facility"})),
    )
    text = told(replace(HELD, lacks=lacks), explained=True)
    at = next(n for n, line in enumerate(text) if line.split()[:2] == ["what", "rack"])
    assert text[at + 1].startswith("  server  k1    n7    10.1.2.3  DCA-KPI-072  The power reading")
    assert text[at + 1].endswith("it was last read 7 min ago")
    assert text[at + 4].split()[:5] == ["meter", "—", "f1", "—", "DCA-KPI-084"]
    assert text[at + 5].startswith(" 4 things lack: DCA-KPI-072 The power reading is old × 1, ")
    assert "DCA-KPI-075 No rated power × 2" in text[at + 5]
    assert "explain DCA-KPI-001" in text[-1]
    none = told(HELD, explained=True)
    assert " no server lacks power, freshness, rating, peak or utilisation" in none


def test_pools_and_racks_by_name() -> None:
    pool = reports.scored(
        {"ce_attainment": 0.5}, {**reports.labels(), "cluster": "a", "kind": "ai"}
    )
    assert (pool.name, pool.path) == ("a (ai)", "sichuan/tianfu/shuangliu/dc1/a (ai)")
    text = told(replace(reports.report(pool), level=CLUSTER))
    assert text[0].startswith(" 1 pool · ")
    rack = replace(pool, labels={**reports.labels(), "room": "r1", "row": "", "rack": "k\x1b2"})
    text = told(replace(reports.report(rack), level=RACK))
    assert text[2].split()[0] == "sichuan/tianfu/shuangliu/dc1/r1/k"


@pytest.mark.parametrize(
    ("value", "number"),
    [(1.2504, "1.2504"), (1.25, "1.25"), (1.2496, "1.2496"), (1.2500001, "1.25"), (1.27, "1.27")],
)
def test_a_value_is_not_rounded_across_a_limit_but_for_noise(value: float, number: str) -> None:
    pue = reports.scored({"pue": value}).subs[0].figure
    assert Shown(ONE, "en").value(pue) == number
