"""Inventories: who stands in them, and how new devices come behind what somebody wrote."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.inventory import spreadsheet
from agent.inventory.columns import COLUMNS, understood
from agent.inventory.file import merge, write
from agent.inventory.listing import Listed, read
from agent.inventory.row import Row, canonical, credential_of, name_of
from agent.inventory.spreadsheet import NoTable
from agent.inventory.toml_text import quoted
from model.devices import Protocol
from model.document import DocumentError, parse

BMC = Row("bmc-10-0-0-17", "10.0.0.17", Protocol.IPMI, "inspur-bmc", device="server",
          vendor="Inspur", likely=("inspur",), seen="IPMI 2.0")  # fmt: skip
PDU = Row("pdu-10-0-1-1", "10.0.1.1", Protocol.SNMP, "raritan-pdu", 1161, "pdu", "Raritan",
          seen="SNMPv3 engine 13742")  # fmt: skip
SITE = (
    "机柜资产表,,,\r\n名称,带外IP,机柜号,备注\r\n"
    "n1,10.0.0.17/24,B03,在用\r\nn2,１０.0.0.18,B03,\r\n"
)


def addresses(path: Path) -> list[tuple[str, str, int]]:
    return [(each.address, each.name, each.line) for each in read(path)]


@pytest.mark.parametrize(
    "encode",
    ["utf-8", "utf-8-sig", "gb18030", "utf-16"],
)
def test_a_spreadsheet_is_read_in_any_encoding_that_it_comes_in(
    tmp_path: Path, encode: str
) -> None:
    path = tmp_path / "site.csv"
    path.write_bytes(SITE.encode(encode))
    assert addresses(path) == [("10.0.0.17", "n1", 3), ("10.0.0.18", "n2", 4)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Name;BMC IP\nn1;10.0.0.1\n", ["10.0.0.1"]),
        ("IP地址\tSN\n10.0.0.1:623\tX\n", ["10.0.0.1"]),
        ("address,x\n10.0.0.1 10.0.0.2,9.9.9.9\n", ["10.0.0.1", "10.0.0.2"]),
        ("address\nFE80::0001\n[2001:db8::5]\n::ffff:10.0.0.3\n",
         ["fe80::1", "2001:db8::5", "10.0.0.3"]),
        ("address\nbmc-17.example\nNA\n无\n-\n", ["bmc-17.example"]),
        ("n1,10.0.0.1,B03\nn2,10.0.0.2,B03\n", ["10.0.0.1", "10.0.0.2"]),
    ],
)  # fmt: skip
def test_addresses_are_found_whatever_stands_around_them(
    tmp_path: Path, text: str, found: list[str]
) -> None:
    path = tmp_path / "site.csv"
    path.write_text(text, encoding="utf-8")
    assert [each.address for each in read(path)] == found


def test_targets_of_a_toml_file_are_known_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        '[[targets]]\nname = "a"\naddress = "10.0.0.1"\n\n[[targets]]\nname = "own"\n'
        'address = "/dev/ipmi0"\n[[targets]]\naddress = "[2001:DB8::1]"\n',
        encoding="utf-8",
    )
    assert read(path) == (
        Listed("10.0.0.1", "a", str(path), 3),
        Listed("2001:db8::1", "", str(path), 9),
    )


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.csv", b"\xff\xfe\x00", "neither UTF-8 nor GB18030"),
        ("a.csv", b"a,b\n\x00\x01\n", "neither UTF-8 nor GB18030"),
        ("a.toml", "名".encode("gb18030"), "not UTF-8"),
        ("a.toml", b"[[targets", "not TOML"),
        ("a.xlsx", b"PK", "neither .toml nor .csv"),
    ],
)
def test_what_is_no_inventory_is_said_with_its_place(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DocumentError) as error:
        read(path)
    assert why in str(error.value)
    assert error.value.problems[0].code == "DCA-DISC-004"


def test_new_devices_come_behind_in_the_sheets_own_columns_and_encoding(tmp_path: Path) -> None:
    path = tmp_path / "site.csv"
    path.write_bytes(SITE.encode("gb18030"))
    merged = merge(path, (BMC, PDU), "zh")
    assert merged.rows == (PDU,)
    assert merged.data.startswith(SITE.encode("gb18030"))
    added = merged.data[len(SITE.encode("gb18030")) :].decode("gb18030")
    assert added == "pdu-10-0-1-1,10.0.1.1,,SNMPv3 engine 13742\r\n"
    assert merged.dropped == ("protocol", "credential", "port", "device", "vendor")


def test_a_last_line_without_an_end_is_ended_first(tmp_path: Path) -> None:
    path = tmp_path / "site.csv"
    path.write_bytes("﻿IP;name\n10.0.0.1;a".encode("utf-16-le"))
    merged = merge(path, (PDU,), "en")
    assert merged.data.decode("utf-16") == "IP;name\n10.0.0.1;a\n10.0.1.1;pdu-10-0-1-1\n"


def test_a_new_sheet_has_every_column_and_opens_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    merged = merge(path, (BMC, PDU), "en")
    write(path, merged.data)
    assert path.stat().st_mode & 0o777 == 0o640
    assert merged.data.startswith(b"\xef\xbb\xbfname,address,protocol,")
    rows = list(csv.DictReader(io.StringIO(merged.data.decode("utf-8-sig"))))
    assert rows[1]["port"] == "1161"
    assert (rows[0]["device"], rows[0]["likely_profile"]) == ("server", "inspur")
    assert merge(path, (BMC, PDU), "en").rows == ()


def test_a_sheet_without_a_header_cannot_be_added_to(tmp_path: Path) -> None:
    path = tmp_path / "site.csv"
    path.write_text("n1,10.0.0.1\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="no column for addresses"):
        merge(path, (PDU,), "en")


@pytest.mark.parametrize("word", ["=1+1", "@cmd", "+1", "-2", "\t=x", " =x"])
def test_no_device_writes_a_formula_into_a_spreadsheet(tmp_path: Path, word: str) -> None:
    row = Row("n", "10.0.0.9", Protocol.IPMI, "c", model=word)
    merged = merge(tmp_path / "new.csv", (row,), "en")
    (told,) = csv.DictReader(io.StringIO(merged.data.decode("utf-8-sig")))
    assert told["model"] == f"'{word.strip()}"


WRITTEN = '# ours\n[[targets]]\nname="x"   # keep\naddress = "10.0.0.17"\nprotocol = "ipmi"'


def test_a_toml_file_keeps_every_byte_and_gains_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    merged = merge(path, (BMC, PDU), "en")
    text = merged.data.decode()
    assert merged.rows == (PDU,)
    assert text.startswith(WRITTEN + "\n\n")
    assert parse(text, "a").data["targets"][1] == {
        "name": "pdu-10-0-1-1",
        "address": "10.0.1.1",
        "protocol": "snmp",
        "port": 1161,
        "credential": "raritan-pdu",
        "rack": "",
        "u": "",
    }
    assert text.count("#[credentials.raritan-pdu]") == 1
    write(path, merged.data)
    other = Row("pdu-10-0-1-1", "10.0.1.2", Protocol.SNMP, "raritan-pdu")
    again = merge(path, (PDU, other), "en")
    assert [row.name for row in again.rows] == ["pdu-10-0-1-1-2"]
    assert again.data.decode().count("#[credentials.raritan-pdu]") == 1


def test_a_login_that_the_configuration_has_is_not_asked_for(tmp_path: Path) -> None:
    merged = merge(tmp_path / "a.toml", (BMC,), "en", {"inspur-bmc"})
    assert "[credentials" not in merged.data.decode()


def test_an_array_that_takes_no_more_tables_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('targets = [{name = "x", address = "10.0.0.1"}]\n', encoding="utf-8")
    with pytest.raises(DocumentError, match="TOML"):
        merge(path, (PDU,), "en")


@given(st.text(max_size=40))
def test_whatever_a_device_says_stays_a_text(words: str) -> None:
    assert parse(f"a = {quoted(words)}", "x").data["a"] == words.encode("utf-8", "replace").decode()
    row = Row("n", "10.0.0.9", Protocol.IPMI, "c", vendor=words, model=words, seen=words)
    merged = merge(Path("does-not-exist.toml"), (row,), "zh")
    assert [t["name"] for t in parse(merged.data.decode(), "x").data["targets"]] == ["n"]
    sheet = merge(Path("does-not-exist.csv"), (row,), "zh")
    assert len(spreadsheet.parse(sheet.data).rows) == 2


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_none(junk: bytes) -> None:
    try:
        spreadsheet.parse(junk)
    except NoTable:
        pass


def test_writing_follows_a_link_and_keeps_the_mode(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text("", encoding="utf-8")
    real.chmod(0o600)
    (tmp_path / "link.toml").symlink_to(real)
    write(tmp_path / "link.toml", b"x = 1\n")
    assert real.read_bytes() == b"x = 1\n"
    assert real.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"link.toml", "real.toml"}


def test_headers_are_known_whatever_their_case_width_and_marks() -> None:
    assert understood(["BMC_IP", "ＩＰ 地址", "Serial-Number", "hello"]) == {
        0: "address", 1: "address", 2: "serial",
    }  # fmt: skip
    assert understood(list(COLUMNS)) == dict(enumerate(COLUMNS))


def test_names_and_credentials_of_what_nobody_has_named() -> None:
    assert name_of("fe80::1%eth0", "", ()) == "device-fe80-1-eth0"
    assert name_of("10.0.0.1", "server", {"bmc-10-0-0-1"}) == "bmc-10-0-0-1-2"
    assert credential_of("Great Wall", "server", Protocol.IPMI) == "great-wall-bmc"
    assert credential_of("Huawei", "server", Protocol.SNMP) == "huawei-bmc-snmp"
    assert credential_of("", "", Protocol.SNMP) == "snmp"
    assert canonical(" BMC-1.Example. ") == "bmc-1.example"
