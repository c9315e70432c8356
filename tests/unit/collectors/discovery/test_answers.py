"""Answers to questions without a login; garbage is neither an answer nor an error."""

from __future__ import annotations

import json
import ssl
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collectors.discovery import certificate, community, engine, presence, redfish_root
from collectors.snmp.silence import DISCOVERY
from hw_profiles.capture import read
from model.credentials import Secret
from model.sightings import Certificate, Presence, ServiceRoot
from simulators.bmc import SimulatedBmc
from simulators.redfish_root import RedfishRoot, root
from simulators.snmp_agent import SimulatedAgent

CAPTURES = Path(__file__).parents[3] / "captures"
AGENT = SimulatedAgent(read(CAPTURES / "raritan-px.capture"), engine_id=b"\x80\x00\x35\xae\x04pdu")
BMC = SimulatedBmc(read(CAPTURES / "inspur.capture"))
PING, COMMAND = presence.questions(0)


def bmc_answer(question: bytes) -> bytes:
    answer = BMC._server.answer(question)
    assert answer is not None
    return answer


def test_a_ping_and_a_command_tell_of_the_bmc() -> None:
    ponged = presence.learn(None, bmc_answer(PING))
    assert ponged == Presence(pong=True, ipmi=True)
    assert presence.learn(ponged, bmc_answer(COMMAND)) == Presence(True, True, True)


def test_a_pong_may_name_its_maker_and_be_no_bmc() -> None:
    pong = bytearray(bmc_answer(PING))
    pong[12:16] = struct.pack(">I", 10876)
    pong[20] = 0x01
    assert presence.learn(None, bytes(pong)) == Presence(True, False, None, 10876)


def test_capabilities_name_an_oem_and_the_version() -> None:
    answer = bytearray(bmc_answer(COMMAND))
    body = 14 + 6  # header of the session, then the message up to its completion code
    answer[body + 2], answer[body + 4] = 0x04, 0
    answer[body + 5 : body + 8] = (2011).to_bytes(3, "little")
    answer[-1] = -sum(answer[17:-1]) & 0xFF
    assert presence.learn(None, bytes(answer)) == Presence(False, True, False, 2011)


def test_a_bmc_that_refuses_the_command_is_there() -> None:
    answer = bytearray(bmc_answer(COMMAND)[:21] + b"\0")
    answer[13], answer[20] = 8, 0xC1
    answer[-1] = -sum(answer[17:-1]) & 0xFF
    assert presence.learn(None, bytes(answer)) == Presence(ipmi=True)


def test_an_engine_tells_its_id_to_everyone() -> None:
    question = engine.question(0x12345678)
    assert len(question) == len(DISCOVERY)
    answer = AGENT.respond(question)
    assert answer is not None
    assert engine.answer(answer, 0x12345678) == b"\x80\x00\x35\xae\x04pdu"
    assert engine.answer(answer, 0x12345679) == b""
    assert engine.answer(question, 0x12345678) == b""


def test_a_community_is_answered_or_not() -> None:
    right = AGENT.respond(community.question(Secret("public"), 77))
    assert right is not None
    assert community.answers(right, 77)
    assert not community.answers(right, 78)
    assert AGENT.respond(community.question(Secret("private"), 77)) is None


async def test_a_certificate_names_subject_and_issuer() -> None:
    site = RedfishRoot(root("x"), common_name="iBMC", organisation="华为技术")
    port = await site.start()
    try:
        pem = ssl.get_server_certificate
        loop_answer = await _threaded(pem, ("127.0.0.1", port))
    finally:
        site.close()
    names = (("O", "华为技术"), ("CN", "iBMC"))
    assert certificate.names(ssl.PEM_cert_to_DER_cert(loop_answer)) == Certificate(names, names)


async def _threaded(work: object, *arguments: object) -> str:
    import asyncio

    return str(await asyncio.to_thread(work, *arguments))  # type: ignore[arg-type]


def http(status: str, body: bytes, *lines: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "", "")).encode() + body


WHOLE = json.dumps({**root("Huawei", "iBMC"), "Oem": {"Huawei": {}}}).encode()
FOUND = ServiceRoot("Huawei", "iBMC", "Root Service", "1.8.0", ("Huawei",))


@pytest.mark.parametrize(
    ("answer", "server", "found"),
    [
        (http("200 OK", WHOLE, "Server: Apache"), "Apache", FOUND),
        (http("200 OK", WHOLE, f"Content-Length: {len(WHOLE)}"), "", FOUND),
        (
            http("200 OK", b"%x\r\n" % len(WHOLE) + WHOLE + b"\r\n0\r\n\r\n",
                 "Transfer-Encoding: chunked"),
            "",
            FOUND,
        ),
        (http("401 Unauthorized", WHOLE, "Server: HPE-iLO-Server/1.30"), "HPE-iLO-Server/1.30",
         None),
        (http("200 OK", b"<html>", "Server: lighttpd"), "lighttpd", None),
        (http("200 OK", b'{"Name": "a router"}'), "", None),
        (b"SSH-2.0-dropbear\r\n\x07", "SSH-2.0-dropbear", None),
    ],
)  # fmt: skip
def test_what_a_web_server_answers(answer: bytes, server: str, found: ServiceRoot | None) -> None:
    assert redfish_root.understand(answer) == (server, found)


def test_an_answer_is_known_to_be_whole() -> None:
    sized = http("200 OK", b"{}", "Content-Length: 2")
    chunked = http("200 OK", b"2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
    assert [redfish_root.whole(a) for a in (sized, sized[:-1], chunked, chunked[:-3])] == [
        True, False, True, False,
    ]  # fmt: skip


NESTED = b"[" * 60000


@given(st.binary(max_size=300))
@example(NESTED)
@example(b"HTTP/1.1 200 OK\r\n\r\n" + NESTED)
@example(b"\x30\x84\xff\xff\xff\xff")
def test_garbage_is_no_answer(junk: bytes) -> None:
    presence.learn(None, junk)
    assert engine.answer(junk, 1) == b""
    assert not community.answers(junk, 1)
    assert redfish_root.understand(junk)[1] is None
    redfish_root.whole(junk)
    certificate.names(junk)


@given(st.data())
def test_an_answer_with_a_flaw_is_no_error(data: st.DataObject) -> None:
    report = AGENT.respond(engine.question(7))
    assert report is not None
    for answer in (report, bmc_answer(PING), bmc_answer(COMMAND), http("200 OK", WHOLE)):
        broken = bytearray(answer)
        for _ in range(data.draw(st.integers(1, 4))):
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
        cut = bytes(broken[: data.draw(st.integers(0, len(broken)))])
        for bad in (bytes(broken), cut):
            assert isinstance(engine.answer(bad, 7), bytes)
            assert isinstance(presence.learn(Presence(True), bad), Presence)
            redfish_root.understand(bad)


def test_a_secret_never_shows_in_a_manner() -> None:
    from collectors.discovery.sweep import Manner

    manner = replace(Manner(), community=Secret("planted-community"))
    assert "planted" not in repr(manner)
