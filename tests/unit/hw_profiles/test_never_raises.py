"""Whatever a device answers, understanding it gives outcomes, never an exception."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hw_profiles import capture, interpret, load, match
from hw_profiles.load import Pack
from model.devices import ALL_TIERS, DeviceId, Identity, Protocol
from model.raw import STANDARD_COMMANDS, Raw, Sample, SensorDef, SensorTable
from model.readings import Fault, Reading, Reason
from model.sensors import Quantity

PACK: Pack = load.pack()
CAPTURES = Path(__file__).parents[2] / "captures"

numbers = st.integers() | st.floats() | st.integers(-2, 70000)
samples = st.builds(Sample, st.none() | st.floats(), st.integers(0, 255), st.integers(0, 0xFFFF))
faults = st.builds(Fault, st.none(), st.sampled_from(list(Reason)), st.text(max_size=5))
texts = st.text(max_size=12) | st.sampled_from(["N/A", "23.5 C", "1e999", "-", "0x12", "١٢"])
values = numbers | texts | st.binary(max_size=8) | samples | faults

NAMES = ["Power", "PSU1_PIN", "PSU2_PIN", "Inlet Temp", "CPU1 Temp", "PSU1_Status", "X", "", "日"]
sensors = st.builds(
    SensorDef,
    key=st.sampled_from(NAMES),
    name=st.sampled_from(NAMES) | st.text(max_size=4),
    number=st.integers(0, 255),
    lun=st.integers(0, 3),
    sensor_type=st.integers(0, 255),
    event_type=st.sampled_from([0x01, 0x03, 0x0B, 0x6F, 0x70]),
    entity=st.sampled_from([0x03, 0x07, 0x0A, 0x37, 0x41]),
    instance=st.integers(0, 3),
    quantity=st.none() | st.sampled_from(list(Quantity)),
)


@settings(deadline=None, max_examples=150)
@given(
    table=st.lists(sensors, max_size=8),
    raw=st.dictionaries(st.sampled_from([*NAMES, *STANDARD_COMMANDS]), values),
)
def test_ipmi(table: list[SensorDef], raw: dict[str, object]) -> None:
    identity = Identity(Protocol.IPMI, DeviceId(), sensors=SensorTable(tuple(table)))
    for profile in PACK.profiles:
        if profile.protocol is Protocol.IPMI:
            _understand(profile.name, identity, raw)


def _objects() -> list[str]:
    """Addresses that the shipped SNMP profiles look at, as the captures have them."""
    found = []
    for name in ("apc-rpdu2", "raritan-px", "huawei-ibmc-snmp", "rfc1628-ups"):
        objects = capture.read(CAPTURES / f"{name}.capture").objects
        found += [".".join(map(str, o.oid)) for o in objects]
    return found


OBJECTS = _objects()


@settings(deadline=None, max_examples=150)
@given(
    raw=st.dictionaries(
        st.sampled_from(OBJECTS) | st.from_regex(r"1\.3\.6\.1\.4\.1\.2011\.[0-9.x]*"), values
    )
)
def test_snmp(raw: dict[str, object]) -> None:
    identity = Identity(Protocol.SNMP, DeviceId())
    for profile in PACK.profiles:
        if profile.protocol is Protocol.SNMP:
            _understand(profile.name, identity, raw)


def _understand(name: str, identity: Identity, answers: dict[str, object]) -> None:
    profile = PACK.named(name)
    assert profile is not None
    raw = Raw(answers)  # type: ignore[arg-type] # a device may say anything
    interpret.plan(profile, identity, ALL_TIERS)
    outcomes = interpret.outcomes(profile, identity, raw, ALL_TIERS)
    interpret.device(profile, identity, raw, DeviceId())
    interpret.coverage(profile, outcomes, ALL_TIERS)
    keys = [(o.sensor.word, o.sensor.component, o.sensor.labels) for o in outcomes if o.sensor]
    readings = [o for o in outcomes if isinstance(o, Reading)]
    assert all(abs(o.value) < float("inf") for o in readings)
    assert len(keys) == len(set(keys))


@given(text=st.text(max_size=20), object_id=st.text("0123456789.", max_size=20))
def test_matching(text: str, object_id: str) -> None:
    snmp = Identity(Protocol.SNMP, DeviceId(), sys_object_id=object_id, sys_descr=text)
    match.choose(PACK, snmp)
    match.choose(PACK, Identity(Protocol.IPMI, DeviceId(), fru={"product_manufacturer": text}))
