from __future__ import annotations

import hashlib
import hmac
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from collectors.ipmi import rmcpplus
from collectors.ipmi.rmcpplus import SUITES, Answer, Envelope

K1, K2 = bytes(range(20)), bytes(range(100, 132))
SESSION = 0xA1B2C3D4
RESPONSE = bytes.fromhex("20 1c c4  81 14 01 00 64 61 74 61 d0")
"""A message of any content: request and response share their form (§13.8)."""


class Peer:
    """The BMC's end of the envelope, written from §13.6 and §13.28 without our code."""

    def __init__(self, number: int) -> None:
        self.suite = SUITES[number]
        self.hash = {1: hashlib.sha1, 3: hashlib.sha256}[self.suite.authentication]
        self.size = {0: 0, 1: 12, 4: 16}[self.suite.integrity]

    def seal(self, message: bytes, sequence: int, session: int = SESSION) -> bytes:
        kind = 0
        if self.suite.confidentiality:
            pad = (16 - (len(message) + 1) % 16) % 16
            iv = bytes(range(16))
            encryptor = Cipher(algorithms.AES(K2[:16]), modes.CBC(iv)).encryptor()
            message += bytes(range(1, pad + 1)) + bytes((pad,))
            message, kind = iv + encryptor.update(message), kind | 0x80
        if self.size:
            kind |= 0x40
        packet = struct.pack("<BBIIH", 6, kind, session, sequence, len(message)) + message
        if self.size:
            pad = (4 - (len(packet) + 2) % 4) % 4
            packet += b"\xff" * pad + bytes((pad, 7))
            packet += hmac.digest(K1, packet, self.hash)[: self.size]
        return b"\x06\x00\xff\x07" + packet

    def open(self, packet: bytes) -> tuple[int, bytes]:
        assert packet[:5] == b"\x06\x00\xff\x07\x06"
        kind, session, sequence, size = struct.unpack_from("<BIIH", packet, 5)
        assert session == SESSION
        assert bool(kind & 0x40) == bool(self.size)
        assert bool(kind & 0x80) == bool(self.suite.confidentiality)
        if self.size:
            signed, code = packet[4 : -self.size], packet[-self.size :]
            assert hmac.digest(K1, signed, self.hash)[: self.size] == code
            assert len(signed) % 4 == 0
            assert signed[-1] == 7
        payload = packet[16 : 16 + size]
        if self.suite.confidentiality:
            cipher = Cipher(algorithms.AES(K2[:16]), modes.CBC(payload[:16]))
            plain = cipher.decryptor().update(payload[16:])
            pad = plain[-1]
            assert plain[len(plain) - pad - 1 : -1] == bytes(range(1, pad + 1))
            payload = plain[: len(plain) - pad - 1]
        return sequence, payload


def envelope(number: int) -> Envelope:
    return Envelope(SUITES[number], SESSION, K1, K2)


@pytest.mark.parametrize("number", SUITES)
@given(message=st.binary(min_size=1, max_size=100))
def test_the_peer_opens_what_we_seal(number: int, message: bytes) -> None:
    ours, peer = envelope(number), Peer(number)
    assert peer.open(ours.seal(message)) == (1, message)
    assert peer.open(ours.seal(message)) == (2, message)


@pytest.mark.parametrize("number", SUITES)
@given(message=st.binary(min_size=8, max_size=100))
def test_we_open_what_the_peer_seals(number: int, message: bytes) -> None:
    ours, peer = envelope(number), Peer(number)
    assert ours.open(peer.seal(message, 1)) == message
    assert ours.open(peer.seal(message, 2)) == message


@pytest.mark.parametrize("number", [2, 3, 16, 17])
def test_a_changed_bit_anywhere_is_dropped(number: int) -> None:
    packet = Peer(number).seal(RESPONSE, 1)
    for place in range(4, len(packet)):
        for bit in (1, 0x80):
            changed = bytearray(packet)
            changed[place] ^= bit
            assert envelope(number).open(bytes(changed)) is None, place


