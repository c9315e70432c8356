"""The pack in a real Prometheus, over our agent, over devices that begin to fail."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from alerts.alertmanager import text as sample
from alerts.pack import pack
from alerts.pack_text import text
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import Session
from simulators.snmp_agent import SimulatedAgent
from tests.real.agent_process import HEAD, capture, configuration, running, secret, target
from tests.real.alertmanager_peer import alertmanager
from tests.real.prometheus_peer import Prometheus, prometheus
from tests.real.victoria_peer import Victoria, victoria, vmalert

pytestmark = pytest.mark.peer("prometheus", "prometheus-alertmanager")

CREDENTIALS = """\
[credentials.new]
type = "ipmi"
username = "monitor"
password = "file:other"
[credentials.ups]
type = "snmp-community"
community = "file:community"
"""
INLET, PSU_1, PSU_2 = 1, 49, 53
"""Sensor numbers of the Huawei board."""
_GET_READING = (0x04, 0x2D)
_OUTPUT_SOURCE = "1.3.6.1.2.1.33.1.4.1.0"
_NORMAL, _BATTERY = 3, 5
"""upsOutputSource (RFC 1628)."""


class Failing(SimulatedBmc):
    """A BMC of which some sensors answer otherwise; `otherwise`: number → reading and states."""

    otherwise: dict[int, bytes]

    def command(self, netfn: int, command: int, data: bytes, lun: int, of: Session | None) -> bytes:
        answer = super().command(netfn, command, data, lun, of)
        if (netfn, command) == _GET_READING and answer[:1] == b"\x00":
            return b"\x00" + self.otherwise.get(data[0], answer[1:])
        return answer


@dataclass
class Site:
    """Servers by name, and a UPS."""

    bmcs: dict[str, Failing] = field(default_factory=dict)
    source: int = _NORMAL

    def begin_to_fail(self) -> None:
        self.bmcs["dead"].vices.silent = True
        self.bmcs["hot"].otherwise[INLET] = bytes((48, 0xC0, 0xC0))
        self.bmcs["cord"].otherwise[PSU_2] = bytes((0, 0xC0, 0b1001, 0x80))  # no input
        self.bmcs["pulled"].otherwise[PSU_1] = bytes((0, 0xC0, 0, 0x80))  # not even present
        self.source = _BATTERY


@contextlib.asynccontextmanager
async def site(folder: Path) -> AsyncIterator[tuple[Site, list[str]]]:
    """Six servers in one rack, of which one knows another password, and a UPS; their targets."""
    found, targets = Site(), [CREDENTIALS]
    ups = SimulatedAgent(
        capture("rfc1628-ups"),
        vary=lambda _, oid, value: found.source if oid == _OUTPUT_SOURCE else value,
    )
    for name in ("well", "dead", "hot", "cord", "other", "pulled"):
        bmc = found.bmcs[name] = Failing(capture("huawei-ibmc"))
        bmc.otherwise = {}
        login = "new" if name == "other" else "bmc"
        server = target(f"bmc-{name}", await bmc.start(), login)
        targets.append(f'{server}node = "{name}"\nrack = "A01"\n')
    targets.append(target("ups-1", await ups.start(), "ups", "snmp"))
    secret(folder / "other", "not-the-password")
    secret(folder / "community", "public")
    try:
        yield found, targets
    finally:
        ups.close()
        for bmc in found.bmcs.values():
            bmc.close()


def quick_rules() -> str:
    """The pack, evaluated each second, where all that holds for seconds counts."""
    made = pack()
    groups = tuple(
        replace(g, interval="1s", alerts=tuple(replace(a, hold="2s") for a in g.alerts))
        for g in made.groups
    )
    return text(replace(made, groups=groups), "https://wiki.example.org/rb")


def firing(peer: Prometheus | Victoria) -> set[tuple[str, str]]:
    """Alert and target (or credential) of all that fires."""
    rows = peer.series('ALERTS{alertstate="firing"}', time.time())
    labels = [dict(row) for row, value in rows.items() if value == 1]
    return {(own["alertname"], own.get("target") or own["credential"]) for own in labels}


async def until(done: Callable[[], bool], what: Callable[[], object], seconds: float = 20) -> None:
    """Waits for something to become true."""
    for _ in range(int(seconds * 5)):
        if await asyncio.to_thread(done):
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {what()}")


STANDING = {("DcagentCredentialLocked", "new"), ("DcagentDeviceAlarm", "ups-1")}
"""One server knows another password, and the UPS of the capture has an alarm of its own."""
BROKEN = STANDING | {
    ("DcagentTargetDown", "bmc-dead"),
    ("DcagentInletAboveRecommended", "bmc-hot"),
    ("DcagentInletAboveAllowable", "bmc-hot"),
    ("DcagentPsuLost", "bmc-cord"),
    ("DcagentPsuMissing", "bmc-pulled"),
    ("DcagentUpsOnBattery", "ups-1"),
}
SHOWN = 45.0
"""Seconds until victoria-metrics shows series that are new to it, one layer behind the other."""
_A01 = {"site": "dc1", "rack": "A01", "job": "site"}


async def test_what_fails_is_told_and_what_is_well_is_not(tmp_path: Path) -> None:
    config = sample(pack().alerts())
    async with site(tmp_path) as (devices, targets):
        head = configuration(tmp_path, *targets, head=HEAD)
        async with running(head) as agent:
            url = {"site": f"http://127.0.0.1:{agent.port}/sd"}
            with (
                alertmanager(tmp_path, config) as manager,
                prometheus(tmp_path, url, quick_rules(), manager.address) as peer,
            ):
                await until(lambda: firing(peer) == STANDING, lambda: firing(peer))
                await until(lambda: peer.query("count(dcagent_target_up == 1)") == {"": 6}, dict)
                await asyncio.sleep(3)
                assert firing(peer) == STANDING, "the well are silent"
                devices.begin_to_fail()
                await until(lambda: firing(peer) == BROKEN, lambda: firing(peer))
                told_in_words(peer.alerts())
                await until(lambda: set(manager.told) == {"on-call", "shift"}, lambda: manager.told)
                await until(lambda: manager.inhibited() == INHIBITED, manager.inhibited)
                assert manager.told["on-call"] <= CRITICAL
                devices.source = _NORMAL
                rest = BROKEN - {("DcagentUpsOnBattery", "ups-1")}
                await until(lambda: firing(peer) == rest, lambda: firing(peer))
                assert "DcagentInletAboveRecommended" not in manager.told["shift"]


@pytest.mark.peer("victoria-metrics", "vmalert")
async def test_victoria_metrics_tells_the_same(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(quick_rules(), encoding="utf-8")
    async with (
        site(tmp_path) as (devices, targets),
        running(configuration(tmp_path, *targets, head=HEAD)) as agent,
    ):
        with (
            alertmanager(tmp_path, sample(pack().alerts())) as manager,
            victoria(tmp_path, f"127.0.0.1:{agent.port}") as peer,
            vmalert(tmp_path, rules, peer, manager.address),
        ):
            seen = 'target:dcagent_psus:seen{node="pulled"} == 2'
            await until(lambda: bool(peer.series(seen, time.time())), dict, SHOWN)
            assert firing(peer) <= STANDING
            devices.begin_to_fail()
            await until(lambda: firing(peer) == BROKEN, lambda: firing(peer), SHOWN)
            await until(lambda: manager.inhibited() == INHIBITED, manager.inhibited)


CRITICAL = {"DcagentUpsOnBattery", "DcagentInletAboveAllowable"}
SPOKEN_FOR = {"DcagentInletAboveRecommended", "DcagentDeviceAlarm"}
INHIBITED = {name: name in SPOKEN_FOR for name, _ in BROKEN}


def told_in_words(alerts: list[dict[str, Any]]) -> None:
    """Labels and annotations of two of them, to the letter."""
    by_name = {alert["labels"]["alertname"]: alert for alert in alerts}
    lost = by_name["DcagentPsuLost"]
    own = {"alertname": "DcagentPsuLost", "severity": "warning", "node": "cord", "psu": "2"}
    instance = lost["labels"]["instance"]
    assert lost["labels"] == {
        **_A01,
        **own,
        "target": "bmc-cord",
        "state": "input_lost",
        "instance": instance,
    }
    assert lost["annotations"]["summary"] == "cord: PSU 2 lost (input_lost)"
    assert lost["annotations"]["summary_zh"] == "cord 电源 2 失效 (input_lost)"
    assert lost["annotations"]["runbook_url"] == "https://wiki.example.org/rb/DcagentPsuLost.md"
    hot = by_name["DcagentInletAboveAllowable"]["annotations"]
    assert hot["summary"] == "hot: inlet air 48 °C, beyond what is allowed"
    assert hot["description_zh"] == (
        "站点 dc1 机柜 A01 的 hot (Inlet Temp) 进风 48 ℃，达到设备自己的上限；"
        "设备没有给出上限时按 32 ℃。"
    )
