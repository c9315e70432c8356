"""Whether Prometheus comes to fetch, and what may keep it away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.diagnosis import Text
from agent.doctor import process
from agent.doctor.amounts import lasting
from agent.doctor.files import Files
from agent.doctor.finding import Finding, Subject
from agent.doctor.page import Page
from agent.doctor.surroundings import Surroundings

SCRAPES = Subject("scraping.prometheus", Text("抓取", "scrapes"))
LISTEN = Subject("scraping.listen", Text("监听", "listen"))
FIREWALL = Subject("scraping.firewall", Text("防火墙", "firewall"))

NOT_SCRAPED, LOOPBACK, BLOCKED = "DCA-PROM-001", "DCA-PROM-002", "DCA-PROM-003"

PATIENCE = 300.0
"""Seconds. Series go stale without a scrape every two minutes or so, and one may fail."""

_COUNT = "dcagent_http_scrapes_total"
_LAST = "dcagent_http_last_scrape_timestamp_seconds"
_LOOPBACK = re.compile(r"127\.\d+\.\d+\.\d+|localhost|::1")


def scraping(s: Surroundings, page: Page, listens: Sequence[str]) -> Iterator[Finding]:
    """The latest scrape; where there is none, what may be the reason."""
    last, began = page.value(_LAST), page.value("process_start_time_seconds")
    if page.value(_COUNT) is None:
        text = Text(
            "这个版本的 dcagent 不记录抓取", "this version of dcagent does not count scrapes"
        )
        yield SCRAPES.skip(text)
        return
    port = listens[0].rpartition(":")[2] if listens else "9824"
    if last:
        age = s.now - last
        text = Text("Prometheus {age} 前抓取过", "Prometheus scraped {age} ago")
        if age <= PATIENCE:
            yield SCRAPES.ok(text, age=lasting(age))
            return
        text = Text("Prometheus 已 {age} 没有抓取", "Prometheus has not scraped for {age}")
    else:
        age = s.now - began if began else PATIENCE + 1
        text = Text(
            "启动 {age} 以来 Prometheus 从未抓取",
            "Prometheus has not scraped since the start {age} ago",
        )
        if age <= PATIENCE:
            yield SCRAPES.skip(text, age=lasting(age))
            return
    yield SCRAPES.fail(text, NOT_SCRAPED, age=lasting(age), port=port)
    yield from _obstacles(s, listens, port)


def _obstacles(s: Surroundings, listens: Sequence[str], port: str) -> Iterator[Finding]:
    hosts = [listen.rpartition(":")[0].strip("[]") for listen in listens]
    if hosts and all(_LOOPBACK.fullmatch(host) for host in hosts):
        text = Text(
            "只监听 {listen}: 别的主机上的 Prometheus 够不到",
            "listens on {listen} alone: out of reach for Prometheus on another host",
        )
        yield LISTEN.info(text, LOOPBACK, listen=", ".join(listens))
        return
    wall = firewall(s.files, port)
    if wall:
        text = Text(
            "{wall} 在运行，没有看到放行 tcp/{port} 的规则",
            "{wall} is active, and no rule for tcp/{port} was seen",
        )
        yield FIREWALL.info(text, BLOCKED, wall=wall, port=port)


def firewall(files: Files, port: str) -> str:
    """The firewall that is active and is not seen to let the port in; "" where there is none."""
    if process.named(files, "firewalld"):
        directory = "/etc/firewalld/zones"
        zones = "".join(files.text(f"{directory}/{n}") for n in files.names(directory, r".*\.xml"))
        opened = f'port="{port}"' in zones or 'service name="dcagent"' in zones
        return "" if opened else "firewalld"
    if re.search(r"(?mi)^ENABLED=yes", files.text("/etc/ufw/ufw.conf")):
        opened = f"--dport {port} " in files.text("/etc/ufw/user.rules")
        return "" if opened else "ufw"
    return ""
