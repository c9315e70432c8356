"""Whatever a tool prints, an adapter gives accelerators or its own Failure, nothing else."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collectors.accelerators.registry import adapters
from collectors.accelerators.schema import Accelerator, samples, sensors
from collectors.accelerators.tool import Adapter
from collectors.protocol import Failure
from model.raw import Sample
from model.readings import Reason
from tests.unit.collectors.accelerators.recorded import DIRECTORY, recording

NAMES = sorted(path.stem for path in DIRECTORY.glob("*.txt"))
OUTPUTS = [text for name in NAMES for text in recording(name).values()]
VENDORS = [adapter.tool.vendor for adapter in adapters()]


def fresh(vendor: str) -> Adapter:
    return next(adapter for adapter in adapters() if adapter.tool.vendor == vendor)


def survey(vendor: str, text: str) -> tuple[Accelerator, ...]:
    try:
        found = fresh(vendor).survey(lambda *_: text)
    except Failure as failure:
        known = failure.reason is Reason.UNDECODABLE and failure.detail
    else:
        return found
    assert known
    return ()


def check(found: tuple[Accelerator, ...]) -> None:
    keys = [field.key for accelerator in found for field in sensors(accelerator)]
    assert len(set(keys)) == len(keys)
    for accelerator in found:
        for name, sample in samples(accelerator).items():
            if isinstance(sample, Sample) and sample.value is not None:
                assert 0 <= sample.value < 2**50
                assert "utilization" not in name or sample.value <= 1


@pytest.mark.parametrize("vendor", VENDORS)
@given(text=st.text(max_size=400))
@settings(max_examples=60, deadline=None)
@example(text="")
@example(text="{}")
@example(text='{"GPU": []}')
@example(text="Card 99999999999999999999\n")
@example(text="[" * 5000)
@example(text='{"card0": ' + "[" * 5000 + "}")
def test_noise(vendor: str, text: str) -> None:
    check(survey(vendor, text))


@pytest.mark.parametrize("vendor", VENDORS)
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_mangled_outputs(vendor: str, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(OUTPUTS))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    parts = [text[begin:end] for begin, end in pairwise([0, *cuts, len(text)])]
    drop = data.draw(st.sets(st.integers(0, len(parts) - 1)))
    noise = data.draw(st.text(alphabet='0123456789-NA/:|{}" \n\tW%', max_size=12))
    check(survey(vendor, "".join(noise if i in drop else p for i, p in enumerate(parts))))


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
KEYS = st.sampled_from(
    (
        *("GPU", "Attached GPUs", "Index", "Utilization", "Gpu", "Power Readings", "Power Draw "),
        *("card0", "card1", "DCU use (%)", "Average Graphics Package Power (W)", "GPU0 00:1a"),
    )
)
DOCUMENTS = st.recursive(
    LEAVES, lambda c: st.lists(c, max_size=3) | st.dictionaries(KEYS, c, max_size=4), max_leaves=20
)


@pytest.mark.parametrize("vendor", ["hygon", "moorethreads"])
@given(document=st.dictionaries(KEYS, DOCUMENTS, max_size=4))
@settings(max_examples=150, deadline=None)
def test_strange_documents(vendor: str, document: dict[str, object]) -> None:
    check(survey(vendor, json.dumps(document)))


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_unknown_layout_is_told_with_its_line(vendor: str) -> None:
    with pytest.raises(Failure, match="the new layout of 2031") as caught:
        fresh(vendor).survey(lambda *_: "\n+----+\n| the new layout of 2031 |\n+----+\n")
    assert caught.value.reason is Reason.UNDECODABLE


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_states_its_origin_and_format(name: str) -> None:
    first, second = (DIRECTORY / f"{name}.txt").read_text(encoding="utf-8").splitlines()[:2]
    assert first in ("# origin: invented", "# origin: manual")
    assert second.startswith("# format: ")
