"""Match, lines, roles and names of a profile under test: each finding with its line."""

from __future__ import annotations

from hw_profiles import judge
from hw_profiles.judge import Aspect, Finding, Weight
from hw_profiles.load import Pack, pack
from hw_profiles.schema import Profile
from hw_profiles.unread import Left
from model.devices import Coverage, DeviceId, Identity, Protocol
from model.readings import Fault, Reason
from tests.unit.hw_profiles.writing import checked, read, snmp

_HEAD = """[profile]
name = "{name}"
protocol = "snmp"
kind = "{kind}"
source = "a test"
verified = "manual"
expects = [{expects}]
{more}
"""


def _profile(name: str, body: str, kind: str = "pdu", expects: str = "", more: str = "") -> Profile:
    (profile,), problems = checked(
        _HEAD.format(name=name, kind=kind, expects=expects, more=more) + body
    )
    assert not problems, problems
    return profile


_LINES = """[snmp]
base = "1.3.6.1.4.1.9"
[metrics]
"rack.power_watts" = ".1.0"
"""
_MINE = _profile("mine", '[match]\nsys_object_id = "1.3.6.1.4.1.9.*"\n' + _LINES)
_PINNED = _profile("pinned", _LINES)
_NARROW = _profile("narrow", '[match]\nsys_object_id = "1.3.6.1.4.1.9.7"\n' + _LINES)


def _agent(object_id: str = "1.3.6.1.4.1.9.7", *answered: str) -> Identity:
    return Identity(
        Protocol.SNMP, DeviceId(), sys_object_id=object_id, answered=frozenset(answered)
    )


def _matching(profile: Profile, *others: Profile, object_id: str = "1.3.6.1.4.1.9.7") -> Finding:
    return judge.matching(Pack((profile, *others)), profile, _agent(object_id))


def test_the_winner_and_the_runner_up() -> None:
    assert _matching(_MINE) == Finding(
        Aspect.MATCH, Weight.OK, "wins", ("sysObjectID 1.3.6.1.4.1.9.7", "-")
    )
    assert _matching(_NARROW, _MINE).words == ("sysObjectID 1.3.6.1.4.1.9.7", "mine")


def test_another_one_that_is_more_specific_wins() -> None:
    found = _matching(_MINE, _NARROW)
    assert (found.weight, found.what, found.code) == (Weight.FAIL, "another wins", "DCA-PROF-010")
    assert found.words == ("narrow", "sysObjectID 1.3.6.1.4.1.9.7", "0.905", "0.696")
    assert found.place.endswith("mine.toml")


def test_a_match_that_does_not_fit_says_what_is_amiss() -> None:
    found = _matching(_NARROW, _MINE, object_id="1.3.6.1.4.1.9.8")
    assert (found.weight, found.what) == (Weight.FAIL, "no match")
    assert found.words == (
        "sysObjectID is 1.3.6.1.4.1.9.8",
        "mine: sysObjectID 1.3.6.1.4.1.9.8",
    )
    assert _matching(_NARROW, object_id="1.3.6.1.4.1.9.8").words[1] == "-"


def test_no_match_is_no_fault() -> None:
    found = _matching(_PINNED, _MINE)
    assert (found.weight, found.what) == (Weight.OK, "pinned only")


def test_a_descendant_that_wins_is_a_warning() -> None:
    child = """[profile]
name = "apc-child"
protocol = "snmp"
extends = "apc-rpdu2"
source = "a test"
verified = "manual"
[match]
sys_object_id = "1.3.6.1.4.1.318.1.3.4.6"
sys_descr = "AP8000"
probe = "1.3.6.1.4.1.318.1.1.26.2.1.8.1"
"""
    (own,), problems = checked(child)
    assert not problems
    shipped = pack()
    parent = shipped.named("apc-rpdu2")
    assert parent is not None
    probe = "1.3.6.1.4.1.318.1.1.26.2.1.8.1"
    identity = Identity(
        Protocol.SNMP, DeviceId(), sys_object_id="1.3.6.1.4.1.318.1.3.4.6",
        sys_descr="APC AP8000", answered=frozenset({probe}),
    )  # fmt: skip
    found = judge.matching(Pack((*shipped.profiles, own)), parent, identity)
    assert (found.weight, found.what, found.words[0]) == (Weight.WARN, "child wins", "apc-child")
    assert float(found.words[2]) > float(found.words[3])


def test_a_capture_of_another_protocol_or_of_nobody() -> None:
    other = judge.unfit(_MINE, Protocol.IPMI, None)
    assert (other.what, other.words, other.code) == (
        *("other protocol", ("snmp", "ipmi"), "DCA-PROF-010"),
    )
    silent = judge.unfit(_MINE, Protocol.SNMP, Fault(None, Reason.TIMEOUT, "no answer"))
    assert (silent.what, silent.words, silent.code) == (
        *("nobody answers", ("no answer",), "DCA-PROF-016"),
    )


_TABLE = """[snmp]
base = "1.3.6.1.4.1.9"
[tables.outlet]
{labels}
[tables.outlet.metrics]
current_amperes = {{oid = ".1", scale = 0.1{more}}}
state = {{oid = ".2", states = {{ok = {{1 = "on"}}}}}}
"""


def _reading(values: dict[str, int | str], more: str = "", labels: str = "") -> list[Finding]:
    profile = snmp(_TABLE.format(more=more, labels=labels))
    objects = {f"1.3.6.1.4.1.9.{oid}": value for oid, value in values.items()}
    return judge.reading(read(profile, objects))


