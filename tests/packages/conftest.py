"""Builds the packages once for all tests: this version, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from packager import build
from packager.payload import NOARCH, Payload
from packager.source import PACKAGING

BEFORE = "0.0.9"
"""A version that is older than any that is released."""


@dataclass(frozen=True)
class Built:
    """A deb, an rpm and their bill of materials."""

    deb: Path
    rpm: Path
    bill: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The packages as they are."""
    out = tmp_path_factory.mktemp("built")
    return Built(*build.build(build.Order(NOARCH, out=out, work=out / "work")))


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same as an older version."""
    return older(NOARCH, tmp_path_factory.mktemp("before"))


def older(payload: Payload, out: Path) -> Built:
    """The packages of a payload as an older version, whose configuration had other comments."""
    configuration = out / "dcagent.toml"
    text = (PACKAGING / "dcagent.toml").read_text(encoding="utf-8")
    configuration.write_text("# as it was before\n" + text, encoding="utf-8")
    order = build.Order(
        *(payload, build.FORMATS, BEFORE), out=out, work=out / "work", configuration=configuration
    )
    return Built(*build.build(order))
