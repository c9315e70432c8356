"""What names a device, its place or its people is nowhere in a redacted capture."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors.ipmi import fru as fru_reader
from hw_profiles.capture import Capture, Exchange, SnmpObject, parse, read, render
from hw_profiles.fru_build import fru
from hw_profiles.load import pack
from hw_profiles.pseudonyms import IP, NAME, SERIAL, Pseudonyms, is_shaped
from hw_profiles.redact import blot, read_map, redact, render_map, serial_addresses
from hw_profiles.scrub import Scrubber

CAPTURES = sorted((Path(__file__).parents[2] / "captures").glob("*.capture"))
SERIALS = serial_addresses(pack().profiles)
MIB2 = (1, 3, 6, 1, 2, 1)
APC = (1, 3, 6, 1, 4, 1, 318)


def text(value: str, *oid: int, below: tuple[int, ...] = MIB2) -> SnmpObject:
    return SnmpObject((*below, *oid), 4, value.encode())


def planted() -> Capture:
    """One of everything that must not leave the site."""
    objects = (
        text("Linux bmc-rack07-u12 5.10.0 #1 SMP, S/N: 5A1834E12345, host 10.32.111.40", 1, 1, 0),
        SnmpObject((*MIB2, 1, 2, 0), 6, b"1.3.6.1.4.1.318.1.3.4.6"),
        text("ops@idc-chengdu.example.com", 1, 4, 0),
        text("bmc-rack07-u12", 1, 5, 0),
        text("成都天府二号楼 B03", 1, 6, 0),
        SnmpObject((*MIB2, 2, 2, 1, 6, 1), 4, bytes.fromhex("00c0b7a1b2c3")),
        SnmpObject((*MIB2, 4, 20, 1, 1, 10, 32, 111, 40), 64, b"10.32.111.40"),
        text("2102311TYBN0J9000123", 47, 1, 1, 1, 1, 11, 1),
        text("ASSET-0047113", 47, 1, 1, 1, 1, 15, 1),
        text("5A1834E12345", 26, 2, 1, 9, 1, below=(*APC, 1, 1)),
        text("db-server-17", 26, 9, 4, 3, 1, 3, 1, below=(*APC, 1, 1)),
        SnmpObject((*APC, 2, 1), 64, b"10.32.111.41"),
        text("MAC 00:C0:B7:A1:B2:C3, trap to 10.32.111.40 as s3cret-community", 9, 1, below=APC),
        text("public", 9, 2, below=APC),
        text("6F9619FF-8B86-D011-B42D-00CF4FC964FF", 9, 3, below=APC),
        text("user", 6, 3, 15, 1, 2, 2, 1, 3, 5, below=(1, 3, 6, 1)),
    )
    content = fru(
        ("ACME", "MB-2S", "MBSERIAL00417", "MB-01", "host bmc-rack07-u12"),
        ("ACME", "S2000", "S2000-A", "1.0", "SN0047110815", "ASSET-0047113"),
        ("CH-1", "CHSERIAL00418"),
    )
    exchanges = (
        Exchange(0, 0x06, 0x01, b"", bytes.fromhex("002001067002bfdb0700010000000000")),
        Exchange(0, 0x06, 0x37, b"", b"\0" + bytes(range(0xA0, 0xB0))),
        Exchange(0, 0x06, 0x46, b"\x02", b"\0" + b"administrator17".ljust(16, b"\0")),
        Exchange(0, 0x0A, 0x10, b"\0", struct.pack("<BHB", 0, len(content), 0)),
        Exchange(0, 0x0A, 0x11, b"\0\0\0\xff", b"\0\xff" + content),
        Exchange(0, 0x0C, 0x02, b"\x01\x03\0\0", b"\0\x11\x0a\x20\x6f\x28"),
        Exchange(0, 0x0C, 0x02, b"\x01\x05\0\0", b"\0\x11\x00\xc0\xb7\xa1\xb2\xc3"),
        Exchange(0, 0x0C, 0x02, b"\x01\x06\0\0", b"\0\x11\xff\xff\xff\x00"),
        Exchange(0, 0x0C, 0x02, b"\x01\x10\0\0", b"\0\x11s3cret-community\0\0"),
    )
    header = {"dcagent-capture": "1", "device": "ACME S2000 SN0047110815 at 10.32.111.40"}
    return Capture(header, objects, exchanges)


SECRETS = (
    *("bmc-rack07-u12", "5A1834E12345", "10.32.111.40", "10.32.111.41", "idc-chengdu"),
    *("成都天府", "2102311TYBN0J9000123", "0047113", "db-server-17", "s3cret-community"),
    *("MBSERIAL00417", "CHSERIAL00418", "SN0047110815", "administrator17", "public"),
    *("6F9619FF-8B86", "00:C0:B7:A1:B2:C3"),
)
BYTES = (
    bytes.fromhex("00c0b7a1b2c3"),
    bytes.fromhex("0a206f28"),
    bytes(range(0xA0, 0xB0)),
)


def told(capture: Capture) -> Iterator[bytes]:
    yield render(capture).encode()
    yield from (thing.value for thing in capture.objects)
    yield from (each.response for each in capture.exchanges)


def redacted(capture: Capture, pseudonyms: Pseudonyms | None = None) -> Capture:
    return redact(
        capture,
        pseudonyms or Pseudonyms(),
        secrets=("s3cret-community",),
        address="10.32.111.40",
        serials=SERIALS,
    )


def test_nothing_that_was_planted_is_left() -> None:
    found = list(told(redacted(planted())))
    left = [
        secret
        for secret in (*(word.encode() for word in SECRETS), *BYTES)
        for content in found
        if secret in content
    ]
    assert left == []


def test_shape_and_length_stay_and_the_same_is_the_same() -> None:
    before, pseudonyms = planted(), Pseudonyms()
    after = redacted(before, pseudonyms)
    held = {o.oid: o.value for o in after.objects}
    for thing in before.objects:
        if thing.oid in held and thing.tag in (4, 64):
            assert len(held[thing.oid]) == len(thing.value)
    given = pseudonyms.map
    name = next(word for mapped, word in given.items() if mapped.original == "bmc-rack07-u12")
    assert name == "xxx-xxxx00-x01"
    assert held[(*MIB2, 1, 5, 0)].decode() == name
    serial = held[(*APC, 1, 1, 26, 2, 1, 9, 1)].decode()
    address = held[(*APC, 9, 1)].decode().split("trap to ")[1].split()[0]
    assert held[(*MIB2, 1, 1, 0)].decode() == (
        f"Linux {name} 5.10.0 #1 SMP, S/N: {serial}, host {address}"
    )
    assert address.startswith("240.")
    assert held[(*APC, 9, 1)].decode().endswith("as " + "x" * len("s3cret-community"))
    asked = {e.request: e.response for e in after.exchanges if e.netfn == 0x0C}
    assert asked[b"\x01\x03\0\0"][2:] == bytes(map(int, address.split(".")))
    assert asked[b"\x01\x06\0\0"] == b"\0\x11\xff\xff\xff\x00"
    mac = held[(*MIB2, 2, 2, 1, 6, 1)]
    assert asked[b"\x01\x05\0\0"][2:] == mac == bytes.fromhex("02dca0000001")
    assert b"\x01\x10\0\0" not in asked
    assert [o.oid for o in after.objects if o.oid[:7] == (*MIB2, 4)] == []


def test_a_fru_keeps_its_form_its_other_texts_and_its_checksums() -> None:
    before = planted()
    after = redacted(before)
    old, new = (
        next(e.response[2:] for e in c.exchanges if (e.netfn, e.command) == (0x0A, 0x11))
        for c in (before, after)
    )
    assert len(new) == len(old)
    for start in (new[2] * 8, new[3] * 8, new[4] * 8):
        assert sum(new[start : start + new[start + 1] * 8]) & 0xFF == 0
    texts, originals = fru_reader.decode(new), fru_reader.decode(old)
    changed = {"chassis_serial", "board_serial", "product_serial", "product_asset_tag"}
    assert {key for key in originals if texts[key] != originals[key]} == changed
    assert all(len(texts[key]) == len(originals[key]) for key in originals)
    broken = bytearray(old)
    broken[-1] ^= 0x55
    kept = Exchange(0, 0x0A, 0x11, b"\0\0\0\xff", b"\0\xff" + bytes(broken))
    again = redacted(Capture({}, (), (kept,))).exchanges[0].response[2:]
    start = again[4] * 8
    assert sum(again[start:]) & 0xFF == sum(broken[start:]) & 0xFF != 0


@pytest.mark.parametrize("file", CAPTURES, ids=lambda f: f.stem)
def test_redacting_twice_changes_nothing(file: Path) -> None:
    once = redacted(read(file))
    pseudonyms = Pseudonyms()
    twice = redact(once, pseudonyms, serials=SERIALS)
    assert render(twice) == render(once)
    assert pseudonyms.map == {}
    assert redacted(parse(render(once), "x")) == once


def test_planted_twice_changes_nothing_either() -> None:
    once = redacted(planted())
    assert render(redacted(once)) == render(once)


def test_the_map_leads_back_and_is_used_again(tmp_path: Path) -> None:
    pseudonyms = Pseudonyms()
    once = redacted(planted(), pseudonyms)
    file = tmp_path / "x.map"
    file.write_text(render_map(pseudonyms))
    kept = read_map(file)
    assert kept.map == pseudonyms.map
    assert render(redacted(planted(), kept)) == render(once)
    assert kept.fresh == 0
    assert "s3cret" not in file.read_text()


@pytest.mark.parametrize(
    ("kind", "original", "pseudonym"),
    [
        (SERIAL, "2102311TYBN0J9000123", "0000000XXXX0X0000001"),
        (SERIAL, "SN-1", "XX-1"),
        (NAME, "ops", "xxy"),
        (NAME, "成都 B03", "某某 X01"),
        (SERIAL, "N/A", "N/A"),
        (SERIAL, "  SN0017  ", "  XX0001  "),
    ],
)
def test_a_text_gets_its_shape_and_a_number(kind: str, original: str, pseudonym: str) -> None:
    assert Pseudonyms().text(kind, original) == pseudonym
    assert Pseudonyms().text(kind, pseudonym) == pseudonym


@pytest.mark.parametrize("length", range(7, 16))
def test_addresses_of_every_length_get_distinct_ones_of_that_length(length: int) -> None:
    pseudonyms = Pseudonyms()
    digits = length - 3
    sizes = [digits // 4 + (at < digits % 4) for at in range(4)]
    lows = [{1: 1, 2: 10, 3: 100}[size] for size in sizes]
    originals = [".".join(map(str, (*lows[:3], lows[3] + n))) for n in range(9)]
    found = [pseudonyms.ip(each) for each in originals]
    assert len(set(found)) == 9
    assert {len(each) for each in found} == {length}
    assert all(pseudonyms.ip(each) == each for each in found)


@pytest.mark.parametrize(
    "kept",
    [
        "AP8959EU3", "PX3-5493U-K2", "UniServer R4900 G3", "5.12.0", "v6.9.6", "2.40.40.40",
        "TaiShan 200 (Model 2280)", "255.255.255.0", "0.0.0.0", "127.0.0.1", "Inlet Temp",
        "CPU1 VR Temp", "3.6.0-49041", "Linux 4.19", "2026-11-24 12:00:00",
    ],
)  # fmt: skip
def test_models_versions_and_names_of_sensors_stay(kept: str) -> None:
    assert Scrubber(Pseudonyms()).text(kept) == kept


def test_only_secrets_are_blotted_out_of_an_unfinished_recording() -> None:
    found = blot(planted(), ("s3cret-community", "public"))
    content = b"".join(told(found))
    assert b"s3cret-community" not in content
    assert b"|public\n" not in content
    assert b"bmc-rack07-u12" in content


def test_pseudonyms_run_out_without_harm() -> None:
    pseudonyms = Pseudonyms()
    found = [pseudonyms.text(SERIAL, f"A{n:03}") for n in range(1000)]
    assert all(is_shaped(each) and len(each) == 4 for each in found)
    assert len({pseudonyms.ip(f"1.2.{a}.{b}") for a in range(1, 10) for b in range(10, 100)}) > 500
    assert {mapped.kind for mapped in pseudonyms.map} == {SERIAL, IP}
