"""Blocks of an unknown agent whose electric series are settled, and what part each block is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from hw_profiles.draft_columns import Block, Index
from hw_profiles.draft_electric import WATT_SCALES, Meaning, Option, options, settled, states
from hw_profiles.draft_series import Series, names, series
from model.sensors import Quantity, Role

_Q = Quantity
_NAMED = (
    (r"outlet|socket|receptacle|插座|插口", Role.OUTLET),
    (r"bank|branch|breaker|circuit|支路|回路|(?<![a-z])cb ?\d", Role.BRANCH),
    (r"phase|(?<![a-z])l[123](?!\d)|相", Role.PHASE),
    (r"inlet|input|main|进线|总", Role.POWER_INLET),
)
_SAME = 0.1
_HOUR = 3600.0
_USUAL_HOURS = 15_000.0
_WATT_HOURS = {1.0: 1.0, 10.0: 0.4, 100.0: 1.0, 1000.0: 0.9}
"""What counters count in, and how common it is."""


@dataclass(frozen=True, slots=True)
class Group:
    """A block, its series, what its rows are called, and what its series mean."""

    block: Block
    series: tuple[Series, ...]
    role: Role
    meanings: tuple[Meaning, ...]
    names: Mapping[Index, str]
    name_column: int = 0

    @property
    def rows(self) -> tuple[Index, ...]:
        """The rows that were read."""
        return tuple(dict.fromkeys(row for m in self.meanings for row in m.series.values))

    def of(self, quantity: Quantity) -> Meaning | None:
        """The series of a quantity."""
        return next((m for m in self.meanings if m.quantity is quantity), None)


@dataclass(slots=True)
class _Site:
    """All blocks with their series and what is settled of them."""

    blocks: list[Block]
    series: list[list[Series]]
    chosen: list[Option | None]


def groups(found: Sequence[Block], counters: frozenset[str]) -> list[Group]:
    """The electric blocks of a device, each with its part. `counters`: columns of counter type."""
    held = [series(block) for block in found]
    first = [options(each) for each in held]
    alone = settled(first)
    sure = max((o for o in alone if o and _borne_out(o)), key=lambda o: o.score, default=None)
    volts = sure.of(_Q.VOLTAGE) if sure else None
    supply = volts.series.middle * volts.scale if volts else 0.0
    second = [own or options(each, supply) for own, each in zip(first, held, strict=True)]
    site = _Site(list(found), held, settled(second))
    _Totals(site).run()
    _currents(site)
    return _agreeing(
        [
            _group(site, at, option, counters)
            for at, option in enumerate(site.chosen)
            if option is not None
        ]
    )


def _agreeing(found: list[Group]) -> list[Group]:
    """The same groups, the energies of many rows at the scale at which they come to the whole's."""
    single = (m for g in found if len(g.rows) == 1 and (m := g.of(_Q.ENERGY)))
    whole = max(single, key=lambda m: m.total, default=None)
    if whole is None:
        return found
    return [_rescaled(group, whole) if len(group.rows) > 1 else group for group in found]


def _rescaled(group: Group, whole: Meaning) -> Group:
    own = group.of(_Q.ENERGY)
    if own is None or own.total <= 0:
        return group
    for watt_hours in _WATT_HOURS:
        scale = watt_hours * _HOUR
        share = own.series.total * scale / whole.total if whole.total else 0.0
        if 0.4 <= share <= 2.5:
            reason = f"its rows come to {share:.0%} of {whole.series.oid}"
            better = Meaning(own.series, _Q.ENERGY, scale, reason)
            return replace(group, meanings=tuple(better if m is own else m for m in group.meanings))
    return group


_ALONE = 3
"""Volts, amperes and watts of one row fit one another by chance, where there are many columns."""


def _borne_out(option: Option) -> bool:
    """Whether more than one row, or voltamperes or a power factor, speak for a circuit."""
    return len(option.meanings) > _ALONE or not _single(option)


class _Totals:
    """Finds the block that holds the whole device's watts: what the others sum to."""

    def __init__(self, site: _Site) -> None:
        self._site = site

    def run(self) -> None:
        """Settles the blocks of one row that hold a total."""
        sums = [o for o in self._site.chosen if o and o.of(_Q.POWER)]
        if not sums:
            return
        largest = max(sums, key=lambda o: o.score)
        for at, found in enumerate(self._site.series):
            if self._site.chosen[at] is None and found and max(len(s.values) for s in found) == 1:
                self._site.chosen[at] = _total(found, largest)


def _total(found: Sequence[Series], parts: Option) -> Option | None:
    """The series of a row that are the parts' watts, voltamperes and power factor."""
    power, apparent = parts.of(_Q.POWER), parts.of(_Q.APPARENT_POWER)
    assert power is not None
    best: Option | None = None
    for each in found:
        for scale, common in WATT_SCALES.items():
            value = each.total * scale
            apart = abs(value - power.total) / power.total if power.total else 1.0
            if apart > _SAME or each.total < 10 or states(each):
                continue
            told = f"{value:g} W, and the parts come to {power.total:g} W"
            meanings = [Meaning(each, _Q.POWER, scale, told)]
            meanings += _beside(found, each, scale, value, apparent)
            exact = apart <= 0.02 and each.total >= 100
            score = (1 - apart * 5) * common * (1 + 2 * (len(meanings) > 1) + exact)
            if (len(meanings) > 1 or exact) and (best is None or score > best.score):
                best = Option(tuple(meanings), score)
    return best


