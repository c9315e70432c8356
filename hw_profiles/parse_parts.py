"""From the verbs of a rule to their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hw_profiles.leaves import CODE_VALUE, Complaints, Leaf, inside
from hw_profiles.schema import (
    WHOLE_RANGE,
    Against,
    Condition,
    Selector,
    Sentinel,
    StateWord,
)
from hw_profiles.typed import Typed, absolute, is_number, mapping, pattern, sentinels
from model.readings import Severity
from model.sensors import NO_LIMITS, Limits

BOUNDS = tuple(Limits.__slots__)
STATE_GROUPS = ("ok", "warning", "critical", "unknown", "none")
"""The groups of `states`; `none`: nothing is said (an empty bay), `unknown`: a fault is."""
_NO_STATES: Mapping[Sentinel, StateWord] = {}


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a rule may say in the place where it stands."""

    complaints: Complaints
    keys: frozenset[str]
    base: str = ""
    role: str = ""
    missing: frozenset[Sentinel] = frozenset()
    selectors: frozenset[str] = field(default_factory=frozenset)


def digits(leaf: Leaf | None, grammar: Grammar) -> int | str:
    """A constant, or the OID of what says it."""
    if leaf is None:
        return 0
    value = leaf.value
    if isinstance(value, str):
        return absolute(value, grammar.base, leaf, grammar.complaints, "digits")
    if isinstance(value, int) and not isinstance(value, bool) and -9 <= value <= 9:
        return value
    grammar.complaints.expected(leaf, "an integer from -9 to 9, or the OID that says it")
    return 0


def signed(typed: Typed, leaf: Leaf) -> int:
    """The bits of a two's complement, 0: none."""
    bits = typed.integer("signed", 0, 8, 64)
    if bits not in (0, 8, 16, 32, 64):
        typed.complaints.expected(leaf, "8, 16, 32 or 64 (bits)", "signed")
    return bits


def bounds(leaf: Leaf | None, complaints: Complaints) -> tuple[float, float]:
    """Lowest and highest."""
    if leaf is None:
        return WHOLE_RANGE
    value = leaf.value
    if isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        low, high = float(value[0]), float(value[1])
        if low < high:
            return low, high
    complaints.expected(leaf, "[lowest, highest] in the reading's unit")
    return WHOLE_RANGE


def against(leaf: Leaf | None, grammar: Grammar) -> Against | None:
    """{product = [objects], range = [lowest, highest]}."""
    if leaf is None:
        return None
    complaints = grammar.complaints
    keys = inside(leaf, complaints)
    complaints.known(keys, {"product", "range"}, '"against"')
    typed = Typed(keys, complaints, leaf)
    typed.required("product", '"against"')
    typed.required("range", '"against"')
    told = typed.texts("product")
    oids = [absolute(oid, grammar.base, keys["product"], complaints, "product") for oid in told]
    return Against(tuple(filter(None, oids)), bounds(keys.get("range"), complaints))


def states(leaf: Leaf | None, complaints: Complaints) -> Mapping[Sentinel, StateWord]:
    """{ok = {1 = "low"}, critical = {…}} as raw value → word and severity."""
    if leaf is None:
        return _NO_STATES
    found: dict[Sentinel, StateWord] = {}
    groups = inside(leaf, complaints)
    complaints.known(groups, STATE_GROUPS, '"states"')
    for group, inner in groups.items():
        severity = None if group == "none" else Severity(group) if group in STATE_GROUPS else None
        for key, word in mapping(inner, complaints).items():
            if not isinstance(word, str):
                complaints.expected(inner, "a word in quotes", str(key))
                continue
            raw = _number_or_text(str(key))
            if raw in found:
                complaints.add(inner, f'state "{key}" stands twice', CODE_VALUE)
            found[raw] = StateWord(word, severity)
    return found


def _number_or_text(key: str) -> Sentinel:
    text = key.strip().lower()
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def limits(leaf: Leaf | None, grammar: Grammar) -> tuple[Limits, tuple[tuple[str, str], ...]]:
    """Constant bounds, and (bound, OID) of those that the device tells."""
    if leaf is None:
        return NO_LIMITS, ()
    bounds = inside(leaf, grammar.complaints)
    grammar.complaints.known(bounds, BOUNDS, '"limits"')
    constants: dict[str, float] = {}
    oids: list[tuple[str, str]] = []
    for bound, inner in bounds.items():
        if bound not in BOUNDS:
            continue
        if is_number(inner.value):
            constants[bound] = float(str(inner.value))
        elif isinstance(inner.value, str) and "oid" in grammar.keys:
            oid = absolute(inner.value, grammar.base, inner, grammar.complaints, bound)
            oids.append((bound, oid))
        else:
            grammar.complaints.expected(inner, "a number in the reading's unit, or an OID (SNMP)")
    constant = Limits(**constants) if constants else NO_LIMITS
    return constant, tuple((bound, oid) for bound, oid in oids if oid)


def conditions(leaf: Leaf | None, grammar: Grammar) -> tuple[Condition, ...]:
    """One condition or a list of them."""
    if leaf is None:
        return ()
    values = leaf.value if isinstance(leaf.value, list) else [leaf.value]
    found = (condition(Leaf(v, leaf.document, leaf.path), grammar) for v in values)
    return tuple(c for c in found if c is not None)


_TESTS = ("equals", "not", "matches")


def condition(leaf: Leaf, grammar: Grammar) -> Condition | None:
    """{oid = …} and one of equals = …, not = …, matches = '…'."""
    complaints = grammar.complaints
    shape = """{oid = "…"} and one of equals = …, not = …, matches = '…'"""
    keys = inside(leaf, complaints, shape)
    complaints.known(keys, {"oid", *_TESTS}, f'"{leaf.path[-1]}"')
    tests = [key for key in _TESTS if key in keys]
    if not isinstance(leaf.value, dict) or "oid" not in keys or len(tests) != 1:
        complaints.expected(leaf, shape)
        return None
    typed = Typed(keys, complaints, leaf)
    oid = typed.oid("oid", grammar.base)
    if not oid:
        return None
    if tests == ["matches"]:
        found = typed.patterns("matches")
        return Condition(oid, pattern=found[0]) if found else None
    return Condition(oid, sentinels(keys[tests[0]], complaints), negated=tests == ["not"])


def selectors(leaf: Leaf | None, grammar: Grammar) -> tuple[Selector, ...]:
    """Which rows a rule takes."""
    if leaf is None:
        return ()
    keys = inside(leaf, grammar.complaints)
    grammar.complaints.known(keys, grammar.selectors, '"where"')
    return tuple(_selector(key, inner, grammar.complaints) for key, inner in keys.items())


def _selector(key: str, leaf: Leaf, complaints: Complaints) -> Selector:
    values = leaf.value if isinstance(leaf.value, list) else [leaf.value]
    numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
    texts = [v for v in values if isinstance(v, str)]
    if len(numbers) + len(texts) != len(values):
        complaints.expected(leaf, "integers or regular expressions")
    patterns = (pattern(text, leaf, complaints) for text in texts)
    return Selector(key, frozenset(numbers), tuple(p for p in patterns if p is not None))


def fahrenheit(leaf: Leaf | None, grammar: Grammar) -> bool | Condition:
    """Always, never, or under a condition."""
    if leaf is None:
        return False
    if isinstance(leaf.value, bool):
        return leaf.value
    return condition(leaf, grammar) or False