def test_what_was_read_is_counted() -> None:
    assert _reading({"1.1": 21, "1.2": 0, "2.1": 1}) == [
        Finding(Aspect.READINGS, Weight.OK, "read", ("3", "0"))
    ]


def test_nothing_read() -> None:
    (found,) = _reading({})
    assert (found.weight, found.what, found.code) == (Weight.FAIL, "nothing read", "DCA-PROF-016")


def test_a_state_that_the_line_does_not_list() -> None:
    (found,) = _reading({"1.1": 21, "2.1": 7, "2.2": 8})
    assert (found.weight, found.code, found.place) == (Weight.FAIL, "DCA-PROF-014", "mine.toml:12")
    assert found.words == (
        "outlet.state 1, outlet.state 2",
        "undecodable",
        "no state is known for 7",
        "7",
    )


def test_a_text_where_a_number_is_wanted() -> None:
    (found,) = _reading({"1.1": "on fire", "1.2": 21})
    assert (found.place, found.words[1], found.words[3]) == (
        *("mine.toml:11", "undecodable", "'on fire'"),
    )


def test_more_than_four_are_counted() -> None:
    (found,) = _reading({"1.1": 4, **{f"2.{row}": 9 for row in range(1, 7)}})
    assert found.words[0] == ("outlet.state 1, outlet.state 2, outlet.state 3, outlet.state 4 +2")


def test_what_a_range_keeps_out_is_only_told_where_the_line_reads_other_rows() -> None:
    ranged = ", range = [0, 63]"
    (ok, told) = _reading({"1.1": 21, "1.2": 65535}, ranged)
    assert (ok.what, ok.words) == ("read", ("1", "1"))
    assert (told.weight, told.code, told.place) == (Weight.INFO, "", "mine.toml:11")
    assert told.words[:2] == ("outlet.current_amperes 2", "out_of_range")
    (found,) = _reading({"1.1": 65535, "1.2": 65535, "2.1": 1}, ranged)
    assert (found.weight, found.code) == (Weight.FAIL, "DCA-PROF-014")


def test_names_that_stand_twice_are_told() -> None:
    labels = 'labels = {name = ".3"}\ncomponent = "name"'
    names = {"3.1": "Outlet", "3.2": "Outlet"}
    found = _reading({"1.1": 21, "1.2": 30, **names}, labels=labels)
    assert [(f.weight, f.what) for f in found] == [(Weight.OK, "read"), (Weight.INFO, "same name")]
    assert found[1].words[1] == "1"


def _covering(profile: Profile, values: dict[str, int], coverage: Coverage) -> Finding:
    objects = {f"1.3.6.1.4.1.9.{oid}": value for oid, value in values.items()}
    (found,) = judge.covering(profile, read(profile, objects), coverage)
    return found


_PDU = """[snmp]
base = "1.3.6.1.4.1.9"
[metrics]
"rack.power_watts" = ".1.0"
"rack.energy_joules_total" = ".4.0"
[tables.phase.metrics]
current_amperes = {oid = ".2", missing = [-1]}
voltage_volts = ".3"
"""


def test_all_roles_of_a_pdu() -> None:
    profile = _profile("whole", _PDU)
    found = _covering(profile, {"1.0": 900, "2.1": 4, "3.1": 230, "4.0": 12}, Coverage((), ()))
    assert (found.weight, found.what, found.words) == (Weight.OK, "covered", ("4", "4", "-"))


def test_a_vital_role_that_is_missing_is_a_warning() -> None:
    profile = _profile("whole", _PDU)
    found = _covering(profile, {"2.1": 4, "3.1": 230}, Coverage((), ()))
    assert (found.weight, found.what, found.code) == (Weight.WARN, "missing", "DCA-PROF-013")
    assert found.words == ("rack.power_watts", "rack.energy_joules_total")
    assert found.place == profile.file


def test_what_the_profile_itself_expects_is_missed() -> None:
    expects = ("rack.energy_joules_total",)
    profile = _profile("whole", _PDU, expects='"rack.energy_joules_total"')
    found = _covering(profile, {"1.0": 900, "2.1": 4}, Coverage(expects, expects))
    assert found.words == ("rack.energy_joules_total", "phase.voltage_volts")


def test_parts_of_an_expected_word_that_gave_nothing_are_named() -> None:
    expects = ("phase.current_amperes",)
    profile = _profile("whole", _PDU, expects='"phase.current_amperes"')
    values = {"1.0": 900, "2.1": 4, "2.2": -1, "3.1": 230, "4.0": 12}
    found = _covering(profile, values, Coverage(expects, ()))
    assert found.words == ("4", "4", "phase.current_amperes 2")


def test_a_kind_of_which_nothing_is_expected() -> None:
    found = _covering(_profile("odd", _PDU, kind="generic"), {"1.0": 900}, Coverage((), ()))
    assert (found.weight, found.what, found.words) == (Weight.INFO, "no table", ("generic",))


def test_the_unread_is_told_and_never_held_against_the_profile() -> None:
    left = [Left("1.3.6.1.4.1.9.5", "power_watts ×1", "380, 420"), Left("Outdoor", "", "-10 °C")]
    assert judge.unused(left) == [
        Finding(
            Aspect.UNUSED, Weight.INFO, "looks like",
            ("1.3.6.1.4.1.9.5", "power_watts ×1", "380, 420"),
        ),
        Finding(Aspect.UNUSED, Weight.INFO, "unnamed", ("Outdoor", "-10 °C")),
    ]  # fmt: skip
    assert judge.unused([]) == [Finding(Aspect.UNUSED, Weight.OK, "all used")]