def _beside(
    found: Sequence[Series], watts: Series, scale: float, value: float, apparent: Meaning | None
) -> list[Meaning]:
    """Voltamperes and a power factor that go with a total."""
    more: list[Meaning] = []
    whole = 0.0
    for each in found:
        told = each.total * scale
        if each is watts or apparent is None or not value <= told:
            continue
        if abs(told - apparent.total) <= 0.05 * apparent.total:
            more.append(Meaning(each, _Q.APPARENT_POWER, scale, f"the parts' VA: {told:g}"))
            whole = told
            break
    for each in found:
        if each is watts or any(each is m.series for m in more) or not whole:
            continue
        factor = each.total / 100
        if 0.3 < factor <= 1 and abs(factor - value / whole) <= 0.09:
            more.append(Meaning(each, _Q.POWER_FACTOR, 0.01, f"near W / VA = {value / whole:.2f}"))
            break
    return more


def _currents(site: _Site) -> None:
    """Blocks of amperes alone: those that sum to the amperes of a settled block."""
    known = [m for o in site.chosen if o and (m := o.of(_Q.CURRENT))]
    for at, found in enumerate(site.series):
        if site.chosen[at] is not None:
            continue
        for each in found:
            same = next((m for m in known if _sums_to(each, m)), None)
            if same is not None:
                reason = (
                    f"its {len(each.values)} rows sum to the {same.total:g} A of {same.series.oid}"
                )
                meaning = Meaning(each, _Q.CURRENT, same.scale, reason)
                site.chosen[at] = Option((meaning,), 1.0)
                break


def _sums_to(each: Series, known: Meaning) -> bool:
    if len(each.values) < 2 or each.total < 10 or each.largest == min(each.values.values()):
        return False
    total = known.series.total
    return abs(each.total - total) <= max(0.01 * total, 0.5 * (total >= 100))


def _group(site: _Site, at: int, option: Option, counters: frozenset[str]) -> Group:
    block, found = site.blocks[at], site.series[at]
    column, told = names(block)
    meanings = [*option.meanings]
    power = option.of(_Q.POWER)
    if power is not None:
        meanings += _energy(found, power, meanings, counters)
    meanings += _frequency(found, meanings)
    alone = sum(o is not None for o in site.chosen) == 1
    role = _role(option, told, alone, _has_total(site, at))
    return Group(block, tuple(found), role, tuple(meanings), told, column)


def _has_total(site: _Site, at: int) -> bool:
    """Whether another block of one row holds the whole, without volts of its own."""
    return any(
        o is not None and other != at and o.of(_Q.VOLTAGE) is None and _single(o)
        for other, o in enumerate(site.chosen)
    )


def _single(option: Option) -> bool:
    return all(len(m.series.values) == 1 for m in option.meanings)


def _role(option: Option, told: Mapping[Index, str], alone: bool, has_total: bool) -> Role:
    """The part: by what the rows are called, else by how many there are and what they measure."""
    words = " ".join(told.values()).lower()
    rows = max(len(m.series.values) for m in option.meanings)
    volts = option.of(_Q.VOLTAGE)
    if rows > 1:
        for pattern, role in _NAMED:
            if len(re.findall(pattern, words)) * 2 >= rows:
                return role
    if rows == 1:
        if volts is None:
            return Role.RACK
        return Role.PHASE if has_total and not alone else Role.POWER_INLET
    if option.of(_Q.POWER) is None:
        return Role.BRANCH
    return Role.PHASE if rows <= 3 else Role.OUTLET


def _energy(
    found: Sequence[Series], power: Meaning, known: Sequence[Meaning], counters: frozenset[str]
) -> list[Meaning]:
    """The counter whose joules are hours to years of the present watts."""
    taken = {id(m.series) for m in known}
    best: tuple[float, Meaning] | None = None
    for each in found:
        hours = _hours(each, power)
        counter = each.oid in counters
        if id(each) in taken or not hours or not (counter or _odd(each)):
            continue
        for watt_hours, common in _WATT_HOURS.items():
            life = hours * watt_hours
            if not 200 <= life <= 150_000:
                continue
            far = abs(_decades(life / _USUAL_HOURS))
            score = common / (1 + far) * (1.5 if counter else 1.0)
            reason = f"at the present watts {life / 8766:.1f} years of load (the scale is a guess)"
            meaning = Meaning(each, _Q.ENERGY, watt_hours * _HOUR, reason)
            if best is None or score > best[0]:
                best = (score, meaning)
    return [best[1]] if best else []


def _decades(ratio: float) -> float:
    from math import log10  # noqa: PLC0415

    return log10(ratio)


def _hours(each: Series, power: Meaning) -> float:
    """Raw counts per present watt, the median of the rows under load; 0 where they disagree."""
    ratios = [
        value / (watts * power.scale)
        for row, value in each.values.items()
        if (watts := power.series.values.get(row, 0.0)) > 0 and value > 0
    ]
    if not ratios or 2 * len(ratios) < sum(w > 0 for w in power.series.values.values()):
        return 0.0
    return median(ratios)


def _odd(each: Series) -> bool:
    """Whether the numbers are those of a counter: large, and not rounded."""
    known = [value for value in each.values.values() if value > 0]
    return bool(known) and max(known) >= 1000 and any(value % 50 for value in known)


def _frequency(found: Sequence[Series], known: Sequence[Meaning]) -> list[Meaning]:
    taken = {id(m.series) for m in known}
    if not any(m.quantity is _Q.VOLTAGE for m in known):
        return []
    for each in found:
        for scale in (0.1, 0.01):
            values = [value * scale for value in each.values.values() if value > 0]
            near = values and all(abs(v - 50) <= 1 or abs(v - 60) <= 1 for v in values)
            if near and id(each) not in taken:
                return [Meaning(each, _Q.FREQUENCY, scale, f"{values[0]:g} Hz are mains")]
    return []
