"""Whom a command line means, and with which credentials."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cli.probe_options import Wishes
from agent.cli.probe_targets import account, inquire, split_address
from agent.cli.prompts import Purse, Refused
from agent.results import Exit
from model.credentials import CommunityCredential, IpmiCredential, Secret, UsmCredential
from model.devices import Protocol


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    old = os.umask(0o077)
    yield
    os.umask(old)


def purse(environment: dict[str, str] | None = None, answer: str | None = None) -> Purse:
    questions = iter([answer] if answer is not None else [])
    return Purse("en", environment or {}, lambda _: next(questions), lambda: answer is not None)


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("10.0.0.17", "10.0.0.17", 0),
        ("10.0.0.17:6230", "10.0.0.17", 6230),
        ("::1", "::1", 0),
        ("fe80::1%eth0", "fe80::1%eth0", 0),
        ("[2001:db8::7]", "2001:db8::7", 0),
        ("[2001:db8::7]:161", "2001:db8::7", 161),
        ("bmc-17.dc1.example", "bmc-17.dc1.example", 0),
        ("机柜一-pdu:161", "机柜一-pdu", 161),
    ],
)
def test_addresses_are_understood(typed: str, host: str, port: int) -> None:
    assert split_address(typed) == (host, port)


@pytest.mark.parametrize(
    "typed", ["", " ", "a b", "10.0.0.1/24", "me@host", "h:99999", "h:x", "[::1"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        split_address(typed)
    assert refused.value.exit_code is Exit.USAGE


def test_a_user_and_a_password_mean_ipmi() -> None:
    found = inquire(Wishes("10.0.0.17", user="monitor"), purse({"DCAGENT_PASSWORD": "s3cret"}))
    (target,) = found.targets
    assert target.protocol is Protocol.IPMI
    assert target.endpoint == ("10.0.0.17", 623)
    assert target.credential == IpmiCredential("probe", "monitor", Secret("s3cret"))
    assert found.without == (Protocol.SNMP,)
    assert account(target) == "monitor"


def test_a_user_alone_is_asked_for_the_password() -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "typed"

    found = inquire(Wishes("10.0.0.17", user="monitor"), Purse("zh", {}, ask, lambda: True))
    credential = found.targets[0].credential
    assert isinstance(credential, IpmiCredential)
    assert credential.password.reveal() == "typed"
    assert asked == ["口令 Password for monitor@10.0.0.17: "]


def test_without_a_terminal_nothing_is_asked() -> None:
    with pytest.raises(Refused) as refused:
        inquire(Wishes("10.0.0.17", user="monitor"), purse())
    assert str(refused.value).endswith("give --password-file FILE or DCAGENT_PASSWORD")
    assert refused.value.entry.code == "DCA-AUTH-004"
    assert refused.value.exit_code is Exit.USAGE


def test_each_protocol_with_a_credential_is_asked(tmp_path: Path) -> None:
    community = tmp_path / "community"
    community.write_text("lab-read\n", encoding="utf-8")
    wishes = Wishes("10.0.0.17", user="monitor", community_file=community)
    found = inquire(wishes, purse({"DCAGENT_PASSWORD": "s3cret"}))
    assert [t.protocol for t in found.targets] == [Protocol.IPMI, Protocol.SNMP]
    assert found.targets[1].credential == CommunityCredential("probe", Secret("lab-read"))
    assert found.without == ()


def test_v3_options_mean_snmp_and_ipmi_needs_a_password_of_its_own() -> None:
    wishes = Wishes("10.0.0.17", user="monitor", auth_protocol="sha256", priv_protocol="aes")
    words = {"DCAGENT_AUTH_PASSWORD": "auth-secret", "DCAGENT_PRIV_PASSWORD": "priv-secret"}
    found = inquire(wishes, purse(words))
    (target,) = found.targets
    assert target.credential == UsmCredential(
        "probe", "monitor", "sha256", Secret("auth-secret"), "aes", Secret("priv-secret")
    )
    assert found.without == (Protocol.IPMI,)
    both = inquire(wishes, purse({**words, "DCAGENT_PASSWORD": "s3cret"}))
    assert [t.protocol for t in both.targets] == [Protocol.IPMI, Protocol.SNMP]
    assert account(both.targets[0]) == account(both.targets[1]) == "monitor"


def test_without_any_credential_ipmi_is_asked_whether_it_is_there() -> None:
    found = inquire(Wishes("10.0.0.17"), purse())
    (target,) = found.targets
    assert target.protocol is Protocol.IPMI
    assert target.credential is None
    assert found.without == (Protocol.SNMP,)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (Wishes("h", protocol="ipmi"), "IPMI needs --user"),
        (Wishes("h", password_file=Path("x")), "--password-file needs --user"),
        (Wishes("h", auth_protocol="sha256"), "SNMPv3 needs --user"),
        (
            Wishes("h", user="u", auth_password_file=Path("x")),
            "--auth-password-file needs --auth-protocol",
        ),
        (Wishes("h", user="u", priv_protocol="aes"), "--priv-protocol needs --auth-protocol"),
        (
            Wishes("h", user="u", auth_protocol="sha", community_file=Path("x")),
            "give either --community-file or SNMPv3 options, not both",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(wishes: Wishes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        inquire(wishes, purse({"DCAGENT_AUTH_PASSWORD": "auth-secret"}))
    assert str(refused.value) == words
    assert refused.value.exit_code is Exit.USAGE


def test_one_port_serves_one_protocol() -> None:
    environment = {"DCAGENT_PASSWORD": "p", "DCAGENT_COMMUNITY": "c"}
    with pytest.raises(Refused, match="say which with --protocol"):
        inquire(Wishes("10.0.0.17:7000", user="monitor"), purse(environment))
    wishes = Wishes("10.0.0.17:7000", protocol="snmp")
    found = inquire(wishes, purse(environment))
    assert found.targets[0].endpoint == ("10.0.0.17", 7000)


def test_too_long_and_too_short_secrets_are_said_before_anything_is_sent() -> None:
    with pytest.raises(Refused, match="longer than 20 bytes") as refused:
        inquire(Wishes("h", user="u"), purse({"DCAGENT_PASSWORD": "x" * 21}))
    assert refused.value.entry.code == "DCA-IPMI-012"
    with pytest.raises(Refused, match="at least 8 characters"):
        inquire(Wishes("h", user="u", auth_protocol="sha"), purse({"DCAGENT_AUTH_PASSWORD": "x"}))


@pytest.mark.parametrize(
    ("mode", "content", "code", "told"),
    [
        (0o644, "secret", "DCA-CONF-011", Exit.CONFIG),
        (0o600, "", "DCA-CONF-010", Exit.CONFIG),
        (None, "", "DCA-CONF-010", Exit.USAGE),
    ],
)
def test_a_bad_secret_file_is_refused(
    tmp_path: Path, mode: int | None, content: str, code: str, told: Exit
) -> None:
    path = tmp_path / "password"
    if mode is not None:
        path.write_text(content, encoding="utf-8")
        path.chmod(mode)
    with pytest.raises(Refused) as refused:
        inquire(Wishes("h", user="u", password_file=path), purse())
    assert refused.value.entry.code == code
    assert refused.value.exit_code is told


CONFIG = """
[place]
site = "dc1"
[credentials.bmc]
type = "ipmi"
username = "monitor"
password = "file:bmc"
[[targets]]
name = "a01-17"
address = "10.0.0.17"
protocol = "ipmi"
credential = "bmc"
rack = "A01"
u = "17"
timeout = 3
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "bmc").write_text("s3cret\n", encoding="utf-8")
    path = tmp_path / "dcagent.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def test_a_name_of_the_configuration_brings_everything(config: Path) -> None:
    found = inquire(Wishes("a01-17", config=config), purse())
    (target,) = found.targets
    assert target.address == "10.0.0.17"
    assert target.place.rack == "A01"
    assert target.timeout == 3
    assert target.credential == IpmiCredential("bmc", "monitor", Secret("s3cret"))


def test_options_win_over_the_configuration(config: Path) -> None:
    wishes = Wishes(
        "a01-17",
        config=config,
        user="other",
        profile="inspur",
        cipher_suite=3,
        timeout=9,
        port=6230,
    )
    (target,) = inquire(wishes, purse({"DCAGENT_PASSWORD": "mine"})).targets
    assert target.credential == IpmiCredential("probe", "other", Secret("mine"))
    assert (target.profile, target.cipher_suite, target.timeout) == ("inspur", 3, 9)
    assert target.endpoint == ("10.0.0.17", 6230)
    assert target.place.rack == "A01"


def test_the_command_line_can_be_typed_again() -> None:
    wishes = Wishes("10.0.0.17", user="my user", password_file=Path("/p w"))
    assert wishes.typed == "10.0.0.17 --user 'my user' --password-file '/p w'"
