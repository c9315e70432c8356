"""Which profiles would read a device, and which ones miss it by little."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.cli.profiles_road import recorded
from hw_profiles.capture import read
from hw_profiles.match import nearness, objections, ranked
from hw_profiles.near import readers
from hw_profiles.schema import Profile
from model.devices import DeviceId, Identity, Protocol
from tests.unit.hw_profiles.drafting import PACK, agent, sensors

_CAPTURES = Path(__file__).parents[2] / "captures"


def _named(name: str) -> Profile:
    found = PACK.named(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["apc-rpdu2", "raritan-px", "supermicro-snmp", "delta-ups"])
def test_the_profile_of_a_capture_reads_the_most_of_it(name: str) -> None:
    objects = recorded(read(_CAPTURES / f"{name}.capture"))
    found = readers(PACK.profiles, agent(), objects)
    most = [reader.profile.name for reader in found if reader.found == found[0].found]
    assert name in most or set(_named(name).extends) & set(most)
    assert all(reader.found <= reader.words for reader in found)


def test_of_a_family_the_eldest_goes_first() -> None:
    objects = recorded(read(_CAPTURES / "rfc1628-ups.capture"))
    assert readers(PACK.profiles, agent(), objects)[0].profile.name == "rfc1628-ups"


def test_one_word_alone_is_no_reader() -> None:
    assert readers(PACK.profiles, agent(), ["1.3.6.1.4.1.3854.1.2.2.1.16.1.3.0"]) == []
    assert readers(PACK.profiles, agent(), []) == []


def test_a_bmc_by_its_sensors() -> None:
    table, _ = sensors(Total_Power="412 W", Inlet_Temp="23 °C", CPU0_Temp="52 °C", FAN0="5400 rpm")
    identity = Identity(Protocol.IPMI, DeviceId(), sensors=table)
    names = [reader.profile.name for reader in readers(PACK.profiles, identity, [])]
    assert "generic-ipmi" in names
    assert "apc-rpdu2" not in names


def test_nearness_counts_what_holds() -> None:
    identity = Identity(
        Protocol.SNMP, DeviceId(), sys_object_id="1.3.6.1.4.1.318.1.3.4.6",
        answered=frozenset({"1.3.6.1.4.1.318.1.1.26.2.1.8.1"}),
    )  # fmt: skip
    assert [
        nearness(_named(name), identity) for name in ("apc-rpdu2", "apc-inrow", "akcp-sensorprobe")
    ] == [2, 1, 0]
    assert nearness(_named("generic-ipmi"), identity) == 0
    assert [fit.profile.name for fit in ranked(PACK, identity)] == ["apc-rpdu2"]


def test_objections_name_the_first_thing_amiss_of_each_way_to_match() -> None:
    identity = Identity(
        Protocol.IPMI, DeviceId(), manufacturer=0, product=1,
        fru={"product_manufacturer": "ACME", "board_manufacturer": "ACME"},
    )  # fmt: skip
    assert objections(_named("inspur"), identity) == (
        "manufacturer is 0",
        "product manufacturer is 'ACME'",
        "no sensor is named 'Total_Power'",
    )
    assert objections(_named("generic-ipmi"), identity) == ()
    assert objections(_named("apc-rpdu2"), identity) == ("it speaks snmp",)
