"""The most specific profile wins, and says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hw_profiles import match
from hw_profiles.load import Pack, pack
from model.devices import DeviceId, Identity, Protocol
from model.raw import SensorTable
from model.sensors import Quantity
from tests.unit.hw_profiles.writing import analog

PACK = pack()
UPS_PROBE = "1.3.6.1.2.1.33.1.2.1.0"
APC_PROBE = "1.3.6.1.4.1.318.1.1.26.2.1.8.1"


def _bmc(manufacturer: int = 0, names: tuple[str, ...] = (), **fru: str) -> Identity:
    sensors = SensorTable(tuple(analog(name, Quantity.POWER) for name in names))
    return Identity(
        Protocol.IPMI, DeviceId(), manufacturer=manufacturer, product=1, fru=fru, sensors=sensors
    )


def _agent(object_id: str, *answered: str) -> Identity:
    return Identity(
        Protocol.SNMP, DeviceId(), sys_object_id=object_id, answered=frozenset(answered)
    )


SHAPE = ("Inlet_Temp", "Outlet_Temp", "PSU0_POUT", "Total_Power")


@pytest.mark.parametrize(
    ("identity", "name", "why", "runner_up"),
    [
        (_bmc(2011), "huawei-ibmc", "manufacturer 2011", "generic-ipmi"),
        (_bmc(37945, SHAPE), "inspur", "manufacturer 37945", "generic-ipmi"),
        (
            _bmc(20974, SHAPE),
            "inspur",
            "sensor Total_Power, sensor PSU0_POUT, sensor Inlet_Temp, sensor Outlet_Temp",
            "generic-ipmi",
        ),
        (_bmc(25506, SHAPE), "h3c-hdm", "manufacturer 25506", "inspur"),
        (
            _bmc(20974, product_manufacturer="New H3C Technologies Co., Ltd."),
            "h3c-hdm",
            "product manufacturer 'New H3C Technologies Co., Ltd.'",
            "generic-ipmi",
        ),
        (_bmc(20974, SHAPE[:3]), "generic-ipmi", "any device of this protocol", ""),
        (_bmc(2011, SHAPE), "huawei-ibmc", "manufacturer 2011", "inspur"),
        (
            _agent("1.3.6.1.4.1.318.1.3.4.6", APC_PROBE, UPS_PROBE),
            "apc-rpdu2",
            f"sysObjectID 1.3.6.1.4.1.318.1.3.4.6, {APC_PROBE} exists",
            "rfc1628-ups",
        ),
        (
            _agent("1.3.6.1.4.1.8072.3.2.10", UPS_PROBE),
            "rfc1628-ups",
            f"{UPS_PROBE} exists",
            "",
        ),
        (
            _agent("1.3.6.1.4.1.13742.6"),
            "raritan-px",
            "sysObjectID 1.3.6.1.4.1.13742.6",
            "",
        ),
    ],
)
def test_choice(identity: Identity, name: str, why: str, runner_up: str) -> None:
    found = match.choose(PACK, identity)
    assert found is not None
    assert (found.profile.name, found.why, found.runner_up) == (name, why, runner_up)
    assert 0.0 < found.score <= 1.0


@pytest.mark.parametrize(
    "identity",
    [
        _agent("1.3.6.1.4.1.318.1.3.4.6"),  # the probe does not exist
        _agent("1.3.6.1.4.1.8072.3.2.10"),
    ],
)
def test_no_profile(identity: Identity) -> None:
    assert match.choose(PACK, identity) is None


def test_an_object_id_is_compared_by_its_numbers() -> None:
    below = match.choose(PACK, _agent("1.3.6.1.4.1.318.1.3.4.4", APC_PROBE))
    beside = match.choose(PACK, _agent("1.3.6.1.4.1.318.1.3.44", APC_PROBE))  # 44 is not below 4
    assert below is not None
    assert beside is not None
    assert below.why == f"sysObjectID 1.3.6.1.4.1.318.1.3.4.4, {APC_PROBE} exists"
    assert beside.why == f"{APC_PROBE} exists"


def test_more_facts_make_surer() -> None:
    named = match.choose(PACK, _bmc(37945, SHAPE, product_manufacturer="Inspur"))
    shape = match.choose(PACK, _bmc(0, SHAPE))
    generic = match.choose(PACK, _bmc(0))
    assert named is not None
    assert shape is not None
    assert generic is not None
    assert named.score > shape.score > generic.score


def test_pinned() -> None:
    found = match.choose(PACK, _bmc(2011), "generic-ipmi")
    assert found is not None
    assert (found.profile.name, found.why) == ("generic-ipmi", "pinned in the configuration")
    assert match.choose(PACK, _bmc(2011), "apc-rpdu2") is None
    assert match.choose(PACK, _bmc(2011), "none") is None


def test_users_own_wins_a_tie() -> None:
    huawei = PACK.named("huawei-ibmc")
    assert huawei is not None
    own = replace(huawei, name="a-own", user=True)
    found = match.choose(Pack((*PACK.profiles, own)), _bmc(2011))
    assert found is not None
    assert found.profile is own


def test_probes_are_asked_once_each() -> None:
    assert len(set(PACK.probes)) == len(PACK.probes)
    assert {UPS_PROBE, APC_PROBE} <= set(PACK.probes)
