"""Drafts the IPMI profile of an unknown BMC: what generic-ipmi reads stays, the rest is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hw_profiles.bindings_ipmi import bound
from hw_profiles.draft_names import Guess, family, guess, is_margin
from hw_profiles.draft_text import Draft, Line, Section, Toml
from hw_profiles.kinds import KINDS
from hw_profiles.schema import Profile
from model.devices import Identity
from model.raw import DCMI_POWER, Raw, Sample, SensorDef
from model.readings import Outcome, Reading
from model.sensors import UNITS, Quantity, Role

_SHARED_FIRMWARE = frozenset({0, 7, 343, 15370, 20974, 21317, 10368})
"""Manufacturer numbers of firmware that many brands ship (AMI, Intel, Byosoft…): no brand."""
_TELLING = 4
"""How many sensor names tell a family where nothing else does."""
_OUTSIDE = re.compile("out ?door|ambient|inlet|air", re.IGNORECASE)
_BLANK = re.compile(
    r"(to be filled.*|default.*|none|n/?a|unknown|not specified|0+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sensor, its value, and the role that generic-ipmi gives it."""

    sensor: SensorDef
    value: float | None
    role: Role

    @property
    def told(self) -> str:
        """The sensor as the comments name it: "'Total_Power' 420 W"."""
        quantity = self.sensor.quantity
        unit = UNITS[quantity].replace("Cel", "°C") if quantity else ""
        amount = "no value" if self.value is None else f"{self.value:g} {unit}".strip()
        return f"'{self.sensor.name}' {amount}"


def draft(
    generic: Profile, identity: Identity, raw: Raw, outcomes: Sequence[Outcome], source: str
) -> Draft:
    """A profile that extends `generic`. `outcomes` is what `generic` makes of the same answers."""
    seen = _seen(generic, identity, raw)
    lines = [*_power(seen, outcomes, raw), *_inlet(seen, outcomes), *_unnamed(seen, outcomes)]
    margins = sorted({family(s.sensor.name, Role.SENSOR) for s in seen if _margin(generic, s)})
    taken = [*_patterns(lines), *generic.ignore, *map(re.compile, margins)]
    left = [
        each.told
        for each in seen
        if each.role is Role.SENSOR and not any(p.fullmatch(each.sensor.name) for p in taken)
    ]
    ignore: list[Toml] = [*(p.pattern for p in generic.ignore), *margins]
    fru = identity.fru
    words = {o.sensor.word for o in outcomes if isinstance(o, Reading)}
    words |= {line.word for line in lines}
    maker, model = (_said(fru, name) for name in ("manufacturer", "name"))
    head: dict[str, Toml] = {
        "protocol": "ipmi",
        "kind": "server",
        "extends": generic.name,
        "title": f"{maker} {model}".strip() or "unknown server",
        "source": source,
        "verified": "capture",
        "expects": [w.words[0] for w in KINDS["server"] if w.words[0] in words],
    }
    settings: dict[str, dict[str, Toml]] = {"ipmi": {"ignore": ignore}} if margins else {}
    return Draft(
        head, _match(identity, lines), settings, (Section(lines=tuple(lines)),),
        (f"Whatever no line below names is read by {generic.name}.",), tuple(left),
    )  # fmt: skip


def _seen(generic: Profile, identity: Identity, raw: Raw) -> list[_Seen]:
    """Every sensor with a number, in the device's order."""
    bindings = bound(generic, identity.sensors)
    roles = {b.address: b.sensor.role for b in bindings.each}
    for choice in bindings.choices:
        found = (s for s in choice.sources if hasattr(s, "address"))
        roles |= {source.address: choice.rule.role for source in found}
    seen = []
    for sensor in identity.sensors.sensors:
        if sensor.discrete or sensor.quantity is None:
            continue
        answer = raw.values.get(sensor.key)
        value = answer.value if isinstance(answer, Sample) else None
        seen.append(_Seen(sensor, value, roles.get(sensor.key, Role.SENSOR)))
    return seen


