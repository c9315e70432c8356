"""Agents behind TLS and logins, scraped with the shipped files and written to a shipped centre.

Two ways to the centre for one site (Prometheus; vmagent and vmalert), the agent mode for another.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exporters.passwords import made
from simulators.bmc import SimulatedBmc
from tests.real.agent_process import HEAD, capture, configuration, running, target
from tests.real.integration_files import PASSWORD, changed, lay_out, started_by
from tests.real.prometheus_peer import Series, free_port
from tests.real.victoria_peer import Victoria, past, peer_process

pytestmark = pytest.mark.peer("prometheus", "victoria-metrics", "vmagent", "vmalert", "vmauth")

CENTRE = "https://centre.example.org"
SECURE = f"""\
tls_server_config:
  cert_file: ../tls/localhost.crt
  key_file: ../tls/localhost.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ../tls/dcagent-ca.crt
  client_allowed_sans: [prometheus.dc1]
basic_auth_users:
  prometheus: {made(PASSWORD.encode(), 10)}
"""
INVENTORY = """\
[place]
province = "sichuan"
site = "dc1"
[[sites]]
name = "dc1"
[[racks]]
name = "A01"
[[nodes]]
name = "a"
kind = "general"
rack = "A01"
[[nodes]]
name = "b"
kind = "general"
rack = "A01"
"""
TRIAL = """\
groups:
  - name: trial
    interval: 1s
    rules:
      - record: rack:dcagent_trial:watts
        expr: sum by (site, rack) (dcagent_node_power_watts)
"""
WITHHELD = 2
"""Exit code where nothing is known of PUE, utilisation and the like."""
WATTS = 412.0
"""Each of the servers, by its capture."""


@contextlib.asynccontextmanager
async def agents(directory: Path) -> AsyncIterator[tuple[int, int]]:
    """A gateway of dc1 behind TLS, and an agent of dc2 on loopback: their ports."""
    bmcs = [SimulatedBmc(capture("huawei-ibmc")) for _ in "abc"]
    names = ("a", "b", "c")
    a, b, c = [
        f'{target(name, await bmc.start())}rack = "A01"\n'
        for name, bmc in zip(names, bmcs, strict=True)
    ]
    one, two = directory / "dc1", directory / "dc2"
    for folder in (one, two):
        folder.mkdir()
    (one / "inventory.toml").write_text(INVENTORY)
    (one / "web.yml").write_text(SECURE)
    (one / "web.yml").chmod(0o600)
    secure = HEAD.replace("[web]\n", '[web]\nconfig_file = "web.yml"\n')
    secure += '[inventory]\nfiles = ["inventory.toml"]\n'
    other = HEAD.replace('"dc1"', '"dc2"')
    try:
        async with (
            running(configuration(one, a, b, head=secure)) as gateway,
            running(configuration(two, c, head=other)) as small,
        ):
            yield gateway.port, small.port
    finally:
        for bmc in bmcs:
            bmc.close()


@dataclass(frozen=True)
class Ends:
    """Where things listen."""

    gateway: str
    small: str
    front: str
    centre: Victoria


def laid(directory: Path, ends: Ends) -> None:
    """The shipped files, with these addresses, at the pace of a test."""
    pace = {"scrape_interval: 30s": "scrape_interval: 1s", "scrape_timeout: 10s": ""}
    own = {"gw-1.dc1.example:9824": ends.gateway, "    - gw-2.dc1.example:9824\n": ""}
    nodes = {"srv-17.dc1.example:9824": ends.gateway, "    - srv-18.dc1.example:9824\n": ""}
    centre = {CENTRE: f"https://{ends.front}"}
    files = {
        "fleet.yml": {**pace, "evaluation_interval: 60s": "evaluation_interval: 1s"},
        "scrape.yml": pace,
        "agent-mode.yml": {**pace, "127.0.0.1:9824": ends.small, **centre},
        "targets/gateways.yml": own,
        "targets/nodes.yml": nodes,
        "site.yml": centre,
        "vmauth.yml": {"http://127.0.0.1:8428": ends.centre.url},
    }
    for name, changes in files.items():
        text = changed(directory / name, changes)
        (directory / name).write_text(text, encoding="utf-8")
    write = (directory / "site.yml").read_text().partition("remote_write:\n")[2]
    login = re.search(
        r"    tls_config: .+\n    basic_auth: .+\n", (directory / "agent-mode.yml").read_text()
    )
    assert login
    first, rest = write.split("\n", 1)
    with (directory / "fleet.yml").open("a") as fleet:
        fleet.write(f"\nremote_write:\n{first}\n{login[0]}{rest}")
    for name in ("dcagent-score.rules.yml", "dcagent-alerts.rules.yml"):
        rules = (directory / name).read_text(encoding="utf-8")
        (directory / name).write_text(re.sub(r"interval: [124]m", "interval: 1s", rules))
    (directory / "trial.yml").write_text(TRIAL)


@contextlib.contextmanager
def prometheus(directory: Path, file: str, *options: str) -> Iterator[str]:
    """One with a shipped file; its address."""
    address = f"127.0.0.1:{free_port()}"
    command = ["prometheus", f"--config.file={directory / file}", *options]
    command += [f"--web.listen-address={address}", "--log.level=warn"]
    with peer_process(command, directory / f"{file}.log"):
        yield address


@contextlib.contextmanager
def without_prometheus(directory: Path, front: str) -> Iterator[Victoria]:
    """A site of victoria-metrics, vmagent and vmalert by their units; the site's store."""
    store, through = (f"127.0.0.1:{free_port()}" for _ in "ab")
    commands = {
        "victoria-metrics.env": {"127.0.0.1:8428": store, "latencyOffset=5s": "latencyOffset=0s"},
        "vmagent.service": {"127.0.0.1:8428": store, "127.0.0.1:8429": through, CENTRE: front},
        "vmalert.service": {
            "-rule=/etc/victoria-metrics/dcagent-alerts.rules.yml": "",
            "dcagent-score.rules.yml": "trial.yml",
            "-remoteWrite.url=http://127.0.0.1:8428": f"-remoteWrite.url=http://{through}",
            "127.0.0.1:8428": store,
            "127.0.0.1:8880": f"127.0.0.1:{free_port()}",
        },
    }
    with contextlib.ExitStack() as running_peers:
        for unit, changes in commands.items():
            command = started_by(unit, directory, changes)
            running_peers.enter_context(peer_process(command, directory / f"{unit}.log"))
        yield Victoria(store)


