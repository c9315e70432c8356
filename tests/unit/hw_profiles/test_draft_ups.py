"""Drafts of UPSs: the standard's profile where the device speaks it, else its output."""

from __future__ import annotations

from hw_profiles.load import Pack
from hw_profiles.match import ranked
from model.devices import DeviceId, Identity, Protocol
from model.readings import Scalar
from tests.unit.hw_profiles.drafting import (
    PACK,
    VENDOR,
    agent,
    drafted,
    profile_of,
    scalars,
    table,
    told,
)

_STANDARD: dict[str, Scalar] = {
    "1.3.6.1.2.1.33.1.1.1.0": "NoName",
    "1.3.6.1.2.1.33.1.2.1.0": 2,
    "1.3.6.1.2.1.33.1.2.3.0": 34,
    "1.3.6.1.2.1.33.1.2.4.0": 97,
    "1.3.6.1.2.1.33.1.4.1.0": 3,
    "1.3.6.1.2.1.33.1.4.3.0": 1,
    "1.3.6.1.2.1.33.1.4.4.1.2.1": 230,
    "1.3.6.1.2.1.33.1.4.4.1.4.1": 812,
}


def test_it_extends_rfc_1628() -> None:
    made = drafted({**_STANDARD, **scalars("2", 2301, 42, 900)})
    assert (made.head["extends"], made.head["kind"]) == ("rfc1628-ups", "ups")
    assert "# The device answers RFC 1628: rfc1628-ups reads it." in made.text
    found = told(made, _STANDARD)
    assert found["ups_output.power_watts", "L1"] == 812.0
    assert found["battery.charge_ratio", ""] == 0.97
    assert found["battery.runtime_seconds", ""] == 2040.0


def test_it_wins_over_its_parent_on_its_own_device() -> None:
    made = drafted(_STANDARD)
    probes = frozenset({"1.3.6.1.2.1.33.1.2.1.0", "1.3.6.1.2.1.33.1.4.1.0"})
    identity = Identity(Protocol.SNMP, DeviceId(), sys_object_id=f"{VENDOR}.1.7.3", answered=probes)
    fits = ranked(Pack((*PACK.profiles, profile_of(made))), identity)
    assert [fit.profile.name for fit in fits] == ["mine", "rfc1628-ups"]


def test_the_vendors_own_columns_stand_in_comments() -> None:
    made = drafted({**_STANDARD, **table("5.1", c2=[2301, 2288, 2310])})
    assert f"#   {VENDOR}.5.1.2: 2301, 2288, 2310\n" in made.text


def test_an_agent_that_calls_itself_a_ups_tells_of_its_output() -> None:
    objects = scalars("4.2", 2198, 500, 18, 25)
    made = drafted(objects, agent("UPS Web/SNMP Agent"))
    assert made.head["kind"] == "ups"
    assert told(made, objects) == {
        ("ups_output.voltage_volts", ""): 219.8,
        ("ups_output.current_amperes", ""): 2.5,
        ("ups_output.power_watts", ""): 500.0,
    }


def test_of_several_circuits_the_one_with_most_beside_its_watts_is_the_output() -> None:
    objects = {
        **scalars("3", 2214, 61, 1297),
        **scalars("4", 2301, 52, 1139, 1196, 95),
    }
    made = drafted(objects, agent("ACME UPS 3000"))
    found = told(made, objects)
    assert found["ups_output.power_watts", ""] == 1139.0
    assert found["ups_output.apparent_power_voltamperes", ""] == 1196.0
    assert not any(word.startswith("rack.") for word, _ in found)


def test_a_name_that_merely_contains_the_letters_is_none() -> None:
    objects = scalars("4.2", 2198, 500, 18, 25)
    assert drafted(objects, agent("Groups of sockets")).head["kind"] == "pdu"
