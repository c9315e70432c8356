"""Amounts as people write them: "6 kW", "42U", "17-18", "35 %", full-width digits.

Each function is the `kind` of a key: it returns the value or raises `Wrong`. Nothing is guessed: a
unit that is another quantity's (kVA) is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from agent.config_codes import Code
from agent.config_keys import Wrong
from model.inventory import Part, Supply

MAX_UNITS = 60
"""No rack is higher."""

_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d{0,9})?|\.\d{1,9})"
_POWER = re.compile(rf"{_NUMBER} ?(k|m|千|兆)?(w|瓦)?", re.IGNORECASE)
_SCALE = {"": 1.0, "k": 1e3, "千": 1e3, "m": 1e6, "兆": 1e6}
_UNITS = re.compile(r"(?:u ?)?(\d{1,3}) ?(?:u|RU|位)?", re.IGNORECASE)
_POSITION = re.compile(
    r"u? ?(\d{1,3}) ?u?位?(?: ?(?:-|~|～|–|—|至|到) ?u? ?(\d{1,3}) ?u?位?)?", re.IGNORECASE
)
_SHARE = re.compile(rf"{_NUMBER} ?(%)?")
_FACTOR = re.compile(rf"{_NUMBER} ?(?:kg ?(?:CO2)?/kWh)?", re.IGNORECASE)
_TIMES = r"[x×*]"
_FIRST = re.compile(rf"(\d{{1,4}}) ?{_TIMES} ?(\S.*)", re.IGNORECASE)
_LAST = re.compile(r"(.*\S) ?[×*] ?(\d{1,4})|(.*\S) x ?(\d{1,4})", re.IGNORECASE)
_BETWEEN = re.compile(r"[;,；，、\n]")
_OUTLET = re.compile(r"(\S.*?) ?[:：#/] ?([\w.-]+?)(?:口|号|号口|插座)?")


def folded(value: str) -> str:
    """The text in half-width characters, with single blanks."""
    return " ".join(unicodedata.normalize("NFKC", value).split())


def power(low: float, high: float) -> Callable[[object], float | None]:
    """Watts: a number, or a text such as "6 kW" or "350W"."""
    expected = f'a power from {low:g} W to {high / 1000:g} kW such as "6 kW" or 6000'

    def check(value: object) -> float | None:
        return _bounded(_watts(value), low, high, expected)

    return check


def _watts(value: object) -> float | None:
    if isinstance(value, str):
        found = _POWER.fullmatch(folded(value))
        if not found or (found[2] and not found[3] and found[2].isascii() is False):
            return None
        return _float(found[1]) * _SCALE[(found[2] or "").lower()]
    return _plain(value)


def _plain(value: object) -> float | None:
    """A number of TOML; no truth value is one."""
    return float(value) if isinstance(value, int | float) and _is_number(value) else None


def _is_number(value: float) -> bool:
    return not isinstance(value, bool) and abs(value) < 1e15


def _float(digits: str) -> float:
    return float(digits.replace(",", ""))


def _bounded(found: float | None, low: float, high: float, expected: str) -> float:
    if found is None:
        raise Wrong(expected)
    if not low <= found <= high:
        raise Wrong(expected, Code.OUT_OF_RANGE)
    return found


def count(low: int, high: int, unit: str = "") -> Callable[[object], int | None]:
    """A whole number, "U" behind or before it where that is its unit."""
    example = f' such as {high} or "{high}{unit}"' if unit else ""
    expected = f"a whole number from {low} to {high}{example}"

    def check(value: object) -> int | None:
        text = folded(value) if isinstance(value, str) else str(_whole(value))
        found = _UNITS.fullmatch(text) if unit else re.fullmatch(r"\d{1,6}", text)
        if not found:
            raise Wrong(expected)
        number = int(found[1] if unit else text)
        if not low <= number <= high:
            raise Wrong(expected, Code.OUT_OF_RANGE)
        return number

    return check


def _whole(value: object) -> object:
    return value if isinstance(value, int) and _is_number(value) else None


def position(value: object) -> tuple[int, int]:
    """The lowest U and the height, 0 where a single U was named: 17, "U17", "17-18", "17U-18U"."""
    expected = f'a U position from 1 to {MAX_UNITS} such as 17 or "17-18"'
    text = folded(value) if isinstance(value, str) else str(_whole(value))
    found = _POSITION.fullmatch(text)
    if not found:
        raise Wrong(expected)
    ends = sorted(int(end) for end in found.groups() if end)
    if ends[0] < 1 or ends[-1] > MAX_UNITS:
        raise Wrong(expected, Code.OUT_OF_RANGE)
    return ends[0], ends[-1] - ends[0] + 1 if found[2] else 0


def share(value: object) -> float:
    """A share from 0 to 1: 0.35 or "35 %"."""
    expected = 'a share from 0 to 1 such as 0.35 or "35 %"'
    found = _plain(value)
    if isinstance(value, str) and (told := _SHARE.fullmatch(folded(value))):
        found = _float(told[1]) / (100 if told[2] else 1)
    return _bounded(found, 0.0, 1.0, expected)


def factor(value: object) -> float:
    """Kilograms of CO2 per kilowatt-hour."""
    found = _plain(value)
    if isinstance(value, str) and (told := _FACTOR.fullmatch(folded(value))):
        found = _float(told[1])
    return _bounded(found, 0.0, 2.0, "kg CO2 per kWh, from 0 to 2, such as 0.1564")


def parts(value: object) -> tuple[Part, ...]:
    """Parts by model: "2 x Kunpeng 920", "Ascend 910B × 8", several in a list or behind ";"."""
    return tuple(_part(each) for each in _listed(value, "a model", re.compile(r"[;；\n]")))


def _part(text: str) -> Part:
    if found := _FIRST.fullmatch(text):
        return Part(found[2], max(1, int(found[1])))
    if found := _LAST.fullmatch(text):
        return Part(found[1] or found[3], max(1, int(found[2] or found[4])))
    return Part(text)


def supplies(value: object) -> tuple[Supply, ...]:
    """Where the PSUs are plugged in: "pdu-a01-a:7", one for each, in a list or behind ";"."""
    found = []
    for text in _listed(value, 'a PDU and its outlet such as "pdu-a01-a:7"', _BETWEEN):
        told = _OUTLET.fullmatch(text)
        found.append(Supply(told[1], told[2]) if told else Supply(text))
    return tuple(found)


def names(value: object) -> tuple[str, ...]:
    """Names, in a list or behind ";"."""
    return tuple(_listed(value, "a name", re.compile(r"[;,；，、/\n]")))


def _listed(value: object, what: str, between: re.Pattern[str]) -> list[str]:
    given = between.split(value) if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise Wrong(f"a list of texts, each {what}")
    found = [folded(each) for each in given]
    if not all(each.isprintable() for each in found):
        raise Wrong(f"texts on one line, each {what}", Code.OUT_OF_RANGE)
    return [each for each in found if each]
