"""Whatever a device answers, its draft is a profile without mistakes and reads without raising."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hw_profiles import draft, interpret
from model.devices import ALL_TIERS, DeviceId, Identity, Protocol
from model.raw import STANDARD_COMMANDS, Raw, Sample, SensorDef, SensorTable, Value
from model.readings import Scalar
from model.sensors import Quantity
from tests.unit.hw_profiles.drafting import PACK, VENDOR, agent, drafted, profile_of, table

_NAMES = [
    "Outlet 1",
    "L1",
    "PSU1",
    "Fan 2",
    "CPU1 Temp",
    "Inlet",
    "温度",
    "x'\\\"",
    "",
    "12V",
    "On",
]
_numbers = st.integers(-2, 70000) | st.sampled_from([0, 2301, 230, 42, 900, 65535, 2**32 - 1])
_words = (
    st.sampled_from(_NAMES) | st.text(max_size=8) | st.sampled_from(["23.5 °C", "N/A", "W", "V"])
)
_cells = _numbers | st.floats(allow_nan=False) | _words | st.binary(max_size=4)
_columns = st.lists(_numbers, min_size=1, max_size=6) | st.lists(_words, min_size=1, max_size=6)
_tables = st.dictionaries(st.integers(1, 14).map(lambda n: f"c{n}"), _columns, max_size=8)
_arcs = st.lists(st.integers(0, 3) | st.integers(0, 400), min_size=1, max_size=6)
_loose = st.dictionaries(
    _arcs.map(lambda arcs: f"{VENDOR}.{'.'.join(map(str, arcs))}"), _cells, max_size=30
)
_ups = st.dictionaries(
    st.sampled_from(["1.2.1.0", "1.4.1.0", "1.4.4.1.2.1", "1.3.3.1.3.1"]).map(
        lambda oid: f"1.3.6.1.2.1.33.{oid}"
    ),
    _numbers,
    max_size=3,
)


@settings(deadline=None, max_examples=40)
@given(
    one=_tables,
    other=_tables,
    loose=_loose,
    ups=_ups,
    descr=st.text(max_size=20) | st.just("a UPS"),
    object_id=st.sampled_from(["", "1.3.6.1.4.1.8072.3.2.10", VENDOR, f"{VENDOR}.1.2.3.4.5"]),
)
def test_an_agent(
    one: dict[str, list[Scalar]],
    other: dict[str, list[Scalar]],
    loose: dict[str, Scalar],
    ups: dict[str, Scalar],
    descr: str,
    object_id: str,
) -> None:
    objects = {**loose, **table("2.1", **one), **table("3.4.1", **other), **ups}
    identity = agent(descr, object_id)
    counters = frozenset(oid.rpartition(".")[0] for oid in objects)
    made = drafted(objects, identity, counters)
    profile = profile_of(made)
    interpret.outcomes(profile, identity, Raw(dict(objects)), ALL_TIERS)


_sensors = st.builds(
    SensorDef,
    key=st.sampled_from(_NAMES),
    name=st.sampled_from(_NAMES) | st.text(max_size=6),
    number=st.integers(0, 255),
    lun=st.just(0),
    sensor_type=st.integers(0, 12),
    event_type=st.sampled_from([0x01, 0x6F]),
    entity=st.sampled_from([0x00, 0x03, 0x07, 0x0A, 0x37]),
    instance=st.integers(0, 3),
    quantity=st.none() | st.sampled_from(list(Quantity)),
)
_samples = st.builds(
    Sample, st.none() | st.floats(-100, 5000), st.integers(0, 255), st.integers(0, 3)
)
_frus = st.dictionaries(
    st.sampled_from(["product_manufacturer", "board_manufacturer", "product_name"]),
    st.text(max_size=12) | st.sampled_from(["N/A", "To be filled by O.E.M.", "New H3C", "-"]),
)


@settings(deadline=None, max_examples=40)
@given(
    sensors=st.lists(_sensors, max_size=8),
    values=st.dictionaries(st.sampled_from(_NAMES), _samples),
    commands=st.dictionaries(st.sampled_from(STANDARD_COMMANDS[:4]), st.integers(0, 500)),
    manufacturer=st.none() | st.sampled_from([0, 343, 2011, 20974]),
    fru=_frus,
)
def test_a_bmc(
    sensors: list[SensorDef],
    values: dict[str, Sample],
    commands: dict[str, int],
    manufacturer: int | None,
    fru: dict[str, str],
) -> None:
    identity = Identity(
        Protocol.IPMI, DeviceId(), manufacturer=manufacturer, fru=fru,
        sensors=SensorTable(tuple(sensors)),
    )  # fmt: skip
    answers: dict[str, Value] = {**values, **commands}
    generic = PACK.named(draft.GENERIC)
    assert generic is not None
    outcomes = interpret.outcomes(generic, identity, Raw(dict(answers)), ALL_TIERS)
    made = draft.from_bmc("mine", generic, identity, Raw(dict(answers)), outcomes, "a test")
    interpret.outcomes(profile_of(made), identity, Raw(dict(answers)), ALL_TIERS)
