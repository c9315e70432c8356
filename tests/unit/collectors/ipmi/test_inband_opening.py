"""Opening the device file of the host's own BMC: where it is, and why it cannot be had."""

from __future__ import annotations

import errno
import os
import platform
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.inband_channel import InbandConnector
from collectors.ipmi.replay import Answers
from collectors.protocol import Failure, silent
from hw_profiles.capture import Exchange
from model.devices import Identity, Step, StepName, Target
from model.raw import LAN_ADDRESS, LAN_MAC, Plan, Raw
from model.readings import Reason
from tests.unit.collectors.ipmi.bmcs import captured
from tests.unit.collectors.ipmi.fake_ipmi_driver import FakeDriver
from tests.unit.collectors.ipmi.own_bmc import OWN


async def connected(connector: InbandConnector, target: Target = OWN) -> tuple[Reason, str]:
    """Why no channel is to be had; the step says the same."""
    steps: list[Step] = []
    with pytest.raises(Failure) as caught:
        await connector.connect(target, steps.append)
    (step,) = steps
    assert step.fault == caught.value.fault()
    assert step.name is StepName.REACH
    return caught.value.reason, caught.value.detail


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"\xff", Reason.NO_ANSWER),
        (b"\x82", Reason.NO_ANSWER),
        (b"\xd2", Reason.BUSY),
        (b"\xc0", Reason.BUSY),
    ],
)
async def test_what_the_driver_says_in_the_stead_of_the_bmc(
    kernel: FakeDriver, connector: InbandConnector, answer: bytes, reason: Reason
) -> None:
    kernel.answer = lambda *_: answer
    assert (await connected(connector))[0] is reason


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, Reason.NO_PERMISSION),
        (errno.ENXIO, Reason.NO_DRIVER),
        (errno.ENODEV, Reason.NO_ANSWER),
        (errno.EBUSY, Reason.BUSY),
        (errno.EIO, Reason.DEVICE_ERROR),
    ],
)
async def test_a_file_that_cannot_be_opened(
    kernel: FakeDriver,
    connector: InbandConnector,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    reason: Reason,
) -> None:
    opened = os.open

    def refuse(path: str | Path, *rest: int, **more: int) -> int:
        if str(path).endswith("/dev/ipmi0"):
            raise OSError(number, os.strerror(number))
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    found, detail = await connected(connector)
    assert found is reason
    assert os.strerror(number) in detail


async def test_no_driver_and_no_bmc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connector = InbandConnector(root=tmp_path)
    for machine, module in (("x86_64", "ipmi_si"), ("aarch64", "ipmi_ssif")):
        monkeypatch.setattr(platform, "machine", lambda m=machine: m)
        reason, detail = await connected(connector)
        assert reason is Reason.NO_DRIVER
        assert f"modprobe -a {module} ipmi_devintf" in detail
    for name in ("ipmi_devintf", "ipmi_si"):
        (tmp_path / "sys/module" / name).mkdir(parents=True)
    assert (await connected(connector))[0] is Reason.NO_ANSWER
    await connector.close()


@pytest.mark.parametrize("place", ["dev/ipmi/0", "dev/ipmidev/0"])
async def test_the_file_is_found_where_other_kernels_put_it(
    kernel: FakeDriver, connector: InbandConnector, place: str
) -> None:
    (kernel.root / place).parent.mkdir()
    (kernel.root / "dev/ipmi0").rename(kernel.root / place)
    steps: list[Step] = []
    channel = await connector.connect(OWN, steps.append)
    assert steps[0].evidence == f"{kernel.root / place} answers, IPMI 2.0"
    await channel.close()
    assert (await connected(connector, replace(OWN, address="/dev/ipmi7")))[1].startswith(
        "no /dev/ipmi7"
    )


async def test_the_bmc_tells_where_it_is(kernel: FakeDriver, connector: InbandConnector) -> None:
    medium = bytes.fromhex("00010401810000000000")
    ip, mac = bytes.fromhex("00110a208c11"), bytes.fromhex("0011020000000001")
    extra = (
        Exchange(0, 0x06, 0x42, b"\x01", medium),
        Exchange(0, 0x0C, 0x02, b"\x01\x03\0\0", ip),
        Exchange(0, 0x0C, 0x02, b"\x01\x05\0\0", mac),
    )
    recorded = captured()
    kernel.answer = Answers(replace(recorded, exchanges=(*recorded.exchanges, *extra))).answer
    collector = IpmiCollector(connector)
    identity = await collector.identify(OWN, (), silent)
    assert isinstance(identity, Identity)
    raw = await collector.fetch(OWN, identity, Plan((LAN_ADDRESS, LAN_MAC)))
    await collector.close()
    assert isinstance(raw, Raw)
    assert raw.values == {LAN_ADDRESS: "10.32.140.17", LAN_MAC: "02:00:00:00:00:01"}
