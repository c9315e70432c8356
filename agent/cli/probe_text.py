"""A probe's findings and readings as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence

from agent.cli.fixes import fix_lines
from agent.cli.language import say
from agent.cli.probe_findings import masked
from agent.cli.probe_json import own_name, plain, source_of
from agent.cli.terminal import columns, one_line, pad, paint, width, wrapped
from agent.diagnosis import Lang
from agent.results import Check, Result, Status
from model.devices import DeviceId, Poll, Protocol, Target
from model.readings import Fault, Outcome, Reading
from model.sensors import Limits, Quantity, Role, Sensor

MARKS = {
    Status.OK: ("ok  ", "green"),
    Status.WARN: ("WARN", "yellow"),
    Status.FAIL: ("FAIL", "red"),
    Status.UNKNOWN: ("FAIL", "red"),
    Status.SKIP: ("skip", "dim"),
}
_LABEL = 10
_CODE_COLUMN = 86
_WIDE = 98
_PER_WORD = 4
"""Readings of one word and protocol that are shown without --all."""

_RATIOS = frozenset(
    {Quantity.HUMIDITY, Quantity.DUTY, Quantity.LOAD, Quantity.CHARGE, Quantity.UTILIZATION}
)
_UNITS = {
    Quantity.POWER: "W",
    Quantity.APPARENT_POWER: "VA",
    Quantity.CURRENT: "A",
    Quantity.VOLTAGE: "V",
    Quantity.FREQUENCY: "Hz",
    Quantity.TEMPERATURE: "°C",
    Quantity.FAN_SPEED: "rpm",
    Quantity.RUNTIME: "s",
}


def check_lines(check: Check, lang: Lang, colour: bool = False) -> list[str]:
    """One check of a probe: the line, and under a finding its cause and its fixes."""
    title = f"{pad(check.title, _LABEL)} "
    return marked_lines(check, lang, MARKS[check.status], " ", title, colour)


def marked_lines(
    check: Check,
    lang: Lang,
    mark: tuple[str, str],
    lead: str,
    title: str = "",
    colour: bool = False,
) -> list[str]:
    """A check behind `lead`, its mark (a word and its colour) and `title`.

    Under the title stand a finding's cause and fixes.
    """
    word, shade = mark
    indent = width(lead) + 7
    room = _CODE_COLUMN - 2 if check.code else _WIDE
    first, *more = wrapped(_evidence(check), f"{lead}[{word}] {title}", room)
    if check.code:
        first = f"{pad(first, _CODE_COLUMN)}{check.code}"
    lines = [first.replace(word, paint(word, shade, colour), 1), *more]
    if check.status in (Status.WARN, Status.FAIL, Status.UNKNOWN):
        lines += wrapped(check.cause, f"{' ' * indent}{say(lang, 'cause')} ")
        lines += fix_lines(check.fix, lang, colour, indent)
    return lines


def _evidence(check: Check) -> str:
    if check.took is None or check.status is not Status.OK:
        return check.evidence
    took = duration(check.took)
    return f"{check.evidence}, {took}" if check.evidence else took


def duration(seconds: float) -> str:
    """0.4 ms, 310 ms, 1.2 s."""
    milliseconds = seconds * 1000
    if milliseconds >= 1000:
        return f"{seconds:.1f} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"


def header(device: DeviceId, profile: str, target: Target, lang: Lang) -> str:
    """The line that says who answered and where it stands."""
    words = [
        device.model,
        device.vendor,
        device.serial and f"SN {masked(device.serial)}",
        device.firmware and say(lang, "firmware", device.firmware),
        profile and say(lang, "by profile", profile),
    ]
    line = " " + " · ".join(one_line(word) for word in words if word)
    place = target.place
    parts = [place.rack and say(lang, "rack", place.rack), place.u and f"U{place.u}"]
    where = " ".join(part for part in parts if part)
    return f"{line}     {where}" if where else line


def table(polls: Sequence[Poll], lang: Lang, every: bool, raw: bool) -> list[str]:
    """The readings, the expected ones first; without `every` those alone."""
    rows = [(poll.target.protocol, outcome) for poll in polls for outcome in poll.outcomes]
    rows = [(protocol, o) for protocol, o in rows if o.sensor is not None]
    expected = {word for poll in polls for word in poll.coverage.expected}
    main, others = _split(rows, expected or _MAIN_WORDS)
    shown = [*main, *others] if every else main
    if not shown:
        return []
    heads = ["reading", "value", "source", "quality", "limits", *(("raw", "rule") if raw else ())]
    lines = columns(
        [
            [*(say(lang, head) for head in heads), ""],
            *(_row(protocol, outcome, raw) for protocol, outcome in shown),
        ],
        right=(1,),
    )
    lines = [f"  {line}" for line in lines]
    if hidden := len(rows) - len(shown):
        lines.append(f"  {say(lang, 'more', hidden)}")
    return lines


_Row = tuple[Protocol, Outcome]
_MAIN_WORDS = {
    *("node.power_watts", "air_inlet.temperature_celsius", "rack.power_watts"),
    *("psu_input.power_watts", "psu_output.power_watts", "power_inlet.power_watts"),
    *("ups.state", "battery.charge_ratio", "ups_output.power_watts"),
}
"""What to show first of a device whose profile expects nothing."""

_RANKS = {role: rank for rank, role in enumerate(Role)}


def _split(rows: Sequence[_Row], wanted: set[str]) -> tuple[list[_Row], list[_Row]]:
    """The main rows, a few of each word; and the rest. Both in the catalogue's order."""
    main: list[_Row] = []
    others: list[_Row] = []
    counts: dict[tuple[Protocol, str], int] = {}
    for protocol, outcome in sorted(rows, key=_rank):
        assert outcome.sensor is not None
        word = outcome.sensor.word
        count = counts[protocol, word] = counts.get((protocol, word), 0) + 1
        chosen = word in wanted and count <= _PER_WORD
        (main if chosen else others).append((protocol, outcome))
    return main, others


