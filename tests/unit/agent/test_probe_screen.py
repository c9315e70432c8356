"""The header ends up above the checks: on a terminal, at its lower edge, and in a pipe."""

from __future__ import annotations

import io

import pytest

from agent.cli.probe_screen import Screen
from agent.results import Check, Status
from tests.unit.agent.small_terminal import SmallTerminal

HEADER = " NF5280M5 · Inspur"
CHECKS = [Check(f"ipmi.{name}", name, Status.OK, "fine") for name in ("reach", "session", "device")]
WHOLE = [
    HEADER,
    " [ok  ] reach      fine",
    " [ok  ] session    fine",
    " [ok  ] device     fine",
    "  the table",
]


def shown(screen: Screen) -> None:
    screen.busy("IPMI 10.0.0.17")
    for check in CHECKS:
        screen.tell(check)
        screen.busy("reading")
    screen.head(HEADER)
    screen.release()
    screen.lines(["  the table"])


@pytest.fixture(autouse=True)
def _size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "8")


@pytest.mark.parametrize("above", [0, 1, 5, 7, 20])
@pytest.mark.parametrize("term", ["xterm", "xterm-256color"])
def test_on_a_terminal_the_header_is_put_on_top_wherever_it_began(above: int, term: str) -> None:
    terminal = SmallTerminal(8)
    before = [f"$ line {n}" for n in range(above)]
    terminal.write("".join(f"{line}\n" for line in before))
    shown(Screen(terminal, "en", {"TERM": term}))
    assert terminal.text() == [*before, *WHOLE]


def test_checks_are_there_before_the_header_is_known() -> None:
    terminal = SmallTerminal(8)
    screen = Screen(terminal, "en", {"TERM": "xterm"})
    screen.tell(CHECKS[0])
    screen.busy("IPMI 10.0.0.17")
    assert terminal.text() == [WHOLE[1], " … IPMI 10.0.0.17"]


def test_a_wrapped_line_counts_as_the_rows_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    terminal = SmallTerminal(24)
    screen = Screen(terminal, "en", {"TERM": "xterm"})
    screen.tell(CHECKS[0])
    assert screen._printed == 3  # 23 columns on 10


def test_where_it_no_longer_fits_the_header_stands_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "3")
    terminal = SmallTerminal(3)
    shown(Screen(terminal, "en", {"TERM": "xterm"}))
    assert terminal.text() == [*WHOLE[1:4], HEADER, WHOLE[4]]


@pytest.mark.parametrize("environment", [{}, {"TERM": "xterm"}])
def test_a_pipe_gets_plain_lines_in_order(environment: dict[str, str]) -> None:
    pipe = io.StringIO()
    shown(Screen(pipe, "en", environment))
    assert pipe.getvalue().splitlines() == WHOLE
    assert "\x1b" not in pipe.getvalue()


def test_colour_follows_no_color() -> None:
    terminal = SmallTerminal(8)
    assert Screen(terminal, "en", {"TERM": "xterm"}).colour
    assert not Screen(terminal, "en", {"TERM": "xterm", "NO_COLOR": "1"}).colour
    assert not Screen(terminal, "en", {"TERM": "dumb"}).colour
