"""Readings that contradict one another: whatever the device says, not all of them can be true.

Pure, and cheap: one pass over a poll's outcomes. Bounds are wide, since a BMC reads its sensors one
after another, rounds them to 4 or 8 W, and a supply at low load has a poor power factor: what is
found is a wrong scale or a broken sensor, never a bad efficiency.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from model.readings import Fault, Outcome, Reading, Reason
from model.sensors import Quantity, Role

_P, _V, _A, _T = Quantity.POWER, Quantity.VOLTAGE, Quantity.CURRENT, Quantity.TEMPERATURE

_FEEDS = frozenset(
    {
        *(Role.PSU_INPUT, Role.PSU_OUTPUT, Role.RACK, Role.POWER_INLET, Role.PHASE),
        *(Role.UPS_INPUT, Role.UPS_OUTPUT),
    }
)
"""Where watts, volts and amperes of one component belong together. All of them are of the fast
tier: what is judged together is asked together."""

_PAIRED = frozenset({Role.POWER_INLET, Role.PHASE})
"""In a delta, amperes of one line may flow to pairs whose watts stand elsewhere: 0 W at 3 A."""

_INSIDE = frozenset({Role.CPU, Role.DIMM, Role.DISK, Role.BOARD, Role.PSU, Role.ACCELERATOR})
"""Parts inside one housing: none is at freezing point while the others are warm."""

_PARTS = frozenset({Role.CPU, Role.SUBSYSTEM, Role.OUTLET, Role.NODE})
"""What is added up, or is a sum, beside the feeds."""

_WARM = 20.0
_TOO_MUCH, _TOO_LITTLE = 4.0, 1 / 8
"""Watts per volt-ampere beyond which a scale is wrong: three phases may stand for one, and the
power factor of a load is never below an eighth."""
_LEAST_VOLTS = 10.0

_Place = tuple[Role, str]
_Feed = dict[Quantity, Reading]


@dataclass(slots=True)
class Circuit:
    """What a poll says of power: the readings that stand for one another's witnesses."""

    feeds: dict[_Place, _Feed] = field(default_factory=dict)
    parts: dict[Role, list[Reading]] = field(default_factory=dict)
    lost: set[Role] = field(default_factory=set)

    def add(self, outcome: Outcome) -> None:
        """Takes an outcome of a power, voltage or current."""
        sensor = outcome.sensor
        if sensor is None:
            return
        role, quantity = sensor.role, sensor.quantity
        if type(outcome) is Fault:
            if quantity is _P:
                self.lost.add(role)
            return
        assert isinstance(outcome, Reading)
        if role in _FEEDS:
            self.feeds.setdefault((role, sensor.component), {})[quantity] = outcome
        elif quantity is _P and role in _PARTS:
            self.parts.setdefault(role, []).append(outcome)

    def drop(self, doubted: Container[int]) -> None:
        """Forgets the readings (by id) that are not believed."""
        for place, feed in self.feeds.items():
            kept = {q: reading for q, reading in feed.items() if id(reading) not in doubted}
            if _P in feed and _P not in kept:
                self.lost.add(place[0])
            self.feeds[place] = kept

    def sum(self, role: Role) -> float:
        """The watts of all feeds of a role."""
        mine = (feed[_P].value for (r, _), feed in self.feeds.items() if r is role and _P in feed)
        return sum(mine)

    def apparent(self) -> float:
        """Volts × amperes of all power supplies; 0 where one of them does not say both."""
        supplies = {c for role, c in self.feeds if role in (Role.PSU_INPUT, Role.PSU_OUTPUT)}
        return _apparent([self.feeds.get((Role.PSU_INPUT, c), {}) for c in supplies])

    def drawn(self, role: Role) -> float:
        """Volts × amperes of all feeds of a role; 0 where one does not say both."""
        return _apparent([feed for (r, _), feed in self.feeds.items() if r is role])


def _apparent(feeds: Sequence[_Feed]) -> float:
    if not all(_V in feed and _A in feed for feed in feeds):
        return 0.0
    return sum(feed[_V].value * feed[_A].value for feed in feeds)


def checked(found: Sequence[Outcome]) -> tuple[Sequence[Outcome], Circuit]:
    """The same outcomes, each that contradicts the others a fault; the same object where none does.

    With it, what is believed of the power: it judges totals that are chosen later (`doubt`).
    """
    known = Circuit()
    cold: list[Reading] = []
    for outcome in found:
        sensor = outcome.sensor
        if sensor is None:
            continue
        quantity = sensor.quantity
        if quantity is _T:
            if type(outcome) is Reading and outcome.value == 0.0:
                cold.append(outcome)
        elif quantity is _P or ((quantity is _V or quantity is _A) and sensor.role in _FEEDS):
            known.add(outcome)
    doubts: dict[int, str] = {}
    if cold:
        _frozen(cold, found, doubts)
    if known.feeds or known.parts:
        _contradictions(known, doubts)
    if not doubts:
        return found, known
    return [_doubted(o, doubts[id(o)]) if id(o) in doubts else o for o in found], known


def _doubted(outcome: Outcome, why: str) -> Outcome:
    return Fault(outcome.sensor, Reason.IMPLAUSIBLE, why, outcome.raw, outcome.rule)


def doubt(outcome: Outcome | None, known: Circuit) -> Outcome | None:
    """The outcome; a fault where it is a total of a server or rack that its parts contradict."""
    if not isinstance(outcome, Reading) or outcome.sensor.quantity is not _P:
        return outcome
    why = ""
    if outcome.sensor.role is Role.NODE:
        why = _node_doubt(outcome.value, known)
    elif outcome.sensor.role is Role.RACK:
        why = _rack_doubt(outcome.value, known)
    return _doubted(outcome, why) if why else outcome


