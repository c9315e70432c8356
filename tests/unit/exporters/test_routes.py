"""Every page, over real sockets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from exporters.families import families
from exporters.message import takes_gzip
from exporters.render import text
from exporters.server import Server
from model.devices import Place, Protocol, TargetStatus
from model.readings import Fault, Reason
from tests.unit.exporters.serving import FakeSource, ask, serving
from tests.unit.exporters.site import AT, POWER, answered, poll, target, temperature, up

OPEN_METRICS = "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5"
SRV = answered(POWER, temperature("VRM1", 51.5), of=target("a01-17", node="srv-17"))
LOST = replace(up(poll(target("b <02>"), Fault(None, Reason.NO_ANSWER), device=None)), backoff=30.0)
PDU = TargetStatus(target("机柜-1", Protocol.SNMP, place=Place(rack="A01")))


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(SRV, LOST, PDU)


@pytest.fixture
def server(source: FakeSource) -> Iterator[Server]:
    with serving(source) as running:
        yield running


def test_metrics_is_the_agent_all_targets_and_the_process(
    server: Server, source: FakeSource
) -> None:
    answer = ask(server, "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    devices = b"".join(text(families(source.known, AT + 5))).decode()
    assert devices in answer.text
    assert "dcagent_targets 3.0\n" in answer.text
    assert "dcagent_http_connections 1.0\n" in answer.text
    found = {family.name for family in parse(answer.text)}
    assert {"process_resident_memory_bytes", "process_open_fds", "python_info"} <= found


def test_scrapes_are_counted_and_people_are_not(server: Server) -> None:
    last = "dcagent_http_last_scrape_timestamp_seconds "
    ask(server, "/metrics")
    page = ask(server, "/metrics", X_Prometheus_Scrape_Timeout_Seconds="10").text
    assert "dcagent_http_scrapes_total 0.0\n" in page
    assert last not in page
    ask(server, "/probe?target=a01-17", X_Prometheus_Scrape_Timeout_Seconds="10")
    page = ask(server, "/metrics").text
    assert "dcagent_http_scrapes_total 2.0\n" in page
    assert f"{last}1.700000005e+09\n" in page


def test_open_metrics_where_it_is_asked_for(server: Server) -> None:
    answer = ask(server, "/metrics", Accept=OPEN_METRICS)
    kind = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.text.endswith("\n# EOF\n")


def test_gzip_where_it_is_taken(server: Server) -> None:
    squeezed = ask(server, "/probe?target=a01-17", Accept_Encoding="deflate, gzip;q=0.5")
    assert squeezed.headers["Content-Encoding"] == "gzip"
    whole = ask(server, "/probe?target=a01-17")
    assert "Content-Encoding" not in whole.headers
    assert gzip.decompress(squeezed.body) == whole.body


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip ; q=0.8", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip;q=1.0", True),
        ("identity, br", False),
    ],
)
def test_accept_encoding(header: str, taken: bool) -> None:
    assert takes_gzip(header) is taken


def test_head_has_the_headers_alone(server: Server) -> None:
    head, whole = (ask(server, "/probe?target=a01-17", method) for method in ("HEAD", "GET"))
    assert head.status == 200
    assert head.body == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_probe_asks_for_one_target(server: Server, source: FakeSource) -> None:
    answer = ask(server, "/probe?target=a01-17", X_Prometheus_Scrape_Timeout_Seconds="4")
    assert answer.text == b"".join(text(families((SRV,), AT + 5))).decode()
    assert source.probes == [("a01-17", 3.5)]


def test_probe_takes_names_in_any_script(server: Server) -> None:
    answer = ask(server, "/probe?target=%E6%9C%BA%E6%9F%9C-1")
    assert 'dcagent_target_up{rack="A01",target="机柜-1"} 0.0\n' in answer.text


@pytest.mark.parametrize(
    ("told", "patience"), [("", 10), ("x", 10), ("nan", 10), ("-1", 10), ("0.6", 0.3), ("1e9", 60)]
)
def test_a_probe_ends_before_its_asker_gives_up(
    server: Server, source: FakeSource, told: str, patience: float
) -> None:
    ask(server, "/probe?target=a01-17", X_Prometheus_Scrape_Timeout_Seconds=told)
    assert source.probes == [("a01-17", patience)]


def test_probe_of_a_stranger_is_refused(server: Server) -> None:
    answer = ask(server, "/probe?target=192.0.2.17")
    assert answer.status == 404
    assert "No target is called '192.0.2.17'" in answer.text


@pytest.mark.parametrize("query", ["", "?target=", "?target=a&target=b", "?name=a"])
def test_probe_wants_one_name(server: Server, source: FakeSource, query: str) -> None:
    assert ask(server, f"/probe{query}").status == 400
    assert source.probes == []


def test_discovery_of_one_page(server: Server) -> None:
    answer = ask(server, "/sd", Host="dcagent.example:9824")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(answer.body) == [
        {"targets": ["dcagent.example:9824"], "labels": {"__metrics_path__": "/metrics"}}
    ]


def test_discovery_of_each_target(source: FakeSource) -> None:
    with serving(source, expose="probe") as server:
        found = json.loads(ask(server, "/sd").body)
        host, port = server.addresses[0]
    assert [group["targets"] for group in found] == [[f"{host}:{port}"]] * 4
    assert found[0]["labels"] == {"__metrics_path__": "/metrics"}
    assert found[1]["labels"] == {
        "__metrics_path__": "/probe",
        "__param_target": "a01-17",
        "instance": "a01-17",
        "__meta_dcagent_target": "a01-17",
        "__meta_dcagent_protocol": "ipmi",
        "__meta_dcagent_node": "srv-17",
        "__meta_dcagent_province": "sichuan",
        "__meta_dcagent_zone": "z1",
        "__meta_dcagent_site": "dc1",
        "__meta_dcagent_room": "r1",
        "__meta_dcagent_row": "A",
        "__meta_dcagent_rack": "A01",
        "__meta_dcagent_u": "17",
    }
    assert found[3]["labels"]["__param_target"] == "机柜-1"


def test_discovery_does_not_repeat_a_host_that_is_none(server: Server) -> None:
    found = json.loads(ask(server, "/sd", Host='evil"},{').body)
    host, port = server.addresses[0]
    assert found[0]["targets"] == [f"{host}:{port}"]


def test_each_target_is_scraped_in_one_place_only(source: FakeSource) -> None:
    with serving(source, expose="probe") as server:
        page = ask(server, "/metrics").text
    assert "dcagent_targets 3.0\n" in page
    assert "dcagent_target_up" not in page


def test_healthy_and_ready(server: Server, source: FakeSource) -> None:
    assert ask(server, "/-/healthy").status == 200
    assert ask(server, "/-/ready").status == 200
    source.is_ready = False
    assert ask(server, "/-/ready").status == 503
    assert ask(server, "/-/healthy").status == 200


def test_reload_is_off_unless_it_is_on(server: Server, source: FakeSource) -> None:
    refused = ask(server, "/-/reload", "POST")
    assert refused.status == 403
    assert "--web.enable-lifecycle" in refused.text
    assert source.reloads == []


def test_reload(source: FakeSource) -> None:
    with serving(source, lifecycle=True) as server:
        wrong = ask(server, "/-/reload")
        assert (wrong.status, wrong.headers["Allow"], source.reloads) == (405, "POST", [])
        assert ask(server, "/-/reload", "POST").status == 200
        source.why_not = 'dcagent.toml:22  unknown key "intervall"'
        failed = ask(server, "/-/reload", "POST", b"a body that nobody reads")
    assert failed.status == 500
    assert 'dcagent.toml:22  unknown key "intervall"' in failed.text
    assert source.reloads == [{"by": "http", "client": "127.0.0.1", "user": ""}] * 2


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_written_to_metrics(server: Server, method: str) -> None:
    answer = ask(server, "/metrics", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/x", "/metrics/", "/-/", "/../etc/passwd", "/%2e%2e/"])
def test_no_other_page(server: Server, path: str) -> None:
    answer = ask(server, path)
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_landing_page_in_english(server: Server) -> None:
    answer = ask(server, "/", Accept_Language="en-GB,zh;q=0.5")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "1 of 3 targets up." in answer.text
    assert '<a href="/probe?target=a01-17">a01-17</a>' in answer.text
    assert '<a href="/probe?target=b+%3C02%3E">b &lt;02&gt;</a>' in answer.text
    assert '<td class="down">down, asked again in 30 s</td><td>5 s ago</td>' in answer.text
    assert "<td>no_answer</td>" in answer.text
    assert '<td class="waiting">not polled yet</td>' in answer.text
    assert "<script" not in answer.text


def test_the_landing_page_in_chinese(server: Server) -> None:
    answer = ask(server, "/", Accept_Language="zh-CN,zh;q=0.9,en;q=0.8")
    assert '<html lang="zh">' in answer.text
    assert "3 个目标，1 个在线。" in answer.text
    assert "离线, 30 秒后重试" in answer.text


def test_the_landing_page_of_a_locked_target() -> None:
    locked = replace(SRV, locked=True)
    with serving(FakeSource(locked)) as server:
        assert '<td class="locked">credential locked</td>' in ask(server, "/").text


def test_a_mistake_of_ours_is_a_500_and_costs_nothing_else(
    server: Server, source: FakeSource, caplog: pytest.LogCaptureFixture
) -> None:
    source.known = (None,)  # type: ignore[assignment]  # a bug
    answer = ask(server, "/metrics")
    assert answer.status == 500
    assert "Traceback" not in answer.text
    assert "cannot answer GET /metrics" in caplog.text
    source.known = (SRV,)
    assert ask(server, "/metrics").status == 200