def _rank(row: _Row) -> tuple[int, bool, int]:
    sensor = row[1].sensor
    assert sensor is not None
    return (
        _RANKS[sensor.role],
        isinstance(row[1], Fault),
        list(Quantity).index(sensor.quantity),
    )


def _row(protocol: Protocol, outcome: Outcome, raw: bool) -> list[str]:
    sensor = outcome.sensor
    assert sensor is not None
    good = isinstance(outcome, Reading)
    cells = [
        f"{sensor.word} {one_line(sensor.component)}".strip(),
        value(outcome),
        source_of(outcome, protocol),
        outcome.quality.value if isinstance(outcome, Reading) else outcome.reason.value,
        limits(sensor) if good else "-",
    ]
    if raw:
        said = plain(outcome.raw)
        cells += ["-" if said is None else one_line(str(said)), outcome.rule or "-"]
    name = own_name(outcome)
    return [*cells, one_line(name) if name != sensor.component else ""]


def value(outcome: Outcome) -> str:
    """A value with its unit as people write it; "-" where there is none."""
    if isinstance(outcome, Fault):
        return "-"
    quantity = outcome.sensor.quantity
    if quantity is Quantity.STATE:
        return one_line(outcome.text) or number(outcome.value)
    if quantity in _RATIOS:
        return f"{number(outcome.value * 100)} %"
    if quantity is Quantity.ENERGY:
        return f"{number(outcome.value / 3.6e6)} kWh"
    unit = _UNITS.get(quantity, "")
    return f"{number(outcome.value)} {unit}".rstrip()


def number(amount: float) -> str:
    """At most three decimals, none that say nothing; never in powers of ten."""
    text = f"{amount:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def limits(sensor: Sensor) -> str:
    """Warning and critical bounds: "38/42" above, ">600/400" below; "<38" where there is one."""
    bounds: Limits = sensor.limits
    factor = 100.0 if sensor.quantity in _RATIOS else 1.0
    low = _pair(bounds.lower_warning, bounds.lower_critical, factor)
    high = _pair(bounds.upper_warning, bounds.upper_critical, factor)
    if low or "/" not in high:
        return " ".join(filter(None, (low and f">{low}", high and f"<{high}"))) or "-"
    return high


def _pair(warning: float | None, critical: float | None, factor: float) -> str:
    return "/".join(number(b * factor) for b in (warning, critical) if b is not None)


def last_line(result: Result, lang: Lang, every: bool, step: str = "") -> str:
    """How long it took, what was counted, what to do next, and what the shell is told.

    `step` is what to do where no finding has to be looked into first.
    """
    counts = dict.fromkeys((Status.OK, Status.WARN, Status.FAIL, Status.UNKNOWN, Status.SKIP), 0)
    for check in result.checks:
        counts[check.status] += 1
    words = [say(lang, status.value, count) for status, count in counts.items() if count]
    told = f" {duration(result.took)} · {', '.join(words)}"
    if step := _next(result, lang, every) or step:
        told += f" · {step}"
    return f"{pad(told, _CODE_COLUMN)} {say(lang, 'exit', int(result.exit))}"


def _next(result: Result, lang: Lang, every: bool) -> str:
    for status in (Status.FAIL, Status.UNKNOWN, Status.WARN):
        for check in result.checks:
            if check.status is status and check.code:
                return say(lang, "next finding", check.code)
    return "" if every or not result.readings else say(lang, "next ok")
