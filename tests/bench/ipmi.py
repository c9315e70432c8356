"""CPU of one cycle over 50 BMCs: dcagent, prometheus-ipmi-exporter and ipmi-sensors side by side.

`python -m tests.bench.ipmi`: 50 BMCs of 87 sensors on ipmi_sim, sessions open, records cached. Our
cycle is identify, fetch and interpret over the one road; the peers' CPU includes their children.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.lan import LanConnector
from collectors.poll import Road
from hw_profiles import load
from model.credentials import IpmiCredential, Secret
from model.devices import Health, Protocol, Target
from tests.real import ipmi_sim
from tests.real.ipmi_sim import Fleet

COUNT = 50
SENSORS = 87
CYCLES = 9
PEER_CYCLES = 3
_USER, _PASSWORD = "mon", "mon-pass"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"


def median_ms(cycles: int, cycle: Callable[[], float]) -> float:
    """The median of several cycles, each giving CPU seconds, in milliseconds."""
    return statistics.median(cycle() for _ in range(cycles)) * 1000


async def ours(fleet: Fleet) -> tuple[float, float]:
    """CPU and wall milliseconds of one cycle of ours."""
    credential = IpmiCredential("bmc", _USER, Secret(_PASSWORD))
    targets = [
        Target(address, address, Protocol.IPMI, credential, fleet.port)
        for address in fleet.addresses
    ]
    road = Road({Protocol.IPMI: IpmiCollector(LanConnector())}, load.pack())
    cpu: list[float] = []
    wall: list[float] = []
    try:
        for _ in range(CYCLES + 2):
            begun, clock = time.process_time(), time.perf_counter()
            polls = await asyncio.gather(*(road.poll(target) for target in targets))
            cpu.append(time.process_time() - begun)
            wall.append(time.perf_counter() - clock)
            assert all(poll.health is not Health.DOWN for poll in polls), polls[0].faults
    finally:
        await road.close()
    readings = len(polls[0].readings)
    print(f"  ({readings} readings, {len(polls[0].faults)} faults per BMC, {polls[0].profile})")
    return statistics.median(cpu[2:]) * 1000, statistics.median(wall[2:]) * 1000


def freeipmi(fleet: Fleet, directory: Path) -> float:
    """CPU milliseconds of `ipmi-sensors -F 50` over all hosts, its SDR cache warm."""
    hosts = ",".join(f"{address}:{fleet.port}" for address in fleet.addresses)
    command = (
        *("ipmi-sensors", "-h", hosts, "-F", str(COUNT), "-D", "LAN_2_0", "-W", "opensesspriv"),
        *("-u", _USER, "-p", _PASSWORD, "-l", "USER", f"--sdr-cache-directory={directory}"),
    )

    def cycle() -> float:
        before = _children()
        done = subprocess.run(
            command, capture_output=True, check=False, env={**os.environ, "PATH": _PATH}
        )
        lines = done.stdout.count(b"Inlet_Temp")
        assert lines == COUNT, (lines, done.stderr[-500:])
        return _children() - before

    cycle()
    return median_ms(PEER_CYCLES, cycle)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


_EXPORTER = """
modules:
  default:
    user: "mon"
    pass: "mon-pass"
    driver: "LAN_2_0"
    privilege: "user"
    timeout: 10000
    collectors: [ipmi]
    custom_args:
      ipmi: ["-W", "opensesspriv"]
"""


def exporter(fleet: Fleet, directory: Path) -> float:
    """CPU milliseconds of prometheus-ipmi-exporter (and what it forks) for one scrape of each."""
    program = shutil.which("prometheus-ipmi-exporter", path=_PATH)
    assert program is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = directory / "ipmi.yml"
    config.write_text(_EXPORTER)
    home = {**os.environ, "PATH": _PATH, "HOME": str(directory)}
    arguments = (f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}")
    process = subprocess.Popen(
        (program, *arguments), env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(port)

        def cycle() -> float:
            before = _cpu_of(process.pid)
            for address in fleet.addresses:
                url = f"http://127.0.0.1:{port}/ipmi?target={address}:{fleet.port}"
                text = urllib.request.urlopen(url, timeout=60).read()
                assert b'name="Inlet_Temp"' in text, text[-600:]
            return _cpu_of(process.pid) - before

        cycle()
        return median_ms(PEER_CYCLES, cycle)
    finally:
        process.kill()
        process.wait()


def _await(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the exporter does not listen")


def _cpu_of(pid: int) -> float:
    """User and system seconds of a process and of the children that it waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Runs all three and prints milliseconds and ratios."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with ipmi_sim.fleet(place, "127.0.73.1", COUNT, edges=False) as fleet:
            print(f"IPMI over LAN: {COUNT} BMCs of {SENSORS} sensors, CPU per cycle")
            cpu, wall = asyncio.run(ours(fleet))
            print(f"  dcagent                    {cpu:8.1f} ms  (wall {wall:.0f} ms)")
            sensors = freeipmi(fleet, place)
            print(f"  ipmi-sensors -F {COUNT}         {sensors:8.1f} ms  {sensors / cpu:6.1f} x")
            forked = exporter(fleet, place)
            print(f"  prometheus-ipmi-exporter   {forked:8.1f} ms  {forked / cpu:6.1f} x")


if __name__ == "__main__":
    main()
