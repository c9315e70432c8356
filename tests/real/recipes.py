"""The queries of docs/integration.md, and what the simulated site must answer to each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from simulators.site import PUE, RACKS, Site
from simulators.site_inventory import EMPTY_RACK
from tests.real.prometheus_peer import Series

DOCUMENT = Path(__file__).parents[2] / "docs/integration.md"
Answer = Mapping[str, float]
"""The label that tells the rows apart → value."""


def recipes(document: Path = DOCUMENT) -> dict[str, tuple[str, ...]]:
    """Name (the comment at the head of the block) → its queries."""
    found = {}
    for block in re.findall(
        r"```promql\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL
    ):
        head, _, body = block.partition("\n")
        found[head.removeprefix("# ")] = tuple(query.strip() for query in body.split("\n\n"))
    return found


def judge(name: str, number: int, found: Series, site: Site) -> None:
    """Fails where the answer is not the simulation's."""
    label, right = EXPECTED[name][number]
    answer = {dict(row).get(label, ""): value for row, value in found.items()}
    assert len(answer) == len(found), f"{name}: {label} does not tell the rows apart"
    assert right(answer, site), f"{name}: {answer}"


def answering(site: Site) -> set[str]:
    """Servers whose BMC answers."""
    silent = {name.replace("bmc", "srv") for name in (Site.DEAD, Site.REFUSING)}
    return {load.node for load in site.loads} - silent


def _server(found: Answer, site: Site) -> bool:
    return found.keys() == answering(site) and all(100 < watts < 2000 for watts in found.values())


def _racks(found: Answer, site: Site) -> bool:
    now = site.seconds()
    watts = {rack: site.power(now, (rack,)) for rack in RACKS}
    return found == pytest.approx(watts, rel=0.1)


def _hot(found: Answer, site: Site) -> bool:
    return len(found) == 5 and all(20 <= value <= 30 for value in found.values())


def _mute(found: Answer, site: Site) -> bool:
    return found == {"no_answer": 1, "wrong_password": 1}


def _missing(found: Answer, site: Site) -> bool:
    return found.keys() == {load.node for load in site.loads} - answering(site)


def _some(labels: int) -> Callable[[Answer, Site], bool]:
    return lambda found, _: len(found) == labels and min(found.values(), default=0) >= 0


def _about(value: float) -> Callable[[Answer, Site], bool]:
    return lambda found, _: found == {"demo": pytest.approx(value, rel=0.1)}


def _shares(found: Answer, site: Site) -> bool:
    return found.keys() == set(RACKS) and found["A01"] == 1 and 0.8 < found["A02"] < 0.95


EXPECTED: Mapping[str, tuple[tuple[str, Callable[[Answer, Site], bool]], ...]] = {
    "1. What does each server draw?": (("node", _server),),
    "2. What does each rack draw, by feed and by phase?": (
        ("rack", _racks),
        ("target", _some(6)),
        ("target", _some(3)),
    ),
    "3. Why is there no value?": (
        ("reason", _mute),
        ("reason", _some(1)),
        ("node", _missing),
    ),
    "4. How much energy in a day (kWh)?": (("site", _some(1)), ("rack", _some(3))),
    "5. Which racks draw most, and how near are they to their design power?": (
        ("rack", _racks),
        ("rack", lambda found, _: found[EMPTY_RACK] == 0 and len(found) == 4),
    ),
    "6. Where is the air hottest?": (("node", _hot),),
    "7. What is the PUE now?": (("site", _about(PUE)),),
    "8. How efficient is each rack?": (("rack", lambda found, _: found.keys() == set(RACKS)),),
    "9. How much of the power is known?": (("rack", _shares),),
    "10. How old are the values, and where did counting stop?": (
        ("target", lambda found, _: Site.REFUSING in found),
        ("node", _some(0)),
    ),
}
"""Recipe → for each of its queries: the label that tells rows apart, and what must be true."""
