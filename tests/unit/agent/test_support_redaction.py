"""A support bundle names nobody: the same thing has the same pseudonym wherever it stands."""

from __future__ import annotations

import json
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from agent.cli import support_bundle
from agent.support import gather
from agent.support.part import Part, packed
from agent.support.redaction import Redactor
from agent.support.web_part import web
from hw_profiles.capture import parse, read

CAPTURES = sorted((Path(__file__).parents[2] / "captures").glob("*.capture"))
CONFIG = """\
# rack A01 of the bank, password hunter22
[place]
site = "cd-dc1"
[credentials.bmc-user]
type = "ipmi"
username = "monitor7"
password = "hunter22"
[credentials.pdus]
type = "snmp-community"
community = "file:secrets/pdus"
[[targets]]
name = "a01-17"
address = "10.32.111.40"
protocol = "ipmi"
credential = "bmc-user"
node = "db-master"
rack = "A01"
[[targets]]
name = "pdu-a01-a"
address = "pdu7.dc1.example"
protocol = "snmp"
credential = "pdus"
rack = "A01"
"""
PAGE = """\
# HELP dcagent_node_power_watts Active power.
dcagent_node_power_watts{target="a01-17",site="cd-dc1",node="db-master",source="dcmi"} 412
dcagent_outlet_power_watts{target="pdu-a01-a",rack="A01",outlet="7",name="Kunde \\"x\\""} 97.5
dcagent_device_info{target="a01-17",serial="2102311XYZ",model="2288H V5"} 1
dcagent_targets 2
"""


def configured(directory: Path) -> tuple[Redactor, dict[str, object]]:
    (directory / "secrets").mkdir()
    (directory / "secrets" / "pdus").write_text("pw9\n")
    (directory / "secrets" / "pdus").chmod(0o640)
    file = directory / "dcagent.toml"
    file.write_text(CONFIG)
    redactor = Redactor(gather.secrets_of(file))
    (part,) = gather.configuration(file, redactor)
    return redactor, json.loads(part.text)


def test_a_configuration_keeps_its_shape_and_loses_its_names(tmp_path: Path) -> None:
    _, told = configured(tmp_path)
    assert told == {
        "place": {"site": "site-1"},
        "credentials": {
            "credential-1": {"type": "ipmi", "username": "user-1", "password": "xxxxxxxx"},
            "credential-2": {"type": "snmp-community", "community": "file:secrets/credential-2"},
        },
        "targets": [
            {
                "name": "target-1",
                "address": "240.0.10.101",
                "protocol": "ipmi",
                "credential": "credential-1",
                "node": "node-1",
                "rack": "rack-1",
            },
            {
                "name": "target-2",
                "address": "host-1",
                "protocol": "snmp",
                "credential": "credential-2",
                "rack": "rack-1",
            },
        ],
    }


def test_a_page_of_metrics_has_the_same_pseudonyms(tmp_path: Path) -> None:
    redactor, _ = configured(tmp_path)
    assert redactor.page(PAGE).splitlines() == [
        "# HELP dcagent_node_power_watts Active power.",
        'dcagent_node_power_watts{target="target-1",site="site-1",node="node-1",source="dcmi"} 412',
        'dcagent_outlet_power_watts{target="target-2",rack="rack-1",outlet="7",name="target-3"}'
        " 97.5",
        'dcagent_device_info{target="target-1",serial="serial-1",model="2288H V5"} 1',
        "dcagent_targets 2",
    ]


def test_running_text_loses_names_addresses_and_secrets(tmp_path: Path) -> None:
    redactor, _ = configured(tmp_path)
    line = (
        "a01-17 (10.32.111.40) in A01: hunter22 refused; community pw9, not pw99;"
        " asked by 192.168.7.9; A014 and x-a01-17 are others"
    )
    assert redactor.text(line) == (
        "target-1 (240.0.10.101) in rack-1: xxxxxxxx refused; community xxx, not pw99;"
        " asked by 240.0.0.101; A014 and x-a01-17 are others"
    )


HASH = "$2b$10$G/jU7q1TX/QsYeS.4ciLqus27BDDQzas8cuyD0iuJSyeuE6166ZPi"
WEB = f"""\
# of the bank
tls_server_config:
  cert_file: dc1-bank.crt
  key_file: /etc/pki/dc1-bank.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans:
    - prom1.bank.example
http_server_config:
  headers:
    Strict-Transport-Security: max-age=300
basic_auth_users:
  zhangsan: {HASH}
  lisi: typed-in-by-mistake
"""


def _web(directory: Path, text: str) -> tuple[Redactor, Part]:
    file = directory / "dcagent.toml"
    file.write_text('[web]\nconfig_file = "web.yml"\n')
    (directory / "web.yml").write_text(text)
    redactor = Redactor()
    part = web(file, redactor)
    assert part is not None
    return redactor, part


