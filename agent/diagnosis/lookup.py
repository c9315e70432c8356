"""From a fault, a code or the words of some tool to the entry that explains it."""

from __future__ import annotations

import difflib
import re
from functools import cache

from agent.diagnosis.entries import Entry, catalogue
from model.devices import Protocol
from model.readings import Fault, Reason
from model.sensors import Quantity, Role

DCMI_ABSENT = "DCA-IPMI-022"
NO_SENSOR_LIST = "DCA-IPMI-016"
SENSOR_ERROR = "DCA-READ-009"
SENSOR_TIMEOUT = "DCA-READ-011"
PIN_WRONG = "DCA-PROF-022"
NO_PROFILE = "DCA-PROF-021"
UNKNOWN_PROCESSOR = "DCA-HOST-032"
OWN_BMC_SILENT = "DCA-HOST-003"

_OF_A_SENSOR: dict[Reason, str] = {
    Reason.UNSUPPORTED: "DCA-READ-010",
    Reason.DEVICE_ERROR: SENSOR_ERROR,
    Reason.TIMEOUT: SENSOR_TIMEOUT,
}
"""What means one thing of a whole device and a smaller one of a single sensor."""


def code_of(reason: Reason, protocol: Protocol) -> Entry:
    """The entry of a reason met while speaking a protocol; every reason has one."""
    return _by_reason()[(reason, protocol)]


def entry_of(code: str) -> Entry:
    """The entry of a code, exactly as it stands in the catalogue. KeyError: there is none."""
    return catalogue()[code]


def diagnose(fault: Fault, protocol: Protocol, pinned: str = "", address: str = "") -> Entry:
    """The entry of a fault: of a sensor's own where it has a sensor, else of the device's.

    `pinned` is the profile that the target names, if any; `address` the target's.
    """
    if fault.reason is Reason.NO_PROFILE:
        return catalogue()[PIN_WRONG if pinned else NO_PROFILE]
    if fault.sensor is None:
        if fault.reason is Reason.ABSENT and protocol is Protocol.IPMI:
            return catalogue()[NO_SENSOR_LIST]
        if fault.reason is Reason.NO_ANSWER and address.startswith("/"):
            return catalogue()[OWN_BMC_SILENT]
        return code_of(fault.reason, protocol)
    if fault.sensor.role is Role.NODE_DCMI and fault.reason in (Reason.UNSUPPORTED, Reason.ABSENT):
        return catalogue()[DCMI_ABSENT]
    if fault.sensor.quantity is Quantity.PEAK and fault.reason is Reason.ABSENT:
        return catalogue()[UNKNOWN_PROCESSOR]
    if fault.reason in _OF_A_SENSOR:
        return catalogue()[_OF_A_SENSOR[fault.reason]]
    return code_of(fault.reason, protocol)


@cache
def _by_reason() -> dict[tuple[Reason, Protocol], Entry]:
    """The first entry that names a reason for a protocol; then any that names the reason."""
    found: dict[tuple[Reason, Protocol], Entry] = {}
    entries = [entry for entry in catalogue().values() if entry.reasons]
    for entry in entries:
        for reason in entry.reasons:
            for protocol in entry.protocols:
                found.setdefault((reason, protocol), entry)
    for entry in entries:
        for reason in entry.reasons:
            for protocol in Protocol:
                found.setdefault((reason, protocol), entry)
    return found


_CODE = re.compile(r"^(?:DCA-)?([A-Z]{3,6})-?(\d{1,3})$")


def named(word: str) -> Entry | None:
    """The entry of a code, however it is typed: "DCA-IPMI-003", "dca-ipmi-003", "ipmi-3"."""
    found = _CODE.match(word.strip().upper())
    return catalogue().get(f"DCA-{found[1]}-{int(found[2]):03d}") if found else None


def find(words: str) -> tuple[Entry, ...]:
    """The entries whose raw words, code or title hold `words`; the closest first, or nothing."""
    wanted = _plain(words)
    if not wanted:
        return ()
    hits = [entry for entry in catalogue().values() if any(_meets(wanted, w) for w in _all(entry))]
    return tuple(sorted(hits, key=lambda entry: _distance(wanted, entry)))


def nearest(word: str, count: int = 3) -> tuple[Entry, ...]:
    """The entries that look most like a word that names none."""
    spoken = {_plain(text): entry for entry in catalogue().values() for text in _all(entry)}
    close = difflib.get_close_matches(_plain(word), list(spoken), n=count * 2, cutoff=0.5)
    return tuple(dict.fromkeys(spoken[text] for text in close))[:count]


def _all(entry: Entry) -> tuple[str, ...]:
    return (entry.code, entry.title.en, entry.title.zh, *entry.raw)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _meets(wanted: str, known: str) -> bool:
    """One holds the other: people paste a whole line, or only its middle."""
    known = _plain(known)
    return wanted in known or (len(known) >= 8 and known in wanted)


def _distance(wanted: str, entry: Entry) -> float:
    ratios = (difflib.SequenceMatcher(None, wanted, _plain(text)).ratio() for text in _all(entry))
    return -max(ratios)
