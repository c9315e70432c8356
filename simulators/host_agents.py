"""What the agents on the servers of the simulated site would say, on one page for Prometheus.

Each server's own agent tells what its devices could compute and how much of them is in use; here
one small exporter stands for all of them. Utilisation follows the load that the BMC's power does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from functools import cache

from hw_profiles.processor_match import named_accelerator, named_processor
from hw_profiles.processors import CPU_DEVICE, peak, peak_accelerator
from model.host import Cpu
from simulators.server_models import Model
from simulators.site import ROOM, SITE, Load, Site

PEAK, USED = "dcagent_node_peak_flops", "dcagent_node_device_utilization_ratio"
_HELP = {
    PEAK: "Dense peak of a computing device, per precision.",
    USED: "Utilization of a computing device, 0 to 1.",
}
_LARGEST = 8192
_PATIENCE = 5.0


@cache
def devices(model: Model) -> Mapping[str, Mapping[str, float]]:
    """Device → its peak per precision; processors are one device, accelerators one each."""
    found: dict[str, Mapping[str, float]] = {}
    for part in model.processors:
        processor = named_processor(part.model)
        flops = peak(processor, Cpu(packages=part.count)) if processor else None
        found[CPU_DEVICE] = {p.value: value for p, value in (flops or {}).items()}
    for part in model.accelerators:
        accelerator = named_accelerator(part.model)
        flops = peak_accelerator(accelerator) if accelerator else {}
        for number in range(part.count):
            found[f"ascend{number}"] = {p.value: value for p, value in flops.items()}
    return found


def page(site: Site) -> str:
    """All servers as they are now, in the text format of Prometheus."""
    now, lines = site.seconds(), dict[str, list[str]]()
    for load in site.loads:
        for name, labels, value in _samples(load, now):
            inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
            lines.setdefault(name, []).append(f"{name}{{{inside}}} {value!r}\n")
    heads = {name: f"# HELP {name} {_HELP[name]}\n# TYPE {name} gauge\n" for name in lines}
    return "".join(heads[name] + "".join(found) for name, found in lines.items())


def _samples(load: Load, now: float) -> Iterator[tuple[str, dict[str, str], float]]:
    place = {"target": load.node, "site": SITE, "room": ROOM, "rack": load.rack}
    for device, peaks in devices(load.model).items():
        own = {**place, "node": load.node, "device": device}
        basis = "time" if device == CPU_DEVICE else "activity"
        yield USED, {**own, "basis": basis}, load.utilization(now)
        for precision, flops in peaks.items():
            yield PEAK, {**own, "precision": precision}, flops


class HostAgents:
    """Serves the page on loopback, whatever path is asked for, from `start` to `close`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listens; returns "host:port". OSError: it cannot."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LARGEST)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def close(self) -> None:
        """Stops listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                await reader.readuntil(b"\r\n\r\n")
                body = page(self._site).encode()
                head = (
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever asks is Prometheus, and asks again
        finally:
            writer.close()
