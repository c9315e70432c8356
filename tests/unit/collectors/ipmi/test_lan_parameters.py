"""Where a BMC says that it is reached."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.ipmi.lan_parameters import lan_address
from model.raw import LAN_ADDRESS, LAN_MAC
from model.readings import Fault, Reason

LAN, SERIAL = 0x04, 0x05
IP, MAC = bytes((10, 32, 140, 17)), bytes.fromhex("020000000001")


class Bmc:
    """Channels by number: their medium, IP and MAC address; a bare byte is a completion code."""

    in_band = True

    def __init__(self, channels: Mapping[int, tuple[int, bytes, bytes]], refusal: int = 0) -> None:
        self._channels, self._refusal = channels, refusal
        self.asked = 0

    async def request(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        self.asked += 1
        if self._refusal:
            return bytes((self._refusal,))
        channel = self._channels.get(data[0])
        if channel is None:
            return b"\xcc"
        medium, ip, mac = channel
        if (netfn, command) == (0x06, 0x42):
            return bytes((0, data[0], medium, 1, 0x81, 0xF2, 0x1B, 0, 0, 0))
        assert (netfn, command) == (0x0C, 0x02)
        value = {3: ip, 5: mac}[data[1]]
        return value if len(value) == 1 else b"\0\x11" + value

    async def close(self) -> None:
        pass


async def told(bmc: Bmc) -> tuple[object, object]:
    """Address and MAC address, or why there is none."""
    found = await lan_address(bmc)
    assert set(found) == {LAN_ADDRESS, LAN_MAC}
    address, mac = (
        value.reason if isinstance(value, Fault) else value
        for value in (found[LAN_ADDRESS], found[LAN_MAC])
    )
    return address, mac


async def test_the_first_channel_with_an_address() -> None:
    bmc = Bmc({1: (LAN, IP, MAC), 8: (LAN, b"\x0a\0\0\1", MAC)})
    assert await told(bmc) == ("10.32.140.17", "02:00:00:00:00:01")
    assert bmc.asked == 3
    off = (LAN, bytes(4), bytes.fromhex("0200000000ff"))
    assert await told(Bmc({1: off, 8: (0x06, IP, MAC)})) == ("10.32.140.17", "02:00:00:00:00:01")


async def test_a_channel_without_an_address_still_has_its_mac() -> None:
    off = (LAN, bytes(4), MAC)
    assert await told(Bmc({1: off, 2: off})) == (Reason.ABSENT, "02:00:00:00:00:01")


async def test_nothing_to_tell() -> None:
    assert await told(Bmc({})) == (Reason.ABSENT, Reason.ABSENT)
    assert await told(Bmc({1: (SERIAL, IP, MAC)})) == (Reason.ABSENT, Reason.ABSENT)
    old = Bmc({}, refusal=0xC1)
    assert await told(old) == (Reason.UNSUPPORTED, Reason.UNSUPPORTED)
    assert old.asked == 1


async def test_parameters_that_are_refused_or_cut_short() -> None:
    assert await told(Bmc({1: (LAN, b"\x80", MAC)})) == (Reason.UNSUPPORTED, MAC.hex(":"))
    assert await told(Bmc({1: (LAN, b"\xd4", b"\1\2\3")})) == (
        Reason.PRIVILEGE_REFUSED,
        Reason.TRUNCATED,
    )
