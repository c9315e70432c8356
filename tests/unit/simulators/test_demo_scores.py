"""What the demo says of scores, and what becomes of a Prometheus that it starts."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from simulators import demo_scores
from simulators.child import Child
from simulators.demo_scores import CHINESE, ENGLISH, SETTLED, Scores
from tests.score.shipped import GROUPS


def test_without_a_prometheus_it_says_how_to_get_one() -> None:
    scores = Scores(None, "")
    assert "apt install prometheus" in scores.lines(ENGLISH)[0]
    assert "openEuler, Kylin" in scores.lines(ENGLISH)[1]
    assert "没有 prometheus" in scores.lines(CHINESE)[0]
    assert "麒麟" in scores.lines(CHINESE)[1]


@pytest.mark.parametrize(
    ("age", "said", "window"),
    [
        (0, "Prometheus http://p, first score in 105 s:", "1m"),
        (SETTLED + 59, "Prometheus http://p, first score in 1 s:", "1m"),
        (SETTLED + 60, "Prometheus http://p, scores:", "1m"),
        (SETTLED + 299, "Prometheus http://p, scores:", "1m"),
        (SETTLED + 300, "Prometheus http://p, scores:", "5m"),
    ],
)
async def test_the_command_asks_for_what_has_been_seen(
    tmp_path: Path, age: float, said: str, window: str
) -> None:
    now = 1000.0
    child = await Child.start(("sleep", "30"), tmp_path / "log")
    try:
        scores = Scores(child, "http://p", lambda: now)
        now += age
        first, command = scores.lines(ENGLISH)
        assert first == said
        assert re.fullmatch(rf"  (\S*/)?dcagent score --url http://p --window {window}", command)
    finally:
        await child.stop()
    assert scores.lines(ENGLISH) == ["Prometheus has ended: "]


async def test_the_last_words_of_one_that_ended_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "prometheus"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "$@"\necho "no space left on device"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    scores = await Scores.start(tmp_path / "store", 9, "127.0.0.1:1", "127.0.0.1:2")
    async with asyncio.timeout(10):
        while scores.window or "ended" not in scores.lines(ENGLISH)[0]:
            await asyncio.sleep(0.05)
    assert scores.lines(ENGLISH) == ["Prometheus has ended: no space left on device"]
    told = (tmp_path / "store" / "prometheus.log").read_text()
    assert "--web.listen-address=127.0.0.1:9 " in f"{told.splitlines()[0]} "
    written = json.loads((tmp_path / "store" / "prometheus.yml").read_text())
    assert [job["job_name"] for job in written["scrape_configs"]] == ["dcagent", "hosts"]
    await scores.stop()


def test_the_rules_are_the_shipped_ones_but_for_their_pace() -> None:
    text = demo_scores.rules(7)
    for group in GROUPS:
        interval = "7s" if group.interval in ("1m", "2m") else group.interval
        assert f"- name: {group.name}\n    interval: {interval}\n" in text
    assert text.count("record:") == sum(len(group.rules) for group in GROUPS)


def test_the_alerts_are_the_shipped_ones_but_for_their_pace() -> None:
    ours, theirs = (
        text.splitlines() for text in (demo_scores.alert_rules(7), demo_scores.ALERTS.read_text())
    )
    differ = {(a, b) for a, b in zip(ours, theirs, strict=True) if a != b}
    assert differ == {("    interval: 7s", f"    interval: {each}m") for each in (1, 2, 4)}
    assert any(line == "    interval: 1h" for line in ours)
