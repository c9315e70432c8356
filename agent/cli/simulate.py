"""`dcagent simulate`: answers a capture over the protocol that its device speaks."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hw_profiles.capture import Capture
    from simulators.bmc import SimulatedBmc
    from simulators.snmp_agent import SimulatedAgent

USAGE, TEMPORARY, NO_PERMISSION, CONFIGURATION = 64, 75, 77, 78

CaptureFile = Annotated[Path, typer.Argument(help="The capture to answer.")]
ListenOption = Annotated[
    str, typer.Option("--listen", help="ADDRESS:PORT; port 0 takes a free one and prints it.")
]
UserOption = Annotated[str, typer.Option("--user", "-u", help="Who may log in (IPMI, SNMPv3).")]
PrivilegeOption = Annotated[
    str,
    typer.Option("--privilege", help="The most that the IPMI user gets."),
]
PasswordFile = Annotated[Path | None, typer.Option(help="The IPMI password.")]
CommunityFile = Annotated[Path | None, typer.Option(help="The SNMP community.")]
AuthPasswordFile = Annotated[Path | None, typer.Option(help="SNMPv3: signs with SHA-256.")]
PrivPasswordFile = Annotated[Path | None, typer.Option(help="SNMPv3: encrypts with AES-128.")]
SuiteOption = Annotated[
    list[int] | None, typer.Option("--suite", help="IPMI cipher suites; all if missing.")
]
ViceOption = Annotated[
    list[str] | None,
    typer.Option("--vice", help="How it misbehaves: NAME=VALUE or NAME, such as loss=0.2."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Say where it listens as JSON.")]


@dataclass(frozen=True, slots=True)
class _Login:
    """What the simulated device lets in, and how each secret is named on the screen."""

    user: str
    privilege: str
    password: str = field(repr=False)
    community: str = field(repr=False)
    auth: str = field(repr=False)
    priv: str = field(repr=False)
    shown: tuple[str, ...] = ()


def simulate(
    capture: CaptureFile,
    listen: ListenOption = "127.0.0.1:0",
    user: UserOption = "monitor",
    privilege: PrivilegeOption = "user",
    password_file: PasswordFile = None,
    community_file: CommunityFile = None,
    auth_password_file: AuthPasswordFile = None,
    priv_password_file: PrivPasswordFile = None,
    suite: SuiteOption = None,
    vice: ViceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a capture on the wire: IPMI over LAN or SNMP, whichever it holds.

    Without files of its own it lets in "monitor" by printed passwords. Ctrl-C ends it.

    Example: dcagent simulate nf5280m6.capture --listen 127.0.0.1:6230 --vice delay=0.5
    """
    files = (password_file, community_file, auth_password_file, priv_password_file)
    host, port = _address(listen)
    login = _login(user, privilege, files, _is_loopback(host))
    recorded = _read(capture)
    try:
        simulator = _simulator(recorded, login, tuple(suite or ()), tuple(vice or ()))
    except ValueError as error:
        raise _failed(str(error), USAGE) from None
    _run(simulator, host, port, _told(recorded, login), as_json)


def _read(file: Path) -> Capture:
    from hw_profiles.capture import read
    from model.document import DocumentError

    try:
        return read(file)
    except DocumentError as error:
        raise _failed(str(error), CONFIGURATION) from None


def _run(
    simulator: SimulatedBmc | SimulatedAgent,
    host: str,
    port: int,
    told: dict[str, str],
    as_json: bool,
) -> None:
    """Serves, and says why it cannot."""
    import asyncio

    try:
        asyncio.run(_serve(simulator, host, port, told, as_json))
    except OSError as error:
        code = NO_PERMISSION if isinstance(error, PermissionError) else TEMPORARY
        raise _failed(f"cannot listen on {host}:{port}: {error.strerror}", code) from None


def _failed(message: str, code: int) -> typer.Exit:
    sys.stderr.write(f"dcagent simulate: {message}\n")
    return typer.Exit(code)


