from __future__ import annotations

import hashlib
import hmac
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.ipmi.rakp import Claim, Exchange, claim_of, refusal
from collectors.ipmi.rmcpplus import SUITES
from collectors.protocol import Failure
from model.credentials import IpmiCredential, Secret
from model.readings import Reason

USER, PASSWORD = b"monitor", b"secret-of-20-bytes.."
CONSOLE, BMC_ID = 0x11223344, 0xAABBCCDD
OUR_NONCE, BMC_NONCE, GUID = bytes(range(16)), bytes(range(50, 66)), bytes(range(200, 216))
ROLE = bytes((0x12, len(USER))) + USER


class Bmc:
    """A BMC's side of RAKP, computed from §13.20 to §13.32 with hashlib alone."""

    def __init__(self, number: int, password: bytes = PASSWORD) -> None:
        self.suite, self.password = SUITES[number], password
        self.hash = {1: hashlib.sha1, 3: hashlib.sha256}[self.suite.authentication]

    def mac(self, key: bytes, *parts: bytes) -> bytes:
        return hmac.new(key, b"".join(parts), self.hash).digest()

    def opened(self, tag: int) -> bytes:
        head = struct.pack("<BBBxII", tag, 0, 2, CONSOLE, BMC_ID)
        algorithms = enumerate(self.suite[1:4])
        return head + b"".join(bytes((n, 0, 0, 8, a, 0, 0, 0)) for n, a in algorithms)

    def rakp2(self, tag: int) -> bytes:
        ids = struct.pack("<II", CONSOLE, BMC_ID)
        code = self.mac(self.password, ids, OUR_NONCE, BMC_NONCE, GUID, ROLE)
        return struct.pack("<BBxxI", tag, 0, CONSOLE) + BMC_NONCE + GUID + code

    def sik(self) -> bytes:
        return self.mac(self.password, OUR_NONCE, BMC_NONCE, ROLE)

    def rakp4(self, tag: int) -> bytes:
        size = {1: 12, 3: 16}[self.suite.authentication]
        code = self.mac(self.sik(), OUR_NONCE, struct.pack("<I", BMC_ID), GUID)[:size]
        return struct.pack("<BBxxI", tag, 0, CONSOLE) + code


def exchange(number: int) -> Exchange:
    return Exchange(SUITES[number], Claim(USER, PASSWORD, 2), CONSOLE, OUR_NONCE)


@pytest.mark.parametrize("number", SUITES)
def test_a_whole_handshake(number: int) -> None:
    ours, bmc = exchange(number), Bmc(number)
    request = ours.open_request(7)
    assert request[:8] == bytes((7, 2, 0, 0)) + struct.pack("<I", CONSOLE)
    assert (request[12], request[20], request[28]) == SUITES[number][1:4]
    ours.opened(bmc.opened(7))
    assert ours.session == BMC_ID
    expected = struct.pack("<BxxxI", 8, BMC_ID) + OUR_NONCE + bytes((0x12, 0, 0, len(USER))) + USER
    assert ours.rakp1(8) == expected
    ours.rakp2(bmc.rakp2(8))
    proof = bmc.mac(PASSWORD, BMC_NONCE, struct.pack("<I", CONSOLE), ROLE)
    assert ours.rakp3(9) == struct.pack("<BxxxI", 9, BMC_ID) + proof
    envelope = ours.rakp4(bmc.rakp4(9))
    if SUITES[number].integrity:
        k1 = bmc.mac(bmc.sik(), b"\x01" * 20)
        packet = envelope.seal(b"\x20\x18\xc8\x81\x04\x01\x7a")
        size = SUITES[number].code
        assert packet[-size:] == bmc.mac(k1, packet[4:-size])[:size]


def test_a_bmc_with_another_password_is_found_out_before_we_prove_ours() -> None:
    ours, bmc = exchange(17), Bmc(17, b"another")
    ours.opened(bmc.opened(1))
    with pytest.raises(Failure) as caught:
        ours.rakp2(bmc.rakp2(2))
    assert caught.value.reason is Reason.WRONG_PASSWORD


def test_a_bmc_that_repeats_without_knowing_is_not_talked_to() -> None:
    ours, bmc = exchange(3), Bmc(3)
    ours.opened(bmc.opened(1))
    ours.rakp2(bmc.rakp2(2))
    reply = bytearray(bmc.rakp4(3))
    reply[-1] ^= 1
    for payload in (bytes(reply), bytes(reply[:8]), bmc.rakp4(3) + b"\0"):
        with pytest.raises(Failure) as caught:
            ours.rakp4(payload)
        assert caught.value.reason is Reason.BMC_UNPROVEN


def test_a_bmc_may_not_force_another_suite() -> None:
    with pytest.raises(Failure) as caught:
        exchange(17).opened(Bmc(1).opened(1))
    assert caught.value.reason is Reason.SUITE_REFUSED


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (0x01, Reason.SESSIONS_FULL),
        (0x02, Reason.SESSION_LOST),
        (0x04, Reason.SUITE_REFUSED),
        (0x09, Reason.PRIVILEGE_REFUSED),
        (0x0A, Reason.PRIVILEGE_REFUSED),
        (0x0B, Reason.SESSIONS_FULL),
        (0x0D, Reason.WRONG_USER),
        (0x0F, Reason.WRONG_PASSWORD),
        (0x11, Reason.SUITE_REFUSED),
        (0x77, Reason.PROTOCOL),
    ],
)
def test_status_codes(status: int, reason: Reason) -> None:
    assert refusal("RAKP 2", status).reason is reason
    assert f"{status:02x}h" in refusal("RAKP 2", status).detail
    with pytest.raises(Failure) as caught:
        exchange(3).rakp2(bytes((1, status, 0, 0)) + struct.pack("<I", CONSOLE))
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("credential", "reason"),
    [
        (IpmiCredential("c", "u" * 17, Secret("")), Reason.WRONG_USER),
        (IpmiCredential("c", "机房监控用户", Secret("")), Reason.WRONG_USER),
        (IpmiCredential("c", "u", Secret("p" * 21)), Reason.WRONG_PASSWORD),
        (IpmiCredential("c", "u", Secret("p"), "root"), Reason.PRIVILEGE_REFUSED),
    ],
)
def test_what_ipmi_cannot_carry(credential: IpmiCredential, reason: Reason) -> None:
    with pytest.raises(Failure) as caught:
        claim_of(credential)
    assert caught.value.reason is reason
    assert "p" * 21 not in caught.value.detail


def test_the_longest_names_are_taken_and_the_password_is_not_shown() -> None:
    claim = claim_of(IpmiCredential("c", "u" * 16, Secret("p" * 20), "admin"))
    assert claim.role == bytes((0x14, 16)) + b"u" * 16
    assert "ppp" not in repr(claim)


@given(payload=st.binary(max_size=120), step=st.integers(0, 2))
def test_no_garbage_raises_anything_but_failures(payload: bytes, step: int) -> None:
    ours, bmc = exchange(17), Bmc(17)
    steps = (ours.opened, ours.rakp2, ours.rakp4)
    for good, take in zip((bmc.opened(1), bmc.rakp2(1)), steps[:step], strict=False):
        take(good)
    with pytest.raises(Failure):
        steps[step](payload)
