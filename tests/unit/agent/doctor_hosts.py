"""Hosts for the doctor: trees of files, a page of an agent served on a real socket."""

from __future__ import annotations

import http.server
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agent.doctor import Surroundings
from agent.doctor.discipline import Discipline
from agent.doctor.files import Account
from agent.doctor.surroundings import Space
from tests.sysfs import put, unpack

NOW = 1_790_000_000.0
GROUP = os.getgid()
LOOKER = Account("", 4242, frozenset({GROUP}))
"""Owns none of the files, but is in their group."""
ROOMY = Space(12 << 30, 40 << 30, 1_000_000)

RELEASE = 'NAME="openEuler"\nPRETTY_NAME="openEuler 24.03 (LTS)"\n'
USERS = f"root:x:0:0:root:/root:/bin/bash\ndcagent:x:4990:{GROUP}::/:/sbin/nologin\n"
GROUPS = f"root:x:0:\ndcagent:x:{GROUP}:\n" if GROUP else "dcagent:x:0:\n"

CONFIG = """\
[web]
listen = ["127.0.0.1:9824"]
[credentials.idc-b]
type = "ipmi"
username = "monitor"
password = "file:secret"
"""


def target(name: str, address: str) -> str:
    return (
        f'[[targets]]\nname = "{name}"\naddress = "{address}"\n'
        'protocol = "ipmi"\ncredential = "idc-b"\n'
    )


SERVER_17, SERVER_18 = target("srv-17", "10.32.9.7"), target("srv-18", "10.32.9.8")


@dataclass
class Host:
    """A tree under construction; `around` are the Surroundings' other arguments."""

    root: Path
    around: dict[str, object] = field(default_factory=dict)

    def put(self, path: str, content: str = "", mode: int = 0o644) -> Host:
        put(self.root, path, content)
        (self.root / path.lstrip("/")).chmod(mode)
        return self

    def installed(self, release: str = RELEASE, kernel: str = "6.6.0-72.oe2403") -> Host:
        """A system with the package on it: its user, its unit."""
        self.put("/etc/os-release", release).put("/proc/sys/kernel/osrelease", f"{kernel}\n")
        self.put("/etc/passwd", USERS).put("/etc/group", GROUPS)
        self.put("/run/systemd/system/x").put("/usr/lib/systemd/system/dcagent.service")
        return self

    def configured(self, *targets: str, head: str = CONFIG) -> Host:
        self.put("/etc/dcagent/dcagent.toml", head + "".join(targets), 0o640)
        self.put("/etc/dcagent/secret", "monitor-pass\n", 0o640)
        for place in ("var/cache/dcagent", "var/lib/dcagent"):
            (self.root / place).mkdir(parents=True)
            (self.root / place).chmod(0o770)
        return self

    def running(self, seconds: float = 6 * 86400 + 2 * 3600) -> Host:
        """A process of the unit, since so long."""
        began = int((1_000_000 - seconds) * 100)
        self.put("/sys/fs/cgroup/system.slice/dcagent.service/cgroup.procs", "4711\n")
        self.put("/proc/stat", f"cpu 1 1 1 1\nbtime {int(NOW) - 1_000_000}\n")
        self.put("/proc/4711/stat", f"4711 (dcagent (x)) S {'0 ' * 18}{began} 1 1\n")
        told = (
            f"VmRSS:\t  41984 kB\nUid:\t4990 4990 4990 4990\nGid:\t{GROUP} {GROUP} 0 0\nGroups:\t\n"
        )
        return self.put("/proc/4711/status", told)

    def with_bmc(self, mode: int = 0o660) -> Host:
        return self.put("/dev/ipmi0", mode=mode)

    def surroundings(self, url: str) -> Surroundings:
        around: dict[str, object] = {
            "arch": "x86_64",
            "now": NOW,
            "me": LOOKER,
            "config": self.root / "etc/dcagent/dcagent.toml",
            "url": url,
            "discipline": lambda: Discipline(True, 0.08),
            "space": lambda _path: ROOMY,
            "environment": {},
            **self.around,
        }
        return Surroundings(root=self.root, **around)  # type: ignore[arg-type]  # each has its type


def machine(name: str, root: Path, arch: str = "x86_64") -> Host:
    """One of the captured machines."""
    return Host(unpack(name, root), {"arch": arch})


def page(
    *lines: str, targets: int = 2, scraped: float | None = 20.0, files: int = 34, reloaded: int = 1
) -> str:
    """An agent's /metrics; `scraped`: seconds ago, None for never."""
    last = f"dcagent_http_last_scrape_timestamp_seconds {NOW - scraped}" if scraped else ""
    return "\n".join(
        (
            "# HELP dcagent_build_info The agent that answers; always 1.",
            'dcagent_build_info{python="3.11.2",version="0.1.0"} 1.0',
            f"dcagent_targets {targets}.0",
            f"dcagent_config_last_reload_successful {reloaded}.0",
            f"dcagent_http_scrapes_total {200.0 if scraped else 0.0}",
            last,
            *lines,
            f"process_start_time_seconds {NOW - 525600}",
            f"process_open_fds {files}.0",
            "process_max_fds 1024.0",
            "",
        )
    )


def status(
    name: str, up: int = 1, reason: str = "", locked: int = 0, age: float | None = 14.2
) -> str:
    """What the page says of one target."""
    labels = f'site="dc1",target="{name}"'
    lines = [
        f"dcagent_target_up{{{labels}}} {up}.0",
        f'dcagent_target_info{{node="{name}",protocol="ipmi",{labels}}} 1.0',
        f"dcagent_target_locked{{{labels}}} {locked}.0",
    ]
    if reason:
        lines.append(f'dcagent_target_faults{{reason="{reason}",{labels}}} 1.0')
    if age is not None:
        lines.append(f"dcagent_poll_timestamp_seconds{{{labels}}} {NOW - age}")
        lines.append(f"dcagent_poll_age_seconds{{{labels}}} {age}")
    return "\n".join(lines)


@contextmanager
def served(answer: Callable[[str], tuple[int, str]] | None) -> Iterator[str]:
    """A server for these answers to paths, on a free port; its URL. None: nobody is there."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            assert answer is not None
            code, text = answer(self.path)
            body = text.encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        if answer is None:
            server.server_close()
            yield url
            return
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join()


def metrics(text: str) -> Callable[[str], tuple[int, str]]:
    return lambda path: (200, text) if path == "/metrics" else (404, "")


def steady(text: str, url: str) -> str:
    """The text without what differs from run to run: time taken, the free port."""
    text = text.replace(url, "http://127.0.0.1:54321")
    return re.sub(r"(?m)^ \d[\d.]* m?s · (.*?) {2,}", r" TIME · \1  ", text)
