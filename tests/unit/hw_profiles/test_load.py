"""What is wrong with a profile is told by file, line, key and the nearest known word."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hw_profiles import load
from hw_profiles.load import ProfileError
from hw_profiles.schema import Oid, Pick, Sum
from tests.unit.hw_profiles.writing import HEAD, checked, snmp

SNMP = HEAD.format(protocol="snmp")
IPMI = HEAD.format(protocol="ipmi")
LINES = len(SNMP.splitlines())


@pytest.mark.parametrize(
    ("text", "line", "message", "code"),
    [
        ("[metrics\n", LINES + 1, "is not TOML: Expected ']'", "001"),
        ("[metrcs]\n", LINES + 1, 'unknown key "metrcs" in a profile: did you mean', "002"),
        ("[snmp]\nbsae = '1.3'\n", LINES + 2, 'unknown key "bsae" in [snmp]: did you', "002"),
        (
            "[metrics]\n'rack.power_wats' = '1.3'\n",
            LINES + 2,
            'unknown word "rack.power_wats": did you mean "rack.power_watts"?',
            "005",
        ),
        (
            "[metrics]\nrack.power_watts = '1.3'\n",
            LINES + 2,
            'unknown word "rack": write "rack.power_watts" in quotes',
            "005",
        ),
        (
            "[metrics]\n'rack.power_watts' = {oid = '1.3', scal = 2}\n",
            LINES + 2,
            'unknown key "scal" in "rack.power_watts": did you mean "scale"?',
            "002",
        ),
        (
            "[metrics]\n'rack.power_watts' = {scale = 2}\n",
            LINES + 2,
            "needs one address, of: oid, sum",
            "004",
        ),
        (
            "[metrics]\n'rack.power_watts' = '.1.3'\n",
            LINES + 2,
            '".1.3" is relative, but [snmp] has no "base"',
            "004",
        ),
        (
            "[metrics]\n'rack.power_watts' = '1.3.x'\n",
            LINES + 2,
            '"oid" must be an OID such as ".4.3.1.5.1" or "1.3.6.1.2.1.1.5.0"',
            "003",
        ),
        ("[metrics]\n'rack.state' = '1.3'\n", LINES + 2, '"rack.state" needs "states"', "004"),
        (
            "[metrics]\n'rack.power_watts' = {oid = '1.3', scale = '2'}\n",
            LINES + 2,
            '"scale" must be a number',
            "003",
        ),
        (
            "[metrics]\n'rack.power_watts' = {oid = '1.3', range = [3, 1]}\n",
            LINES + 2,
            '"range" must be [lowest, highest] in the reading\'s unit',
            "003",
        ),
        (
            "[metrics]\n'rack.power_watts' = {oid = '1.3', signed = 12}\n",
            LINES + 2,
            '"signed" must be 8, 16, 32 or 64 (bits)',
            "003",
        ),
        (
            "[metrics]\n'rack.power_watts' = {oid = '1.3', limits = {high = 3}}\n",
            LINES + 2,
            'unknown key "high" in "limits"',
            "002",
        ),
        (
            "[metrics]\n'rack.state' = {oid = '1.3', states = {fine = {1 = 'x'}}}\n",
            LINES + 2,
            'unknown key "fine" in "states"',
            "002",
        ),
        (
            "[metrics]\n'rack.power_watts' = {oid = '1.3', when = {oid = '1.4'}}\n",
            LINES + 2,
            '"when" must be {oid = "…"} and one of equals = …, not = …',
            "003",
        ),
        (
            "[metrics]\n'rack.power_watts' = {sum = 'outlet.power'}\n",
            LINES + 2,
            'unknown word "outlet.power": did you mean "outlet.power_watts"?',
            "005",
        ),
        (
            "[tables.outlet]\nindex = ['pdu:text']\n",
            LINES + 2,
            'index part of kind "text", expected one of integer, string, implied',
            "003",
        ),
        (
            "[tables.outlet]\ncomponent = 'nmae'\nlabels = {name = '1.3'}\n",
            LINES + 2,
            '"nmae" is no part of the index and no label: did you mean "name"?',
            "003",
        ),
        (
            "[tables.outlet.metrics]\npower_watts = {oid = '1.3', where = {name = 'x('}}\n",
            LINES + 2,
            "'x(' is no regular expression: missing ), unterminated subpattern at position 1",
            "008",
        ),
        (
            "[ipmi]\ndiscrete = true\n",
            LINES + 2,
            '"ipmi" has no place in a profile for snmp',
            "002",
        ),
        (
            "[match]\nmanufacturer = 3\n",
            LINES + 2,
            'unknown key "manufacturer" in [match] of an snmp profile',
            "002",
        ),
    ],
)
def test_mistake(text: str, line: int, message: str, code: str) -> None:
    _, problems = checked(SNMP + text)
    found = [(p.line, p.message, p.code) for p in problems]
    assert any(
        at == line and said.startswith(message) and which == f"DCA-PROF-{code}"
        for at, said, which in found
    ), found


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    text = "[metrics]\n'rack.power_wats' = '1.3'\n'rack.power_watts' = {oid = 3}\n"
    _, problems = checked(SNMP + text)
    assert [p.line for p in problems] == [LINES + 2, LINES + 3]


def test_problem_is_a_place_to_jump_to() -> None:
    _, (problem,) = checked(SNMP + "[metrics]\n'rack.power_wats' = '1.3'\n")
    assert str(problem).endswith(
        f'mine.toml:{LINES + 2}  unknown word "rack.power_wats": did you mean "rack.power_watts"?'
    )


def test_head_is_required() -> None:
    _, problems = checked("[profile]\nname = 'mine'\nprotocol = 'snmp'\n")
    assert [p.message for p in problems] == [
        '[profile] needs "source"',
        '[profile] needs "verified"',
    ]


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    _, problems = load.check([tmp_path / "none.toml"])
    assert problems[0].code == "DCA-PROF-001"


def _write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_two_profiles_of_one_name(tmp_path: Path) -> None:
    _write(tmp_path, "a.toml", SNMP)
    _write(tmp_path, "b.toml", SNMP)
    with pytest.raises(ProfileError, match=r"b\.toml:2 .* stands twice: it is also in .*a\.toml:2"):
        load.pack(tmp_path)


def test_users_profile_wins_over_ours_and_may_extend_it(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "rfc1628.toml",
        """[profile]
