"""Which series of a table are volts, amperes and watts, and at which scale.

Nothing names a column, but volts are near the mains, and volts × amperes × power factor are
watts in every row. Scales remain that shift amperes and watts alike; the commoner ones win, and
those by which tables of one device sum to the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median

from hw_profiles.draft_series import Series, mains
from model.sensors import Quantity

_Q = Quantity
VOLT_SCALES = {1.0: 1.0, 0.1: 1.0, 0.01: 0.3, 0.001: 0.6}
AMPERE_SCALES = {0.1: 1.0, 0.01: 0.7, 0.001: 0.8, 1.0: 0.3}
WATT_SCALES = {1.0: 1.0, 10.0: 0.5, 0.1: 0.4, 100.0: 0.15, 1000.0: 0.2, 0.001: 0.2, 0.01: 0.15}
"""How common each scale is."""
_ENOUGH = 0.4
_KEPT = 6
_LOOKED_AT = 120
_FAR = 16
"""Columns further apart than this are not of one circuit; else pairs grow with the square."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a series is taken for, and why."""

    series: Series
    quantity: Quantity
    scale: float
    reason: str

    @property
    def total(self) -> float:
        """The sum of all rows, in the quantity's unit."""
        return self.series.total * self.scale


@dataclass(frozen=True, slots=True)
class Option:
    """One way to understand a block's electric series; the higher the score, the likelier."""

    meanings: tuple[Meaning, ...]
    score: float

    def of(self, quantity: Quantity) -> Meaning | None:
        """The series that is taken for a quantity."""
        return next((m for m in self.meanings if m.quantity is quantity), None)


def volts(found: Iterable[Series]) -> list[Meaning]:
    """Series that may be volts; every row that is not 0 has them."""
    meanings = []
    for each in found:
        known = [value for value in each.values.values() if value > 0]
        if 2 * len(known) < len(each.values) or not known:
            continue
        # 100 and less is a share in percent, whatever it is in Japan
        percent = max(known) <= 100 or {*known} <= {120.0, 200.0, 400.0, 1000.0}
        for scale in VOLT_SCALES:
            if all(map(mains(scale), known)) and not percent:
                reason = f"{_shown(each, scale)} V are mains volts"
                meanings.append(Meaning(each, _Q.VOLTAGE, scale, reason))
    return meanings


def states(each: Series) -> bool:
    """Whether a series looks like states: a few small whole numbers, none of them 0."""
    known = set(each.values.values())
    return len(known) <= 4 and all(value.is_integer() and 0 < value <= 9 for value in known)


def _round(each: Series) -> bool:
    """Whether every value is a multiple of 10, as ratings and thresholds are."""
    return all(value % 10 == 0 for value in each.values.values())


def _shown(each: Series, scale: float) -> str:
    known = sorted(value for value in each.values.values() if value > 0)
    low, high = known[0] * scale, known[-1] * scale
    return f"{low:g}" if low == high else f"{low:g}…{high:g}"


def options(found: Sequence[Series], supply: float = 0.0) -> list[Option]:
    """The likeliest ways to see volts, amperes and watts in a block, best first.

    `supply` is the device's voltage, for a block that has none of its own (0: not known).
    """
    tried: list[Option] = []
    found = [each for each in found if not states(each)]
    own = volts(found)
    tries: list[Meaning | None] = [*own]
    if not own and supply:
        tries.append(None)
    for volt in tries:
        near = [each for each in found if volt is None or _apart(each, volt.series) <= _FAR]
        for amperes in near:
            for watts in near:
                if amperes is watts or (volt is not None and volt.series in (amperes, watts)):
                    continue
                if _apart(amperes, watts) <= _FAR:
                    tried += _pairs(len(found), volt, supply, amperes, watts)
    tried.sort(key=lambda option: -option.score)
    borne = [_borne_out(found, option, supply) for option in tried[:_LOOKED_AT]]
    return sorted(borne, key=lambda option: -option.score)[:_KEPT]


def _borne_out(found: Sequence[Series], option: Option, supply: float) -> Option:
    """An option with the voltamperes and power factor that stand beside it, the surer for them."""
    place = option.meanings[-1].series
    near = [each for each in found if _apart(each, place) <= _FAR]
    more, boost = _corroborated(near, option.meanings, supply)
    return Option((*option.meanings, *more), option.score * boost)


def _apart(one: Series, other: Series) -> int:
    return abs(one.place - other.place)


def _pairs(
    among: int,
    volt: Meaning | None,
    supply: float,
    amperes: Series,
    watts: Series,
) -> list[Option]:
    """Every pair of scales under which two series of so many are amperes and watts."""
    ratio, rows = _ratio(volt, supply, amperes, watts)
    if not rows:
        return []
    near = _nearness(volt, amperes, watts)
    sure = min(rows, 8) / (min(rows, 8) + 2.0)
    if rows == 1:
        sure /= max(1.0, among / 8)  # the more series, the more pairs fit by chance
    if _round(amperes) and _round(watts):
        sure *= 0.3
    tried = []
    for (a, common_a), (w, common_w) in product(AMPERE_SCALES.items(), WATT_SCALES.items()):
        factor = ratio * w / a
        if not 0.35 <= factor <= 1.04 or not _possible(amperes, a, watts, w):
            continue
        score = near * sure * common_a * common_w * (1.0 if factor > 0.7 else 0.5)
        told = "V × A" if volt else f"{supply:g} V × A"
        reasons = (
            f"with {watts.place} and the volts a power factor of {min(factor, 1):.2f}",
            f"{factor:.2f} of {told} in {rows} rows" if rows > 1 else f"{factor:.2f} of {told}",
        )
        pair = (
            Meaning(amperes, _Q.CURRENT, a, reasons[0]),
            Meaning(watts, _Q.POWER, w, reasons[1]),
        )
        known = (volt, *pair) if volt else pair
        tried.append(Option(known, score))
    return tried


