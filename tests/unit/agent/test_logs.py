"""The log: one line per event, whatever a device says; libraries do not chat."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from agent import logs
from model.credentials import IpmiCredential, Secret


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    names = ("pyipmi", *logs.OURS)
    before = root.handlers[:], root.level, [logging.getLogger(n).level for n in names]
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for name, level in zip(names, before[2], strict=True):
        logging.getLogger(name).setLevel(level)


def written(level: str, style: str) -> io.StringIO:
    stream = io.StringIO()
    logs.start(level, style, stream)
    return stream


def test_a_line_has_time_level_and_message() -> None:
    stream = written("info", "text")
    logging.getLogger("dcagent.schedule").warning("%s is down: %s", "机柜-a", "no answer")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning 机柜-a is down: no answer\n",
        stream.getvalue(),
    )


def test_a_device_cannot_forge_a_line() -> None:
    stream = written("info", "text")
    logging.getLogger("dcagent").info("it said %s", "x\n2026-01-01 error all is lost\x1b[31m")
    assert stream.getvalue().endswith("it said x\\n2026-01-01 error all is lost\\x1b[31m\n")
    assert stream.getvalue().count("\n") == 1


def test_levels_are_ours_and_libraries_stay_at_warnings() -> None:
    stream = written("debug", "text")
    logging.getLogger("dcagent.web").debug("ours")
    logging.getLogger("collectors.ipmi").debug("ours too")
    logging.getLogger("pyipmi").debug("password: hunter2")
    logging.getLogger("pyipmi").warning("theirs")
    assert re.findall(r"Z \w+ (.*)", stream.getvalue()) == ["ours", "ours too", "theirs"]
    stream = written("error", "text")
    logging.getLogger("dcagent.web").warning("not wanted")
    assert stream.getvalue() == ""


def test_json_has_an_object_per_event_and_keeps_the_traceback_in_it() -> None:
    stream = written("info", "json")
    try:
        raise ValueError("a bug")
    except ValueError:
        logging.getLogger("dcagent.schedule").exception("%s: a bug", "a")
    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)
    assert {k: event[k] for k in ("level", "logger", "message")} == {
        "level": "error",
        "logger": "dcagent.schedule",
        "message": "a: a bug",
    }
    assert event["traceback"].endswith("ValueError: a bug")


def test_a_credential_can_be_logged_without_its_secret() -> None:
    stream = written("debug", "text")
    logging.getLogger("dcagent").debug("%r", IpmiCredential("bmc", "m", Secret("hunter2")))
    assert "hunter2" not in stream.getvalue()


LOGGED = """
import logging
from agent import logs
logs.start("debug")
log = logging.getLogger("dcagent")
log.debug("a")
log.info("b")
log.warning("c")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("d")
"""


@pytest.mark.parametrize("journal", [True, False])
def test_the_journal_is_told_how_grave_a_line_is(*, journal: bool) -> None:
    reading, writing = os.pipe()
    there = os.fstat(writing)
    named = f"{there.st_dev}:{there.st_ino if journal else there.st_ino + 1}"
    with os.fdopen(reading) as told:
        subprocess.run(
            (sys.executable, "-c", LOGGED),
            env={**os.environ, "JOURNAL_STREAM": named},
            stderr=writing,
            check=True,
        )
        os.close(writing)
        lines = told.read().splitlines()
    marks = [re.match("(<.>)?", line)[0] for line in lines]  # type: ignore[index]
    assert [line[-1] for line in lines[:4]] == ["a", "b", "c", "d"]
    assert lines[-1].endswith("ZeroDivisionError: division by zero")
    expected = ["<7>", "<6>", "<4>", *["<3>"] * (len(lines) - 3)]
    assert marks == (expected if journal else [""] * len(lines))