@pytest.mark.parametrize("number", SUITES)
def test_half_a_packet_is_dropped(number: int) -> None:
    packet = Peer(number).seal(RESPONSE, 1)
    for size in range(len(packet)):
        assert envelope(number).open(packet[:size]) is None


def test_a_packet_in_the_clear_is_dropped_where_the_suite_protects() -> None:
    clear = Peer(1).seal(RESPONSE, 1)
    for number in (2, 3, 16, 17):
        assert envelope(number).open(clear) is None


def test_a_replayed_packet_is_dropped() -> None:
    ours, peer = envelope(17), Peer(17)
    packets = {n: peer.seal(RESPONSE, n) for n in (1, 2, 3, 5, 40, 41)}
    assert ours.open(packets[1]) is not None
    assert ours.open(packets[1]) is None
    assert ours.open(packets[3]) is not None
    assert ours.open(packets[2]) is not None  # late, but new and in the window
    assert ours.open(packets[2]) is None
    assert ours.open(packets[40]) is not None  # some were lost
    assert ours.open(packets[5]) is None  # 35 behind: out of the window
    assert ours.open(packets[41]) is not None
    assert ours.open(packets[40]) is None


def test_sequence_numbers_wrap_around() -> None:
    ours, peer = envelope(3), Peer(3)
    assert ours.open(peer.seal(RESPONSE, 0xFFFFFFFF)) is not None
    assert ours.open(peer.seal(RESPONSE, 1)) is not None
    assert ours.open(peer.seal(RESPONSE, 0xFFFFFFFF)) is None
    assert ours.open(peer.seal(RESPONSE, 2)) is not None


def test_an_encrypted_payload_of_odd_length_is_dropped() -> None:
    # proven, but no whole blocks: only a BMC with broken firmware could send it
    peer = Peer(16)
    sealed = peer.seal(b"\x00" * 33, 1)
    tampered = bytearray(sealed)
    tampered[5] |= 0x80
    body = bytes(tampered[4:-16])
    whole = b"\x06\x00\xff\x07" + body + hmac.digest(K1, body, "sha256")[:16]
    assert envelope(17).open(whole) is None


def test_request_message_known_answer() -> None:
    # Get Device ID to the BMC (§13.8, appendix): 20 18 c8 81 04 01 7a
    assert rmcpplus.request_message(6, 0, 1, 1, b"").hex(" ") == "20 18 c8 81 04 01 7a"


def test_response_message() -> None:
    message = bytes.fromhex("811c63 2004 01 00 2081 3a".replace(" ", ""))
    answer = rmcpplus.response_message(message)
    assert answer == Answer(netfn=7, sequence=1, command=1, body=b"\x00\x20\x81")
    for place in range(len(message)):
        changed = bytearray(message)
        changed[place] ^= 0x10
        assert rmcpplus.response_message(bytes(changed)) is None
        assert rmcpplus.response_message(message[:place]) is None


def test_presence_ping_and_pong() -> None:
    assert rmcpplus.presence_ping(7).hex() == "0600ff06000011be80070000"
    pong = bytes.fromhex("0600ff06000011be40070010000011be0000000081000000000000")
    assert rmcpplus.is_pong(pong)
    assert not rmcpplus.is_pong(pong[:8])
    assert not rmcpplus.is_pong(rmcpplus.presence_ping(7))


@given(st.binary(max_size=120))
def test_no_garbage_raises(data: bytes) -> None:
    rmcpplus.is_pong(data)
    rmcpplus.setup_payload(data)
    rmcpplus.lan15_response(data)
    rmcpplus.response_message(data)
    assert rmcpplus.session_of(data) >= 0
    for number in SUITES:
        ours = envelope(number)
        opened = ours.open(data)
        assert opened is None or not SUITES[number].integrity


@given(message=st.binary(min_size=1, max_size=80), data=st.data())
def test_no_proven_garbage_raises(message: bytes, data: st.DataObject) -> None:
    """Whatever a BMC seals properly, its content may still be anything."""
    number = data.draw(st.sampled_from(tuple(SUITES)))
    opened = envelope(number).open(Peer(number).seal(message, 1))
    assert opened in (None, message)
    if opened is not None:
        rmcpplus.response_message(opened)
