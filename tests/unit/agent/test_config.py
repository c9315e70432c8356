"""What a configuration without mistakes says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.config import Config, load
from agent.config_profiles import profiles
from agent.config_targets import Pace
from model.credentials import CommunityCredential, IpmiCredential, Secret, UsmCredential
from model.devices import Place, Protocol, Target
from model.document import DocumentError
from tests.unit.agent.test_config_errors import CREDENTIALS, TARGET

SAMPLE = Path(__file__).parents[3] / "agent" / "dcagent.toml"

FULL = """\
[web]
listen = ["127.0.0.1:0", "[::1]:9824"]
expose = "probe"
[poll]
interval = 10
timeout = 1.5
concurrency = 8
backoff = 120
[cache]
directory = "cache"
[profiles]
directories = ["profiles.d"]
[place]
site = "天府"
room = "r1"
[credentials.bmc]
type = "ipmi"
username = "monitor"
password = "file:secrets/bmc"
privilege = "operator"
[credentials."pdu 机房"]
type = "snmp-community"
community = "env:COMMUNITY"
version = "1"
[credentials.v3]
type = "snmp-v3"
username = "m"
auth_protocol = "sha256"
auth_password = "credential:auth"
priv_protocol = "aes"
priv_password = "credential:priv"
context = "bank1"
[[targets]]
name = "机柜A01-17"
address = "10.0.0.17"
protocol = "ipmi"
credential = "bmc"
node = "srv-17"
rack = "A01"
u = "17"
cipher_suite = 3
port = 6230
profile = "generic-ipmi"
timeout = 0.5
retries = 0
interval = 90
interval_slow = 600
[[targets]]
name = "pdu"
address = "pdu-a.example"
protocol = "snmp"
credential = "pdu 机房"
room = "r2"
feed = "A"
engine = "pysnmp"
"""


def write(path: Path, text: str, mode: int = 0o640) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.fixture
def full(tmp_path: Path) -> Config:
    write(tmp_path / "secrets" / "bmc", "s3cret\n")
    write(tmp_path / "systemd" / "auth", "auth-phrase", 0o444)
    write(tmp_path / "systemd" / "priv", "priv-phrase", 0o444)
    file = write(tmp_path / "dcagent.toml", FULL)
    return load(
        file, {"COMMUNITY": "öffentlich", "CREDENTIALS_DIRECTORY": str(tmp_path / "systemd")}
    )


def test_settings(full: Config, tmp_path: Path) -> None:
    assert full.web.listen == ("127.0.0.1:0", "[::1]:9824")
    assert full.web.expose == "probe"
    assert full.manners.pace == Pace(10, 60, 300)
    assert (full.concurrency, full.backoff) == (8, 120)
    assert full.cache == tmp_path / "cache"
    assert full.profiles == (tmp_path / "profiles.d",)


def test_credentials_with_their_secrets(full: Config) -> None:
    assert full.credentials == {
        "bmc": IpmiCredential("bmc", "monitor", Secret("s3cret"), "operator"),
        "pdu 机房": CommunityCredential("pdu 机房", Secret("öffentlich"), "1"),
        "v3": UsmCredential(
            "v3", "m", "sha256", Secret("auth-phrase"), "aes", Secret("priv-phrase"), "bank1"
        ),
    }
    assert "s3cret" not in repr(full)


def test_targets_take_what_they_do_not_say_from_the_file(full: Config) -> None:
    bmc, pdu = full.entries
    assert bmc.target == Target(
        "机柜A01-17",
        "10.0.0.17",
        Protocol.IPMI,
        full.credentials["bmc"],
        port=6230,
        profile="generic-ipmi",
        place=Place(site="天府", room="r1", rack="A01", u="17"),
        node="srv-17",
        cipher_suite=3,
        timeout=0.5,
        retries=0,
    )
    assert bmc.pace == Pace(90, 90, 600), "a slow tier is never faster than a fast one"
    assert pdu.target.place == Place(site="天府", room="r2", feed="A")
    assert (bmc.target.engine, pdu.target.engine) == ("", "pysnmp")
    assert (pdu.target.timeout, pdu.target.retries, pdu.target.port) == (1.5, 3, 0)
    assert pdu.pace == Pace(10, 60, 300)
    assert full.entry("pdu") is pdu
    assert full.entry("nobody") is None


def test_files_of_conf_d_bring_targets_with_a_place_of_their_own(tmp_path: Path) -> None:
    write(tmp_path / "secret", "x")
    write(tmp_path / "conf.d" / "secret-b", "y")
    file = write(tmp_path / "dcagent.toml", '[place]\nsite = "dc1"\nroom = "r1"\n' + CREDENTIALS)
    write(tmp_path / "conf.d" / "b.toml", '[place]\nroom = "r2"\n' + TARGET.replace('"a"', '"b"'))
    write(
        tmp_path / "conf.d" / "a.toml",
        TARGET.replace("10.0.0.1", "10.0.0.2").replace('"bmc"', '"other"')
        + '[credentials.other]\ntype = "ipmi"\nusername = "m"\npassword = "file:secret-b"\n',
    )
    config = load(file, {"COMMUNITY": "c"})
    assert [(e.target.name, e.target.place) for e in config.entries] == [
        ("a", Place(site="dc1", room="r1")),
        ("b", Place(site="dc1", room="r2")),
    ]
    other = config.credentials["other"]
    assert isinstance(other, IpmiCredential)
    assert other.password == Secret("y"), "relative to the file that says it"
    assert [path.name for path in config.files] == ["dcagent.toml", "a.toml", "b.toml"]


def test_mistakes_in_conf_d_name_their_own_file_and_come_in_order(tmp_path: Path) -> None:
    write(tmp_path / "secret", "x")
    file = tmp_path / "dcagent.toml"
    (tmp_path / "conf.d").mkdir()
    other = file.parent / "conf.d" / "b.toml"
    file.write_text(CREDENTIALS + TARGET)
    other.write_text(
        '[web]\nlisten = ["127.0.0.1:1"]\n'
        + TARGET
        + '[credentials.bmc]\ntype = "ipmi"\nusername = "x"\npassword = "file:../secret"\n'
    )
    with pytest.raises(DocumentError) as caught:
        load(file, {"COMMUNITY": "c"})
    home = "here are place, credentials and targets"
    assert [(p.file, p.line, p.message, p.code) for p in caught.value.problems] == [
        (str(other), 1, f"[web] belongs to {file}; {home}", "DCA-CONF-018"),
        (str(other), 4, f'target "a" stands twice: first at {file}:8', "DCA-CONF-006"),
        (str(other), 8, f'credential "bmc" stands twice: first at {file}:1', "DCA-CONF-017"),
    ]


def test_a_pinned_profile_must_exist(tmp_path: Path) -> None:
    write(tmp_path / "secret", "x")
    file = write(tmp_path / "dcagent.toml", CREDENTIALS + TARGET + 'profile = "generic-imp"\n')
    with pytest.raises(DocumentError) as caught:
        profiles(load(file, {"COMMUNITY": "c"}))
    (problem,) = caught.value.problems
    assert (problem.line, problem.code) == (8, "DCA-CONF-020")
    assert problem.message == 'unknown ipmi profile "generic-imp": did you mean "generic-ipmi"?'


def test_the_example_needs_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "dcagent.toml", SAMPLE.read_text(encoding="utf-8"))
    config = load(file, {})
    assert config.web.listen == ("127.0.0.1:9824",)
    assert config.entries == ()


def test_the_example_holds_once_all_of_it_is_taken_over(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^#(?=\S)", "", SAMPLE.read_text(encoding="utf-8"))
    file = write(tmp_path / "dcagent.toml", text)
    for name in re.findall(r"file:(secrets/[\w-]+)", text):
        write(tmp_path / name, "a-pass-phrase")
    config = load(file, {})
    assert [entry.target.name for entry in config.entries] == [
        *("a01-17", "srv-18", "srv-18-bmc", "pdu-a01-a"),
    ]
    assert config.entries[3].pace == Pace(30, 60, 300)
    assert set(config.credentials) == {"bmc", "pdu", "pdu-v3"}
