"""A remote console for tests: RMCP+ as the specification has it, sharing no code with the BMC."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import struct
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ALGORITHMS = {
    1: (1, 0, 0),
    2: (1, 1, 0),
    3: (1, 1, 1),
    15: (3, 0, 0),
    16: (3, 4, 0),
    17: (3, 4, 1),
}


class Refused(Exception):
    """The login failed: at which message, with which status code."""

    def __init__(self, message: str, status: int) -> None:
        self.message, self.status = message, status
        super().__init__(f"{message}: {status:#04x}")


class _Inbox(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.queue.put_nowait(data)


class Console:
    """One session; `packets` keeps every datagram that came back."""

    def __init__(
        self,
        port: int,
        suite: int = 17,
        user: str = "monitor",
        password: str = "monitor-pass",
        privilege: int = 2,
        patience: float = 0.15,
    ) -> None:
        self.port, self.suite, self.privilege, self.patience = port, suite, privilege, patience
        self.user, self.password = user.encode(), password.encode().ljust(20, b"\0")
        self.auth, self.integrity, self.confidentiality = ALGORITHMS[suite]
        self.hash: Any = hashlib.sha1 if self.auth == 1 else hashlib.sha256
        self.sequence, self.tag, self.own_id = 0, 0, 0xA0A1A2A3
        self.bmc_id = 0
        self.packets: list[bytes] = []
        self.k1 = self.k2 = b""

    async def __aenter__(self) -> Console:
        loop = asyncio.get_running_loop()
        self.transport, self.inbox = await loop.create_datagram_endpoint(
            _Inbox, remote_addr=("127.0.0.1", self.port)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self.transport.close()
        await asyncio.sleep(0)

    async def exchange(self, datagram: bytes, patience: float | None = None) -> bytes | None:
        """Sends a datagram; the next one that comes back, None where none does."""
        self.transport.sendto(datagram)
        return await self.receive(patience)

    async def receive(self, patience: float | None = None) -> bytes | None:
        try:
            packet = await asyncio.wait_for(self.inbox.queue.get(), patience or self.patience)
        except TimeoutError:
            return None
        self.packets.append(packet)
        return packet

    async def ping(self) -> bytes | None:
        """ASF presence ping (§13.2.3)."""
        return await self.exchange(bytes.fromhex("0600ff06 000011be 80070000"))

    async def plain(self, netfn: int, command: int, data: bytes = b"") -> bytes | None:
        """A request outside of any session, IPMI 1.5 format."""
        message = self._message(netfn, command, data, 0)
        head = b"\x06\0\xff\x07" + bytes(9) + bytes((len(message),))
        packet = await self.exchange(head + message)
        return None if packet is None else packet[20:-1]

    async def login(self) -> None:
        """Open Session and RAKP. Refused: a status, a proof that is wrong (-1), silence (-2)."""
        proposal = b"".join(
            bytes((kind, 0, 0, 8, algorithm, 0, 0, 0))
            for kind, algorithm in enumerate((self.auth, self.integrity, self.confidentiality))
        )
        request = struct.pack("<BBxxI", 1, self.privilege, self.own_id) + proposal
        answer = await self._payload(0x10, request, "open")
        self.bmc_id = struct.unpack_from("<I", answer, 8)[0]
        await self._rakp()

    async def _rakp(self) -> None:
        mine, role = os.urandom(16), bytes((self.privilege, len(self.user))) + self.user
        request = struct.pack("<BxxxI", 2, self.bmc_id) + mine + bytes((self.privilege, 0, 0))
        answer = await self._payload(0x12, request + bytes((len(self.user),)) + self.user, "rakp2")
        theirs, guid, proof = answer[8:24], answer[24:40], answer[40:]
        ids = struct.pack("<II", self.own_id, self.bmc_id)
        if proof != self._mac(self.password, ids + mine + theirs + guid + role):
            raise Refused("rakp2", -1)
        own = struct.pack("<I", self.own_id)
        request = struct.pack("<BxxxI", 3, self.bmc_id)
        request += self._mac(self.password, theirs + own + role)
        answer = await self._payload(0x14, request, "rakp4")
        sik = self._mac(self.password, mine + theirs + role)
        check = self._mac(sik, mine + struct.pack("<I", self.bmc_id) + guid)
        if answer[8:] != check[: 12 if self.auth == 1 else 16]:
            raise Refused("rakp4", -1)
        self.k1, self.k2 = self._mac(sik, b"\1" * 20), self._mac(sik, b"\2" * 20)[:16]

    async def _payload(self, kind: int, payload: bytes, name: str) -> bytes:
        head = struct.pack("<BBIIH", 6, kind, 0, 0, len(payload))
        packet = await self.exchange(b"\x06\0\xff\x07" + head + payload)
        if packet is None:
            raise Refused(name, -2)
        assert packet[5] == kind + 1
        if packet[17]:
            raise Refused(name, packet[17])
        return packet[16:]

    def _mac(self, key: bytes, content: bytes) -> bytes:
        return hmac.new(key, content, self.hash).digest()

    async def request(
        self, netfn: int, command: int, data: bytes = b"", lun: int = 0
    ) -> bytes | None:
        """Completion code and data of a request in the session; None where none comes."""
        return await self.send(self.seal(self._message(netfn, command, data, lun)))

    async def send(self, sealed: bytes) -> bytes | None:
        """Sends a packet of the session; foreign and broken answers are skipped."""
        packet = await self.exchange(sealed)
        while packet is not None:
            message = self.open(packet)
            if message is not None:
                return message[6:-1]
            packet = await self.receive()
        return None

    def _message(self, netfn: int, command: int, data: bytes, lun: int) -> bytes:
        self.tag = (self.tag + 1) % 64
        head = bytes((0x20, netfn << 2 | lun))
        body = bytes((0x81, self.tag << 2, command)) + data
        return head + bytes((-sum(head) & 0xFF,)) + body + bytes((-sum(body) & 0xFF,))

    def seal(self, message: bytes) -> bytes:
        kind = (0x80 if self.confidentiality else 0) | (0x40 if self.integrity else 0)
        if self.confidentiality:
            pad, iv = -(len(message) + 1) % 16, os.urandom(16)
            aes = Cipher(algorithms.AES(self.k2), modes.CBC(iv)).encryptor()
            message = iv + aes.update(message + bytes(range(1, pad + 1)) + bytes((pad,)))
        self.sequence += 1
        head = struct.pack("<BBIIH", 6, kind, self.bmc_id, self.sequence, len(message))
        packet = head + message
        if self.integrity:
            pad = -(len(packet) + 2) % 4
            packet += b"\xff" * pad + bytes((pad, 7))
            packet += self._mac(self.k1, packet)[: self._code]
        return b"\x06\0\xff\x07" + packet

    @property
    def _code(self) -> int:
        return {0: 0, 1: 12, 4: 16}[self.integrity]

    def open(self, packet: bytes) -> bytes | None:
        """The IPMI message inside; None: not of this session, or not whole."""
        if len(packet) < 23 or packet[:5] != b"\x06\0\xff\x07\x06":
            return None
        _, _, session, _, size = struct.unpack_from("<BBIIH", packet, 4)
        body = packet[4 : len(packet) - self._code]
        code = packet[len(packet) - self._code :]
        if session != self.own_id or len(packet) < 16 + size:
            return None
        if self.integrity and code != self._mac(self.k1, body)[: self._code]:
            return None
        payload = packet[16 : 16 + size]
        if self.confidentiality:
            aes = Cipher(algorithms.AES(self.k2), modes.CBC(payload[:16])).decryptor()
            plain = aes.update(payload[16:])
            payload = plain[: len(plain) - 1 - plain[-1]]
        assert sum(payload[:3]) & 0xFF == 0
        assert sum(payload[3:]) & 0xFF == 0
        return payload

    async def close(self) -> bytes | None:
        """Close Session (§22.19)."""
        return await self.request(6, 0x3C, struct.pack("<I", self.bmc_id))
