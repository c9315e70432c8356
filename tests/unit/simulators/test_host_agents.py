"""What the agents on the simulated servers say, as a client reads it over HTTP."""

from __future__ import annotations

import asyncio
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from hw_profiles.processor_table import shipped
from simulators.host_agents import PEAK, USED, HostAgents, page
from simulators.server_models import MODELS
from simulators.site import Site


def test_utilisation_follows_the_load_that_power_follows() -> None:
    now = 0.0
    site = Site(password="x", clock=lambda: now)
    for now in (0.0, 77.0, 200.0):
        used: dict[tuple[str, str], float] = {}
        for family in parse(page(site)):
            if family.name == USED:
                used = {(s.labels["node"], s.labels["device"]): s.value for s in family.samples}
        for load in site.loads:
            idle = 2 * load.model.watts - load.model.rated
            spread = load.model.rated - idle
            expected = (load.power(now) - idle) / spread
            own = {device: value for (node, device), value in used.items() if node == load.node}
            assert own == {device: pytest.approx(expected) for device in own}
            assert set(own) == {"cpu", *(f"ascend{n}" for n in range(2) if load.model.accelerators)}


def test_peaks_are_those_of_the_processor_table() -> None:
    found = {
        (s.labels["node"], s.labels["device"], s.labels["precision"]): s.value
        for family in parse(page(Site(password="x")))
        for s in family.samples
        if family.name == PEAK
    }
    # srv-a01-03 is the third server: a TaiShan of two Kunpeng 920 5250 and two Atlas 300I Duo
    assert found["srv-a01-03", "cpu", "fp64"] == 2 * 499.2e9
    assert found["srv-a01-03", "ascend1", "fp16"] == 140e12
    assert ("srv-a01-03", "cpu", "fp16") not in found
    assert found["srv-a01-01", "cpu", "fp32"] == 2 * 1024e9
    named = {part.model for model in MODELS.values() for part in model.accelerators}
    assert named <= {entry.model for entry in shipped().accelerators}


async def test_it_answers_over_http_and_is_gone_once_closed() -> None:
    site = Site(password="x", clock=lambda: 5.0)
    agents = HostAgents(site)
    url = f"http://{await agents.start()}/metrics"

    def fetch() -> str:
        with urllib.request.urlopen(url, timeout=5) as answer:
            assert answer.headers["Content-Type"] == "text/plain; version=0.0.4"
            return str(answer.read().decode())

    reader, writer = await asyncio.open_connection(*url[7:-8].split(":"))
    writer.write(b"GET /metrics HTTP/1.1\r\n")  # and no more: it hinders nobody
    assert await asyncio.to_thread(fetch) == page(site)
    writer.close()
    assert await reader.read() == b""
    agents.close()
    with pytest.raises(OSError, match="refused"):
        await asyncio.to_thread(fetch)
