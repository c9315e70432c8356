"""The scoring of the demo: a Prometheus with the shipped rules, and what the screen says of it.

The rules, those of the scores and those of the alerts, are the ones that are shipped, but evaluated
every few seconds: each layer then waits for the one below it for seconds instead of minutes. How
long something must hold before an alert fires stays what it is.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from scoring.rule_text import text
from scoring.rules import rule_set
from scoring.table_load import shipped
from simulators.child import Child

BINARY = "prometheus"
EVERY = 5
"""Seconds between scrapes and between evaluations."""
SETTLED = 45.0
"""Seconds within which the site was asked and each layer of rules has seen the one below it."""
WINDOWS = (("5m", 300.0), ("1m", 60.0))
"""Windows that a score may be asked over, and their seconds: the longest first."""
_SHORTENED = ("1m", "2m", "4m")
"""Intervals of groups that are evaluated every few seconds; hours and days stay what they are."""
ALERTS = Path(__file__).parent.parent / "packaging/prometheus/dcagent-alerts.rules.yml"
"""The pack as it is shipped, for `alerts` makes it on the same floor as this."""
_LIMITS = {"GOMAXPROCS": "1", "GOMEMLIMIT": "256MiB"}
"""It shares the machine with the site that it watches."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the screen says of scores, in one language."""

    none: tuple[str, ...]
    waiting: str
    ready: str
    ended: str


ENGLISH = Words(
    none=(
        "no scores: there is no prometheus on the PATH (Debian, Ubuntu: apt install prometheus;",
        "openEuler, Kylin, UOS, Anolis: unpack prometheus.io's archive for linux into the PATH)",
    ),
    waiting="Prometheus {url}, first score in {seconds} s:",
    ready="Prometheus {url}, scores:",
    ended="Prometheus has ended: {why}",
)
CHINESE = Words(
    none=(
        "没有评分: PATH 中没有 prometheus (Debian、Ubuntu: apt install prometheus；",
        "openEuler、麒麟、统信、龙蜥: 把 prometheus.io 的 linux 压缩包解压到 PATH)",
    ),
    waiting="Prometheus {url}，{seconds} 秒后首次评分:",
    ready="Prometheus {url}，评分:",
    ended="Prometheus 已退出: {why}",
)


def rules(every: int = EVERY) -> str:
    """The shipped rules, evaluated every few seconds."""
    known = rule_set(shipped())
    hurried = (
        replace(group, interval=f"{every}s") if group.interval in _SHORTENED else group
        for group in known.groups
    )
    return text(replace(known, groups=tuple(hurried)))


def alert_rules(every: int = EVERY) -> str:
    """The shipped alerts, evaluated every few seconds."""
    known = ALERTS.read_text(encoding="utf-8")
    return re.sub(
        rf"(?m)^    interval: ({'|'.join(_SHORTENED)})$", f"    interval: {every}s", known
    )


def configuration(agent: str, hosts: str, seconds: int = EVERY) -> str:
    """Prometheus' own file: it scrapes the agent (host:port), and the agents on the servers."""
    every = f"{seconds}s"
    discovery = {"url": f"http://{agent}/sd", "refresh_interval": every}
    jobs = [
        {"job_name": "dcagent", "http_sd_configs": [discovery]},
        {"job_name": "hosts", "static_configs": [{"targets": [hosts]}]},
    ]
    pace = {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every}
    # YAML reads JSON.
    files = ["rules.yml", "alerts.yml"]
    return json.dumps({"global": pace, "rule_files": files, "scrape_configs": jobs})


class Scores:
    """Prometheus' process, or that there is none."""

    def __init__(
        self, child: Child | None, url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._child, self._url, self._clock = child, url, clock
        self._begun = clock()

    @classmethod
    async def start(
        cls, directory: Path, port: int, agent: str, hosts: str, every: int = EVERY
    ) -> Scores:
        """Starts Prometheus on that port of loopback where there is one; its files go below."""
        binary = shutil.which(BINARY)
        if binary is None:
            return cls(None, "")
        directory.mkdir()
        (directory / "rules.yml").write_text(rules(every), encoding="utf-8")
        (directory / "alerts.yml").write_text(alert_rules(every), encoding="utf-8")
        config = directory / "prometheus.yml"
        config.write_text(configuration(agent, hosts, every), encoding="utf-8")
        command = (
            *(binary, f"--config.file={config}", f"--storage.tsdb.path={directory / 'data'}"),
            *("--storage.tsdb.retention.time=1d", "--log.level=warn"),
            f"--web.listen-address=127.0.0.1:{port}",
        )
        child = await Child.start(command, directory / "prometheus.log", _LIMITS)
        return cls(child, f"http://127.0.0.1:{port}")

    async def stop(self) -> None:
        """Ends it."""
        if self._child is not None:
            await self._child.stop()

    @property
    def age(self) -> float:
        """Seconds for which there has been something to score; negative until there is."""
        return self._clock() - self._begun - SETTLED

    @property
    def window(self) -> str:
        """The longest window that is covered; "" while none is."""
        return next((name for name, seconds in WINDOWS if self.age >= seconds), "")

    def lines(self, words: Words) -> list[str]:
        """Where Prometheus is, and the command that scores; or why there is none."""
        if self._child is None:
            return [*words.none]
        if self._child.ended:
            return [words.ended.format(why=self._child.last_words().rpartition("\n")[2])]
        first, length = WINDOWS[-1]
        asked = f"  {command(self._url, self.window or first)}"
        if self.window:
            return [words.ready.format(url=self._url), asked]
        return [words.waiting.format(url=self._url, seconds=round(length - self.age)), asked]


def command(url: str, window: str) -> str:
    """The command that shows the site's score over a window."""
    beside = Path(sys.executable).parent / "dcagent"
    here = Path.cwd()
    if beside.is_relative_to(here):
        beside = beside.relative_to(here)
    program = str(beside) if beside.exists() else "dcagent"
    return f"{program} score --url {url} --window {window}"
