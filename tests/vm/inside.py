"""Runs in the guest: asks both BMCs in-band, as ipmitool and as dcagent, and writes what they say.

`python -m tests.vm.inside DIRECTORY` leaves `result.json` there; `tests.vm.test_inband` reads it.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from collectors.ipmi.channel import NETFN_CHASSIS, NETFN_STORAGE, Channel
from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.sdr_cache import SdrCache
from collectors.ipmi.ways import Ways
from collectors.poll import Road
from collectors.protocol import Failure, silent
from hw_profiles.load import pack
from model.devices import Identity, Protocol, Step, Target
from model.raw import STANDARD_COMMANDS, Plan, Raw, Sample, Value
from model.readings import Fault, Reading
from tests.vm.vm_bmc import BUSY, HONEST, LATE, NETFN_VICE, NOTE, SILENT

Json = dict[str, object]
_GET_CHASSIS, _GET_SEL = (NETFN_CHASSIS, 0x01), (NETFN_STORAGE, 0x40)
_TOLD = ("--json", "--lang", "en")
_RECORDED = "/run/recorded.capture"
_UNITS = Path("/sys/bus/platform/drivers/ipmi_si")
_STRANGER = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
"""Root without its right to pass over permissions: any interpreter can be started by it."""


def target(path: str, timeout: float = 2.0, retries: int = 3) -> Target:
    """The BMC behind a device file."""
    return Target(path, path, Protocol.IPMI, timeout=timeout, retries=retries)


def plain(value: Value | Fault | None) -> object:
    """A raw value as JSON has it."""
    if isinstance(value, Fault):
        return {"reason": value.reason.value, "detail": value.detail}
    if isinstance(value, Sample):
        return {"value": value.value, "raw": value.raw, "states": value.states}
    return value.hex() if isinstance(value, bytes) else value


def set_vice(path: str, command: int, data: int = 0) -> bool:
    """Tells the captured BMC what to do; False: this is another. dcagent would not send it."""
    said = ipmitool(path, "raw", *map(hex, (NETFN_VICE, command, data)))
    return "Unable to send RAW" not in said


def told_apart() -> tuple[str, str]:
    """The device files of ipmi_sim and of the captured BMC, which alone knows vices."""
    files = ("/dev/ipmi0", "/dev/ipmi1")
    return (files[1], files[0]) if set_vice(files[0], HONEST) else files


async def everything(path: str, cache: Path) -> Json:
    """All that a BMC has: identity, sensors, standard commands."""
    steps: list[Step] = []
    collector = IpmiCollector(Ways(), SdrCache(cache))
    begun = time.monotonic()
    identity = await collector.identify(target(path), (), steps.append)
    assert isinstance(identity, Identity), identity
    identified = time.monotonic()
    keys = tuple(sensor.key for sensor in identity.sensors.sensors)
    raw = await collector.fetch(target(path), identity, Plan((*keys, *STANDARD_COMMANDS)))
    fetched, used = time.monotonic(), time.process_time()
    assert isinstance(raw, Raw), raw
    await collector.fetch(target(path), identity, Plan(keys))
    again = time.process_time() - used
    await collector.close()
    return {
        "path": path,
        "steps": [(step.name.value, step.evidence) for step in steps],
        "device": asdict(identity.device),
        "numbers": {sensor.key: sensor.number for sensor in identity.sensors.sensors},
        "values": {key: plain(value) for key, value in raw.values.items()},
        "seconds": {"identify": identified - begun, "fetch": fetched - identified, "cpu": again},
    }


async def polled(path: str) -> Json:
    """The same by the one road: words with their labels and values."""
    road = Road({Protocol.IPMI: IpmiCollector(Ways())}, pack())
    poll = await road.poll(target(path))
    await road.close()
    readings = [o for o in poll.outcomes if isinstance(o, Reading)]
    faults = [o for o in poll.outcomes if isinstance(o, Fault)]
    return {
        "profile": poll.profile,
        "health": poll.health.value,
        "readings": [
            (r.sensor.word, r.sensor.component, dict(r.sensor.labels), r.value) for r in readings
        ],
        "faults": [(f.sensor.word if f.sensor else "", f.reason.value, f.detail) for f in faults],
    }


async def attempted(channel: Channel, what: tuple[int, int]) -> Json:
    """One request: what came, how long it took, and the longest that the loop stood still."""
    pauses = [0.0]

    async def tick() -> None:
        while True:
            begun = time.monotonic()
            await asyncio.sleep(0.01)
            pauses.append(time.monotonic() - begun)

    ticker = asyncio.create_task(tick())
    begun = time.monotonic()
    try:
        came: object = (await channel.request(*what)).hex()
    except Failure as failure:
        came = failure.reason.value
    took = time.monotonic() - begun
    ticker.cancel()
    threads = sum(thread.name.startswith("dcagent-") for thread in threading.enumerate())
    return {"came": came, "took": took, "stood": max(pauses), "threads": threads}


async def vices(path: str) -> Json:
    """A BMC that is busy, silent, late."""
    ways = Ways()
    short = await ways.connect(target(path, 1.0, 0), silent)
    found: Json = {"honest": await attempted(short, _GET_CHASSIS)}
    set_vice(path, BUSY, 3)
    found["busy"] = await attempted(short, _GET_CHASSIS)
    set_vice(path, BUSY, 255)
    found["always busy"] = await attempted(short, _GET_CHASSIS)
    set_vice(path, LATE, 7)
    found["late"] = await attempted(short, _GET_SEL)
    found["after late"] = await attempted(short, _GET_CHASSIS)
    set_vice(path, SILENT, 2)
    found["silent"] = await attempted(short, _GET_CHASSIS)
    await asyncio.sleep(9)  # qemu answers in a silent BMC's stead, 4 s after each of two requests
    set_vice(path, HONEST)
    found["after silent"] = await attempted(short, _GET_CHASSIS)
    await short.close()
    await ways.close()
    return found


async def lost(path: str) -> Json:
    """A BMC whose driver is taken away while a session is open, and given back."""
    unit = _unit_of(path)
    collector = IpmiCollector(Ways())
    identity = await collector.identify(target(path), (), silent)
    assert isinstance(identity, Identity), identity
    plan = Plan(STANDARD_COMMANDS)
    (_UNITS / "unbind").write_text(unit)
    without = await collector.fetch(target(path), identity, plan)
    gone = await collector.identify(target(path), (), silent)
    (_UNITS / "bind").write_text(unit)
    await asyncio.to_thread(_await_file, path)
    back = await collector.identify(target(path), (), silent)
    same = back is identity
    raw = await collector.fetch(target(path), identity, plan) if same else None
    await collector.close()
    return {
        "without": without.reason.value if isinstance(without, Fault) else "answered",
        "gone": (gone.reason.value, gone.detail) if isinstance(gone, Fault) else "answered",
        "same": same,
        "back": isinstance(raw, Raw),
    }


def _unit_of(path: str) -> str:
    number = path.removeprefix("/dev/ipmi")
    return (Path("/sys/class/ipmi") / f"ipmi{number}" / "device").resolve().name


def _await_file(path: str) -> None:
    until = time.monotonic() + 10
    while not Path(path).exists() and time.monotonic() < until:
        time.sleep(0.05)


def dcagent(*words: str, through: tuple[str, ...] = ()) -> Json:
    """A command of dcagent's: what it says, what the shell is told."""
    begun = time.monotonic()
    done = subprocess.run(
        (*through, sys.executable, "-m", "agent.cli.main", *words),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    took = time.monotonic() - begun
    return {"status": done.returncode, "out": done.stdout, "err": done.stderr, "took": took}


def tool(*words: str) -> str:
    """What a program says."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


def noted(path: str, work: Callable[[], Json]) -> Json:
    """What `work` finds; the captured BMC writes down what it is asked meanwhile."""
    set_vice(path, NOTE, 1)
    found = work()
    set_vice(path, NOTE, 0)
    return found


def ipmitool(path: str, *words: str) -> str:
    """What ipmitool says of the same BMC."""
    return tool("ipmitool", "-I", "open", "-d", path.removeprefix("/dev/ipmi"), *words)


def asked_of_ipmitool(path: str, *questions: str) -> Mapping[str, str]:
    """Question → what ipmitool says."""
    return {question: ipmitool(path, *question.split()) for question in questions}


def main(out: Path) -> None:
    """All of it."""
    simulated, captured = told_apart()
    cache = Path("/run/cache")
    result: Json = {
        "simulated": asyncio.run(everything(simulated, cache)),
        "cached": asyncio.run(everything(simulated, cache)),
        "ipmitool": asked_of_ipmitool(
            simulated, "sdr elist", "sensor", "sel info", "fru print 0", "mc info"
        ),
        "captured": noted(captured, lambda: asyncio.run(everything(captured, cache))),
        "ipmitool of captured": asked_of_ipmitool(
            captured, "sdr elist", "dcmi power reading", "lan print 1"
        ),
        "polled": noted(captured, lambda: asyncio.run(polled(captured))),
        "vices": asyncio.run(vices(captured)),
        "lost": asyncio.run(lost(simulated)),
        "probe": noted(
            captured, lambda: dcagent("probe", "--in-band", captured, *_TOLD, "--record", _RECORDED)
        ),
    }
    Path(captured).chmod(0)
    result["stranger"] = dcagent("probe", "--in-band", captured, *_TOLD, through=_STRANGER)
    tool("rmmod", "ipmi_devintf")
    result["no driver"] = dcagent("probe", "--in-band", *_TOLD)
    tool("insmod", "/run/modules/ipmi_devintf.ko")
    result["driver again"] = dcagent("probe", "--in-band", "--lang", "zh")
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (out / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
