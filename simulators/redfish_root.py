"""A simulated Redfish root over TLS: one document that everyone may read (DSP0266)."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PATH = "/redfish/v1/"
_DAYS = "3650"


def root(vendor: str, product: str = "", **more: object) -> dict[str, object]:
    """A service root of one vendor; `more` adds members or replaces them."""
    named = {"Vendor": vendor, "Product": product}
    return {
        "@odata.id": PATH,
        "@odata.type": "#ServiceRoot.v1_5_0.ServiceRoot",
        "Id": "RootService",
        "Name": "Root Service",
        "RedfishVersion": "1.8.0",
        **{key: word for key, word in named.items() if word},
        **more,
    }


@cache
def tls_context(common_name: str, organisation: str) -> ssl.SSLContext:
    """A server's context with a fresh self-signed certificate, made by the openssl command.

    RuntimeError: the command is missing or failed.
    """
    subject = f"/O={organisation}/CN={common_name}"
    with tempfile.TemporaryDirectory(prefix="dcagent-root-") as directory:
        key, certificate = Path(directory, "key.pem"), Path(directory, "certificate.pem")
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-utf8"]
        command += ["-days", _DAYS, "-subj", subject, "-keyout", str(key)]
        try:
            subprocess.run(  # noqa: S603 # the arguments are ours
                [*command, "-out", str(certificate)], check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError(f"openssl cannot make a certificate: {error}") from error
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


class RedfishRoot:
    """Answers GET of the root over TLS and 401 to all else, counting what came.

    `document`: None says 404 at the root too; bytes are sent as the whole answer, as they are.
    """

    def __init__(
        self,
        document: Mapping[str, object] | bytes | None,
        *,
        server: str = "",
        common_name: str = "bmc",
        organisation: str = "",
        tls: bool = True,
    ) -> None:
        self._document, self._server_word = document, server
        self._names = (common_name, organisation or "none")
        self._tls = tls
        self._server: asyncio.Server | None = None
        self.requests = 0
        self.logins = 0
        """Requests that brought an Authorization header."""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listens and returns the port. OSError: it cannot; RuntimeError: no certificate."""
        context = tls_context(*self._names) if self._tls else None
        self._server = await asyncio.start_server(self._serve, host, port, ssl=context)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stops listening."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                request = await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            writer.write(self._answer(request))
            await writer.drain()
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass  # whoever asked has gone, or asks what nobody answers
        finally:
            writer.close()

    def _answer(self, request: bytes) -> bytes:
        self.logins += b"\r\nauthorization:" in request.lower()
        if isinstance(self._document, bytes):
            return self._document
        words = request.split(b" ", 2)
        at_root = words[0] == b"GET" and words[1].rstrip(b"/") == PATH.rstrip("/").encode()
        if not at_root:
            return self._http("401 Unauthorized", b"{}")
        if self._document is None:
            return self._http("404 Not Found", b"{}")
        return self._http("200 OK", json.dumps(self._document, ensure_ascii=False).encode())

    def _http(self, status: str, body: bytes) -> bytes:
        lines = [f"HTTP/1.1 {status}", "Content-Type: application/json"]
        lines += [f"Content-Length: {len(body)}", "OData-Version: 4.0", "Connection: close"]
        if self._server_word:
            lines.append(f"Server: {self._server_word}")
        return "\r\n".join((*lines, "", "")).encode() + body
