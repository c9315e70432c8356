"""A BMC that answers a capture over RMCP+: for tests, the demo and load measurements."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Collection, Iterable

from collectors.ipmi.replay import GET_READING, Answers
from hw_profiles.capture import Capture
from simulators.bmc_crypto import SUITES
from simulators.bmc_sessions import BmcUser, Session, SessionTable
from simulators.bmc_vices import BmcVices
from simulators.rmcp_server import RmcpServer

Vary = Callable[[float, int, int], int]
"""(monotonic seconds, sensor number, raw byte) → raw byte. Asked for analog sensors only, and
under `DCMI_POWER` for the watts of a DCMI power reading."""

DCMI_POWER = -1

DEFAULT_USERS = (
    BmcUser("monitor", "monitor-pass", "user"),
    BmcUser("admin", "admin-pass", "admin"),
)
"""Users of a simulated BMC where nobody names others."""

_APP, _SENSOR, _STORAGE, _GROUP = 0x06, 0x04, 0x0A, 0x2C
_OK = b"\x00"
_BUSY, _LOST, _TOO_SHORT = b"\xc0", b"\xc5", b"\xc7"
_NOT_PRESENT, _BAD_FIELD, _NOT_ALLOWED = b"\xcb", b"\xcc", b"\xd4"
_ABOVE_LIMIT, _NO_SUCH_SESSION = b"\x81", b"\x87"
_UNAVAILABLE, _SCANNING = 0x20, 0x40
_LAN_CHANNEL = 1
_SUITES_AT_ONCE = 16


class SimulatedBmc:
    """One BMC on one UDP port; many of them share an event loop.

    `users` may log in, with `suites`; `vices` may be changed while it runs; `vary` moves the
    readings. `clock` and `chance` are there for tests.
    """

    def __init__(
        self,
        capture: Capture,
        users: Iterable[BmcUser] = DEFAULT_USERS,
        suites: Collection[int] = tuple(SUITES),
        vices: BmcVices | None = None,
        vary: Vary | None = None,
        *,
        max_chunk: int = 32,
        clock: Callable[[], float] = time.monotonic,
        chance: random.Random | None = None,
    ) -> None:
        self.vices = vices or BmcVices()
        self.answers = Answers(capture, max_chunk=max_chunk)
        self._suites, self._vary, self._clock = tuple(sorted(suites)), vary, clock
        self._chance = chance or random.Random()
        self._analog = _analog_sensors(capture)
        self._guid = self._system_guid()
        self.sessions = SessionTable(users, self._suites, self._guid, self.vices, clock)
        self._server = RmcpServer(self, self.sessions, self.vices, self._chance)
        self.commands = 0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Answers from now on; returns the UDP port. OSError: it cannot be bound."""
        return await self._server.start(host, port)

    def close(self) -> None:
        """Stops answering; sessions are lost, as after a power cut. `start` begins anew."""
        self._server.close()
        self.sessions.clear()

    @property
    def received(self) -> int:
        """Datagrams that came in so far."""
        return self._server.received

    def command(self, netfn: int, command: int, data: bytes, lun: int, of: Session | None) -> bytes:
        """Completion code and response data of one request."""
        self.commands += 1
        if netfn == _APP:
            answer = self._session_command(command, data, of)
            if answer is not None:
                return answer
        if of is None:
            return _NOT_ALLOWED
        vices = self.vices
        if vices.busy and netfn in (_SENSOR, _STORAGE) and self._chance.random() < vices.busy:
            return _BUSY
        answer = self._reading(netfn, command, data, lun)
        if vices.garbage and self._chance.random() < vices.garbage:
            answer = answer[:1] + self._chance.randbytes(self._chance.randrange(40))
        return answer + b"\x00" if vices.extra_byte else answer

    def _session_command(self, command: int, data: bytes, of: Session | None) -> bytes | None:
        """Commands of channels and sessions (§22); None: not one of them."""
        if command == 0x38:
            return self._capabilities(data)
        if command == 0x54:
            return self._cipher_suites(data)
        if of is None:
            return self._guid_answer() if command == 0x37 else _NOT_ALLOWED
        if command == 0x37:
            return self._guid_answer()
        if command == 0x3B:
            return _set_privilege(of, data)
        if command == 0x3C:
            return self._close_session(data, of)
        return self._session_info(of) if command == 0x3D else None

    def _capabilities(self, data: bytes) -> bytes:
        """Get Channel Authentication Capabilities (§22.13): RMCP+ only, named users, no KG."""
        if len(data) < 2:
            return _TOO_SHORT
        extended = data[0] & 0x80
        return _OK + bytes((_LAN_CHANNEL, extended, 0x04, 0x02 if extended else 0, 0, 0, 0, 0))

    def _cipher_suites(self, data: bytes) -> bytes:
        """Get Channel Cipher Suites (§22.15), as records or as plain algorithm numbers."""
        if len(data) < 3:
            return _TOO_SHORT
        suites = [SUITES[number] for number in self._suites]
        if data[2] & 0x80:
            listed = b"".join(
                bytes(
                    (0xC0, s.number, s.authentication, 0x40 | s.integrity, 0x80 | s.confidentiality)
                )
                for s in suites
            )
        else:
            tags = (0x00, 0x40, 0x80)
            kinds = zip(tags, zip(*(s.algorithms for s in suites), strict=True), strict=True)
            listed = bytes(tag | n for tag, numbers in kinds for n in sorted(set(numbers)))
        begin = (data[2] & 0x3F) * _SUITES_AT_ONCE
        return _OK + bytes((_LAN_CHANNEL,)) + listed[begin : begin + _SUITES_AT_ONCE]

    def _close_session(self, data: bytes, of: Session) -> bytes:
        if len(data) < 4:
            return _TOO_SHORT
        number: int = struct.unpack_from("<I", data)[0]
        if number != of.own_id and of.privilege < 4:
            return _NOT_ALLOWED
        return _OK if self.sessions.end(number) else _NO_SUCH_SESSION

    def _session_info(self, of: Session) -> bytes:
        """Get Session Info (§22.20) of the session that asks."""
        active = self.sessions.active
        return _OK + bytes((1, self.sessions.limit, active, 2, of.privilege, 0x10 | _LAN_CHANNEL))

    def _system_guid(self) -> bytes:
        captured = self.answers.answer(_APP, 0x37)
        return captured[1:17] if captured[0] == 0 and len(captured) >= 17 else bytes(16)

    def _guid_answer(self) -> bytes:
        return _OK + self._guid

    def _reading(self, netfn: int, command: int, data: bytes, lun: int) -> bytes:
        """The capture's answer, moved by `vary` and bent by the vices."""
        if (netfn, command) == (_SENSOR, GET_READING):
            return self._sensor_reading(data, lun)
        answer = self.answers.answer(netfn, command, data, lun)
        if (netfn, command) == (_GROUP, 0x02):
            return self._dcmi(answer)
        if netfn == _STORAGE:
            return self._storage(command, data, answer)
        return answer

    def _sensor_reading(self, data: bytes, lun: int) -> bytes:
        answer = self.answers.answer(_SENSOR, GET_READING, data, lun)
        if answer[0] or len(answer) < 3 or not data:
            return answer
        number, raw, flags = data[0], answer[1], answer[2]
        if number in self.vices.unavailable:
            return bytes((0, 0, flags | _UNAVAILABLE)) + answer[3:]
        still = not flags & _SCANNING or flags & _UNAVAILABLE
        if self._vary is None or still or (lun, number) not in self._analog:
            return answer
        return bytes((0, self._vary(self._clock(), number, raw) & 0xFF)) + answer[2:]

    def _dcmi(self, answer: bytes) -> bytes:
        """Get Power Reading (DCMI 1.5 §6.6.1)."""
        if answer[0] or len(answer) < 19:
            return answer
        if self.vices.dcmi_inactive:
            return answer[:2] + bytes(8) + answer[10:18] + b"\x00"
        if self._vary is None or not answer[18] & 0x40:
            return answer
        now, *others = struct.unpack_from("<HHHH", answer, 2)
        watts = max(0, min(self._vary(self._clock(), DCMI_POWER, now), 0xFFFF))
        low, high, mean = others
        return (
            answer[:2]
            + struct.pack("<HHHH", watts, min(low, watts), max(high, watts), mean)
            + answer[10:]
        )

    def _storage(self, command: int, data: bytes, answer: bytes) -> bytes:
        vices = self.vices
        if command == 0x23 and len(data) >= 6:
            if vices.lost_reservation and self._chance.random() < vices.lost_reservation:
                self.answers.lose_reservations()
                return _LOST
            if vices.endless_sdr:
                return self._endless(data, answer)
        if vices.huge_fru and data[:1] == b"\x00":
            if command == 0x10:
                return _OK + b"\xff\xff\x00"
            if command == 0x11 and answer[:1] == b"\xc9":
                count = min(data[3], self.answers.max_chunk)
                return _OK + bytes((count,)) + b"\xc1" * count
        return answer

    def _endless(self, data: bytes, answer: bytes) -> bytes:
        """A chain whose last record points on, and where every later one is like the first."""
        number: int = struct.unpack_from("<H", data, 2)[0]
        if answer == _NOT_PRESENT:
            first = data[:2] + b"\x00\x00" + data[4:]
            answer = self.answers.answer(_STORAGE, 0x23, first)
        elif answer[1:3] != b"\xff\xff":
            return answer  # the chain goes on as it should
        if answer[0]:
            return answer
        return _OK + struct.pack("<H", max(number, 0x8000) % 0xFFFD + 1) + answer[3:]


def _set_privilege(of: Session, data: bytes) -> bytes:
    """Set Session Privilege Level (§22.18); 0 asks for the present one."""
    if not data:
        return _TOO_SHORT
    wanted = data[0] & 0x0F
    if wanted > 5 or wanted == 1:
        return _BAD_FIELD
    if wanted > of.limit:
        return _ABOVE_LIMIT
    of.privilege = wanted or of.privilege
    return _OK + bytes((of.privilege,))


def _analog_sensors(capture: Capture) -> frozenset[tuple[int, int]]:
    """(lun, number) of every full record that holds an analog threshold sensor (§43.1)."""
    records = (
        e.response[3:]
        for e in capture.exchanges
        if (e.netfn, e.command) == (_STORAGE, 0x23) and e.response[0] == 0
    )
    return frozenset(
        (r[6] & 0x03, r[7]) for r in records if len(r) > 20 and r[3] == 0x01 and r[13] == 0x01
    )