def _address(listen: str) -> tuple[str, int]:
    """Host and port; IPv6 in brackets."""
    host, colon, port = listen.rpartition(":")
    host = host.strip("[]")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise _failed(f'--listen: expected ADDRESS:PORT, found "{listen}"', USAGE)
    return host, int(port)


def _is_loopback(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _login(user: str, privilege: str, files: tuple[Path | None, ...], loopback: bool) -> _Login:
    """Secrets from files; else well-known ones on loopback and random ones elsewhere.

    Those that we made up are shown; those out of files are not.
    """
    from agent.secrets import SecretError, from_file

    usual = ("monitor-pass", "public", "monitor-auth", "monitor-priv")
    found = []
    for file, word in zip(files, usual, strict=True):
        if file is None:
            found.append(word if loopback else secrets.token_urlsafe(12))
            continue
        try:
            found.append(from_file(file).reveal())
        except SecretError as error:
            raise _failed(str(error), CONFIGURATION) from None
    shown = (f"from {f}" if f else word for f, word in zip(files, found, strict=True))
    password, community, auth, priv = found
    return _Login(user, privilege, password, community, auth, priv, tuple(shown))


def _simulator(
    capture: Capture, login: _Login, suites: tuple[int, ...], vices: Iterable[str]
) -> SimulatedBmc | SimulatedAgent:
    """The simulator for what the capture holds. ValueError: an option that it does not take."""
    from simulators import vice_options

    if capture.exchanges:
        from simulators.bmc import SimulatedBmc
        from simulators.bmc_crypto import SUITES
        from simulators.bmc_sessions import PRIVILEGES, BmcUser
        from simulators.bmc_vices import BmcVices

        if login.privilege not in PRIVILEGES:
            raise ValueError(f"--privilege: expected {', '.join(PRIVILEGES)}")
        if not set(suites) <= set(SUITES):
            raise ValueError(f"--suite: expected {', '.join(map(str, SUITES))}")
        bmc_vices = BmcVices()
        vice_options.apply(bmc_vices, vices)
        user = BmcUser(login.user, login.password, login.privilege)
        return SimulatedBmc(capture, (user,), suites or tuple(SUITES), bmc_vices)
    if not capture.objects:
        raise ValueError("the capture holds no answers")
    from model.credentials import Secret, UsmCredential
    from simulators.snmp_agent import AgentVices, SimulatedAgent

    vices_of_agent = AgentVices()
    vice_options.apply(vices_of_agent, vices)
    auth, priv = Secret(login.auth), Secret(login.priv)
    usm = UsmCredential("simulated", login.user, "sha256", auth, "aes", priv)
    return SimulatedAgent(capture, (login.community,), (usm,), vices_of_agent)


def _told(capture: Capture, login: _Login) -> dict[str, str]:
    """What a person needs to ask the simulated device."""
    device = capture.header.get("device", "unnamed device")
    password, community, auth, priv = login.shown
    if capture.exchanges:
        words = {"user": login.user, "password": password, "privilege": login.privilege}
        return {"device": device, "protocol": "ipmi", **words}
    v3 = f"{login.user}, SHA-256 {auth}, AES {priv}"
    return {"device": device, "protocol": "snmp", "community": community, "v3": v3}


async def _serve(
    simulator: SimulatedBmc | SimulatedAgent,
    host: str,
    port: int,
    lines: dict[str, str],
    as_json: bool,
) -> None:
    """Answers until SIGINT or SIGTERM."""
    import asyncio
    import signal

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bound = await simulator.start(host, port)
    try:
        told = {**lines, "address": host, "port": bound}
        if as_json:
            print(json.dumps(told, ensure_ascii=False), flush=True)
        else:
            print("\n".join(f"{name:<10} {value}" for name, value in told.items()), flush=True)
        await stop.wait()
    finally:
        simulator.close()
