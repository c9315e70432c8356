"""BMCs on OpenIPMI's ipmi_sim: 99 SDRs each with the edge cases, started and stopped for a test."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.ipmi_sim_board import Board, board
from tests.real.sdr_bytes import fru

USERS = (
    (2, "admin", "admin-pass", "admin"),
    (3, "mon", "mon-pass", "user"),
    (4, "oper", "oper-pass", "operator"),
)
_ONE_PROCESS = 100
"""BMCs that fit in one ipmi_sim: one even IPMB address each."""


def _hex(data: bytes) -> str:
    return " ".join(f"{byte:#04x}" for byte in data)


def _emulator(mc: int, index: int, made: Board) -> list[str]:
    serial = f"2106195YST{index:06d}"
    frus = [
        fru(
            chassis=("02311XDA", serial),
            board=("Huawei", "BC82AMDDA", f"024APL{index:06d}", "0302Y238", ""),
            product=("XinChuang", "TaiShan 2280 V2", "PN2280", "A.1", serial, "ASSET", ""),
        )
    ]
    frus += [fru(product=("GreatWall", "CRPS900", "GW900", "1", f"PSU{k}", "")) for k in (0, 1)]
    lines = [f"mc_setbmc {mc:#x}"] if mc == 0x20 else []
    # Get Chassis Status of a controller other than 20h ends ipmi_sim 2.0.33: they have no chassis
    support = 0xBF if mc == 0x20 else 0x3F
    lines.append(f"mc_add {mc:#x} 0x20 no-device-sdrs 1 3 0x21 {support:#x} 2011 {0x100 + index}")
    lines.append(f"sel_enable {mc:#x} 1000 0x0a")
    lines += [line.replace("{mc}", f"{mc:#x}") for line in made.lines]
    lines += [f"main_sdr_add {mc:#x} {_hex(record)}" for record in made.records]
    for number, data in enumerate(frus):
        lines.append(f"mc_add_fru_data {mc:#x} {number} 512 data {_hex(data)}")
    for k in range(24):
        stamp = (1_790_000_000 + 3600 * k).to_bytes(4, "little")
        lines.append(
            f"sel_add {mc:#x} 2 {_hex(stamp + bytes((0x20, 0, 4, 1, 1, 1, 0x57, 50, 46)))}"
        )
    return [*lines, f"mc_enable {mc:#x}"]


def _lan(mc: int, address: str, port: int) -> list[str]:
    lines = [f"set_working_mc {mc:#x}", "startlan 1", f"addr {address} {port}", "priv_limit admin"]
    for level in ("callback", "user", "operator", "admin"):
        lines.append(f"allowed_auths_{level} none md2 md5 straight")
    number = int(ipaddress.ip_address(address))
    lines += [f"guid {mc:02x}{number:08x}" + "5a" * 11, "endlan", 'user 1 false "" "" user 10 none']
    for user, name, password, level in USERS:
        lines.append(f'user {user} true "{name}" "{password}" {level} 10 none md2 md5 straight')
    return lines


@dataclass(frozen=True)
class Fleet:
    """Running BMCs: their addresses, one port for all, and the simulators' process IDs."""

    addresses: tuple[str, ...]
    port: int
    pids: tuple[int, ...]


@contextlib.contextmanager
def fleet(
    directory: Path, first: str, count: int = 1, *, edges: bool = True, guest: int = 0
) -> Iterator[Fleet]:
    """Runs `count` BMCs on consecutive addresses from `first`, a hundred per process at most.

    `guest` is the TCP port on which the first of them waits for a virtual machine.
    """
    program = shutil.which("ipmi_sim", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None
    port = _free_port(first)
    addresses = tuple(str(ipaddress.ip_address(first) + k) for k in range(count))
    made = board(edges=edges)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for start in range(0, count, _ONE_PROCESS):
            place = directory / f"sim{start}"
            group = list(enumerate(addresses))[start : start + _ONE_PROCESS]
            serial = [f"serial 15 127.0.0.1 {guest} codec VM"] if guest and not start else []
            processes.append(_started(program, place, group, port, made, serial))
        for address in addresses:
            _await(address, port)
        yield Fleet(addresses, port, tuple(p.pid for p in processes))
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _started(
    program: str,
    place: Path,
    group: list[tuple[int, str]],
    port: int,
    made: Board,
    serial: list[str],
) -> subprocess.Popen[bytes]:
    """One process of ipmi_sim with a group of BMCs, each a controller of its own."""
    (place / "state" / "ipmi_sim").mkdir(parents=True)
    conf, emu = [f'name "{place.name}"'], []
    for slot, (index, address) in enumerate(group):
        mc = 0x20 + 2 * slot
        conf += _lan(mc, address, port)
        emu += _emulator(mc, index, made)
    conf += serial
    (place / "lan.conf").write_text("\n".join(conf) + "\n")
    (place / "bmc.emu").write_text("\n".join(emu) + "\n")
    arguments = ("-c", f"{place}/lan.conf", "-f", f"{place}/bmc.emu", "-s", f"{place}/state")
    null = subprocess.DEVNULL
    return subprocess.Popen((program, "-n", "-p", *arguments), stdin=null, stdout=null, stderr=null)


def _free_port(address: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def _await(address: str, port: int, patience: float = 10.0) -> None:
    """Waits until the BMC answers Get Channel Authentication Capabilities."""
    question = bytes.fromhex("0600ff07000000000000000000092018c88100388e04b5")
    until = time.monotonic() + patience
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.1)
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                probe.connect((address, port))
                probe.send(question)
                probe.recv(512)
                return
    raise TimeoutError(f"ipmi_sim does not answer at {address}:{port}")
