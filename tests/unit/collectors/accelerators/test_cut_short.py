"""A tool's answer that breaks off: what it still tells is right, or it is not told."""

from __future__ import annotations

import pytest

from collectors.accelerators.registry import adapters
from collectors.accelerators.schema import Accelerator, samples
from collectors.accelerators.tool import Ask
from collectors.protocol import Failure
from model.raw import Sample
from model.readings import Fault, Reason
from tests.unit.collectors.accelerators.recorded import DIRECTORY, Recorded, recording

NAMES = sorted(path.stem for path in DIRECTORY.glob("*.txt"))


def surveyed(program: str, ask: Ask) -> tuple[Accelerator, ...]:
    adapter = next(a for a in adapters() if program in a.tool.programs)
    try:
        return adapter.survey(ask)
    except Failure:
        return ()


def told(found: tuple[Accelerator, ...]) -> dict[str, Sample]:
    every = (pair for device in found for pair in samples(device).items())
    return {key: sample for key, sample in every if isinstance(sample, Sample)}


def broken(text: str) -> list[int]:
    """Where a cut leaves the first digits of a figure."""
    return [n for n in range(1, len(text)) if text[n - 1].isdigit() and text[n] in "0123456789."]


@pytest.mark.parametrize("name", NAMES)
def test_the_rest_of_a_figure_is_no_figure(name: str) -> None:
    parts = recording(name)
    program = next(iter(parts)).split()[0]
    whole = told(surveyed(program, Recorded(name)))
    assert whole
    for command, text in parts.items():
        for cut in broken(text):
            half = Recorded(name)
            half.parts = {**parts, command: text[:cut]}
            for key, sample in told(surveyed(program, half)).items():
                assert sample == whole[key], (command, text[:cut][-40:])


def test_a_card_whose_chips_do_not_all_tell_their_power_has_none() -> None:
    asked = Recorded("ascend-310")
    common = "npu-smi info -t common -i 1"
    asked.parts[common] = asked.parts[common].rpartition("\tPower")[0]
    (card,) = surveyed("npu-smi", asked)
    assert isinstance(card.power, Fault)
    assert card.power.reason is Reason.ABSENT
    assert card.power.detail == "power: not every chip of the card tells its own"
