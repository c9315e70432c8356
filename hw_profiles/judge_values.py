"""Whether readings can be what they are called: alone, beside one another, and in sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hw_profiles.judge import (
    CODE_SCALE,
    CODE_SUM,
    CODE_UNIT,
    Aspect,
    Finding,
    Weight,
    called,
    place_of,
)
from model.readings import Fault, Outcome, Reading, Reason
from model.sensors import Quantity, Role

_Q = Quantity
_Bounds = tuple[float, float]

_USUAL: Mapping[Quantity, _Bounds] = {
    _Q.POWER: (0, 2e6),
    _Q.APPARENT_POWER: (0, 2.5e6),
    _Q.ENERGY: (0, 1e15),
    _Q.CURRENT: (-1000, 5000),
    _Q.VOLTAGE: (-60, 1000),
    _Q.POWER_FACTOR: (-1, 1),
    _Q.FREQUENCY: (0, 500),
    _Q.TEMPERATURE: (-40, 150),
    _Q.HUMIDITY: (0, 1),
    _Q.FAN_SPEED: (0, 30000),
    _Q.DUTY: (0, 1),
    _Q.LOAD: (0, 2),
    _Q.CHARGE: (0, 1),
    _Q.UTILIZATION: (0, 1),
    _Q.RUNTIME: (0, 7 * 86400),
    _Q.FLOW: (0, 1),
}
"""What a quantity can be at all, in its unit."""

_OF_ROLE: Mapping[tuple[Role, Quantity], _Bounds] = {
    (Role.NODE, _Q.POWER): (1, 30e3),
    (Role.PSU_INPUT, _Q.POWER): (0, 10e3),
    (Role.PSU_OUTPUT, _Q.POWER): (0, 10e3),
    (Role.OUTLET, _Q.POWER): (0, 23e3),
    (Role.RACK, _Q.POWER): (0, 500e3),
    (Role.PHASE, _Q.POWER): (0, 200e3),
    (Role.METER, _Q.POWER): (0, 200e6),
    (Role.METER, _Q.APPARENT_POWER): (0, 250e6),
    (Role.METER, _Q.ENERGY): (0, 1e17),
    (Role.CPU, _Q.POWER): (0, 1500),
    (Role.PSU_INPUT, _Q.CURRENT): (0, 100),
    (Role.OUTLET, _Q.CURRENT): (0, 63),
    (Role.BRANCH, _Q.CURRENT): (0, 250),
    (Role.PHASE, _Q.CURRENT): (0, 1000),
    (Role.PSU_OUTPUT, _Q.VOLTAGE): (0, 64),
    (Role.BOARD, _Q.VOLTAGE): (-15, 64),
    (Role.CPU, _Q.VOLTAGE): (0, 15),
    (Role.AIR_INLET, _Q.TEMPERATURE): (-20, 60),
    (Role.AIR_EXHAUST, _Q.TEMPERATURE): (-20, 90),
    (Role.ENVIRONMENT, _Q.TEMPERATURE): (-30, 80),
    (Role.SUPPLY_AIR, _Q.TEMPERATURE): (-20, 60),
    (Role.RETURN_AIR, _Q.TEMPERATURE): (-20, 80),
    (Role.SUPPLY_WATER, _Q.TEMPERATURE): (-20, 70),
    (Role.RETURN_WATER, _Q.TEMPERATURE): (-20, 80),
    (Role.BATTERY, _Q.TEMPERATURE): (-20, 80),
    (Role.PHASE, _Q.VOLTAGE): (0, 700),
    (Role.OUTLET, _Q.VOLTAGE): (0, 500),
    (Role.PSU_INPUT, _Q.VOLTAGE): (0, 450),
}
"""Narrower, where the part is known. Supplies and inlets may be fed with 240 to 400 V DC."""

_PERCENT = frozenset({_Q.HUMIDITY, _Q.DUTY, _Q.LOAD, _Q.CHARGE, _Q.UTILIZATION, _Q.POWER_FACTOR})


def ranges(readings: Iterable[Reading]) -> list[Finding]:
    """Values that no such part can have, one finding per line, with what it may be instead."""
    found: dict[str, Finding] = {}
    for each in readings:
        quantity = each.sensor.quantity
        bounds = _OF_ROLE.get((each.sensor.role, quantity)) or _USUAL.get(quantity)
        if bounds is None or bounds[0] <= each.value <= bounds[1]:
            continue
        words = (called(each), f"{each.value:g}", quantity.value, *_side(each.value, bounds))
        what = f"range {_guess(quantity, each.value, bounds)}"
        place = place_of(each)
        finding = Finding(Aspect.UNITS, Weight.FAIL, what, words, CODE_UNIT, place)
        found.setdefault(place or called(each), finding)
    return list(found.values())


def _side(value: float, bounds: _Bounds) -> tuple[str, str]:
    return ("below", f"{bounds[0]:g}") if value < bounds[0] else ("above", f"{bounds[1]:g}")


def _guess(quantity: Quantity, value: float, bounds: _Bounds) -> str:
    """What a value outside its bounds may be: the name of a question."""
    if quantity is _Q.TEMPERATURE and value < bounds[0]:
        return "margin"
    if quantity in _PERCENT and bounds[1] < value <= 100:
        return "percent"
    if quantity is _Q.FAN_SPEED:
        return "percentage"
    return "scale"


_LEAST_VOLTAMPERES = 60.0
_SINGLE_PHASE = frozenset({Role.PSU_INPUT, Role.PHASE, Role.OUTLET, Role.BRANCH})
_ELECTRIC = (
    *(Role.PSU_INPUT, Role.PSU_OUTPUT, Role.PHASE, Role.BRANCH, Role.OUTLET),
    *(Role.POWER_INLET, Role.RACK, Role.UPS_INPUT, Role.UPS_OUTPUT, Role.UPS_BYPASS),
)
_Point = tuple[Role, str]


def products(readings: Sequence[Reading]) -> list[Finding]:
    """Volts × amperes × power factor against watts and voltamperes, point by point.

    A point may carry all three phases, so that up to three times the product is believed of
    what is not a single phase; below 60 VA nothing is, for rounding weighs too much there.
    """
    found: dict[str, Finding] = {}
    for (role, _), values in _points(readings).items():
        volts, amperes = values.get(_Q.VOLTAGE), values.get(_Q.CURRENT)
        if volts is None or amperes is None:
            continue
        product = volts.value * amperes.value
        if product < _LEAST_VOLTAMPERES or amperes.value < 0.2:
            continue
        most = 1.15 if role in _SINGLE_PHASE else 3.2
        for quantity, least in ((_Q.POWER, 0.15), (_Q.APPARENT_POWER, 0.85)):
            told = values.get(quantity)
            if told is None or least <= told.value / product <= most:
                continue
            words = (
                *(called(told), f"{told.value:g}", f"{volts.value:g}", f"{amperes.value:g}"),
                f"{product:g}",
            )
            finding = Finding(
                Aspect.UNITS, Weight.FAIL, "product", words, CODE_SCALE, place_of(told)
            )
            found.setdefault(place_of(told), finding)
    return [*found.values(), *_factors(readings)]


def _points(readings: Iterable[Reading]) -> dict[_Point, dict[Quantity, Reading]]:
    points: dict[_Point, dict[Quantity, Reading]] = {}
    for each in readings:
        if each.sensor.role in _ELECTRIC:
            point = points.setdefault((each.sensor.role, each.sensor.component), {})
            point.setdefault(each.sensor.quantity, each)
    return points


def _factors(readings: Iterable[Reading]) -> list[Finding]:
    """A power factor against watts per voltampere of the same point, where both say much."""
    found: dict[str, Finding] = {}
    for values in _points(readings).values():
        watts, apparent = values.get(_Q.POWER), values.get(_Q.APPARENT_POWER)
        factor = values.get(_Q.POWER_FACTOR)
        if watts is None or apparent is None or factor is None or apparent.value < 100:
            continue
        ratio = watts.value / apparent.value
        if abs(ratio - abs(factor.value)) <= 0.25:
            continue
        words = (called(factor), f"{factor.value:g}", f"{watts.value:g}", f"{apparent.value:g}")
        place = place_of(factor)
        finding = Finding(Aspect.UNITS, Weight.FAIL, "factor", words, CODE_SCALE, place)
        found.setdefault(place, finding)
    return list(found.values())


_SUMS = (
    ("phase.power_watts", "rack.power_watts", 0.8, 1.2),
    ("psu_input.power_watts", "node.power_watts", 0.7, 1.3),
    ("psu_output.power_watts", "node.power_watts", 0.5, 1.15),
    ("outlet.power_watts", "rack.power_watts", 0.0, 1.15),
    ("branch.power_watts", "rack.power_watts", 0.0, 1.2),
    ("power_inlet.power_watts", "rack.power_watts", 0.8, 1.2),
    ("phase.energy_joules_total", "rack.energy_joules_total", 0.0, 1.2),
    ("node_psu_sum.power_watts", "node.power_watts", 0.6, 1.5),
    ("node_dcmi.power_watts", "node.power_watts", 0.6, 1.6),
    ("node_sdr.power_watts", "node.power_watts", 0.5, 1.6),
)
"""Parts, total, and what the parts may come to as a share of it. Supplies' outputs lack their
losses, and not every outlet is measured; parts that failed make a sum say less, so that the lower
bound holds only where none did."""
_ROUNDING = 30.0


def sums(outcomes: Sequence[Outcome]) -> list[Finding]:
    """Parts against their totals, in watts and joules; a few watts are never worth a word."""
    found = []
    for part, total, low, high in _SUMS:
        parts, whole = _read(outcomes, part), _read(outcomes, total)
        if not parts or not whole:
            continue
        sums_to, all_of_it = sum(r.value for r in parts), sum(r.value for r in whole)
        failed = any(isinstance(o, Fault) and o.sensor and o.sensor.word == part for o in outcomes)
        below = sums_to < low * all_of_it - _ROUNDING and not failed
        if below or sums_to > high * all_of_it + _ROUNDING:
            words = (part, str(len(parts)), f"{sums_to:g}", total, f"{all_of_it:g}")
            finding = Finding(Aspect.UNITS, Weight.FAIL, "sum", words, CODE_SUM, place_of(whole[0]))
            found.append(finding)
    return found


def _read(outcomes: Iterable[Outcome], word: str) -> list[Reading]:
    return [o for o in outcomes if isinstance(o, Reading) and o.sensor.word == word]


_ASIDE = frozenset(
    {Role.NODE_DCMI, Role.NODE_SDR, Role.NODE_PSU_SUM, Role.NODE_METER, Role.NODE_SNMP}
)
"""Sources that were tried and left: that one says 0 W is the device's affair."""


def disbelieved(outcomes: Iterable[Outcome]) -> list[Finding]:
    """What the interpreter itself did not believe, one finding per line."""
    found: dict[str, Finding] = {}
    for each in outcomes:
        if isinstance(each, Fault) and each.reason is Reason.IMPLAUSIBLE and each.sensor:
            if each.sensor.role in _ASIDE:
                continue
            place = place_of(each)
            words = (called(each), each.detail)
            finding = Finding(Aspect.UNITS, Weight.FAIL, "implausible", words, CODE_SCALE, place)
            found.setdefault(place, finding)
    return list(found.values())


def values(outcomes: Sequence[Outcome]) -> list[Finding]:
    """Everything that numbers say against a profile; one line where it is nothing."""
    readings = [o for o in outcomes if isinstance(o, Reading)]
    found = [*ranges(readings), *products(readings), *sums(outcomes), *disbelieved(outcomes)]
    if found or not readings:
        return found
    return [Finding(Aspect.UNITS, Weight.OK, "plausible", (str(len(readings)),))]
