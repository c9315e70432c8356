"""From the tree of a profile's file to the profile."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hw_profiles.leaves import (
    CODE_KEY,
    CODE_VALUE,
    CODE_WORD,
    Branch,
    Complaints,
    Leaf,
    Tree,
    inside,
)
from hw_profiles.parse_rule import ipmi_grammar, rules, snmp_grammar
from hw_profiles.schema import (
    INDEX_KINDS,
    KINDS,
    VERIFIED,
    Criteria,
    IndexPart,
    Label,
    Profile,
    Rule,
    Table,
)
from hw_profiles.typed import Typed, absolute, mapping, pattern, sentinels
from model.catalogue import WORDS
from model.devices import Protocol
from model.document import Document, nearest
from model.sensors import Role

_PROFILE_KEYS = {
    *("name", "protocol", "kind", "title", "vendor", "source", "verified", "extends", "expects"),
}
_MATCH_KEYS = {
    Protocol.IPMI: {"manufacturer", "product", "fru", "sensors"},
    Protocol.SNMP: {"sys_object_id", "sys_descr", "probe"},
    Protocol.HOST: {"fru", "sensors"},
}
FRU_FIELDS = (
    *("chassis_part", "chassis_serial"),
    *("board_manufacturer", "board_name", "board_serial", "board_part"),
    *("product_manufacturer", "product_name", "product_part", "product_version"),
    *("product_serial", "product_asset_tag"),
)
_DEVICE_KEYS = ("vendor", "model", "serial", "firmware")
_IPMI_KEYS = {"outstanding", "ignore", "discrete", "numbers_with_states", "vendors"}
_TABLE_KEYS = {
    *("role", "index", "component", "labels", "export", "names", "missing", "rows", "metrics"),
}


@dataclass(slots=True)
class Parser:
    """Turns one tree into a profile; `complaints` gathers what is wrong with it."""

    tree: Tree
    document: Document
    complaints: Complaints
    extends: tuple[str, ...] = ()
    user: bool = False

    def profile(self) -> Profile:
        """The profile; worth nothing where there are complaints."""
        head = self._typed(self.tree.profile, ("profile",))
        self.complaints.known(self.tree.profile, _PROFILE_KEYS, "[profile]")
        for key in ("protocol", "source", "verified"):
            head.required(key, "[profile]")
        protocol = Protocol(head.choice("protocol", tuple(Protocol), Protocol.SNMP))
        snmp = protocol is Protocol.SNMP
        wire = self._typed(self._wires()[protocol], (protocol.value,))
        base = wire.oid("base", "").rstrip(".")
        self._wire(protocol)
        return Profile(
            name=head.text("name"),
            protocol=protocol,
            kind=head.choice("kind", KINDS, "generic"),
            title=head.text("title"),
            vendor=head.text("vendor"),
            source=head.text("source"),
            verified=head.choice("verified", VERIFIED, "manual"),
            file=self.document.file,
            extends=self.extends,
            expects=self._expects(head),
            match=tuple(self._criteria(branch, protocol) for branch in self.tree.match),
            rules=self._scalars(base) if snmp else self._picks(),
            tables=self._tables(base),
            device=self._device(base),
            max_repetitions=wire.integer("max_repetitions", 25, 1, 200),
            outstanding=wire.integer("outstanding", 1, 1, 4),
            any_address=wire.flag("any_address", False),
            ignore=wire.patterns("ignore"),
            discrete=wire.flag("discrete", True),
            numbers_with_states=wire.flag("numbers_with_states", False),
            vendors=wire.numbered("vendors"),
            user=self.user,
        )

    def _typed(self, branch: Branch, path: tuple[str, ...]) -> Typed:
        return Typed(branch, self.complaints, Leaf(branch, self.document, path))

    def _wires(self) -> dict[Protocol, Branch]:
        """What the file says of each protocol."""
        tree = self.tree
        return {Protocol.SNMP: tree.snmp, Protocol.IPMI: tree.ipmi, Protocol.HOST: tree.host}

    def _wire(self, protocol: Protocol) -> None:
        """Complains of what belongs to another protocol."""
        own: dict[Protocol, set[str]] = {
            Protocol.SNMP: {"base", "max_repetitions", "any_address"},
            Protocol.IPMI: _IPMI_KEYS,
            Protocol.HOST: {"ignore"},
        }
        for each, branch in self._wires().items():
            self.complaints.known(branch, own[each], f"[{each}]")
        strange = [branch for each, branch in self._wires().items() if each is not protocol]
        if protocol is not Protocol.SNMP:
            strange += [self.tree.device, *(keys for keys, _ in self._table_parts())]
        for branch in strange:
            for leaf in branch.values():
                what = f'"{leaf.path[0]}" has no place in a profile for {protocol.value}'
                self.complaints.add(leaf, what, CODE_KEY)

    def _table_parts(self) -> list[tuple[Branch, Branch]]:
        return list(self.tree.tables.values())

    def _expects(self, head: Typed) -> tuple[str, ...]:
        words = head.texts("expects")
        for word in words:
            if word not in WORDS:
                leaf = head.branch["expects"]
                self.complaints.add(leaf, f'unknown word "{word}"{nearest(word, WORDS)}', CODE_WORD)
        return words

    def _criteria(self, branch: Branch, protocol: Protocol) -> Criteria:
        typed = self._typed(branch, ("match",))
        self.complaints.known(branch, _MATCH_KEYS[protocol], f"[match] of an {protocol} profile")
        descr = typed.patterns("sys_descr")
        return Criteria(
            manufacturers=typed.integers("manufacturer"),
            products=typed.integers("product"),
            fru=self._fru(branch.get("fru")),
            sensors=typed.lines("sensors"),
            object_ids=tuple(self._object_ids(branch.get("sys_object_id"), typed)),
            sys_descr=descr[0] if descr else None,
            probes=self._probes(branch.get("probe"), typed),
        )

    def _fru(self, leaf: Leaf | None) -> tuple[tuple[str, re.Pattern[str]], ...]:
        found = []
        for key, text in (mapping(leaf, self.complaints) if leaf else {}).items():
            assert leaf is not None
            if key not in FRU_FIELDS:
                message = f'unknown FRU field "{key}"{nearest(key, FRU_FIELDS)}'
                self.complaints.add(leaf, message, CODE_KEY, key)
            compiled = pattern(text, leaf, self.complaints) if isinstance(text, str) else None
            if compiled is None:
                self.complaints.expected(leaf, "a regular expression in quotes", key)
            else:
                found.append((key, compiled))
        return tuple(found)

    def _object_ids(self, leaf: Leaf | None, typed: Typed) -> list[str]:
        found = []
        for text in typed.texts("sys_object_id"):
            assert leaf is not None
            stem = text.removesuffix(".*")
            if absolute(stem, "", leaf, self.complaints, "sys_object_id"):
                found.append(text)
        return found

    def _probes(self, leaf: Leaf | None, typed: Typed) -> tuple[str, ...]:
        base = self._typed(self.tree.snmp, ("snmp",)).oid("base", "")
        texts = typed.texts("probe")
        if leaf is None:
            return ()
        found = (absolute(text, base, leaf, self.complaints, "probe") for text in texts)
        return tuple(oid for oid in found if oid)

    def _missing(self, branch: Branch) -> frozenset[str | float]:
        return sentinels(branch.get("missing"), self.complaints)

    def _words(self) -> Branch:
        return {key: leaf for key, leaf in self.tree.metrics.items() if key != "missing"}

    def _scalars(self, base: str) -> tuple[Rule, ...]:
        missing = self._missing(self.tree.metrics)
        return rules(self._words(), snmp_grammar(self.complaints, base, missing))

    def _picks(self) -> tuple[Rule, ...]:
        missing = self._missing(self.tree.metrics)
        return rules(self._words(), ipmi_grammar(self.complaints, missing))

    def _device(self, base: str) -> dict[str, str]:
        self.complaints.known(self.tree.device, _DEVICE_KEYS, "[device]")
        typed = self._typed(self.tree.device, ("device",))
        found = {key: typed.oid(key, base) for key in _DEVICE_KEYS}
        return {key: oid for key, oid in found.items() if oid}

    def _tables(self, base: str) -> tuple[Table, ...]:
        return tuple(
            self._table(name, keys, metrics, base)
            for name, (keys, metrics) in self.tree.tables.items()
        )

    def _table(self, name: str, keys: Branch, metrics: Branch, base: str) -> Table:
        typed = self._typed(keys, ("tables", name))
        self.complaints.known(keys, _TABLE_KEYS, f"[tables.{name}]")
        role = typed.text("role", name)
        if role not in tuple(Role):
            role = ""
        index = self._index(typed)
        labels = self._labels(keys.get("labels"), base)
        names = {part.name for part in index} | {label.name for label in labels}
        component = typed.texts("component")
        for each in component:
            if each not in names:
                message = f'"{each}" is no part of the index and no label{nearest(each, names)}'
                self.complaints.add(keys["component"], message, CODE_VALUE)
        missing = self._missing(self.tree.metrics) | self._missing(keys)
        grammar = snmp_grammar(self.complaints, base, missing, role, frozenset(names))
        exported = typed.texts("export") if "export" in keys else tuple(x.name for x in labels)
        renamed = mapping(keys["names"], self.complaints) if "names" in keys else {}
        return Table(
            name=name,
            index=index,
            component=component or tuple(part.name for part in index),
            labels=labels,
            exported=frozenset(exported),
            names={str(key): str(value) for key, value in renamed.items()},
            rules=rules(metrics, grammar),
            rows=typed.oid("rows", base),
        )

    def _index(self, typed: Typed) -> tuple[IndexPart, ...]:
        """["pdu", "inlet", "name:string"]; one integer part where nothing is said."""
        parts = []
        for text in typed.texts("index") or ("row",):
            name, _, kind = text.partition(":")
            if kind and kind not in INDEX_KINDS:
                message = f'index part of kind "{kind}", expected one of {", ".join(INDEX_KINDS)}'
                self.complaints.add(typed.branch["index"], message, CODE_VALUE)
            parts.append(IndexPart(name, kind or "integer"))
        return tuple(parts)

    def _labels(self, leaf: Leaf | None, base: str) -> tuple[Label, ...]:
        """{name = ".9.4.3.1.3"} or {name = {oid = ".3.5.3.1.2", index = ["pdu", "outlet"]}}."""
        found = []
        for key, inner in (inside(leaf, self.complaints) if leaf else {}).items():
            keys = {"oid": inner}
            if isinstance(inner.value, dict):
                keys = inside(inner, self.complaints)
                self.complaints.known(keys, {"oid", "index"}, f'label "{key}"')
            typed = Typed(keys, self.complaints, inner)
            typed.required("oid", f'label "{key}"')
            found.append(Label(key, typed.oid("oid", base), typed.texts("index")))
        return tuple(label for label in found if label.oid)
