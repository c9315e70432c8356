"""dcagent explain: the page, the list, the search, and what is not there."""

from __future__ import annotations

import json

from agent.diagnosis import catalogue
from tests.unit.agent.probe_devices import dcagent

WRONG_USER = """\
 DCA-IPMI-003  The user name was refused

 cause  user "USER" does not exist, is disabled, or may not use the LAN channel

 fix 1. on the BMC's web page, user management: enable USER, allow IPMI/LAN login, privilege
        USER is enough (on that host or BMC, changes a setting)
     2. or on that host, find the user's ID (on that host or BMC)
        ipmitool user list 1
"""


def test_a_page_in_english_and_chinese() -> None:
    english = dcagent("explain", "DCA-IPMI-003")
    assert english.code == 0
    assert english.out.startswith(WRONG_USER)
    chinese = dcagent("explain", "DCA-IPMI-003", LANG="zh_CN.UTF-8")
    assert chinese.out.startswith(' DCA-IPMI-003  用户名被拒绝\n\n 原因  用户 "USER" 不存在')
    assert dcagent("explain", "ipmi-3", "--lang", "zh").out == chinese.out


def test_all_codes_are_listed_in_columns() -> None:
    listed = dcagent("explain").out.splitlines()
    assert len(listed) == len(catalogue())
    assert listed[0] == " DCA-NET-001   The BMC does not answer"


def test_words_of_other_tools_find_the_page() -> None:
    found = dcagent("explain", "password verification timeout")
    assert found.out.startswith(" DCA-IPMI-004  The password is wrong")
    assert dcagent("explain", "password", "verification", "timeout").out == found.out


def test_an_unknown_code_names_the_nearest_and_exits_64() -> None:
    ran = dcagent("explain", "DCA-IPMI-099")
    assert ran.code == 64
    assert ran.out == ""
    assert ran.err.startswith("there is no code DCA-IPMI-099\ndid you mean: \n DCA-IPMI-009")


def test_json_holds_both_languages() -> None:
    told = json.loads(dcagent("explain", "DCA-IPMI-007", "--json").out)
    assert told["code"] == "DCA-IPMI-007"
    assert told["title"] == {"zh": "会话表已满", "en": "The session table is full"}
    assert "insufficient resources for session" in told["raw"]
    assert told["fix"][1]["command"] == "ipmitool session info active"
    assert len(json.loads(dcagent("explain", "--json").out)) == len(catalogue())
    lost = dcagent("explain", "DCA-IPMI-099", "--json")
    assert lost.code == 64
    assert json.loads(lost.out)["nearest"][0] == "DCA-IPMI-009"


def test_a_language_that_is_none_is_a_usage_error() -> None:
    assert dcagent("explain", "--lang", "de").code == 64
