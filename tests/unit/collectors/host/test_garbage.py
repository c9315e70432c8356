"""Whatever the files hold, nothing raises and nothing is invented."""

from __future__ import annotations

import asyncio
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.host.files import Files, clean, counted
from model.raw import Sample
from model.readings import Fault
from tests import sysfs
from tests.unit.collectors.host.reading import here

NUMBERS = st.integers(-(10**22), 10**22).map(lambda n: f"{n}\n".encode())
GARBAGE = st.one_of(
    st.binary(max_size=60),
    NUMBERS,
    st.sampled_from([b"", b"\n", b"nan", b"inf", b"-1\n", b"1_000", b"0x10", "٣".encode(), b"1e9"]),
)
CONTENTS = {machine: sysfs.contents(machine) for machine in sysfs.MACHINES}
FILES = {
    machine: [path for path in sorted(contents) if "/topology/" not in path]
    for machine, contents in CONTENTS.items()
}


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every machine, unpacked once: each example puts back what it changed."""
    return {m: sysfs.unpack(m, tmp_path_factory.mktemp(m)) for m in sysfs.MACHINES}


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_garbage_in_any_file(roots: dict[str, Path], data: st.DataObject) -> None:
    machine = data.draw(st.sampled_from(sysfs.MACHINES))
    changes = st.dictionaries(st.sampled_from(FILES[machine]), GARBAGE, max_size=12)
    files, later = data.draw(changes), data.draw(changes)
    try:
        asyncio.run(_poll_often(roots[machine], files, later))
    finally:
        for path in {*files, *later}:
            sysfs.put(roots[machine], path, CONTENTS[machine][path])


async def _poll_often(root: Path, files: dict[str, bytes], later: dict[str, bytes]) -> None:
    for path, content in files.items():
        sysfs.put(root, path, content)
    async with here(root) as host:
        for now in (0.0, 15.0, 330.0):
            host.now = now
            for path, content in later.items() if now else ():
                sysfs.put(root, path, content)
            for key, answer in (await host.read()).items():
                _plausible(key, answer)


def _plausible(key: str, answer: object) -> None:
    if isinstance(answer, Fault):
        assert answer.detail
        return
    assert isinstance(answer, Sample)
    assert answer.value is not None
    assert math.isfinite(answer.value)
    if key.startswith("device/cpu"):
        assert 0.0 <= answer.value <= 1.0
    if key.startswith(("power_meter", "uptime")) or key.endswith("/power"):
        assert answer.value >= 0.0


@given(st.binary(max_size=200))
def test_smbios_of_any_bytes(table: bytes) -> None:
    from collectors.host import dmi

    with tempfile.TemporaryDirectory() as folder:
        sysfs.put(Path(folder), dmi.TABLE, table)
        found = dmi.read(Files(Path(folder)))
        assert found.sockets <= len(table) // 0x19
        assert len(found.processors) <= found.sockets


@given(st.text(), st.text())
def test_any_two_names_can_be_put_in_order(one: str, other: str) -> None:
    assert sorted([one, other], key=counted) in ([one, other], [other, one])
    assert "\n" not in clean(one + other)
