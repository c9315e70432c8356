"""`dcagent discover` on a simulated site: what it finds, writes, says, and where it logs in."""

from __future__ import annotations

import re
from pathlib import Path

from agent.config import load
from simulators.bmc import SimulatedBmc
from simulators.redfish_root import RedfishRoot
from simulators.snmp_agent import SimulatedAgent
from tests.unit.agent.discover_site import bmc, discover, site, small_site
from tests.unit.agent.probe_devices import capture, dcagent

TABLE = """\
  vendor   kind     count  profile      needs
  Inspur   BMC          2  inspur       password
  Huawei   BMC          1  huawei-ibmc  password; SNMP answers too (v3 by default; \
v2c community ≥ 16 characters)
  Raritan  PDU          1  raritan-px   community or v3 user
  unknown  unknown      1  -            answers HTTPS alone: not listed
"""


def test_a_site_is_told_by_vendor_and_kind_and_written_down(tmp_path: Path) -> None:
    out = tmp_path / "inventory.toml"
    with site("127.42.1", *small_site()) as where:
        ran = discover(where, "127.42.1.0/29", "--out", str(out))
    head, table = ran.out.split("\n", 1)
    assert re.fullmatch(
        r" 6 addresses, 3 questions each, 200/s, no credentials used, [\d.]+ m?s", head
    )
    assert table.startswith(TABLE)
    assert ran.out.splitlines()[-1].startswith(
        f" 4 found, 0 already known, 4 new → {out} · fill in its [credentials.…]"
    )
    assert ran.out.rstrip().endswith("exit 0")
    assert (ran.code, ran.err) == (0, "")
    text = out.read_text(encoding="utf-8")
    assert "# Huawei server · huawei-ibmc · IPMI 2.0 · SNMPv3 engine 2011\n[[targets]]" in text


def test_the_inventory_goes_into_conf_d_once_its_logins_are_there(tmp_path: Path) -> None:
    main, out = tmp_path / "dcagent.toml", tmp_path / "conf.d" / "found.toml"
    (tmp_path / "conf.d" / "secrets").mkdir(parents=True)
    main.write_text("", encoding="utf-8")
    with site("127.42.2", *small_site()) as where:
        assert discover(where, "127.42.2.0/29", "--out", str(out)).code == 0
    unfilled = dcagent("config", "check", str(main))
    assert unfilled.code == 78
    assert "inspur-bmc" in unfilled.out
    text = out.read_text(encoding="utf-8")
    out.write_text(re.sub(r"^#(?=[^ ])", "", text, flags=re.MULTILINE), encoding="utf-8")
    for name in re.findall(r'"file:secrets/([^"]+)"', text):
        secret = tmp_path / "conf.d" / "secrets" / name
        secret.write_text("some-password", encoding="utf-8")
        secret.chmod(0o600)
    assert dcagent("config", "check", str(main)).code == 0
    entries = {entry.target.name: entry.target for entry in load(main).entries}
    assert sorted(entries) == ["bmc-127-42-2-1", "bmc-127-42-2-2", "bmc-127-42-2-3",
                               "pdu-127-42-2-4"]  # fmt: skip
    pdu = entries["pdu-127-42-2-4"]
    assert (pdu.address, pdu.protocol.value, pdu.port) == ("127.42.2.4", "snmp", where.snmp)
    assert pdu.credential is not None
    assert pdu.credential.name == "raritan-pdu"


def test_a_second_search_keeps_every_byte_and_adds_what_is_new(tmp_path: Path) -> None:
    out = tmp_path / "inventory.csv"
    devices = small_site()
    with site("127.42.3", *devices[:2]) as where:
        discover(where, "127.42.3.0/29", "--out", str(out))
    edited = out.read_bytes().replace(b"bmc-127-42-3-1", "机房一".encode())
    out.write_bytes(edited)
    with site("127.42.3", *small_site()) as where:
        ran = discover(where, "127.42.3.0/29", "--out", str(out))
        again = discover(where, "127.42.3.0/29", "--out", str(out), "--all")
    assert "4 found, 1 already known, 3 new" in ran.out
    assert out.read_bytes().startswith(edited)
    assert "4 found, 4 already known, 0 new" in again.out
    assert re.search(r"127\.42\.3\.1 +known as 机房一 +Inspur +BMC +inspur", again.out)
    assert out.read_bytes().count(b"\r\n") == 5


