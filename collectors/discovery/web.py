"""What a TCP port says to somebody who has no login: TLS certificate, Server header, Redfish root.

Nothing that is secret is sent, so the certificate is looked at and not verified, and any version
of TLS and any cipher that the system's library still has will do: a BMC of ten years has no other.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from functools import cache

from collectors.discovery import redfish_root
from collectors.discovery.certificate import names
from model.sightings import Certificate, Web

_CHUNK = 4096
_LEGACY_SERVER_CONNECT = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT; `ssl` names it from Python 3.12 on."""


@cache
def _any_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVER_CONNECT
    return context


async def look(address: str, port: int, timeout: float, *, tls: bool) -> Web | None:
    """What is there within `timeout` seconds for the connection and as many for the talk.

    None: nobody listens. OSError: this host cannot connect (no route, no file descriptors).
    """
    try:
        async with asyncio.timeout(timeout):
            connected = await _connected(address, port)
    except (ConnectionError, TimeoutError):
        return None
    try:
        return await _talked(connected, address, timeout, tls=tls)
    finally:
        connected.close()  # the transport has closed it already, where there was one


async def _connected(address: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setblocking(False)
    try:
        await loop.sock_connect(opened, (address, port))
    except BaseException:
        opened.close()
        raise
    return opened


async def _talked(connected: socket.socket, address: str, timeout: float, *, tls: bool) -> Web:
    """The answer to one request; an open port alone where it does not talk."""
    found, certificate = b"", None
    writer: asyncio.StreamWriter | None = None
    with suppress(OSError, EOFError, ValueError):  # TimeoutError and SSLError are OSErrors
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(
                sock=connected,
                ssl=_any_tls() if tls else None,
                server_hostname=address.partition("%")[0] if tls else None,
            )
            certificate = _certificate(writer)
            writer.write(redfish_root.request(address))
            while chunk := await reader.read(_CHUNK):
                found += chunk
                if len(found) >= redfish_root.LARGEST or redfish_root.whole(found):
                    break
    if writer is not None:
        writer.transport.abort()
    server, root = redfish_root.understand(found) if found else ("", None)
    return Web(server, certificate, root)


def _certificate(writer: asyncio.StreamWriter) -> Certificate | None:
    tls = writer.get_extra_info("ssl_object")
    der = tls.getpeercert(binary_form=True) if tls is not None else None
    return names(der) if der else None
