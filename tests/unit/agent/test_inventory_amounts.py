"""Amounts and words of an inventory as people write them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from agent.config_codes import Code
from agent.config_keys import Wrong
from agent.inventory import amounts
from agent.inventory.vocabulary import arch, one_of, yes_or_no
from model.inventory import Basis, Boundary, Kind, Lifecycle, Part, RackState, Supply

Check = Callable[[object], object]
POWER = amounts.power(20, 2e5)
UNITS = amounts.count(1, 60, "U")
PLACE = 'a U position from 1 to 60 such as 17 or "17-18"'
YEAR = amounts.count(1990, 2100)


@pytest.mark.parametrize(
    ("check", "value", "meant"),
    [
        *((POWER, value, 6000.0) for value in (6000, 6000.0, "6 kW", "6KW", "６ｋＷ", "6千瓦")),
        *((POWER, value, 1234.5) for value in ("1,234.5 W", "1.2345 kW", "1234.5瓦")),
        *((UNITS, value, 42) for value in (42, "42", "42U", "42 u", "U42", "４２Ｕ")),
        (YEAR, "2023", 2023),
        *((amounts.position, value, (17, 0)) for value in (17, "17", "U17", "17U", "１７位")),
        *((amounts.position, v, (17, 2)) for v in ("17-18", "U17-U18", "17U~18U", "18至17")),
        *((amounts.share, value, 0.35) for value in (0.35, "0.35", "35 %", "35％")),
        (amounts.factor, "0.1564 kgCO2/kWh", 0.1564),
        (amounts.parts, "2 x Kunpeng 920", (Part("Kunpeng 920", 2),)),
        (amounts.parts, "Ascend 910B×8；海光 7285", (Part("Ascend 910B", 8), Part("海光 7285"))),
        (amounts.parts, ["Xeon 8358 x 2"], (Part("Xeon 8358", 2),)),
        (amounts.supplies, "a:7; b#8口", (Supply("a", "7"), Supply("b", "8"))),
        (amounts.supplies, ["pdu-a01-a/C13-2", "b"], (Supply("pdu-a01-a", "C13-2"), Supply("b"))),
        (amounts.supplies, "PDU 1", (Supply("PDU 1"),)),
        (amounts.names, "a、b", ("a", "b")),
        (one_of(Kind), "智算", Kind.AI),
        (one_of(Kind), " HPC", Kind.HPC),
        (one_of(Lifecycle), "报废", Lifecycle.RETIRED),
        (one_of(Lifecycle), "decommissioned", Lifecycle.RETIRED),
        (one_of(RackState), "预留", RackState.RESERVED),
        (one_of(Basis), "铭牌", Basis.NAMEPLATE),
        (one_of(Boundary), "空调", Boundary.COOLING),
        (arch, "ARM64", "aarch64"),
        (arch, "龙芯", "loongarch64"),
        (arch, "riscv64", "riscv64"),
        (yes_or_no, "是", True),
        (yes_or_no, False, False),
    ],
)
def test_what_is_meant(check: Check, value: object, meant: object) -> None:
    assert check(value) == meant


@pytest.mark.parametrize(
    ("check", "value", "code", "said"),
    [
        (POWER, 6, Code.OUT_OF_RANGE, 'a power from 20 W to 200 kW such as "6 kW" or 6000'),
        (POWER, "6 kVA", Code.WRONG_TYPE, 'a power from 20 W to 200 kW such as "6 kW" or 6000'),
        (POWER, math.nan, Code.WRONG_TYPE, 'a power from 20 W to 200 kW such as "6 kW" or 6000'),
        (POWER, True, Code.WRONG_TYPE, 'a power from 20 W to 200 kW such as "6 kW" or 6000'),
        (POWER, "6千", Code.WRONG_TYPE, 'a power from 20 W to 200 kW such as "6 kW" or 6000'),
        (UNITS, "61U", Code.OUT_OF_RANGE, 'a whole number from 1 to 60 such as 60 or "60U"'),
        (YEAR, "23", Code.OUT_OF_RANGE, "a whole number from 1990 to 2100"),
        (amounts.position, "0", Code.OUT_OF_RANGE, PLACE),
        (amounts.position, "Jul-18", Code.WRONG_TYPE, PLACE),
        (amounts.share, 35, Code.OUT_OF_RANGE, 'a share from 0 to 1 such as 0.35 or "35 %"'),
        (amounts.names, [1], Code.WRONG_TYPE, "a list of texts, each a name"),
        (one_of(Kind), "genral", Code.UNKNOWN_WORD, 'one of "hpc", "ai", "general", "edge"'),
        (one_of(Kind), 1, Code.WRONG_TYPE, 'one of "hpc", "ai", "general", "edge"'),
        (yes_or_no, "可能", Code.WRONG_TYPE, "true or false (是, 否)"),
    ],
)  # fmt: skip
def test_what_is_refused(check: Check, value: object, code: Code, said: str) -> None:
    with pytest.raises(Wrong) as wrong:
        check(value)
    assert (wrong.value.code, wrong.value.expected) == (code, said)


def test_an_unknown_word_has_its_nearest() -> None:
    with pytest.raises(Wrong) as wrong:
        one_of(Kind)("genral")
    assert wrong.value.hint == ': did you mean "general"?'