def test_the_web_configuration_keeps_its_shape_alone(tmp_path: Path) -> None:
    redactor, part = _web(tmp_path, WEB)
    assert json.loads(part.text) == {
        "tls_server_config": {
            "cert_file": "file-1",
            "key_file": "file-2",
            "client_auth_type": "RequireAndVerifyClientCert",
            "client_ca_file": "file-3",
            "client_allowed_sans": ["host-1"],
        },
        "http_server_config": {"headers": {"Strict-Transport-Security": "max-age=300"}},
        "basic_auth_users": {"user-1": "$2b$10$" + "x" * 53, "user-2": "x" * 19},
    }
    line = "audit event=login_failed client=10.32.9.7 user={} reason=wrong_password"
    said = "\n".join(map(line.format, ("zhangsan", '"hunter2 \\"!"', "secret-typed-here")))
    told = gather.log(redactor, lambda: said).text
    assert [each.split(" user=")[1] for each in told.splitlines()] == [
        f"user-{number} reason=wrong_password" for number in (1, 3, 4)
    ]


def test_a_broken_web_configuration_quotes_nobody(tmp_path: Path) -> None:
    users = f"basic_auth_users:\n  zhangsan: {HASH}\n"
    for text in (users + "  zhangsan: x\n", users + "  lisi: &a wangwu\n", "a: [zhangsan\n"):
        _, part = _web(tmp_path, text)
        assert part.text == ""
        assert part.absent.startswith("line ")
        assert not any(word in part.absent for word in ("zhangsan", "lisi", "wangwu", HASH))


def test_where_no_web_configuration_is_named_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "dcagent.toml"
    file.write_text("[web]\n")
    assert web(file, Redactor()) is None
    file.write_text('[web]\nconfig_file = "gone.yml"\n')
    part = web(file, Redactor())
    assert part is not None
    assert part.absent == "gone.yml: No such file or directory"


def test_an_agent_that_speaks_tls_is_asked_by_it(tmp_path: Path) -> None:
    file = tmp_path / "dcagent.toml"
    file.write_text('[web]\nlisten = ["0.0.0.0:9824"]\ninsecure = true\n')
    assert support_bundle._served(file, "") == "http://127.0.0.1:9824"
    file.write_text(f'{file.read_text()}config_file = "web.yml"\n')
    assert support_bundle._served(file, "") == "https://127.0.0.1:9824"


def test_the_map_leads_back(tmp_path: Path) -> None:
    redactor, _ = configured(tmp_path)
    assert redactor.map["a01-17"] == "target-1"
    assert redactor.map["10.32.111.40"] == "240.0.10.101"
    assert not {"hunter22", "pw9"} & redactor.map.keys()


def test_a_broken_file_is_told_without_its_text(tmp_path: Path) -> None:
    file = tmp_path / "dcagent.toml"
    file.write_text('[credentials.x]\npassword = hunter22"\n')
    (part,) = gather.configuration(file, Redactor())
    assert part.text == ""
    assert "hunter22" not in part.absent


def test_what_is_absent_says_why() -> None:
    def refused() -> str:
        raise PermissionError(13, "Permission denied")

    assert gather.log(Redactor(), refused).absent == "[Errno 13] Permission denied"
    assert "systemd-journal" in gather.log(Redactor(), lambda: "").absent


def test_the_bundle_lists_what_it_holds_and_what_it_lacks() -> None:
    parts = [Part("a.txt", "letters", "αβγ\n"), Part("log.txt", "the log", absent="no journal")]
    content = packed(parts, 1e9)
    assert content == packed(parts, 1e9)
    with tarfile.open(fileobj=BytesIO(content)) as archive:
        names = archive.getnames()
        told = archive.extractfile("dcagent-support/MANIFEST.txt")
        assert told is not None
        text = told.read().decode()
    assert names == ["dcagent-support/MANIFEST.txt", "dcagent-support/a.txt"]
    assert "absent  log.txt: no journal" in text
    assert "        7  a.txt: letters" in text


def test_a_secret_that_a_file_of_conf_d_names_is_known(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "dcagent.toml").write_text("")
    text = '[credentials.rack]\ntype = "snmp-community"\ncommunity = "file:rack.secret"\n'
    (tmp_path / "conf.d" / "rack.toml").write_text(text)
    (tmp_path / "conf.d" / "rack.secret").write_text("of-the-rack\n")
    (tmp_path / "conf.d" / "rack.secret").chmod(0o640)
    assert list(gather.secrets_of(tmp_path / "dcagent.toml")) == ["of-the-rack"]


@pytest.mark.parametrize("file", CAPTURES, ids=lambda path: path.stem)
def test_a_recorded_device_stays_one(file: Path) -> None:
    redactor = Redactor()
    redactor.name("target", "srv-a01-17")
    (part,) = gather.captures([file], redactor)
    before, after = read(file), parse(part.text, part.name)
    assert len(after.exchanges) == len(before.exchanges)
    assert len(after.objects) == len(before.objects)


def test_a_recorded_device_loses_the_names_and_secrets_that_the_bundle_knows(
    tmp_path: Path,
) -> None:
    file = tmp_path / "new.capture"
    text = (CAPTURES[0].parent / "rfc1628-ups.capture").read_text()
    line = next(x for x in text.splitlines() if x.startswith("1.3.6.1.2.1.1.1.0|4|"))
    file.write_text(text.replace(line, "1.3.6.1.2.1.1.1.0|4|UPS of Kunde-Neun, hunter22"))
    redactor = Redactor(["hunter22"])
    redactor.name("node", "Kunde-Neun")
    (part,) = gather.captures([file], redactor)
    assert "UPS of " in part.text
    assert "Kunde-Neun" not in part.text
    assert "hunter22" not in part.text
