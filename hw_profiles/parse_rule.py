"""From a line of [metrics] to rules."""

from __future__ import annotations

from functools import lru_cache

from hw_profiles import parse_parts
from hw_profiles.leaves import (
    ADDRESS_KEYS,
    CODE_REQUIRED,
    CODE_WORD,
    Branch,
    Complaints,
    Leaf,
    inside,
)
from hw_profiles.parse_parts import Grammar
from hw_profiles.schema import (
    Command,
    Facts,
    Oid,
    Origin,
    Pick,
    Rule,
    Sentinel,
    Sum,
)
from hw_profiles.typed import Typed, sentinels
from model.catalogue import WORDS, Metric
from model.document import nearest
from model.raw import STANDARD_COMMANDS, TEXT_COMMANDS
from model.sensors import Quantity

COMMANDS = {a.lstrip("@"): a for a in STANDARD_COMMANDS if a not in TEXT_COMMANDS}
TEXTS = {a.lstrip("@"): a for a in STANDARD_COMMANDS if a in TEXT_COMMANDS}
"""The names by which a line calls the commands that give a number, and those that give a text."""

_VERBS = {
    *("scale", "digits", "signed", "missing", "range", "states", "limits", "when", "fahrenheit"),
    *("component", "factor", "against", "magnitude"),
}
SNMP_KEYS = {*_VERBS, "oid", "sum", "fallback"}
TABLE_KEYS = {*_VERBS, "oid", "where", "fallback"}
IPMI_KEYS = {
    *("sensor", "unless", "entity", "sensor_type", "event_type", "command", "sum"),
    *("scale", "missing", "range", "states", "limits", "component", "labels", "instance"),
}
"""What a line may say: in [metrics] of an SNMP profile, in its tables, in an IPMI profile."""


def snmp_grammar(
    complaints: Complaints,
    base: str,
    missing: frozenset[Sentinel],
    role: str = "",
    selectors: frozenset[str] | None = None,
) -> Grammar:
    """For [metrics], or (with the names that `where` may use) for a table's."""
    keys = SNMP_KEYS if selectors is None else TABLE_KEYS
    return Grammar(complaints, frozenset(keys), base, role, missing, selectors or frozenset())


def ipmi_grammar(complaints: Complaints, missing: frozenset[Sentinel]) -> Grammar:
    """For an IPMI profile's [metrics]."""
    return Grammar(complaints, frozenset(IPMI_KEYS), missing=missing)


def rules(metrics: Branch, grammar: Grammar) -> tuple[Rule, ...]:
    """All rules of a [metrics] table, in the file's order."""
    found: list[Rule] = []
    for key, leaf in metrics.items():
        metric = _metric(key, leaf, grammar)
        if metric is None:
            continue
        values = leaf.value if isinstance(leaf.value, list) else [leaf.value]
        for value in values:
            rule = _rule(Leaf(value, leaf.document, leaf.path), metric, grammar)
            if rule is not None:
                found.append(rule)
    return tuple(found)


def _metric(key: str, leaf: Leaf, grammar: Grammar) -> Metric | None:
    word = key if "." in key or not grammar.role else f"{grammar.role}.{key}"
    metric = WORDS.get(word)
    if metric is not None:
        return metric
    if isinstance(leaf.value, dict) and "." not in key and not grammar.role:
        below = next(iter(leaf.value), "…")
        message = f'unknown word "{key}": write "{key}.{below}" in quotes'
        grammar.complaints.add(leaf, message, CODE_WORD, below)
    else:
        message = f'unknown word "{word}"{nearest(word, WORDS)}'
        grammar.complaints.add(leaf, message, CODE_WORD)
    return None


