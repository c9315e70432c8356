"""Prometheus' own linter has nothing to say about our metrics."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import replace

import pytest
from prometheus_client.core import Metric

from exporters.declared import families as declared
from exporters.families import families, own_families
from exporters.listing import LISTING
from exporters.message import Figures
from exporters.render import text
from exporters.source import About
from model.catalogue import COMPONENT_LABEL, METRICS
from model.devices import Coverage, Energy, Place, TargetStatus
from model.inventory import (
    Basis,
    Boundary,
    EmissionFactor,
    Feed,
    Inventory,
    Kind,
    Meter,
    Node,
    Peak,
    Rack,
    RackState,
    Rating,
    RenewableShare,
    Site,
    Supply,
)
from model.readings import Fault, Reading, Reason, Source
from model.sensors import Limits, Quantity, Sensor
from tests.unit.exporters.site import AT, answered, poll, target, up

pytestmark = pytest.mark.peer("promtool")

LIMITS = Limits(-40.0, -10.0, 0.0, 80.0, 95.5, 1e9)
NAMES = ("", "1", "L1-L2", "电源 2", 'a "quoted" \\ name', "two\nlines", "Temp", "Temp")


PLACE = Place("sichuan", "tianfu", "双流", 'dc "1"', "c", "r1", "A", "A01")
INVENTORY = Inventory(
    racks=(Rack("A01", PLACE, RackState.RESERVED, 6000.0, 42, 1, (Feed("pdu-a", "A"),)),),
    sites=(Site("dc1", "sichuan"),),
    nodes=(
        Node(
            *("n1", Kind.AI, PLACE),
            ratings=(Rating(800.0, Basis.MEASURED),),
            domestic=True,
            supplies=(Supply("pdu-a", "7"),),
            peaks=(Peak("fp16", 2.5e15),),
        ),
    ),
    meters=(Meter("m1", "dc1", Boundary.IT, "2"),),
    factors=(EmissionFactor("sichuan", 2023, "MEE", 0.1564),),
    renewables=(RenewableShare("dc1", 0.35, "2025", "GEC 17"),),
)
"""One of each thing that can be declared."""


def everything() -> TargetStatus:
    """A device that has every sensor of the catalogue, under many names, and some faults.

    A role without parts is there once: of a node's powers the agent leaves one.
    """
    outcomes = [
        Reading(
            Sensor(role, quantity, name, (("name", f"{name}/π"),), LIMITS),
            1234567.5,
            text="ok" if quantity is Quantity.STATE else "",
        )
        for role, quantity in METRICS
        for name in (NAMES if role in COMPONENT_LABEL else NAMES[:1])
    ]
    faults = [Fault(None, reason) for reason in Reason]
    coverage = Coverage(("node.power_watts",), ())
    status = up(poll(target('机柜 "17"'), *outcomes, *faults, coverage=coverage))
    return replace(status, energy=Energy({Source.DCMI: 3.6e6, Source.RAPL: 0.0}, 61.5))


def checked(metrics: Iterable[Metric]) -> subprocess.CompletedProcess[bytes]:
    page = b"".join(text(metrics))
    return subprocess.run(
        ["promtool", "check", "metrics"], input=page, capture_output=True, timeout=20, check=False
    )


def test_every_family_passes() -> None:
    about = About("1", True, AT)
    figures = Figures(1, 2, 3, 4, AT)
    own = own_families(about, 1, {"bmc": True}, figures, (7, AT), dropped={"unproven": 1})
    page = [*own, *declared(INVENTORY), *families((everything(),), AT)]
    names = {sample.name for family in page for sample in family.samples}
    assert names == {listed.name for listed in LISTING}
    found = checked(page)
    assert (found.returncode, found.stdout, found.stderr) == (0, b"", b"")


def test_the_linter_would_have_said_so() -> None:
    status = answered(Reading(Sensor(*next(iter(METRICS))), 1.0))
    page = list(families((status,), AT))
    assert checked([*page, *page]).returncode != 0
