"""Our text against prometheus_client's, on families of every sort."""

from __future__ import annotations

import gzip
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_open_metrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse

from exporters.families import families
from exporters.listing import Listed
from exporters.render import Registry, exposition, gzipped, open_metrics, text
from exporters.series import Family, line_start, read_start
from model.devices import Place, TargetStatus
from model.readings import Outcome, Reading
from model.sensors import Limits, Quantity, Role, Sensor
from tests.unit.exporters.site import AT, POWER, answered, target, temperature

OPEN_METRICS = "application/openmetrics-text;version=1.0.0"
PROMETHEUS = (
    f"{OPEN_METRICS},application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
"""The Accept header of Prometheus 2.42."""
ACCEPTS = [
    "",
    "*/*",
    "text/plain",
    "text/plain;version=0.0.4",
    "text/plain;version=1.0.0;escaping=underscores",
    "text/plain;version=1.0.0;escaping=allow-utf-8",
    OPEN_METRICS,
    PROMETHEUS,
    "application/openmetrics-text",
    "application/openmetrics-text;version=0.0.1",
    f"{OPEN_METRICS};escaping=allow-utf-8",
    f"{OPEN_METRICS};escaping=dots",
    f"{OPEN_METRICS};escaping=values",
]

words = st.text(max_size=12)
values = st.floats() | st.integers(-(10**18), 10**18).map(float) | st.sampled_from([0.0, 1e6, 1e16])
labels = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True), words, max_size=4)


@st.composite
def any_family(draw: st.DrawFn) -> tuple[Family, Metric]:
    """The same samples in a family of ours and in one of prometheus_client's."""
    kind = draw(st.sampled_from(["gauge", "counter"]))
    name = draw(st.from_regex(r"dcagent_[a-z]{1,8}_watts", fullmatch=True))
    sample = f"{name}_total" if kind == "counter" else name
    documentation = draw(words)
    ours, theirs = (
        Family(Listed(sample, documentation, type=kind)),
        Metric(name, documentation, kind),
    )
    for own in draw(st.lists(labels, max_size=4)):
        value = draw(values)
        ours.starts.append(line_start(sample, {"target": "a"}, tuple(own.items())))
        ours.values.append(value)
        set_ones = {key: text for key, text in {"target": "a", **own}.items() if text}
        theirs.add_sample(sample, set_ones, value)
    return ours, theirs


def joined(pieces: object) -> bytes:
    assert hasattr(pieces, "__iter__")
    return b"".join(pieces)


@given(st.lists(any_family(), max_size=4))
def test_both_formats_equal_prometheus_client_byte_for_byte(
    found: list[tuple[Family, Metric]],
) -> None:
    ours, theirs = [pair[0] for pair in found], Registry([pair[1] for pair in found])
    assert joined(text(ours)) == generate_latest(theirs) == generate_latest(Registry(ours))
    assert joined(open_metrics(ours)) == generate_open_metrics(theirs)  # type: ignore[no-untyped-call]  # theirs


@given(labels)
def test_a_series_reads_back(own: dict[str, str]) -> None:
    start = line_start("dcagent_x_watts", {"target": "a b"}, tuple(own.items()))
    told = {key: value for key, value in {"target": "a b", **own}.items() if value}
    assert read_start(start) == ("dcagent_x_watts", told)


components = st.text(max_size=8)
temperatures = st.builds(
    lambda name, value, bound: temperature(name, value, Limits(upper_critical=bound)),
    components,
    st.floats(allow_nan=False),
    st.none() | st.floats(allow_nan=False),
)
outlets = st.builds(
    lambda name, pairs, joules: Reading(
        Sensor(Role.OUTLET, Quantity.ENERGY, name, tuple(pairs.items())), joules
    ),
    components,
    st.dictionaries(st.text(min_size=1, max_size=6), words, max_size=3),
    st.floats(min_value=0, allow_nan=False, allow_infinity=False),
)


@given(st.lists(temperatures | outlets, max_size=12), st.text(min_size=1, max_size=8), words)
def test_whatever_devices_call_things_the_text_reads_back(
    outcomes: list[Outcome], name: str, rack: str
) -> None:
    status = answered(POWER, *outcomes, of=target(name, place=Place(rack=rack)))
    page = list(families((status,), AT))
    told = [sample for family in page for sample in family.samples]
    families_read = parse(joined(text(page)).decode())
    read = [sample for family in families_read for sample in family.samples]
    assert [(s.name, s.labels, s.value) for s in read] == [
        (s.name, s.labels, s.value) for s in told
    ]
    series = [(s.name, *sorted(s.labels.items())) for s in told]
    assert len(set(series)) == len(series)
    readings = sum(isinstance(o, Reading) and o.sensor.role is Role.OUTLET for o in outcomes)
    assert sum(s.name == "dcagent_outlet_energy_joules_total" for s in told) == readings


def rich() -> list[TargetStatus]:
    return [
        answered(POWER, temperature('a"b\\c\nd', 1.5, Limits(upper_fatal=9)), of=target("机柜"))
    ]


@pytest.mark.parametrize("accept", ACCEPTS)
def test_every_format_is_prometheus_clients(accept: str) -> None:
    encoder, content_type = choose_encoder(accept)
    found = list(families(rich(), AT))
    told_type, pieces = exposition(found, accept)
    assert told_type == content_type
    assert joined(pieces) == encoder(Registry(found))


def test_prometheus_3_gets_our_text_too() -> None:
    found = list(families(rich(), AT))
    _, pieces = exposition(found, f"{OPEN_METRICS};escaping=allow-utf-8;q=0.6")
    assert len(list(pieces)) == len(found) + 1


def test_open_metrics_reads_back() -> None:
    found = list(families(rich(), AT))
    page = joined(open_metrics(found)).decode()
    read = list(parse_open(page))  # type: ignore[no-untyped-call]  # theirs
    assert [family.name for family in read] == [family.name for family in found]


@pytest.mark.parametrize("render", [text, open_metrics])
def test_families_of_others_are_written_by_their_maker(render: object) -> None:
    assert callable(render)
    gauge = GaugeMetricFamily("process_max_fds", "Most.", value=1024)
    info = InfoMetricFamily("python", "Which.", value={"version": "3.11"})
    metrics: list[Metric] = [gauge, info]
    maker = generate_latest if render is text else generate_open_metrics
    assert joined(render(metrics)) == maker(Registry(metrics))


def test_not_a_number_is_written_as_go_does() -> None:
    family = Family(Listed("dcagent_x_watts", "X."))
    for value in (math.nan, math.inf, -math.inf, -0.0, 123456.0, 1234567.0, 1e-7):
        family.starts.append(line_start("dcagent_x_watts", {}))
        family.values.append(value)
    written = [line.split()[1] for line in joined(text([family])).decode().splitlines()[2:]]
    assert written == ["NaN", "+Inf", "-Inf", "-0.0", "123456.0", "1.234567e+06", "1e-07"]


def test_gzip_holds_the_same() -> None:
    pieces = [b"a" * 1000, b"", b"b"]
    assert gzip.decompress(joined(gzipped(pieces))) == b"".join(pieces)