def test_known_devices_come_from_files_and_the_configuration(tmp_path: Path) -> None:
    sheet, config = tmp_path / "site.csv", tmp_path / "dcagent.toml"
    sheet.write_bytes("名称,带外IP\r\nn1,127.42.4.1\r\nn9,127.42.4.6\r\n".encode("gb18030"))
    config.write_text(
        '[credentials.raritan-pdu]\ntype = "snmp-community"\ncommunity = "file:/not/there"\n'
        '[[targets]]\nname = "pdu"\naddress = "localhost"\nprotocol = "snmp"\n'
        '[[targets]]\nname = "p4"\naddress = "127.42.4.4"\nprotocol = "snmp"\n',
        encoding="utf-8",
    )
    out = tmp_path / "new.toml"
    with site("127.42.4", *small_site()) as where:
        ran = discover(
            where, "127.42.4.0/29", "--known", str(sheet), "--config", str(config),
            "--out", str(out),
        )  # fmt: skip
    assert "4 found, 2 already known, 2 new, 1 known but silent" in ran.out
    assert "1 known but silent: 127.42.4.6 n9" in ran.out
    assert "DCA-DISC-003" in ran.out
    assert ran.code == 1
    assert "127.42.4.4" not in out.read_text(encoding="utf-8")


def test_without_a_login_nobody_is_sent_one() -> None:
    devices = small_site()
    with site("127.42.5", *devices) as where:
        ran = discover(where, "127.42.5.0/29", DCAGENT_PASSWORD="monitor-pass")
    assert ran.code == 0
    assert "no credentials used" in ran.out
    for device, _, _ in devices:
        if isinstance(device, SimulatedBmc):
            assert device.sessions.logins == 0
        if isinstance(device, RedfishRoot):
            assert device.logins == 0
        if isinstance(device, SimulatedAgent):
            assert device.requests <= 2


def test_a_login_that_works_names_profile_model_and_serial(tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    with site("127.42.6", *small_site()) as where:
        ran = discover(
            where, "127.42.6.0/29", "--user", "monitor", "--out", str(out),
            DCAGENT_PASSWORD="monitor-pass", DCAGENT_COMMUNITY="public",
        )  # fmt: skip
    assert ran.code == 0
    assert "login tried at 4, the community sent to every address" in ran.out
    assert re.search(r"Raritan +PDU +1 +raritan-px +-\n", ran.out)
    rows = out.read_text(encoding="utf-8-sig")
    assert "server,Inspur,NF5280M5,219000000001,inspur," in rows
    assert "server,Huawei,TaiShan 200 (Model 2280),2102312AAA10K0000001,huawei-ibmc," in rows
    assert "pdu,Raritan,PX3-5493U-K2," in rows
    assert "monitor-pass" not in ran.out + rows


def test_a_refused_login_is_tried_on_no_second_device() -> None:
    devices = [bmc(password="another") for _ in range(5)]
    agents = [SimulatedAgent(capture("huawei-ibmc-snmp"), ()) for _ in range(5)]
    standing = [(each, n, "ipmi") for n, each in enumerate(devices, 1)]
    standing += [(each, n, "snmp") for n, each in enumerate(agents, 1)]  # type: ignore[misc]
    with site("127.42.7", *standing) as where:
        ran = discover(
            where, "127.42.7.0/29", "--user", "monitor", "--auth-protocol", "sha256",
            DCAGENT_PASSWORD="mine-alone", DCAGENT_AUTH_PASSWORD="mine-alone",
        )  # fmt: skip
    assert sum(each.sessions.logins for each in devices) == 1
    assert [each.requests for each in agents] == [1] * 5, "discovery alone"
    assert ran.code == 2
    assert "DCA-IPMI-004" in ran.out
    assert "the login was not tried at the other 4" in " ".join(ran.out.split())
    assert "mine-alone" not in ran.out


def test_a_login_refused_later_stops_there() -> None:
    devices = [bmc(), bmc(), bmc(password="another"), bmc(), bmc()]
    with site("127.42.8", *[(each, n, "ipmi") for n, each in enumerate(devices, 1)]) as where:
        ran = discover(where, "127.42.8.0/29", "--user", "monitor", DCAGENT_PASSWORD="monitor-pass")
    assert [each.sessions.logins for each in devices] == [1, 1, 1, 0, 0]
    assert ran.code == 2
    assert "at the other 2" in " ".join(ran.out.split())
