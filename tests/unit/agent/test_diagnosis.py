"""The catalogue: complete in both languages, and nothing that we say lacks its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from agent.diagnosis import Entry, catalogue, code_of, diagnose, entry_of, find, named
from agent.diagnosis.entries import fill
from agent.diagnosis.page import document
from agent.results import SCHEMA_FILE
from model.devices import Protocol
from model.readings import Fault, Reason
from model.sensors import Quantity, Role, Sensor

ROOT = Path(__file__).parents[3]
CHECK = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"]["check"]["properties"]
FIX = CHECK["fix"]["items"]["properties"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOLES = {"user", "address", "port", "profile", "target", "file", "capture", "golden"}
HOLES |= {"url", "site", "name", "command", "span"}

IPMI_ALONE = {
    Reason.BMC_UNPROVEN,
    Reason.SUITE_REFUSED,
    Reason.SESSIONS_FULL,
    Reason.SCANNING_DISABLED,
    Reason.NO_DRIVER,
    Reason.NO_PERMISSION,
}
SNMP_ALONE = {
    Reason.COMMUNITY_REFUSED,
    Reason.V3_UNKNOWN_USER,
    Reason.V3_WRONG_DIGEST,
    Reason.V3_WRONG_KEY,
    Reason.V3_LEVEL_REFUSED,
    Reason.V3_CLOCK,
}
ON_THE_HOST = {
    *(Reason.TIMEOUT, Reason.BUSY, Reason.NO_PERMISSION, Reason.HELPER_MISSING, Reason.TOO_BIG),
    *(Reason.DEVICE_ERROR, Reason.UNSUPPORTED, Reason.ABSENT, Reason.UNAVAILABLE),
    *(Reason.OUT_OF_RANGE, Reason.IMPLAUSIBLE, Reason.UNDECODABLE),
    *(Reason.NO_PROFILE, Reason.INTERNAL),
}
"""What can become of a reading of the machine itself: there is no network and no login."""


@pytest.mark.parametrize("entry", catalogue().values(), ids=lambda e: e.code)
def test_an_entry_is_complete_in_both_languages(entry: Entry) -> None:
    assert re.fullmatch(CHECK["code"]["pattern"], entry.code)
    assert entry.fixes
    texts = [entry.title, entry.cause, *(fix.text for fix in entry.fixes)]
    for text in texts:
        assert CHINESE.search(text.zh), text.zh
        assert text.en
        assert not CHINESE.search(text.en), text.en
        assert set(re.findall(r"\{(\w+)\}", text.zh)) == set(re.findall(r"\{(\w+)\}", text.en))
    for fix in entry.fixes:
        assert fix.where in FIX["where"]["enum"]
        assert fix.risk in FIX["risk"]["enum"]
        assert not CHINESE.search(fix.command)
        assert set(re.findall(r"\{(\w+)\}", fix.command)) <= HOLES


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_an_entry_for_each_protocol_where_it_can_occur(reason: Reason) -> None:
    where = {Protocol.IPMI, Protocol.SNMP}
    if reason in IPMI_ALONE:
        where = {Protocol.IPMI}
    elif reason in SNMP_ALONE:
        where = {Protocol.SNMP}
    if reason in ON_THE_HOST:
        where |= {Protocol.HOST}
    for protocol in where:
        entry = code_of(reason, protocol)
        assert reason in entry.reasons
        assert protocol in entry.protocols
    assert all(reason in code_of(reason, protocol).reasons for protocol in Protocol)


def test_a_reason_leads_to_the_page_of_its_protocol() -> None:
    assert code_of(Reason.WRONG_USER, Protocol.IPMI).code == "DCA-IPMI-003"
    assert code_of(Reason.WRONG_PASSWORD, Protocol.IPMI).code == "DCA-IPMI-004"
    assert code_of(Reason.SESSIONS_FULL, Protocol.IPMI).code == "DCA-IPMI-007"
    assert code_of(Reason.NO_ANSWER, Protocol.IPMI).code == "DCA-NET-001"
    assert code_of(Reason.NO_ANSWER, Protocol.SNMP).code == "DCA-SNMP-002"
    assert code_of(Reason.LOOP, Protocol.SNMP).code == "DCA-SNMP-008"
    assert code_of(Reason.LOCKED, Protocol.SNMP).code == "DCA-AUTH-002"
    assert code_of(Reason.TIMEOUT, Protocol.HOST).code == "DCA-HOST-011"
    assert code_of(Reason.NO_PERMISSION, Protocol.HOST).code == "DCA-HOST-012"
    assert code_of(Reason.HELPER_MISSING, Protocol.HOST).code == "DCA-HOST-013"


def test_a_sensors_fault_is_smaller_than_the_devices() -> None:
    fan = Sensor(Role.FAN, Quantity.FAN_SPEED)
    dcmi = Sensor(Role.NODE_DCMI, Quantity.POWER)
    ipmi = Protocol.IPMI
    assert diagnose(Fault(None, Reason.TIMEOUT), ipmi).code == "DCA-NET-005"
    assert diagnose(Fault(None, Reason.NO_ANSWER), ipmi, "", "/dev/ipmi0").code == "DCA-HOST-003"
    assert diagnose(Fault(fan, Reason.TIMEOUT), ipmi).code == "DCA-READ-011"
    assert diagnose(Fault(None, Reason.UNSUPPORTED), ipmi).code == "DCA-IPMI-014"
    assert diagnose(Fault(fan, Reason.UNSUPPORTED), ipmi).code == "DCA-READ-010"
    assert diagnose(Fault(dcmi, Reason.UNSUPPORTED), ipmi).code == "DCA-IPMI-022"
    assert diagnose(Fault(dcmi, Reason.INACTIVE), ipmi).code == "DCA-IPMI-021"
    peak = Sensor(Role.DEVICE, Quantity.PEAK, "cpu")
    assert diagnose(Fault(peak, Reason.ABSENT), Protocol.HOST).code == "DCA-HOST-032"
    assert diagnose(Fault(None, Reason.NO_PROFILE), ipmi).code == "DCA-PROF-021"
    assert diagnose(Fault(None, Reason.NO_PROFILE), ipmi, "typo").code == "DCA-PROF-022"


def test_every_code_in_the_tree_has_an_entry() -> None:
    folders = (
        "agent",
        "alerts",
        "collectors",
        "exporters",
        "hw_profiles",
        "model",
        "scoring",
        "simulators",
    )
    files = [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".toml")
    ]
    files += [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    known = set(catalogue())
    unknown = {
        (str(path.relative_to(ROOT)), code)
        for path in files
        for code in re.findall(r"DCA-[A-Z]{3,6}-[0-9]{3}", path.read_text(encoding="utf-8"))
        if code not in known
    }
    assert unknown == set()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("ipmi_ctx_open_outofband_2_0: invalid parameters", "DCA-IPMI-031"),
        ("ipmi_ctx_open_inband: invalid parameters", "DCA-IPMI-032"),
        ("password too long", "DCA-IPMI-012"),
        ("username too long", "DCA-IPMI-012"),
        ("username invalid", "DCA-IPMI-003"),
        ("password verification timeout", "DCA-IPMI-004"),
        ("privilege level cannot be obtained for this user", "DCA-IPMI-006"),
        ("authentication type unavailable", "DCA-IPMI-005"),
        ("no matching cipher suite", "DCA-IPMI-005"),
        ("cipher suite id unavailable", "DCA-IPMI-005"),
        ("ipmi 2.0 unavailable", "DCA-IPMI-001"),
        ("connection timeout", "DCA-NET-001"),
        ("BMC busy", "DCA-IPMI-007"),
        ("insufficient resources for session", "DCA-IPMI-007"),
        ("internal IPMI error on SDR cache", "DCA-IPMI-013"),
        ("could not find inband device", "DCA-IPMI-033"),
        ("DCMI 0 W", "DCA-IPMI-021"),
        ("state deactivated", "DCA-IPMI-021"),
        ("SNMP silent on iBMC", "DCA-SNMP-001"),
        ("Timeout: No Response from 10.1.2.3", "DCA-SNMP-001"),
        ("Error: Unable to establish IPMI v2 / RMCP+ session", "DCA-NET-001"),
        ("usmStatsWrongDigests", "DCA-SNMP-004"),
    ],
)
def test_the_words_of_other_tools_lead_to_the_cause(words: str, code: str) -> None:
    assert find(words)[0].code == code


def test_codes_are_found_however_they_are_typed() -> None:
    for typed in ("DCA-IPMI-003", "dca-ipmi-003", "ipmi-3", "IPMI003"):
        entry = named(typed)
        assert entry is not None
        assert entry is entry_of("DCA-IPMI-003")
    assert named("DCA-IPMI-999") is None
    assert named("hello") is None


def test_holes_are_filled_or_named() -> None:
    text = entry_of("DCA-IPMI-003").cause
    assert text.say("en", {"user": "monitor"}).startswith('user "monitor" does not exist')
    assert text.say("zh").startswith('用户 "USER" 不存在')
    assert fill("dcagent probe {target} --all") == "dcagent probe ADDRESS --all"


def test_docs_codes_is_fresh() -> None:
    written = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    assert written == document(), "run: make docs"