def _rule(leaf: Leaf, metric: Metric, grammar: Grammar) -> Rule | None:
    if isinstance(leaf.value, str) and "oid" in grammar.keys:
        leaf = Leaf({"oid": leaf.value}, leaf.document, leaf.path)
    complaints = grammar.complaints
    keys = inside(leaf, complaints, "a table such as {…}, or a list of them")
    if not isinstance(leaf.value, dict):
        return None
    complaints.known(keys, grammar.keys, f'"{metric.word}"')
    origin = _origin(keys, leaf, grammar)
    if origin is None:
        return None
    typed = Typed(keys, complaints, leaf)
    limits, limit_oids = parse_parts.limits(keys.get("limits"), grammar)
    states = parse_parts.states(keys.get("states"), complaints)
    _needs(leaf, metric, origin, bool(states), complaints)
    return Rule(
        role=metric.role,
        quantity=metric.quantity,
        origin=origin,
        file=leaf.document.file.rsplit("/", 1)[-1],
        line=leaf.line,
        scale=typed.number("scale", 1.0),
        digits=parse_parts.digits(keys.get("digits"), grammar),
        factor=typed.oid("factor", grammar.base),
        signed=parse_parts.signed(typed, leaf),
        magnitude=typed.flag("magnitude", False),
        missing=_one(grammar.missing | sentinels(keys.get("missing"), complaints)),
        range=parse_parts.bounds(keys.get("range"), complaints),
        states=states,
        limits=limits,
        limit_oids=limit_oids,
        when=parse_parts.conditions(keys.get("when"), grammar),
        where=parse_parts.selectors(keys.get("where"), grammar),
        against=parse_parts.against(keys.get("against"), grammar),
        fahrenheit=parse_parts.fahrenheit(keys.get("fahrenheit"), grammar),
        component=typed.text("component"),
        fallback=typed.flag("fallback", False),
    )


@lru_cache(maxsize=512)
def _one(sentinels: frozenset[Sentinel]) -> frozenset[Sentinel]:
    """Equal sets as one object: thousands of rules have but a few dozen."""
    return sentinels


def _needs(
    leaf: Leaf, metric: Metric, origin: Origin, has_states: bool, complaints: Complaints
) -> None:
    """Complains of a line that cannot give what its word stands for."""
    if metric.quantity is Quantity.STATE and isinstance(origin, Oid) and not has_states:
        complaints.add(leaf, f'"{metric.word}" needs "states"', CODE_REQUIRED)
    if isinstance(origin, Facts) and metric.quantity is not Quantity.INFO:
        message = f'"{metric.word}" needs a value: only an "…info" word may have "labels" alone'
        complaints.add(leaf, message, CODE_REQUIRED)


def _origin(keys: Branch, leaf: Leaf, grammar: Grammar) -> Origin | None:
    typed = Typed(keys, grammar.complaints, leaf)
    kinds = {"pick" if k in _PICK_KEYS else k for k in keys.keys() & ADDRESS_KEYS}
    if len(kinds) != 1:
        told = ", ".join(sorted(ADDRESS_KEYS & grammar.keys))
        grammar.complaints.add(leaf, f"needs one address, of: {told}", CODE_REQUIRED)
        return None
    if "oid" in keys:
        oid = typed.oid("oid", grammar.base)
        return Oid(oid) if oid else None
    if "sum" in keys:
        word = typed.text("sum")
        if word not in WORDS:
            grammar.complaints.add(
                leaf, f'unknown word "{word}"{nearest(word, WORDS)}', CODE_WORD, "sum"
            )
            return None
        return Sum(word)
    if "command" in keys:
        name = typed.choice("command", tuple(COMMANDS), next(iter(COMMANDS)))
        return Command(COMMANDS[name])
    if "labels" in keys:
        return _facts(keys["labels"], grammar)
    return _pick(typed)


def _facts(leaf: Leaf, grammar: Grammar) -> Facts | None:
    """The labels of a line that has texts instead of a value; each is the answer to a command."""
    keys = inside(leaf, grammar.complaints, 'a table such as {address = "lan.address"}')
    typed, first = Typed(keys, grammar.complaints, leaf), next(iter(TEXTS))
    found = tuple((label, TEXTS[typed.choice(label, tuple(TEXTS), first)]) for label in keys)
    return Facts(found) if found else None


_PICK_KEYS = frozenset({"sensor", "entity", "sensor_type", "event_type"})


def _pick(typed: Typed) -> Pick:
    names = ", ".join(f"'{name}'" for name in typed.texts("sensor"))
    told = [f"sensor {names}"] if names else []
    for key in ("entity", "sensor_type", "event_type"):
        if key in typed.branch:
            told.append(f"{key} {', '.join(f'{n:02X}h' for n in sorted(typed.integers(key)))}")
    return Pick(
        names=typed.patterns("sensor"),
        unless=typed.patterns("unless"),
        entities=typed.integers("entity"),
        sensor_types=typed.integers("sensor_type"),
        event_types=typed.integers("event_type"),
        instance=typed.flag("instance", False),
        text=" ".join(told),
    )
