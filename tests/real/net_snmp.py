"""net-snmp as a peer: its agent, and what its own tools read from an agent, value by value."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from collectors.snmp import values
from model.credentials import CommunityCredential, UsmCredential
from model.readings import Scalar

Value = Scalar | None
_LINE = re.compile(r"^\.([0-9.]+) = (?:([A-Za-z0-9-]+(?: [a-z]+)?): ?)?(.*)$")
AUTHENTICATIONS = {
    "md5": "MD5",
    "sha": "SHA",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
}
PRIVACIES = {"des": "DES", "aes": "AES", "aes192": "AES-192", "aes256": "AES-256"}
"""Our names and theirs; their longer keys are extended as Blumenthal has it."""


def environment(directory: Path) -> dict[str, str]:
    """No MIB files, and nothing kept outside the test's own directory."""
    own = {"MIBS": "", "SNMP_PERSISTENT_DIR": str(directory), "SNMPCONFPATH": str(directory)}
    return {**os.environ, **own}


@contextmanager
def snmpd(
    directory: Path, settings: Iterable[str], hosts: Iterable[str] = ("127.0.0.1",)
) -> Iterator[int]:
    """Runs net-snmp's agent on a free port of these addresses; gives the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    file, log = directory / "agent.conf", directory / "log"
    listens = ",".join(f"udp:{host}:{port}" for host in hosts)
    file.write_text("\n".join((f"agentaddress {listens}", *settings)) + "\n")
    program = shutil.which("snmpd")
    assert program
    command = [program, "-f", "-Lo", "-C", "-c", str(file), "-p", str(directory / "pid")]
    with log.open("w") as out:
        daemon = subprocess.Popen(command, env=environment(directory), stdout=out, stderr=out)
    try:
        begun = time.monotonic()
        while "NET-SNMP version" not in log.read_text():
            assert daemon.poll() is None, log.read_text()
            assert time.monotonic() - begun < 20, log.read_text()
            time.sleep(0.05)
        yield port
    finally:
        daemon.terminate()
        daemon.wait(10)


def users(credentials: Iterable[UsmCredential]) -> Iterator[str]:
    """The lines of snmpd's configuration that make them known, for reading with encryption."""
    for each in credentials:
        auth, priv = AUTHENTICATIONS[each.auth_protocol], PRIVACIES[each.priv_protocol]
        secrets = (each.auth.reveal(), each.priv.reveal())
        yield f"createUser {each.username} {auth} {secrets[0]} {priv} {secrets[1]}"
        yield f"rouser {each.username} authpriv"


def walk(
    directory: Path, port: int, credential: CommunityCredential | UsmCredential, below: str
) -> dict[str, Value]:
    """`snmpbulkwalk` of a subtree, its values as this project has them."""
    command = ["snmpbulkwalk", *_login(credential), "-t", "5", "-r", "2", "-OnextU", "-Cr20"]
    done = subprocess.run(
        [*command, f"127.0.0.1:{port}", below],
        env=environment(directory),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr or done.stdout
    found: dict[str, Value] = {}
    for line in _whole_lines(done.stdout):
        oid, kind, text = _parts(line)
        if "No more variables" not in text and "No Such" not in text:
            found[oid] = _value(kind, text)
    return found


def _login(credential: CommunityCredential | UsmCredential) -> list[str]:
    if isinstance(credential, CommunityCredential):
        return [f"-v{credential.version}", "-c", credential.community.reveal()]
    words = ["-v3", "-u", credential.username, "-n", credential.context]
    level = "noAuthNoPriv"
    if credential.auth_protocol:
        level = "authNoPriv"
        words += ["-a", AUTHENTICATIONS[credential.auth_protocol]]
        words += ["-A", credential.auth.reveal()]
    if credential.priv_protocol:
        level = "authPriv"
        words += ["-x", PRIVACIES[credential.priv_protocol], "-X", credential.priv.reveal()]
    return [*words, "-l", level]


def _whole_lines(text: str) -> list[str]:
    """Long hex strings are broken over lines."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("."):
            lines.append(line)
        else:
            lines[-1] += " " + line
    return lines


def _parts(line: str) -> tuple[str, str, str]:
    found = _LINE.match(line)
    assert found, line
    return found.group(1), found.group(2) or "", found.group(3)


def _value(kind: str, text: str) -> Value:
    if kind in ("INTEGER", "Counter32", "Gauge32", "Counter64"):
        return int(text)
    if not kind and text.isdigit():  # time ticks as -Ot prints them
        return int(text)
    if kind == "Hex-STRING":
        return values.text(bytes.fromhex(text))
    if kind == "OID":
        return text.lstrip(".")
    if kind == "IpAddress":
        return text
    if kind == "Opaque":
        number = re.search(r"-?[0-9.]+$", text)
        assert number, text
        return float(number.group())
    assert (kind, text) == ("", '""') or kind == "STRING", (kind, text)
    return text.strip('"')
