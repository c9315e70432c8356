"""Every mistake in a configuration: its place, its words, its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import load
from model.document import DocumentError

CREDENTIALS = """\
[credentials.bmc]
type = "ipmi"
username = "monitor"
password = "file:secret"
[credentials.pdu]
type = "snmp-community"
community = "env:COMMUNITY"
"""
"""Seven lines that stand before each case."""

TARGET = """\
[[targets]]
name = "a"
address = "10.0.0.1"
protocol = "ipmi"
credential = "bmc"
"""

CASES: dict[str, tuple[str, list[str]]] = {
    "unknown key": (
        '[web]\nexpos = "metrics"',
        ['9 unknown key "expos": did you mean "expose"? DCA-CONF-003'],
    ),
    "unknown key, nothing near": (
        "[cache]\nzzz = 1",
        ['9 unknown key "zzz"; known here: directory DCA-CONF-003'],
    ),
    "unknown table": (
        '[[target]]\nname = "a"',
        ['8 unknown key "target": did you mean "targets"? DCA-CONF-003'],
    ),
    "wrong type": (
        '[poll]\ninterval = "15"',
        ['9 interval: expected a number from 1 to 3600, found "15" DCA-CONF-004'],
    ),
    "a flag is no number": (
        "[poll]\nretries = true",
        ["9 retries: expected a whole number from 0 to 10, found true DCA-CONF-004"],
    ),
    "array of tables expected": (
        '[targets]\nname = "a"',
        ["8 targets: expected [[targets]], found a table DCA-CONF-004"],
    ),
    "out of range": (
        "[poll]\ninterval = 0.5",
        ["9 interval: expected a number from 1 to 3600, found 0.5 DCA-CONF-005"],
    ),
    "tiers out of order": (
        "[poll]\ninterval = 30\ninterval_normal = 20",
        ["10 interval_normal: expected at least 30, the interval of the faster tier DCA-CONF-005"],
    ),
    "not one of the words": (
        '[web]\nexpose = "metric"',
        [
            '9 expose: expected "metrics" or "probe", found "metric": did you mean "metrics"?'
            " DCA-CONF-009"
        ],
    ),
    "missing key": (
        '[[targets]]\nname = "a"\nprotocol = "ipmi"\ncredential = "bmc"',
        ['8 [[targets]] lacks the key "address" DCA-CONF-002'],
    ),
    "missing credential": (
        '[[targets]]\nname = "a"\nprotocol = "ipmi"\naddress = "h"',
        ['8 [[targets]] lacks the key "credential" DCA-CONF-002'],
    ),
    "duplicate target": (
        TARGET + TARGET.replace("10.0.0.1", "10.0.0.2"),
        ['14 target "a" stands twice: first at {file}:8 DCA-CONF-006'],
    ),
    "same device twice": (
        TARGET + TARGET.replace('"a"', '"b"'),
        ['15 10.0.0.1 port 623 is already asked as target "a" at {file}:8 DCA-CONF-016'],
    ),
    "same device, written otherwise": (
        TARGET.replace("10.0.0.1", "fd00::1")
        + TARGET.replace('"a"', '"b"').replace("10.0.0.1", "[fd00:0::1]"),
        ['15 fd00:0::1 port 623 is already asked as target "a" at {file}:8 DCA-CONF-016'],
    ),
    "unknown credential": (
        TARGET.replace('"bmc"', '"bcm"'),
        ['12 unknown credential "bcm": did you mean "bmc"? DCA-CONF-007'],
    ),
    "credential of the wrong protocol": (
        TARGET.replace('"bmc"', '"pdu"'),
        ['12 credential "pdu" is for snmp, not for ipmi DCA-CONF-008'],
    ),
    "unknown protocol": (
        TARGET.replace('"ipmi"', '"redfish"'),
        ['11 protocol: expected "ipmi", "snmp" or "host", found "redfish" DCA-CONF-009'],
    ),
    "unknown type of credential": (
        '[credentials.x]\ntype = "impi"',
        [
            '9 type: expected "ipmi", "snmp-community" or "snmp-v3", found "impi":'
            ' did you mean "ipmi"? DCA-CONF-009'
        ],
    ),
    "a port in the address": (
        TARGET.replace("10.0.0.1", "10.0.0.1:6230"),
        ['10 address: a port has its own key, found "10.0.0.1:6230": write port = … DCA-CONF-015'],
    ),
    "no address": (
        TARGET.replace("10.0.0.1", "https://bmc/"),
        ['10 address: expected a host name or IP address, found "https://bmc/" DCA-CONF-015'],
    ),
    "half an address": (
        TARGET.replace("10.0.0.1", "10.0.0"),
        ['10 address: expected a host name or IP address, found "10.0.0" DCA-CONF-015'],
    ),
    "empty name": (
        TARGET.replace('"a"', '" "'),
        ["9 name: expected a text that is not empty DCA-CONF-019"],
    ),
    "name of two lines": (
        TARGET.replace('"a"', '"a\\nb"'),
        [
            '9 name: expected a text on one line, found "a\\nb" DCA-CONF-005',
            "9 name: expected a text that is not empty DCA-CONF-019",
        ],
    ),
    "suite 0": (
        TARGET + "cipher_suite = 0",
        ["13 cipher_suite: expected 1, 2, 3, 15, 16 or 17, found 0 DCA-CONF-005"],
    ),
    "engine of nobody": (
        TARGET + 'engine = "pysmnp"\nengin = "own"',
        [
            "13 engine: is for snmp, not for ipmi DCA-CONF-008",
            '13 engine: expected "own" or "pysnmp", found "pysmnp": did you mean "pysnmp"?'
            " DCA-CONF-009",
            '14 unknown key "engin": did you mean "engine"? DCA-CONF-003',
        ],
    ),
    "bad listen": (
        '[web]\nlisten = ["9824"]',
        [
            '9 listen: expected HOST:PORT such as "127.0.0.1:9824" or "[::1]:9824",'
            ' found "9824" DCA-CONF-013'
        ],
    ),
    "port too high": (
        '[web]\nlisten = ["127.0.0.1:98240"]',
        [
            '9 listen: expected HOST:PORT such as "127.0.0.1:9824" or "[::1]:9824",'
            ' found "127.0.0.1:98240" DCA-CONF-013'
        ],
    ),
    "listen twice": (
        '[web]\nlisten = ["[::1]:9824", "[::1]:9824"]',
        ['9 listen: "[::1]:9824" stands twice DCA-CONF-016'],
    ),
    "a literal secret": (
        '[credentials.x]\ntype = "snmp-community"\ncommunity = "public"',
        [
            "10 community: a secret does not stand here: write it to a file (mode 0640 or less)"
            ' and name that: "file:PATH"; or "env:NAME" DCA-CONF-012'
        ],
    ),
    "a secret that is no text": (
        '[credentials.x]\ntype = "snmp-community"\ncommunity = 1234',
        ['10 community: expected "file:PATH" or "env:NAME", found a number DCA-CONF-004'],
    ),
    "no secret file": (
        '[credentials.x]\ntype = "snmp-community"\ncommunity = "file:nowhere"',
        [
            "10 community: {directory}/nowhere cannot be read: No such file or directory"
            " DCA-CONF-010"
        ],
    ),
    "a secret for all to read": (
        '[credentials.x]\ntype = "snmp-community"\ncommunity = "file:open"',
        [
            "10 community: {directory}/open is readable by everyone (0644):"
            " chmod 640 {directory}/open, chgrp to the agent's group DCA-CONF-011"
        ],
    ),
    "no variable": (
        '[credentials.x]\ntype = "snmp-community"\ncommunity = "env:NOWHERE"',
        ["10 community: the environment variable NOWHERE is not set DCA-CONF-010"],
    ),
    "IPMI user name too long": (
        '[credentials.x]\ntype = "ipmi"\nusername = "monitor-of-a-site"\npassword = "file:secret"',
        ["10 username: IPMI allows 16 bytes, this one has more DCA-CONF-005"],
    ),
    "IPMI password too long": (
        '[credentials.x]\ntype = "ipmi"\nusername = "m"\npassword = "file:long"',
        ["11 password: IPMI allows 20 bytes, this one has more DCA-CONF-005"],
    ),
    "v3 pass phrase too short": (
        '[credentials.x]\ntype = "snmp-v3"\nusername = "m"\nauth_protocol = "sha256"\n'
        'auth_password = "file:secret"',
        ["12 auth_password: SNMPv3 needs at least 8 characters DCA-CONF-005"],
    ),
    "v3 privacy without authentication": (
        '[credentials.x]\ntype = "snmp-v3"\nusername = "m"\npriv_protocol = "aes"\n'
        'priv_password = "file:long"',
        [
            "11 priv_protocol: needs auth_protocol: SNMPv3 encrypts no message that is unsigned"
            " DCA-CONF-002"
        ],
    ),
    "v3 authentication without pass phrase": (
        '[credentials.x]\ntype = "snmp-v3"\nusername = "m"\nauth_protocol = "sha256"',
        ['8 [credentials.x] lacks the key "auth_password" DCA-CONF-002'],
    ),
    "all at once": (
        '[poll]\ninterval = "x"\n[place]\nsitte = "dc1"\n' + TARGET.replace('"bmc"', '"?"'),
        [
            '9 interval: expected a number from 1 to 3600, found "x" DCA-CONF-004',
            '11 unknown key "sitte": did you mean "site"? DCA-CONF-003',
            '16 unknown credential "?"; known: bmc, pdu DCA-CONF-007',
        ],
    ),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    for name, text, mode in (
        ("secret", "short", 0o640),
        ("long", "a-pass-phrase-of-many-bytes", 0o600),
        ("open", "seen", 0o644),
    ):
        path = tmp_path / name
        path.write_text(text)
        path.chmod(mode)
    return tmp_path / "dcagent.toml"


def problems(file: Path) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(file, {"COMMUNITY": "c"})
    found = []
    for problem in caught.value.problems:
        assert problem.file == str(file)
        found.append(f"{problem.line} {problem.message} {problem.code}")
    return found


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=list(CASES))
def test_a_mistake_is_named_exactly(file: Path, text: str, expected: list[str]) -> None:
    file.write_text(CREDENTIALS + text)
    filled = [
        e.replace("{file}", str(file)).replace("{directory}", str(file.parent)) for e in expected
    ]
    assert problems(file) == filled


def test_a_file_that_is_no_toml(file: Path) -> None:
    file.write_text("[web]\nlisten = [\n")
    assert problems(file) == ["2 is not TOML: Invalid value DCA-CONF-001"]


def test_a_value_where_a_table_is_meant(file: Path) -> None:
    file.write_text("poll = 3\n")
    assert problems(file) == ["1 [poll]: expected a table, found 3 DCA-CONF-004"]


def test_a_file_that_is_missing(file: Path) -> None:
    assert problems(file) == ["0 cannot be read: No such file or directory DCA-CONF-001"]


def test_a_file_that_is_not_utf8(file: Path) -> None:
    file.write_bytes("[place]\nsite = '机房'".encode("gb18030"))
    assert problems(file) == ["0 is not UTF-8: invalid start byte DCA-CONF-001"]


def test_a_secret_is_never_quoted(file: Path) -> None:
    planted = "hunter2-hunter2"
    file.write_text(f'[credentials.x]\ntype = "ipmi"\nusername = "m"\npassword = "{planted}"\n')
    assert planted not in "".join(problems(file))


def test_running_as_root_does_not_excuse_an_open_file(file: Path) -> None:
    (file.parent / "secret").chmod(0o660)
    file.write_text(CREDENTIALS)
    assert problems(file) == [
        f"4 password: {file.parent}/secret is writable by others (0660):"
        f" chmod 640 {file.parent}/secret, chgrp to the agent's group DCA-CONF-011"
    ]
