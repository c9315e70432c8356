from __future__ import annotations

from hw_profiles.capture import Exchange
from model.raw import CHASSIS_POWER, DCMI_POWER, SEL_ENTRIES, SEL_USED
from model.readings import Fault, Reason
from tests.unit.collectors.ipmi.bmcs import device, replayed


async def test_inactive_dcmi_is_a_fault() -> None:
    answers = (
        (b"\0\xdc" + bytes.fromhex("a401") + bytes(14) + b"\x40", 420.0),
        (b"\0\xdc" + bytes.fromhex("a401") + bytes(14) + b"\x00", Reason.INACTIVE),
        (b"\0\xdc" + bytes(16) + b"\x40", Reason.INACTIVE),
        (b"\xc1", Reason.UNSUPPORTED),
        (b"\xd4", Reason.UNSUPPORTED),
        (b"\0\xdc\x01", Reason.TRUNCATED),
        (b"\0\x01" + bytes.fromhex("a401") + bytes(14) + b"\x40", Reason.UNDECODABLE),
    )
    for answer, expected in answers:
        exchange = Exchange(0, 0x2C, 2, b"\xdc\x01\0\0", answer)
        _, raw = await replayed(device(exchange), DCMI_POWER)
        found = raw.values[DCMI_POWER]
        assert (found.reason if isinstance(found, Fault) else found) == expected


async def test_chassis_and_event_log() -> None:
    chassis = Exchange(0, 0, 1, b"", b"\0\x21\0\0")
    log = Exchange(0, 0x0A, 0x40, b"", b"\0\x51\x10\0\0\x03" + bytes(9))
    wanted = (CHASSIS_POWER, SEL_ENTRIES, SEL_USED)
    _, raw = await replayed(device(chassis, log), *wanted)
    assert dict(raw.values) == {CHASSIS_POWER: 1.0, SEL_ENTRIES: 16.0, SEL_USED: 0.25}
    untold = Exchange(0, 0x0A, 0x40, b"", b"\0\x51\x10\0\xff\xff" + bytes(9))
    _, raw = await replayed(device(untold), SEL_ENTRIES, SEL_USED)
    assert raw.values[SEL_ENTRIES] == 16.0
    fault = raw.values[SEL_USED]
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.ABSENT