def asked(front: str, directory: Path, login: str, path: str) -> int:
    """The status that the centre's front answers with."""
    context = ssl.create_default_context(cafile=directory / "tls/centre-ca.crt")
    word = base64.b64encode(login.encode()).decode()
    request = urllib.request.Request(
        f"https://{front}{path}", headers={"Authorization": f"Basic {word}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def score(front: str, directory: Path) -> int:
    """The exit code of `dcagent score` at the centre."""
    (directory / "reader.password").write_text("change-me-2\n")
    (directory / "reader.password").chmod(0o600)
    command = (
        *(sys.executable, "-m", "agent.cli.main", "score", "--url", f"https://{front}"),
        *("--ca-file", str(directory / "tls/centre-ca.crt"), "--username", "reader"),
        *("--password-file", str(directory / "reader.password"), "--site", "dc1"),
    )
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert "dc1" in done.stdout, done.stdout + done.stderr
    return done.returncode


def until(found: Callable[[], Series], expected: dict[tuple[str, ...], float]) -> Series:
    """Waits for the values (by name and site) to be these; all that came.

    Newer vmalerts look at what was half a minute ago.
    """
    deadline = time.monotonic() + 60
    while True:
        got = found()
        by = {tuple(dict(k).get(n, "") for n in ("__name__", "site")): v for k, v in got.items()}
        if by == expected:
            return got
        assert time.monotonic() < deadline, got
        time.sleep(0.3)


def judged(directory: Path, gateway: int, small: int) -> None:
    """What comes through at the centre is what the servers draw, and nothing else does."""
    front = f"127.0.0.1:{free_port()}"
    at_centre = (
        '{__name__=~"site:dcagent_node_power_watts:measured|rack:dcagent_trial:watts'
        '|dcagent_node_power_watts|dcagent_inventory_meter_info"}'
    )
    with past(directory / "centre") as centre:
        laid(directory, Ends(f"127.0.0.1:{gateway}", f"127.0.0.1:{small}", front, centre))
        guard = started_by("vmauth.service", directory, {"0.0.0.0:8427": front})
        store = f"--storage.tsdb.path={directory / 'tsdb'}"
        wal = f"--storage.agent.path={directory / 'wal'}"
        with (
            peer_process(guard, directory / "vmauth.log"),
            prometheus(directory, "fleet.yml", store),
            prometheus(directory, "agent-mode.yml", "--enable-feature=agent", wal),
            without_prometheus(directory, f"https://{front}") as site,
        ):
            came = until(
                lambda: centre.series(at_centre, time.time()),
                {
                    ("site:dcagent_node_power_watts:measured", "dc1"): 2 * WATTS,
                    ("rack:dcagent_trial:watts", "dc1"): 4 * WATTS,  # two jobs ask one gateway
                    ("dcagent_node_power_watts", "dc2"): WATTS,
                },
            )
            for series in came:
                own = dict(series)
                assert ("instance" in own) is (own["site"] == "dc2"), "what travels has no instance"
                assert ("prometheus" in own) is (own["site"] == "dc2")
            assert asked(front, directory, "reader:change-me-2", "/api/v1/query?query=1") == 200
            assert asked(front, directory, "reader:change-me-2", "/api/v1/write") == 400
            assert score(front, directory) == WITHHELD, "asked and answered whole"
            wrong = asked(front, directory, "reader:change-me-1", "/api/v1/query?query=1")
            assert wrong in (400, 401), "1.79 says 400, newer ones 401"
            node = 'max by (site, node) (dcagent_node_power_watts{node="a"})'
            assert set(site.series(node, time.time()).values()) == {WATTS}


async def test_values_reach_the_centre_and_are_the_same(tmp_path: Path) -> None:
    lay_out(tmp_path)
    (tmp_path / "centre").mkdir()
    async with agents(tmp_path) as ports:
        await asyncio.to_thread(judged, tmp_path, *ports)
