"""A fake kernel with the host's own BMC behind it, and a connector that is closed cleanly."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.ipmi import inband_channel, inband_worker
from collectors.ipmi.inband_channel import InbandConnector
from collectors.ipmi.replay import Answers
from tests.unit.collectors.ipmi.bmcs import captured
from tests.unit.collectors.ipmi.fake_ipmi_driver import FakeDriver, closed


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    monkeypatch.setattr(inband_worker, "GRACE", 0.05)
    monkeypatch.setattr(inband_channel, "busy_pauses", lambda: (0.01,) * 5)
    return FakeDriver(tmp_path, Answers(captured()).answer).install(monkeypatch)


@pytest.fixture
async def connector(kernel: FakeDriver) -> AsyncIterator[InbandConnector]:
    made = InbandConnector(root=kernel.root)
    yield made
    await made.close()
    assert closed(kernel.root / "dev/ipmi0")
    assert not [t for t in threading.enumerate() if t.name.startswith("dcagent-ipmi")]
