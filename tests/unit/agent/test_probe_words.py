"""Language, columns and wrapping: what the terminal side promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cli.language import _WORDS, language, say
from agent.cli.probe_findings import masked
from agent.cli.terminal import _pieces, columns, one_line, pad, paint, width, wrapped


@pytest.mark.parametrize(
    ("option", "environment", "spoken"),
    [
        ("", {}, "en"),
        ("", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("", {"LANG": "zh_CN.GB18030"}, "zh"),
        ("", {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ("", {"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ("", {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ("", {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", {}, "zh"),
    ],
)
def test_the_option_wins_then_the_locale(
    option: str, environment: dict[str, str], spoken: str
) -> None:
    assert language(option, environment) == spoken


def test_every_word_is_there_in_both_languages() -> None:
    for key, (zh, en) in _WORDS.items():
        assert zh, key
        assert en, key
        assert zh.count("{") == en.count("{"), key
    assert say("zh", "rack", "B03") == "机柜 B03"
    assert say("en", "rack", "B03") == "rack B03"


def test_chinese_takes_two_columns_and_columns_line_up() -> None:
    assert width("网络") == 4
    assert width("a℃·e\u0301") == 4
    assert pad("网络", 6) + "|" == "网络  |"
    assert columns([("读数", "数值"), ("node", "412 W")], right=(1,)) == [
        "读数   数值",
        "node  412 W",
    ]
    assert columns([]) == []


def test_a_device_cannot_move_the_cursor() -> None:
    assert one_line("R4900\x1b[2J\n  G3\r") == "R4900 [2J G3"


def test_text_is_wrapped_under_its_lead_and_commands_are_not_hyphenated() -> None:
    assert wrapped("one two three", "cause ", 14) == ["cause one two", "      three"]
    assert wrapped("原因在于口令。", "原因 ", 13) == ["原因 原因在于", "     口令。"]
    assert wrapped("", "fix ") == ["fix"]
    long = "x" * 120
    assert wrapped(long) == [long]


@given(st.text(max_size=200), st.sampled_from(["", "cause ", "        处理 1. "]))
def test_wrapping_loses_nothing_and_stays_within_the_limit(text: str, lead: str) -> None:
    text = one_line(text)
    first, *more = wrapped(text, lead, 40)
    lines = [first.removeprefix(lead.rstrip()), *more]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert width(line) <= 40 or len(_pieces(line.strip())) == 1


def test_colour_is_asked_for() -> None:
    assert paint("ok", "green", True) == "\x1b[32mok\x1b[0m"
    assert paint("ok", "green", False) == "ok"


def test_a_serial_number_can_be_recognised_but_not_used() -> None:
    assert masked("219000000001") == "2190******01"
    assert masked("SHORT") == "*****"
    assert masked("") == ""
