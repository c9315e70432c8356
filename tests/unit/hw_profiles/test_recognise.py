"""Whose device it is, what it is and what may read it, from what needs no login."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw_profiles import engine_id
from hw_profiles.likely import enterprises, likely
from hw_profiles.load import Pack, check, pack
from hw_profiles.recognise import Recognised, recognise
from hw_profiles.schema import KINDS
from hw_profiles.vendors import vendors
from model.devices import Protocol
from model.sightings import Certificate, Presence, ServiceRoot, Sighting, Web

PACK = pack()
IPMI = Presence(pong=True, ipmi=True, version2=True)
HUAWEI_MAC = bytes.fromhex("800007db03") + bytes.fromhex("3c78436e5f01")
NET_SNMP = bytes.fromhex("80001f888030aabbccddeeff00")


def engine(number: int) -> bytes:
    return (0x80000000 | number).to_bytes(4, "big") + b"\x04pdu-1"


def seen(**told: object) -> Recognised:
    return recognise(Sighting("10.0.0.1", **told), PACK)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_id", "number", "rest"),
    [
        (HUAWEI_MAC, 2011, "MAC 3c:78:43:6e:5f:01"),
        (engine(13742), 13742, "pdu-1"),
        (NET_SNMP, 8072, ""),
        (bytes.fromhex("000002b804c0a80101020304"), 696, ""),
    ],
)
def test_an_engine_id_names_its_enterprise(given_id: bytes, number: int, rest: str) -> None:
    assert engine_id.understand(given_id) == engine_id.EngineId(number, rest)


@pytest.mark.parametrize("junk", [b"", b"\x80\x00\x07", bytes(12), b"\xff" * 12, b"\x80" * 33])
def test_what_is_no_engine_id_names_nobody(junk: bytes) -> None:
    assert engine_id.understand(junk) is None


@given(st.binary(max_size=40))
def test_any_engine_id_is_understood_or_not(junk: bytes) -> None:
    found = engine_id.understand(junk)
    assert found is None or 0 <= found.number < 1 << 31


def test_every_number_that_a_shipped_profile_is_for_has_a_vendor() -> None:
    nameless = {n for p in PACK.profiles for n in enterprises(p) if not vendors().numbered(n)}
    assert nameless == set(), "add them to hw_profiles/data/standard/vendors.toml"


def test_the_table_is_in_order() -> None:
    numbers = [n for vendor in vendors().vendors for n in vendor.numbers]
    assert len(numbers) == len(set(numbers))
    assert len({vendor.name for vendor in vendors().vendors}) == len(vendors().vendors)
    assert {vendor.kind for vendor in vendors().vendors} <= {"", *KINDS}
    assert {kind for kind, _ in vendors().kinds} <= set(KINDS)
    assert all(set(vendor.hint) in (set(), {"zh", "en"}) for vendor in vendors().vendors)


def test_a_bmc_with_an_snmp_agent_is_one_device_with_two_ways() -> None:
    found = seen(presence=IPMI, engine_id=HUAWEI_MAC)
    assert (found.vendor, found.kind) == ("Huawei", "server")
    assert dict(found.ways) == {
        Protocol.IPMI: ("huawei-ibmc",),
        Protocol.SNMP: ("huawei-ibmc-snmp",),
    }
    assert "16" in found.hint["en"]


@pytest.mark.parametrize(
    ("number", "vendor", "kind", "profile"),
    [
        (13742, "Raritan", "pdu", "raritan-px"),
        (2254, "Delta", "ups", "delta-ups"),
        (29462, "Stulz", "cooling", "stulz-wib8000"),
        (44001, "Envicool", "cooling", None),
    ],
)
def test_an_engine_id_names_vendor_kind_and_profile(
    number: int, vendor: str, kind: str, profile: str | None
) -> None:
    found = seen(engine_id=engine(number))
    assert (found.vendor, found.kind) == (vendor, kind)
    assert found.ways[Protocol.SNMP] == ((profile,) if profile else ())


def test_of_a_vendor_with_several_numbers_the_one_that_was_shown_counts() -> None:
    likely_ones = set(seen(engine_id=engine(21239)).ways[Protocol.SNMP])
    assert "geist-pdu" in likely_ones
    assert not likely_ones & set(seen(engine_id=engine(476)).ways[Protocol.SNMP])


def test_a_vendor_of_many_kinds_leaves_several_profiles() -> None:
    found = seen(engine_id=engine(318))
    assert found.kind == ""
    assert {"apc-rpdu2", "apc-ups", "apc-inrow"} <= set(found.ways[Protocol.SNMP])


def test_a_certificate_says_which_of_them_it_is() -> None:
    subject = (("CN", "PDU APDU9959"), ("O", "American Power Conversion Corp."))
    found = seen(engine_id=engine(318), web=Web("", Certificate(subject)))
    assert (found.vendor, found.kind) == ("APC", "pdu")
    assert found.ways[Protocol.SNMP] == ("apc-rpdu", "apc-rpdu2")


def test_net_snmp_says_only_net_snmp() -> None:
    found = seen(engine_id=NET_SNMP)
    assert (found.vendor, found.software, found.kind) == ("", "net-snmp", "")
    assert found.ways == {Protocol.SNMP: ()}


def test_a_brand_is_worth_more_than_whose_firmware_it_runs() -> None:
    web = Web("MegaRAC", Certificate((("O", "American Megatrends Inc."),)), ServiceRoot("浪潮信息"))
    found = seen(presence=IPMI, engine_id=engine(20974), web=web)
    assert (found.vendor, found.software) == ("Inspur", "")
    assert found.ways[Protocol.IPMI] == ("inspur",)


def test_ami_alone_stays_an_unknown_brand() -> None:
    found = seen(presence=IPMI, web=Web("MegaRAC"))
    assert (found.vendor, found.software, found.kind) == ("", "AMI", "server")
    assert found.ways == {Protocol.IPMI: ("generic-ipmi",)}


@pytest.mark.parametrize(
    ("root", "vendor"),
    [
        (ServiceRoot(vendor="xFusion"), "xFusion"),
        (ServiceRoot(vendor="New H3C Technologies Co., Ltd."), "H3C"),
        (ServiceRoot(oem=("Hpe",)), "HPE"),
        (ServiceRoot(oem=("Public",)), ""),
        (ServiceRoot(product="Integrated Dell Remote Access Controller"), "Dell"),
        (ServiceRoot(vendor="Delloitte"), ""),
    ],
)
def test_a_redfish_root_names_the_vendor(root: ServiceRoot, vendor: str) -> None:
    found = seen(web=Web("", None, root))
    assert (found.vendor, found.kind, found.ways) == (vendor, "server", {})


def test_an_oem_number_in_the_pong_names_the_vendor() -> None:
    assert seen(presence=Presence(True, True, True, 10876)).vendor == "Supermicro"


def test_a_number_that_nobody_knows_is_kept() -> None:
    found = seen(engine_id=engine(424242))
    assert (found.vendor, found.number) == ("", 424242)


def test_a_ups_of_no_brand_is_read_by_the_standard() -> None:
    found = seen(engine_id=NET_SNMP, web=Web("", Certificate((("CN", "UPS-2"),))))
    assert (found.kind, found.ways[Protocol.SNMP]) == ("ups", ("rfc1628-ups",))


def test_a_profile_of_the_sites_own_is_likely_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[profile]\nname = "mine"\nprotocol = "snmp"\nkind = "cooling"\ntitle = "x"\n'
        'source = "x"\nverified = "manual"\n'
        '[match]\nsys_object_id = "1.3.6.1.4.1.44001.*"\n'
        '[metrics]\n"node.power_watts" = {oid = "1.3.6.1.4.1.44001.1.0"}\n',
        encoding="utf-8",
    )
    profiles, problems = check([file])
    assert not problems
    vendor = vendors().numbered(44001)
    assert likely(Pack(profiles), vendor, "cooling", Protocol.SNMP) == ("mine",)