def _nearness(volt: Meaning | None, amperes: Series, watts: Series) -> float:
    """More where the columns stand side by side, as those of one circuit mostly do."""
    near = 1.0 / (1.0 + 0.08 * (abs(amperes.place - watts.place) - 1))
    if volt is None:
        return near
    near *= VOLT_SCALES[volt.scale] / (1.0 + 0.08 * (abs(volt.series.place - amperes.place) - 1))
    places = (volt.series.place, amperes.place, watts.place)
    return near * 1.6 if max(places) - min(places) <= 3 else near


_FEW_ROWS = 3


def _possible(amperes: Series, a: float, watts: Series, w: float) -> bool:
    """Whether a circuit can carry as much; many rows are outlets and branches, not feeds."""
    many = len(amperes.values) > _FEW_ROWS
    most_amperes, most_watts = (125, 50e3) if many else (800, 400e3)
    return 0.02 <= amperes.largest * a <= most_amperes and 1 <= watts.largest * w <= most_watts


_ODD_ONE_IN = 8
"""One row in so many may lie apart: an idle supply takes amperes and hardly a watt."""


def _ratio(
    volt: Meaning | None, supply: float, amperes: Series, watts: Series
) -> tuple[float, int]:
    """Raw watts per volt and raw ampere, and in how many rows; 0 rows where they disagree."""
    ratios, doubts, unlike = [], [], 0
    for row, a in amperes.values.items():
        w = watts.values.get(row, 0.0)
        v = volt.series.values.get(row, 0.0) * volt.scale if volt else supply
        if a > 0 and w > 0 and v > 0:
            ratios.append(w / (v * a))
            doubts.append(0.55 / a + 0.55 / w)
        elif (a > 0) != (w > 0):
            unlike += 1 if max(a, w) <= 9 else len(amperes.values)
    if not ratios or 3 * unlike > len(amperes.values):
        return 0.0, 0
    middle = median(ratios)
    odd = sum(
        abs(math.log(ratio / middle)) > 0.6 + min(doubt, 1.0)
        for ratio, doubt in zip(ratios, doubts, strict=True)
    )
    if odd * _ODD_ONE_IN > len(ratios):
        return 0.0, 0
    return middle, len(ratios) - odd


def _corroborated(
    found: Sequence[Series], known: Sequence[Meaning], supply: float
) -> tuple[list[Meaning], float]:
    """Voltamperes and power factors that bear the pair out, and how much surer they make it."""
    amperes, watts = known[-2], known[-1]
    volt = known[0] if len(known) == 3 else None
    taken = {id(m.series) for m in known}
    more: list[Meaning] = []
    boost = 1.0
    row = max(amperes.series.values, key=lambda r: amperes.series.values[r])
    v = volt.series.values.get(row, 0.0) * volt.scale if volt else supply
    product_ = v * amperes.series.values[row] * amperes.scale
    told = watts.series.values.get(row, 0.0) * watts.scale
    if product_ <= 0 or told <= 0:
        return more, boost
    for each in found:
        value = each.values.get(row, 0.0)
        if id(each) in taken or value <= 0:
            continue
        if _near(value * watts.scale, product_, 0.03, watts.scale):
            reason = f"V × A = {product_:.0f} VA"
            more.append(Meaning(each, _Q.APPARENT_POWER, watts.scale, reason))
            taken.add(id(each))
            boost *= 2.5
            break
    for each in found:
        value = each.values.get(row, 0.0)
        scale = next((s for s in (1.0, 0.01, 0.001) if 0.3 < value * s <= 1.0), 0.0)
        if id(each) in taken or not scale or _all_equal_one(each, scale):
            continue
        if each.largest * scale > _MOST_FACTOR:
            continue
        if abs(value * scale - told / product_) <= 0.04:
            reason = f"W / VA = {told / product_:.2f}"
            more.append(Meaning(each, _Q.POWER_FACTOR, scale, reason))
            boost *= 2.0
            break
    return more, boost


_MOST_FACTOR = 1.01


def _all_equal_one(each: Series, scale: float) -> bool:
    return scale == 1.0 and set(each.values.values()) <= {0.0, 1.0}


def _near(value: float, other: float, share: float, step: float) -> bool:
    return abs(value - other) <= share * other + 0.6 * step


def settled(groups: Sequence[list[Option]]) -> list[Option | None]:
    """One option of each group: the likeliest together, for their watts sum to the same."""
    kept = [[o for o in group[:_KEPT] if o.score >= _ENOUGH] for group in groups]
    best: tuple[float, tuple[Option | None, ...]] = (-1.0, ())
    choices: list[list[Option | None]] = [[*group] or [None] for group in kept]
    while math.prod(map(len, choices)) > 50_000:
        largest = max(choices, key=len)
        largest.pop()
    for chosen in product(*choices):
        score = math.prod(option.score for option in chosen if option)
        score *= _agreement([option for option in chosen if option])
        if score > best[0]:
            best = (score, chosen)
    return list(best[1])


def _agreement(chosen: Sequence[Option]) -> float:
    """How well the watts of several tables go together."""
    totals = [m.total for option in chosen if (m := option.of(_Q.POWER)) and m.total > 0]
    score = 1.0
    for at, one in enumerate(totals):
        for other in totals[at + 1 :]:
            apart = abs(math.log10(one / other))
            score *= 3.0 if apart < 0.06 else 1.0 if apart < 0.4 else 0.4
    return score
