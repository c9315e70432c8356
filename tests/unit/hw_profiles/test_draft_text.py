"""A draft as a file: TOML that holds whatever a device calls itself."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw_profiles.draft_text import Draft, Line, Section, Toml, string, value
from tests.unit.hw_profiles.writing import checked

_HEAD: dict[str, Toml] = {
    "name": "mine",
    "protocol": "snmp",
    "source": "a test",
    "verified": "capture",
}


_WHOLE = """# A remark.

[profile]
name     = "mine"
protocol = "snmp"
source   = "a test"
verified = "capture"
kind     = "pdu"

[match]
sys_object_id = ["1.3.6.1.4.1.9", "1.3.6.1.4.1.9.*"]

[snmp]
base = "1.3.6.1.4.1.9"

[metrics]
# guess: 1210 W: V × A
"rack.power_watts" = {oid = ".1.0", scale = 10}
# guess: the parts
"rack.energy_joules_total" = {sum = "phase.energy_joules_total"}

[tables.phase]
role  = "phase"
names = {1 = "L1"}
[tables.phase.metrics]
# guess: 900 W: 0.93 of V × A
"phase.power_watts" = {oid = ".2.4"}
#   .2.9: 2, 3

# Not understood, each with a sample:
#   1.3.6.1.4.1.9.8.0: 'x y'
"""


def test_the_whole_file() -> None:
    lines = (
        Line("rack.power_watts", {"oid": ".1.0", "scale": 10.0}, "V × A", "1210 W"),
        Line("rack.energy_joules_total", {"sum": "phase.energy_joules_total"}, "the parts"),
    )
    phase = Section(
        "phase",
        {"role": "phase", "names": {"1": "L1"}},
        (Line("phase.power_watts", {"oid": ".2.4"}, "0.93 of V × A", "900 W"),),
        (".2.9: 2, 3",),
    )
    made = Draft(
        {**_HEAD, "kind": "pdu"},
        ({"sys_object_id": ["1.3.6.1.4.1.9", "1.3.6.1.4.1.9.*"]},),
        {"snmp": {"base": "1.3.6.1.4.1.9"}},
        (Section(lines=lines), phase),
        ("A remark.",),
        ("1.3.6.1.4.1.9.8.0: 'x\ny'",),
    )
    assert made.text == _WHOLE
    assert checked(made.text)[1] == ()


def test_several_matches_and_several_lines_of_one_word() -> None:
    lines = tuple(
        Line("psu_input.power_watts", {"sensor": name}, "its name")
        for name in ("A", r"PSU\d+", "A")
    )
    made = Draft(_HEAD, ({"manufacturer": 7}, {"manufacturer": 8}), {}, (Section(lines=lines),))
    assert made.text.count("[[match]]") == 2
    assert tomllib.loads(made.text)["metrics"] == {
        "psu_input.power_watts": {"sensor": ["A", r"PSU\d+"]}
    }


def test_alternatives_that_are_long_stand_below_one_another() -> None:
    rules: list[Toml] = [{"oid": f"1.3.6.1.4.1.9.1.2.3.{n}.0", "missing": [-1, 0]} for n in (1, 2)]
    lines = tuple(Line("rack.power_watts", rule, "x") for rule in rules)
    text = Draft(_HEAD, (), {}, (Section(lines=lines),)).text
    assert '"rack.power_watts" = [\n  {oid = "1.3.6.1.4.1.9.1.2.3.1.0"' in text
    assert tomllib.loads(text)["metrics"]["rack.power_watts"] == rules


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (True, "true"),
        (3, "3"),
        (0.1, "0.1"),
        (3.6e5, "360000"),
        (3.6e6, "3.6e+06"),
        ([1, "a"], '[1, "a"]'),
        ({"a b": [0.5]}, '{"a b" = [0.5]}'),
        (r"CPU\d+", r"'CPU\d+'"),
        ("it's", '"it\'s"'),
        ('say "no"', '"say \\"no\\""'),
        (r"a'\d", '"a\'\\\\d"'),
    ],
)
def test_a_value(told: Toml, text: str) -> None:
    assert value(told) == text


@given(st.text())
def test_any_text_is_one_string(text: str) -> None:
    found = tomllib.loads(f"x = {string(text)}")["x"]
    assert found == " ".join("".join(c if c.isprintable() else " " for c in text).split())


@given(st.text(), st.text(), st.text())
def test_whatever_a_device_says_the_file_is_toml(title: str, sample: str, left: str) -> None:
    section = Section(
        lines=(Line("rack.power_watts", {"oid": ".1.0"}, sample, sample),), left=(left,)
    )
    made = Draft({**_HEAD, "title": title}, (), {}, (section,), (left,), (left,))
    assert tomllib.loads(made.text)["metrics"] == {"rack.power_watts": {"oid": ".1.0"}}
