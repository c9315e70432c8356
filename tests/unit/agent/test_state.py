"""The state file: whole, ours alone, and never in the way."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.energy import Account, Counter, Last
from agent.state import State, boot_id, read, written
from model.readings import Source

LAST = Last(100.0, 1_795_521_600.0, 400.0, Source.DCMI, 45.0)
ACCOUNTS = {
    "srv-17": Account(
        {Source.DCMI: Counter(6_000.0, 0.0, 54_000.0), Source.RAPL: Counter(10.5, 0.0, 12.0)},
        30.0,
        LAST,
    ),
    "机柜 01": Account(),
}


@dataclass
class Place:
    """A state directory, and what is said about it."""

    directory: Path
    caplog: pytest.LogCaptureFixture
    opened: list[State] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.directory / "state.json"

    def state(self, boot: str = "b1", monotonic: float = 120.0) -> State:
        wall = LAST.wall + 20.0
        state = State(self.directory, boot=boot, monotonic=lambda: monotonic, wall=lambda: wall)
        self.opened.append(state)
        return state

    def said(self) -> list[str]:
        return [record.getMessage() for record in self.caplog.records]


@pytest.fixture
def place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Place]:
    caplog.set_level(logging.INFO, "dcagent")
    found = Place(tmp_path, caplog)
    yield found
    for state in found.opened:
        state.close()


def test_what_is_saved_goes_on_in_the_same_boot(place: Place) -> None:
    first = place.state()
    assert first.load() == {}
    assert first.save(ACCOUNTS)
    first.close()
    found = place.state().load()
    assert found == {
        "srv-17": Account(
            {
                Source.DCMI: Counter(6_000.0, 54_000.0, 54_000.0),
                Source.RAPL: Counter(10.5, 12.0, 12.0),
            },
            30.0,
            LAST,
        ),
        "机柜 01": Account(),
    }
    assert place.said() == []


def test_in_another_boot_the_last_reading_is_as_old_as_the_wall_clock_says(place: Place) -> None:
    first = place.state()
    first.load()
    first.save(ACCOUNTS)
    first.close()
    last = place.state("b2", monotonic=5.0).load()["srv-17"].last
    assert last is not None
    assert (last.at, last.holds) == (-15.0, -1.0)


def test_the_file_says_what_it_is(place: Place) -> None:
    state = place.state()
    state.load()
    state.save(ACCOUNTS)
    told = json.loads(place.file.read_text())
    assert (told["version"], len(told["checksum"])) == (1, 64)
    assert told["state"]["nodes"]["srv-17"]["joules"] == {
        "dcmi": [6_000.0, 54_000.0],
        "rapl": [10.5, 12.0],
    }
    assert place.file.stat().st_mode & 0o007 == 0
    assert sorted(path.name for path in place.directory.iterdir()) == ["lock", "state.json"]


GOOD = written(ACCOUNTS, "b1")


def resealed(old: str, new: str) -> bytes:
    """A file whose checksum is right, and one of whose words is not."""
    whole = json.loads(GOOD.decode().replace(old, new))
    sealed = json.dumps(whole["state"], sort_keys=True, separators=(",", ":"))
    whole["checksum"] = hashlib.sha256(sealed.encode()).hexdigest()
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Expecting value"),
        (GOOD[: len(GOOD) // 2], "delimiter"),
        (GOOD.replace(b"6000.0", b"9999.0"), "the checksum is wrong"),
        (GOOD.replace(b'"version": 1', b'"version": 2'), "version 2 is not 1"),
        (b"[]", "this is no state file"),
        (b'{"version": 1}', "this is no state file"),
        (b"\xff\xfe\x00", "decode"),
        (resealed("6000.0", "NaN"), "nan is no number"),
        (resealed("6000.0", "-1.0"), "-1 is less than nothing"),
        (resealed("6000.0", '"6000"'), "'6000' is no number"),
        (resealed("rapl", "hearsay"), "'hearsay' is not a valid Source"),
        (b"[" * 100_000, "this is no state file"),
    ],
)
def test_a_damaged_file_is_kept_aside(place: Place, content: bytes, why: str) -> None:
    place.file.write_bytes(content)
    state = place.state()
    assert state.load() == {}
    (said,) = place.said()
    assert said.startswith(f"{place.file}: ")
    assert said.endswith("; kept as state.json.corrupt, counters begin anew")
    assert why in said
    assert (place.directory / "state.json.corrupt").read_bytes() == content
    assert state.save(ACCOUNTS)
    assert read(place.file.read_bytes())[1] == read(GOOD)[1]


def test_without_the_directory_nothing_is_kept_and_that_is_said_once(place: Place) -> None:
    place.directory /= "nowhere"
    state = place.state()
    assert state.load() == {}
    assert (state.kept, state.save(ACCOUNTS), state.save(ACCOUNTS)) == (False, False, False)
    assert place.said() == [
        "energy counters will begin anew at the next start:"
        f" there is no directory {place.directory}"
    ]


def test_a_file_where_the_directory_should_be(place: Place) -> None:
    place.directory /= "file"
    place.directory.write_text("")
    assert place.state().load() == {}
    (said,) = place.said()
    assert said.endswith(f"{place.directory}/lock: Not a directory")


def test_two_agents_do_not_share_a_directory(place: Place) -> None:
    first, second = place.state(), place.state()
    first.load()
    first.save(ACCOUNTS)
    assert second.load() == {}
    assert not second.kept
    assert place.said() == [
        f"energy counters will begin anew at the next start: another agent uses {place.directory}"
    ]
    first.close()
    assert len(place.state().load()) == 2


def test_a_save_that_fails_is_said_once_and_so_is_the_end_of_it(place: Place) -> None:
    state = place.state()
    state.load()
    blocked = place.directory / "state.json.new"
    blocked.mkdir()
    assert [state.save(ACCOUNTS) for _ in range(3)] == [False] * 3
    blocked.rmdir()
    assert state.save(ACCOUNTS)
    assert place.said() == [
        f"no energy counter is saved: {place.file}: Is a directory",
        "energy counters are saved again",
    ]


def test_nothing_is_saved_after_the_end(place: Place) -> None:
    state = place.state()
    state.load()
    state.close()
    assert not state.save(ACCOUNTS)
    assert not place.file.exists()


def test_a_boot_has_a_name_on_linux() -> None:
    assert len(boot_id()) == 36
    assert boot_id() == boot_id()
