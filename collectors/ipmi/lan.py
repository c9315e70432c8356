"""Channels over LAN: RMCP+ (IPMI v2.0 rev 1.1 §13) on one UDP socket per address family."""

from __future__ import annotations

import socket
import time

from collectors.ipmi.rakp import PRIVILEGES, Claim, claim_of
from collectors.ipmi.rmcpplus import Suite
from collectors.ipmi.session import LanChannel, Terms, suites_of
from collectors.ipmi.udp import Wire
from collectors.ipmi.waits import waits_of
from collectors.names import NAMES, Address
from collectors.protocol import Failure, Note
from model.credentials import IpmiCredential
from model.devices import Step, StepName, Target
from model.readings import Reason

_NOBODY = Claim(b"", b"", PRIVILEGES["user"])


class LanConnector:
    """Opens sessions with any number of BMCs over shared sockets."""

    def __init__(self) -> None:
        self._wires: dict[socket.AddressFamily, Wire] = {}
        self._worked: dict[tuple[str, int], int] = {}

    async def connect(self, target: Target, note: Note) -> LanChannel:
        """See `Connector.connect`."""
        begun = time.perf_counter()
        stage = StepName.REACH
        channel: LanChannel | None = None
        try:
            family, address = await _resolve(target)
            channel = LanChannel(self._wire(family), address, self._terms(target))
            said = await channel.reach()
            took = time.perf_counter() - begun
            note(Step(stage, f"udp/{address[1]} {said}", took))
            stage, begun = StepName.SESSION, time.perf_counter()
            _check_credential(target)
            await channel.log_in()
        except BaseException as error:
            if channel is not None:
                await channel.close()
            if isinstance(error, Failure):
                note(Step(stage, error.detail, time.perf_counter() - begun, error.fault()))
            raise
        self._worked[target.endpoint] = channel.suite.number
        note(Step(stage, _session_line(target, channel), time.perf_counter() - begun))
        return channel

    def _terms(self, target: Target) -> Terms:
        """What to offer; the suite that worked before goes first."""
        suites = _suites(target)
        worked = self._worked.get(target.endpoint)
        ordered = sorted(suites, key=lambda suite: suite.number != worked)
        claim = _NOBODY
        if isinstance(target.credential, IpmiCredential):
            try:
                claim = claim_of(target.credential)
            except Failure:
                pass  # said at the step SESSION; whether the BMC is there is worth knowing first
        return Terms(tuple(ordered), claim, waits_of(target.timeout, target.retries))

    def _wire(self, family: socket.AddressFamily) -> Wire:
        if family not in self._wires:
            self._wires[family] = Wire(family)
        return self._wires[family]

    async def close(self) -> None:
        """Closes the sockets."""
        for wire in self._wires.values():
            wire.close()
        self._wires.clear()


def _suites(target: Target) -> tuple[Suite, ...]:
    try:
        return suites_of(target.cipher_suite)
    except Failure:
        return suites_of(None)


async def _resolve(target: Target) -> tuple[socket.AddressFamily, Address]:
    host, port = target.endpoint
    return await NAMES.find(host.strip("[]"), port)


def _check_credential(target: Target) -> None:
    """Failure: there is nothing to log in with, or nothing that IPMI can carry."""
    if not isinstance(target.credential, IpmiCredential):
        raise Failure(Reason.NO_CREDENTIAL, "no IPMI user and password are given")
    claim_of(target.credential)
    suites_of(target.cipher_suite)


def _session_line(target: Target, channel: LanChannel) -> str:
    assert isinstance(target.credential, IpmiCredential)
    return f"suite {channel.suite.number}, privilege {target.credential.privilege.upper()}"