def _margin(generic: Profile, seen: _Seen) -> bool:
    """A margin that the parent's `ignore` does not know yet: by its name, or below -5 °C."""
    name = seen.sensor.name
    if seen.sensor.quantity is not Quantity.TEMPERATURE:
        return False
    if any(pattern.fullmatch(name) for pattern in generic.ignore):
        return False
    below = seen.value is not None and seen.value < -5 and not _OUTSIDE.search(name)
    return is_margin(name) or below


def _said(fru: Mapping[str, str], what: str) -> str:
    """The product's or the board's maker or name, whichever is no placeholder."""
    told = (fru.get(f"{part}_{what}", "").strip() for part in ("product", "board"))
    return next((text for text in told if not _BLANK.fullmatch(text)), "")


def _match(identity: Identity, lines: Sequence[Line]) -> tuple[Mapping[str, Toml], ...]:
    """What the family has in common: the brand's number, or its name where the firmware's is not.

    Never the product alone: a family has many. A BMC that says neither is known by its sensors'
    names, those that were understood first; one without any has to be pinned.
    """
    found: list[Mapping[str, Toml]] = []
    shared = identity.manufacturer is None or identity.manufacturer in _SHARED_FIRMWARE
    if not shared and identity.manufacturer is not None:
        found.append({"manufacturer": identity.manufacturer})
    for field in ("product_manufacturer", "board_manufacturer"):
        text = identity.fru.get(field, "").strip()
        if text and not _BLANK.fullmatch(text):
            found.append({"fru": {field: f"{_brand(text)}.*"}})
            break
    if not found and identity.manufacturer:
        found.append({"manufacturer": identity.manufacturer, "product": identity.product or 0})
    names = [name for line in lines for name in _names(line)]
    names = [*names, *(sensor.name for sensor in identity.sensors.sensors)]
    if not found and names:
        patterns = dict.fromkeys(family(name, Role.SENSOR) for name in names)
        found.append({"sensors": list[Toml](patterns)[:_TELLING]})
    return tuple(found)


def _brand(text: str) -> str:
    """The word of a maker's name that stays: the first, or two where it begins with "New"."""
    words = [re.escape(word.strip(",.")).replace("\\-", "-") for word in text.split()]
    return " ".join(words[: 2 if len(words[0]) <= 3 else 1])


def _values(outcomes: Iterable[Outcome], word: str) -> list[float]:
    return [o.value for o in outcomes if isinstance(o, Reading) and o.sensor.word == word]


def _power(seen: Sequence[_Seen], outcomes: Sequence[Outcome], raw: Raw) -> list[Line]:
    """What the whole server draws: the sensor whose name says so and that its supplies bear out."""
    supplies = _values(outcomes, "psu_input.power_watts") or _values(
        outcomes, "psu_output.power_watts"
    )
    whole = sum(supplies) or next(iter(_values(outcomes, "node.power_watts")), 0.0)
    best: tuple[float, _Seen, str] | None = None
    for each in seen:
        if each.sensor.quantity is not Quantity.POWER or not each.value:
            continue
        named = each.role is Role.NODE or _says(each, Role.NODE)
        near = bool(supplies) and 0.75 <= each.value / whole <= 1.3
        if not named and (not near or each.role is not Role.SENSOR or len(supplies) < 2):
            continue
        score = 2.0 * named + 1.0 * near
        if best is None or score > best[0]:
            best = (score, each, _reason(named, near, whole))
    if best is None:
        return []
    _, chosen, reason = best
    sensor: dict[str, Toml] = {"sensor": _exactly(chosen.sensor.name)}
    sources: list[Toml] = [sensor, {"command": "dcmi.power"}, {"sum": "psu_input.power_watts"}]
    answer = raw.values.get(DCMI_POWER)
    if isinstance(answer, int | float) and answer > 0:
        apart = abs(answer - (chosen.value or 0))
        reason += f"; DCMI says {answer:g} W" + (", which differs" if apart > 0.2 * answer else "")
    return [Line("node.power_watts", sources, reason, chosen.told)]


def _exactly(name: str) -> str:
    """A pattern for one name alone."""
    return re.escape(name).replace("\\ ", " ")


def _says(seen: _Seen, role: Role) -> bool:
    quantity = seen.sensor.quantity
    found = guess(seen.sensor.name, quantity) if quantity else None
    return found is not None and found.role is role