def _frozen(cold: list[Reading], found: Sequence[Outcome], doubts: dict[int, str]) -> None:
    """Sensors at exactly 0 °C beside warm ones of their kind."""
    for reading in cold:
        role = reading.sensor.role
        kin = _INSIDE if role in _INSIDE else frozenset({role})
        warm = sorted(
            o.value
            for o in found
            if type(o) is Reading
            and o.sensor.quantity is _T
            and o.sensor.role in kin
            and o.value != 0.0
        )
        if warm and warm[len(warm) // 2] >= _WARM:
            median = warm[len(warm) // 2]
            doubts[id(reading)] = f"exactly 0 °C, where its neighbours read about {median:g} °C"


def _contradictions(known: Circuit, doubts: dict[int, str]) -> None:
    for (role, component), feed in known.feeds.items():
        power = feed.get(_P)
        if power is not None:
            why = _against_amperes(feed, role not in _PAIRED)
            if why:
                doubts[id(power)] = why
            elif role is Role.PSU_INPUT:
                _supply(known, component, feed, doubts)
    known.drop(doubts)
    for total in known.parts.get(Role.NODE, ()):
        why = _node_doubt(total.value, known)
        if why:
            doubts[id(total)] = why
    racks = [f[_P] for (role, _), f in known.feeds.items() if role is Role.RACK and _P in f]
    why = _rack_doubt(sum(reading.value for reading in racks), known) if racks else ""
    if why:
        doubts.update((id(reading), why) for reading in racks)


def _against_amperes(feed: _Feed, alone: bool) -> str:
    """Why a feed's watts are not what its volts and amperes allow; empty where they are.

    Only where a feed stands `alone` can its watts be too few.
    """
    volts, amperes = feed.get(_V), feed.get(_A)
    if volts is None or amperes is None or volts.value < _LEAST_VOLTS or amperes.value <= 0:
        return ""
    watts, apparent = feed[_P].value, volts.value * amperes.value
    much = watts > _TOO_MUCH * apparent and watts - apparent > 50
    little = alone and watts < _TOO_LITTLE * apparent and apparent >= 400
    if not (much or little):
        return ""
    return f"{watts:g} W, but {volts.value:g} V × {amperes.value:g} A are {apparent:.4g} VA"


def _supply(known: Circuit, component: str, feed: _Feed, doubts: dict[int, str]) -> None:
    """A power supply's input against its own output, and its volts against its watts."""
    taken, volts = feed[_P], feed.get(_V)
    given = known.feeds.get((Role.PSU_OUTPUT, component), {}).get(_P)
    if given is not None:
        low = taken.value < 0.75 * given.value - 15
        high = given.value >= 5 and taken.value > 5 * given.value
        if low or (high and taken.value - given.value > 200):
            # Volts and amperes, where there are any, have confirmed what it takes.
            wrong, other = (given, taken) if volts is not None and _A in feed else (taken, given)
            way = "takes" if wrong is given else "gives out"
            doubts[id(wrong)] = (
                f"{wrong.value:g} W, but the same power supply {way} {other.value:g} W"
            )
            return
    if volts is not None and volts.value < _LEAST_VOLTS and taken.value > 20:
        doubts[id(volts)] = f"{volts.value:g} V, but {taken.value:g} W flow there"


def _rack_doubt(watts: float, known: Circuit) -> str:
    """Why a rack PDU's total cannot be true: less than its parts, or far above its feeds."""
    outlets = sum(reading.value for reading in known.parts.get(Role.OUTLET, ()))
    for parts, name in ((known.sum(Role.PHASE), "phases"), (outlets, "outlets")):
        if watts < 0.67 * parts and parts - watts > 100:
            return f"{watts:g} W in all, but its {name} sum to {parts:g} W"
    for role, name in ((Role.PHASE, "phases"), (Role.POWER_INLET, "inlets")):
        drawn = known.drawn(role)
        if watts > _TOO_MUCH * drawn > 0 and watts - drawn > 200:
            return f"{watts:g} W in all, but volts × amperes of its {name} are {drawn:.4g} VA"
    return ""


def _node_doubt(watts: float, known: Circuit) -> str:
    """Why a server's total cannot be true beside its parts; empty where it can.

    A total below what the supplies give out, or below one kind of part, is none: no such parts are
    added to one another, since the watts of CPU, memory and board overlap on some servers.
    """
    given, taken = known.sum(Role.PSU_OUTPUT), known.sum(Role.PSU_INPUT)
    if watts < 0.8 * given - 20:
        return f"{watts:g} W, but its power supplies give out {given:g} W"
    if watts < 0.67 * taken - 30:
        return f"{watts:g} W, but its power supplies take {taken:g} W"
    processors = sum(reading.value for reading in known.parts.get(Role.CPU, ()))
    kinds = [(processors, "processors")]
    kinds += [(r.value, r.sensor.component) for r in known.parts.get(Role.SUBSYSTEM, ())]
    for part, name in kinds:
        if watts < 0.8 * part - 20:
            return f"{watts:g} W, but of it {name} alone take {part:g} W"
    apparent = known.apparent()
    if (apparent >= 20 and watts > _TOO_MUCH * apparent and watts - apparent > 100) or (
        apparent >= 400 and watts < _TOO_LITTLE * apparent
    ):
        return f"{watts:g} W, but volts × amperes of its power supplies are {apparent:.4g} VA"
    if Role.PSU_INPUT not in known.lost and watts > 5 * taken > 0 and watts - taken > 200:
        return f"{watts:g} W, but its power supplies take {taken:g} W"
    return ""
