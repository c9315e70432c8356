"""From the wire to a real Prometheus: `dcagent run` on simulated devices, scraped both ways."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.bmc import SimulatedBmc
from simulators.snmp_agent import SimulatedAgent
from tests.real.agent_process import HEAD, capture, configuration, running, secret, target
from tests.real.prometheus_peer import TROUBLE, Prometheus, prometheus

pytestmark = pytest.mark.peer("prometheus")

SECONDS = 60
COMMUNITY = '[credentials.pdu]\ntype = "snmp-community"\ncommunity = "file:community"\n'
SERVERS = ("huawei-ibmc", "inspur", "h3c-hdm")
PDU = 'PDU "A"\\1 机柜'
WATTS = {"huawei-ibmc": 412.0, "inspur": 296.0, "h3c-hdm": 348.0}


@contextlib.asynccontextmanager
async def site() -> AsyncIterator[list[str]]:
    """Three servers, a PDU whose name needs escaping, and one that nobody answers for."""
    bmcs = {name: SimulatedBmc(capture(name)) for name in SERVERS}
    pdu = SimulatedAgent(capture("raritan-px"))
    try:
        targets = [target(name, await bmc.start()) for name, bmc in bmcs.items()]
        odd = PDU.replace("\\", "\\\\").replace('"', '\\"')
        targets.append(target(odd, await pdu.start(), "pdu", "snmp"))
        targets.append(target("dead", 9))
        yield targets
    finally:
        pdu.close()
        for bmc in bmcs.values():
            bmc.close()


def agent_configuration(directory: Path, expose: str, targets: list[str]) -> Path:
    directory.mkdir()
    secret(directory / "community", "public")
    head = HEAD.replace("[web]\n", f'[web]\nexpose = "{expose}"\n') + COMMUNITY
    return configuration(directory, *targets, head=head)


def judged(directory: Path, whole: int, each: int) -> None:
    """Prometheus scrapes both agents for a while; what it found."""
    ports = {"whole": whole, "each": each}
    discoveries = {job: f"http://127.0.0.1:{port}/sd" for job, port in ports.items()}
    with prometheus(directory, discoveries) as peer:
        peer.wait_for(lambda: peer.query("count(up == 1)") == {"": 7}, 30)
        time.sleep(SECONDS)
        assert [t["lastError"] for t in peer.targets()] == [""] * 7
        assert peer.query("min(min_over_time(up[30s]))") == {"": 1}
        assert peer.trouble() == dict.fromkeys(TROUBLE, 0)
        found_right(peer)


def found_right(peer: Prometheus) -> None:
    """Each value is the capture's, and is the same whichever way it came."""
    assert peer.query('dcagent_node_power_watts{job="each"}') == WATTS
    total = sum(WATTS.values())
    assert peer.query('sum(dcagent_node_power_watts{job="whole"})')[""] == total
    up = peer.query('dcagent_target_up{job="each"}')
    assert up == {**dict.fromkeys(WATTS, 1.0), PDU: 1.0, "dead": 0.0}
    assert peer.query('count(dcagent_outlet_current_amperes{job="each"})')[""] > 0
    # Everything read from a device, counted and summed both ways.
    read = '{__name__=~"dcagent_(node|cpu|board|fan|psu|outlet|phase|rack).*",'
    read += '__name__!~".*_timestamp_.*",job="%s"}'
    counts = [peer.query(f"count({read % job})")[""] for job in ("whole", "each")]
    assert counts[0] == counts[1] > 300
    values = [peer.query(f"sum({read % job})")[""] for job in ("whole", "each")]
    assert values[0] == pytest.approx(values[1])


async def test_the_agent_is_scraped_both_ways(tmp_path: Path) -> None:
    async with site() as targets:
        whole = agent_configuration(tmp_path / "whole", "metrics", targets)
        each = agent_configuration(tmp_path / "each", "probe", targets)
        async with running(whole) as one, running(each) as other:
            await one.until_value("dcagent_target_up", "h3c-hdm", 1.0)
            directory = tmp_path / "prometheus"
            directory.mkdir()
            await asyncio.to_thread(judged, directory, one.port, other.port)
