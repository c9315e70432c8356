"""What is built for a configuration, and what is not even imported."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from agent import wiring
from agent.config import Config
from agent.config_targets import Entry
from collectors.protocol import silent
from hw_profiles.capture import read
from hw_profiles.load import pack
from model.devices import Protocol, Target
from model.readings import Fault, Reason
from simulators.snmp_agent import SimulatedAgent
from tests.unit.agent.fake_road import COMMUNITY, target

CAPTURES = Path(__file__).parents[2] / "captures"
BMC, PDU = Entry(target("a")), Entry(target("p", COMMUNITY))

ALONE = """
import sys
from pathlib import Path
from agent import wiring
from agent.config import Config
from tests.unit.agent.test_wiring import BMC
wiring.Collectors(Path(sys.argv[1])).provide(Config((), entries=(BMC,)))
print(*sys.modules)
"""


def test_bmcs_alone_import_no_snmp(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    found = set(done.stdout.split())
    assert "collectors.ipmi.collector" in found
    assert not {"pysnmp", "pyasn1", "typer", "rich"} & found
    assert not {"psutil", "collectors.host.collector", "collectors.accelerators.sampler"} & found


async def test_this_machine_is_asked_with_its_accelerators(tmp_path: Path) -> None:
    me = Entry(Target("me", "", Protocol.HOST))
    collectors = wiring.Collectors(tmp_path)
    collectors.provide(Config((), entries=(me,)))
    assert set(collectors) == {Protocol.HOST}
    road = wiring.road(collectors, pack())
    poll = await road.poll(me.target)
    assert poll.profile == "linux-host"
    words = {reading.sensor.word: reading.value for reading in poll.readings}
    assert words["node.uptime_seconds"] > 0
    assert 0 <= words["device.utilization_ratio"] <= 1
    threads = [thread.name for thread in threading.enumerate()]
    assert "accelerators" in threads
    await road.close()
    assert "accelerators" not in [thread.name for thread in threading.enumerate()]


async def test_a_missing_library_costs_its_protocol_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "collectors.snmp.own_client", None)
    collectors = wiring.Collectors(tmp_path)
    with caplog.at_level(logging.ERROR, "dcagent"):
        collectors.provide(Config((), entries=(BMC, PDU)))
    assert not isinstance(collectors[Protocol.IPMI], wiring.Helpless)
    poll = await wiring.road(collectors, pack()).poll(PDU.target, note=silent)
    (fault,) = poll.outcomes
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.HELPER_MISSING
    assert "own_client" in fault.detail
    assert caplog.records[0].getMessage().startswith("snmp targets cannot be asked: ")
    for collector in collectors.values():
        await collector.close()


async def test_pysnmp_is_missed_by_the_targets_alone_that_ask_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delitem(sys.modules, "collectors.snmp.pysnmp_client", raising=False)
    for name in [name for name in sys.modules if name.split(".")[0] == "pysnmp"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pysnmp", None)
    agent = SimulatedAgent(read(CAPTURES / "apc-rpdu2.capture"), communities=("public",))
    pdu = replace(PDU.target, address="127.0.0.1", port=await agent.start())
    collectors = wiring.Collectors(tmp_path)
    collectors.provide(Config((), entries=(PDU,)))
    road = wiring.road(collectors, pack())
    try:
        poll = await road.poll(pdu)
        other = await road.poll(replace(pdu, name="other", engine="pysnmp"))
    finally:
        await road.close()
        agent.close()
    assert poll.profile == "apc-rpdu2"
    (fault,) = other.outcomes
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.HELPER_MISSING
    assert "pysnmp" in fault.detail


async def test_a_cache_that_cannot_be_made_is_done_without(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    collectors = wiring.Collectors(tmp_path / "file" / "cache")
    with caplog.at_level(logging.WARNING, "dcagent"):
        collectors.provide(Config((), entries=(BMC,)))
    assert caplog.records[0].getMessage() == (
        f"no cache in {tmp_path}/file/cache (Not a directory): sensor lists are read anew"
    )
    await collectors[Protocol.IPMI].close()
