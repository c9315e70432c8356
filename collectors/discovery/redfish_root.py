"""What a web server's answer says: the Server header, and the Redfish root (DSP0266). Pure."""

from __future__ import annotations

import io
import json
import socket
from http.client import HTTPException, HTTPResponse
from typing import cast

from model.sightings import ServiceRoot

PATH = "/redfish/v1/"
LARGEST = 64 << 10
"""Bytes of an answer that are read."""
_LONGEST = 128
_MOST_KEYS = 16


def request(host: str) -> bytes:
    """A GET of the service root, which every Redfish service answers without a login."""
    name = f"[{host.partition('%')[0]}]" if ":" in host else host
    lines = (
        f"GET {PATH} HTTP/1.1",
        f"Host: {name}",
        "Accept: application/json",
        "OData-Version: 4.0",
        "User-Agent: dcagent",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode()


class _Bytes:
    """A socket that holds an answer already."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_arguments: object) -> io.BytesIO:
        """See `socket.makefile`."""
        return io.BytesIO(self._data)


def understand(data: bytes) -> tuple[str, ServiceRoot | None]:
    """Server header and root of an HTTP answer; of anything else its first line and None."""
    response = HTTPResponse(cast("socket.socket", _Bytes(data)))
    try:
        response.begin()
        server = _plain(response.getheader("Server") or "")
        body = response.read(LARGEST) if response.status == 200 else b""
    except (HTTPException, ValueError, OSError):
        return (
            "" if data.startswith(b"HTTP/") else _plain(data[:_LONGEST].decode("latin-1"))
        ), None
    return server, root_of(body)


def whole(data: bytes) -> bool:
    """Whether an answer is complete, so that nobody waits for a server that does not hang up."""
    head, blank, body = data.partition(b"\r\n\r\n")
    if not blank:
        return False
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length" and value.strip().isdigit():
            return len(body) >= int(value.strip()[:9])
        if name == b"transfer-encoding" and b"chunked" in value:
            return body.endswith(b"0\r\n\r\n")
    return False


def root_of(body: bytes) -> ServiceRoot | None:
    """The service root in a JSON document; None where it is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    kind = data.get("@odata.type")
    named = isinstance(kind, str) and "ServiceRoot" in kind
    if not named and not isinstance(data.get("RedfishVersion"), str):
        return None
    oem = data.get("Oem")
    keys = [_plain(key) for key in oem][:_MOST_KEYS] if isinstance(oem, dict) else []
    words = (data.get(key) for key in ("Vendor", "Product", "Name", "RedfishVersion"))
    vendor, product, name, version = (_plain(w) if isinstance(w, str) else "" for w in words)
    return ServiceRoot(vendor, product, name, version, tuple(keys))


def _plain(text: str) -> str:
    """One line that is not long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST]
