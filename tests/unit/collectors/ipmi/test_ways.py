"""Device files are asked in-band, all else over LAN; neither imports what the other needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from collectors.ipmi.inband_channel import InbandChannel, InbandConnector
from collectors.ipmi.session import LanChannel
from collectors.ipmi.ways import Ways, is_device
from collectors.protocol import Failure, silent
from model.devices import Protocol, Step, Target
from model.readings import Reason
from tests.unit.collectors.ipmi.bmcs import bench
from tests.unit.collectors.ipmi.own_bmc import OWN


@pytest.mark.parametrize("address", ["/dev/ipmi0", "/dev/ipmi12", "/dev/ipmi/0", "/dev/ipmidev/3"])
def test_device_files(address: str) -> None:
    assert is_device(address)


@pytest.mark.parametrize(
    "address", ["", "10.0.0.1", "bmc-17", "/dev/watchdog", "/dev/ipmi", "/dev/ipmi0/..", "ipmi0"]
)
def test_no_other_file_is_ever_opened(address: str) -> None:
    assert not is_device(address)


async def test_each_target_goes_its_way(connector: InbandConnector) -> None:
    async with bench() as made:
        ways = Ways(inband=connector)
        own, far = await ways.connect(OWN, silent), await ways.connect(made.target, silent)
        assert isinstance(own, InbandChannel)
        assert isinstance(far, LanChannel)
        assert (await own.request(6, 1))[:12] == (await far.request(6, 1))[:12]
        assert (own.in_band, far.in_band) == (True, False)
        await own.close()
        await far.close()
        await ways.close()


async def test_a_missing_library_is_a_failure_of_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "collectors.ipmi.inband_channel", None)
    steps: list[Step] = []
    ways = Ways()
    with pytest.raises(Failure) as caught:
        await ways.connect(OWN, steps.append)
    assert caught.value.reason is Reason.HELPER_MISSING
    assert steps[0].fault == caught.value.fault()
    await ways.close()


ALONE = """
import asyncio, sys
from collectors.ipmi.ways import Ways
from collectors.protocol import Failure, silent
from model.devices import Protocol, Target
async def ask():
    ways = Ways()
    try:
        await ways.connect(Target("t", sys.argv[1], Protocol.IPMI, timeout=0.1, retries=0), silent)
    except Failure:
        pass
    await ways.close()
asyncio.run(ask())
print(*sys.modules)
"""


@pytest.mark.parametrize(
    ("address", "absent"),
    [
        ("/dev/ipmi77", {"collectors.ipmi.lan", "collectors.ipmi.crypto", "cryptography"}),
        ("127.0.0.1", {"collectors.ipmi.inband", "pyipmi"}),
    ],
)
def test_a_way_that_is_not_gone_costs_nothing(address: str, absent: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, address], capture_output=True, text=True, check=True
    )
    assert not absent & set(done.stdout.split())


def test_the_address_is_the_only_difference() -> None:
    assert Target("own", "/dev/ipmi0", Protocol.IPMI).endpoint[0] == "/dev/ipmi0"