name = "rfc1628-ups"
extends = "rfc1628-ups"
source = "our UPS"
verified = "bench"
[match]
probe = "1.3.6.1.2.1.33.1.2.1.0"
[tables.ups_output.metrics]
power_watts = {oid = ".4.4.1.4", scale = 1000}
""",
    )
    pack = load.pack(tmp_path)
    profile = pack.named("rfc1628-ups")
    assert profile is not None
    assert profile.user
    assert sum(p.name == "rfc1628-ups" for p in pack.profiles) == 1
    (power,) = (r for t in profile.tables for r in t.rules if r.word == "ups_output.power_watts")
    assert (power.origin, power.scale, power.file, power.line) == (
        Oid("1.3.6.1.2.1.33.1.4.4.1.4"),
        1000.0,
        "rfc1628.toml",
        9,
    )


def test_child_moves_its_parents_tree_by_its_base(tmp_path: Path) -> None:
    text = SNMP.replace('"mine"', '"xfusion"').replace(
        "source", 'extends = "huawei-ibmc-snmp"\nsource'
    )
    _write(tmp_path, "x.toml", text + '[snmp]\nbase = "1.3.6.1.4.1.58132.2.235.1.1"\n')
    profile = load.pack(tmp_path).named("xfusion")
    assert profile is not None
    assert profile.match == ()
    assert profile.extends == ("huawei-ibmc-snmp",)
    assert profile.device["model"] == "1.3.6.1.4.1.58132.2.235.1.1.1.6.0"
    assert profile.max_repetitions == 10


def test_empty_list_takes_a_word_away() -> None:
    profile = load.pack().named("inspur")
    assert profile is not None
    assert "cpu.state" not in profile.words
    parent = load.pack().named("generic-ipmi")
    assert parent is not None
    assert "cpu.state" in parent.words


def test_childs_rules_come_first() -> None:
    profile = load.pack().named("huawei-ibmc")
    assert profile is not None
    first = profile.rules[0]
    assert isinstance(first.origin, Pick)
    assert first.origin.text == "sensor 'Power'"


@pytest.mark.parametrize(
    ("parent", "message"),
    [
        ("rfc1628-up", 'there is no profile "rfc1628-up": did you mean "rfc1628-ups"?'),
        ("generic-ipmi", '"generic-ipmi" is for another protocol'),
        ("mine", '"mine" extends itself through "mine"'),
    ],
)
def test_extends_leads_nowhere(parent: str, message: str) -> None:
    _, problems = checked(SNMP + f'extends = "{parent}"\n')
    assert [(p.line, p.message, p.code) for p in problems] == [(LINES + 1, message, "DCA-PROF-007")]


def test_two_profiles_that_extend_each_other(tmp_path: Path) -> None:
    _write(tmp_path, "a.toml", SNMP.replace("mine", "a") + 'extends = "b"\n')
    _write(tmp_path, "b.toml", SNMP.replace("mine", "b") + 'extends = "a"\n')
    with pytest.raises(ProfileError, match='"b" extends itself through "a"'):
        load.pack(tmp_path)


def test_shape_of_a_table() -> None:
    profile = snmp("""[snmp]
base = "1.3.6"
[metrics]
"rack.power_watts" = [".1", {sum = "phase.power_watts"}]
[tables.phase]
index = ["pdu", "phase:string"]
names = {1 = "L1"}
[tables.phase.metrics]
"power_watts" = {oid = ".2", digits = ".3"}
""")
    assert [r.origin for r in profile.rules] == [Oid("1.3.6.1"), Sum("phase.power_watts")]
    (table,) = profile.tables
    assert [(p.name, p.kind) for p in table.index] == [("pdu", "integer"), ("phase", "string")]
    assert table.component == ("pdu", "phase")
    assert table.rules[0].digits == "1.3.6.3"
    assert table.rules[0].told == "mine.toml:14 oid 1.3.6.2 digits 1.3.6.3 ×1"


def test_absent_folder_holds_no_profiles(tmp_path: Path) -> None:
    assert len(load.pack(tmp_path / "none").profiles) == len(load.pack().profiles)


def test_pack_loads_within_a_quarter_second() -> None:
    times = []
    for _ in range(3):
        begun = time.process_time()
        load.pack()
        times.append(time.process_time() - begun)
    assert min(times) < 0.25