def _reason(named: bool, near: bool, whole: float) -> str:
    parts = []
    if named:
        parts.append("its name says the whole server")
    if near:
        parts.append(f"the power supplies come to {whole:g} W")
    return ", ".join(parts)


def _inlet(seen: Sequence[_Seen], outcomes: Sequence[Outcome]) -> list[Line]:
    """The inlet by its name, or the coolest sensor that nobody names, where generic has none."""
    found = []
    read = _values(outcomes, "air_inlet.temperature_celsius")
    temperatures = [s for s in seen if s.sensor.quantity is Quantity.TEMPERATURE and s.value]
    for each in temperatures:
        if each.role is Role.AIR_INLET:
            name = each.sensor.name
            named = _says(each, Role.AIR_INLET)
            rule = {"sensor": family(name, Role.SENSOR) if named else _exactly(name)}
            reason = "its name or entity says the inlet"
            found.append(Line("air_inlet.temperature_celsius", rule, reason, each.told))
    unnamed = [s for s in temperatures if s.role is Role.SENSOR and not is_margin(s.sensor.name)]
    named = any(_says(s, Role.AIR_INLET) for s in unnamed)
    if read or named or found or not unnamed:
        return found
    coolest = min(unnamed, key=lambda s: s.value or 0.0)
    others = [s.value or 0.0 for s in temperatures if s is not coolest]
    if not others or not 8 <= (coolest.value or 0) <= 40 or min(others) < (coolest.value or 0) + 2:
        return []
    rule = {"sensor": _exactly(coolest.sensor.name)}
    reason = f"the coolest of {len(temperatures)} temperatures; its name does not say it"
    return [Line("air_inlet.temperature_celsius", rule, reason, coolest.told)]


def _unnamed(seen: Sequence[_Seen], outcomes: Sequence[Outcome]) -> list[Line]:
    """Sensors that generic-ipmi leaves without a role and whose names say one."""
    found: dict[tuple[str, str], Line] = {}
    for each in seen:
        quantity = each.sensor.quantity
        if each.role is not Role.SENSOR or quantity is None:
            continue
        guessed = guess(each.sensor.name, quantity) or _supply(each, outcomes)
        if guessed is None or guessed.role is Role.NODE or not _fits(guessed, each.value):
            continue
        key = (guessed.word, guessed.pattern)
        found.setdefault(
            key, Line(guessed.word, {"sensor": guessed.pattern}, guessed.reason, each.told)
        )
    return list(found.values())


_SUPPLY = re.compile(r"(psu?|pws|power ?supply)[ _-]?\d+(?![a-z])", re.IGNORECASE)


def _supply(seen: _Seen, outcomes: Sequence[Outcome]) -> Guess | None:
    """A power supply's volts or amperes whose side only the value tells."""
    name, quantity, value = seen.sensor.name, seen.sensor.quantity, seen.value or 0.0
    if not _SUPPLY.match(name) or is_margin(name):
        return None
    if quantity is Quantity.VOLTAGE and (90 <= value <= 300 or 10 <= value <= 14):
        role = Role.PSU_INPUT if value >= 90 else Role.PSU_OUTPUT
        return Guess(role, quantity, family(name, role), f"{value:g} V are of that side")
    if quantity is Quantity.CURRENT and value:
        watts = _values(outcomes, "psu_input.power_watts")
        if any(100 <= each / value <= 250 for each in watts):
            role = Role.PSU_INPUT
            reason = "mains volts by these amperes are a supply's input watts"
            return Guess(role, quantity, family(name, role), reason)
    return None


def _fits(guessed: Guess, value: float | None) -> bool:
    if value is None:
        return True
    if guessed.role is Role.AIR_INLET:
        return -10 <= value <= 60
    return value > -5


def _patterns(lines: Iterable[Line]) -> list[re.Pattern[str]]:
    """The patterns of sensor names that the lines take."""
    found = []
    for line in lines:
        rules = line.rule if isinstance(line.rule, list) else [line.rule]
        given = [r["sensor"] for r in rules if isinstance(r, Mapping) and "sensor" in r]
        found += [re.compile(str(pattern), re.IGNORECASE) for pattern in given]
    return found


def _names(line: Line) -> list[str]:
    """The sensors that a line's sample names."""
    return re.findall(r"'(.*)' [^']*$", line.sample)
