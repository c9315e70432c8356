"""The agent's own machine among its targets."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.config import Config, load
from agent.config_profiles import profiles
from agent.config_targets import Entry, Manners, Pace
from agent.host import with_host
from model.devices import Place, Protocol, Target
from model.document import DocumentError
from model.sensors import Quantity
from tests.golden.host import polled
from tests.unit.agent.test_config import write
from tests.unit.agent.test_config_errors import CREDENTIALS, TARGET

HOST = '[[targets]]\nname = "me"\nprotocol = "host"\n'
INBAND = '[[targets]]\nname = "my-bmc"\nprotocol = "ipmi"\naddress = "/dev/ipmi0"\n'


def loaded(tmp_path: Path, text: str) -> Config:
    write(tmp_path / "secret", "x")
    return load(write(tmp_path / "dcagent.toml", text), {"COMMUNITY": "c"})


def names(config: Config) -> list[tuple[str, str, str, str]]:
    targets = [entry.target for entry in config.entries]
    return [(t.name, t.protocol.value, t.address, t.node) for t in targets]


def problems(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(DocumentError) as caught:
        loaded(tmp_path, text)
    return [(p.line, p.message, p.code) for p in caught.value.problems]


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """What stands for /dev/ipmi0."""
    path = tmp_path / "ipmi0"
    path.touch()
    return path


def test_whoever_names_nobody_asks_this_machine(tmp_path: Path, device: Path) -> None:
    config = loaded(tmp_path, '[poll]\ninterval = 5\ntimeout = 1\n[place]\nrack = "A01"\n')
    assert config.entries == ()
    found = with_host(config, name="srv-17", device=device)
    assert names(found) == [
        ("srv-17", "host", "", "srv-17"),
        ("srv-17-bmc", "ipmi", str(device), "srv-17"),
    ]
    for entry in found.entries:
        assert entry.pace == Pace(5, 60, 300)
        assert entry.target.place == Place(rack="A01")
        assert (entry.target.credential, entry.target.timeout) == (None, 1.0)


def test_a_machine_without_a_bmc_is_asked_all_the_same(tmp_path: Path) -> None:
    found = with_host(Config((), host=True), name="vm", device=tmp_path / "ipmi0")
    assert names(found) == [("vm", "host", "", "vm")]
    assert found.entries[0].target.timeout == Manners().timeout


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("", True),
        ("[host]\nenabled = false\n", False),
        (CREDENTIALS + TARGET, False),
        ("[host]\nenabled = true\n" + CREDENTIALS + TARGET, True),
    ],
)
def test_it_is_asked_where_there_is_nobody_else_or_the_file_says_so(
    tmp_path: Path, device: Path, text: str, host: bool
) -> None:
    config = loaded(tmp_path, text)
    assert config.host is host
    found = with_host(config, name="srv-17", device=device)
    assert [n for n, *_ in names(found) if n.startswith("srv-17")] == (
        ["srv-17", "srv-17-bmc"] if host else []
    )


def test_what_the_file_names_itself_is_not_added(tmp_path: Path, device: Path) -> None:
    head = "[host]\nenabled = true\n"
    me = with_host(loaded(tmp_path, head + HOST), name="srv-17", device=device)
    assert [name for name, *_ in names(me)] == ["me", "srv-17-bmc"]
    bmc = with_host(loaded(tmp_path, head + INBAND), name="srv-17", device=device)
    assert [name for name, *_ in names(bmc)] == ["my-bmc", "srv-17"]


def test_a_name_that_is_taken_gets_an_addition(device: Path) -> None:
    lan = Target("srv-17", "10.0.0.17", Protocol.IPMI)
    taken = (Entry(lan), Entry(replace(lan, name="srv-17-bmc", address="10.0.0.18")))
    found = with_host(Config((), host=True, entries=taken), name="srv-17", device=device)
    assert names(found)[2:] == [
        ("srv-17-host", "host", "", "srv-17"),
        ("srv-17-bmc-in-band", "ipmi", str(device), "srv-17"),
    ]


def test_targets_of_this_machine_need_no_address_and_no_credential(tmp_path: Path) -> None:
    config = loaded(tmp_path, HOST + 'node = "srv-17"\n' + INBAND + 'node = "srv-17"\n')
    assert names(config) == [
        ("me", "host", "", "srv-17"),
        ("my-bmc", "ipmi", "/dev/ipmi0", "srv-17"),
    ]
    assert [entry.target.credential for entry in config.entries] == [None, None]
    assert config.entries[0].target.endpoint == ("", 0)


def test_mistakes_about_this_machine(tmp_path: Path) -> None:
    bare = "credential: this machine asks itself without one"
    gone = 'address: protocol "host" is this machine; leave the address out'
    assert problems(tmp_path, HOST + 'address = "localhost"\n') == [(4, gone, "DCA-CONF-015")]
    assert problems(tmp_path, CREDENTIALS + HOST + 'credential = "bmc"\n') == [
        (11, bare, "DCA-CONF-008")
    ]
    assert problems(tmp_path, CREDENTIALS + INBAND + 'credential = "bmc"\n') == [
        (12, bare, "DCA-CONF-008")
    ]
    again = HOST.replace('"me"', '"myself"')
    where = f"{tmp_path}/dcagent.toml:1"
    assert problems(tmp_path, HOST + again) == [
        (6, f'this machine is already asked as target "me" at {where}', "DCA-CONF-016")
    ]
    assert problems(tmp_path, "[host]\nenabled = 1\n") == [
        (2, "enabled: expected true or false, found 1", "DCA-CONF-004")
    ]
    assert problems(tmp_path, HOST.replace('"host"', '"ipmi"')) == [
        (1, '[[targets]] lacks the key "address"', "DCA-CONF-002"),
        (1, '[[targets]] lacks the key "credential"', "DCA-CONF-002"),
    ]


def test_state_stands_beside_the_file_or_in_its_usual_place(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").state == Path("/var/lib/dcagent")
    assert loaded(tmp_path, '[state]\ndirectory = "s"\n').state == tmp_path / "s"


ANY = """\
[[processor]]
vendor          = "Anybody"
model           = "any"
match           = {model = '.*'}
flops_per_cycle = {fp64 = 1}
base_ghz        = 2.0
source          = "this test"
confidence      = "high"
"""

XEON = """\
[[processor]]
vendor          = "Intel"
model           = "Xeon Gold 6330"
domestic        = false
match           = {vendor_id = "GenuineIntel", model = '.*Gold 6330.*'}
flops_per_cycle = {fp64 = 32}
source          = "a run of our own"
confidence      = "high"
"""


def test_a_site_adds_its_own_processors(tmp_path: Path) -> None:
    write(tmp_path / "processors.d" / "intel.toml", XEON)
    config = with_host(loaded(tmp_path, ""), name="srv-17", device=tmp_path / "none")
    tree = tmp_path / "tree"
    tree.mkdir()
    found = asyncio.run(polled("inspur", tree, profiles(config)))
    peaks = {r.sensor.labels: r.value for r in found.readings if r.sensor.quantity is Quantity.PEAK}
    (seen,) = [r for r in found.readings if r.sensor.word == "node.info"]
    assert peaks == {(("precision", "fp64"),): 56 * 2.0e9 * 32}
    assert dict(seen.sensor.labels)["domestic"] == "false"


def test_a_mistake_about_a_processor_is_told_like_any_other(tmp_path: Path) -> None:
    file = write(tmp_path / "processors.d" / "intel.toml", XEON.replace("vendor_id", "vendorid"))
    config = with_host(loaded(tmp_path, ""), name="srv-17", device=tmp_path / "none")
    with pytest.raises(DocumentError) as caught:
        profiles(config)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(file), 5)
    assert profiles(replace(config, entries=())).processors is None, "nobody needs it"


def probed(file: Path, name: str) -> dict[str, Any]:
    """The JSON of `dcagent probe NAME`."""
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli.main", "probe", name, "--config", str(file), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_probe_of_this_machine_asks_for_no_password(tmp_path: Path) -> None:
    found = probed(write(tmp_path / "dcagent.toml", HOST), "me")
    assert found["subject"]["profile"] == "linux-host"
    checks = {check["id"]: check["status"] for check in found["checks"]}
    assert (checks["host.reach"], checks["host.profile"]) == ("ok", "ok")


def test_a_probe_knows_this_machine_by_the_agent_s_name_and_a_site_s_processors(
    tmp_path: Path,
) -> None:
    file = write(tmp_path / "dcagent.toml", "")
    write(tmp_path / "processors.d" / "any.toml", ANY)
    found = probed(file, socket.gethostname())
    peaks = [r["value"] for r in found["readings"] if r["role"] == "device.peak_flops"]
    assert len(peaks) == 1
    assert peaks[0] >= 0.4e9


def test_a_probe_says_how_a_processor_would_be_known(tmp_path: Path) -> None:
    write(tmp_path / "processors.d" / "any.toml", f"{ANY.partition('flops')[0]}withheld = 'x'\n")
    found = probed(write(tmp_path / "dcagent.toml", HOST), "me")
    (said,) = [c["evidence"] for c in found["checks"] if c.get("code") == "DCA-HOST-032"]
    assert said.startswith(
        "Anybody any has no figure we trust: x; add a [[processor]] with match = {"
    )
    assert said.endswith("and its figures to /etc/dcagent/processors.d/NAME.toml")
