"""Takes out of a capture who and where its device is; what decoders need stays.

Secrets, and what only names others (users, neighbours, routes), are left out. Serial numbers,
names, hardware and IP addresses and UUIDs get pseudonyms of the same shape and length
(`hw_profiles.pseudonyms`). What is redacted already does not change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from hw_profiles import redact_ipmi, redact_snmp
from hw_profiles.capture import Capture
from hw_profiles.private_places import LEFT_OUT, under
from hw_profiles.pseudonyms import KINDS, NAME, Mapped, Pseudonyms
from hw_profiles.schema import Profile
from hw_profiles.scrub import Scrubber
from model.devices import Protocol
from model.document import DocumentError, Problem

REDACTED, LEFT = "redacted", "left out"
"""Header lines: what was replaced, and what is not in the file."""
_MARK = " replaced"


def redact(
    capture: Capture,
    pseudonyms: Pseudonyms,
    *,
    secrets: tuple[str, ...] = (),
    address: str = "",
    serials: Iterable[str] = (),
) -> Capture:
    """The capture without anything that names its device, place or people.

    `secrets` (passwords, communities) are blotted out; `address` is where the device was asked;
    `serials` are SNMP addresses of serial numbers beside the standard ones.
    """
    scrub = Scrubber(pseudonyms, secrets)
    places = redact_snmp.Places.of(serials)
    _take_note(address, pseudonyms)
    exchanges = [
        redact_ipmi.known(e, scrub) for e in capture.exchanges if not redact_ipmi.dropped(e)
    ]
    objects = [places.known(o, scrub) for o in capture.objects if not redact_snmp.dropped(o)]
    scrub.learnt()
    header = {key: scrub.text(word) for key, word in capture.header.items()}
    found = Capture(
        header,
        tuple(redact_snmp.scrubbed(o, scrub) for o in objects),
        tuple(redact_ipmi.scrubbed(e, scrub) for e in exchanges),
    )
    # what was found by its looks on the way may stand elsewhere, too
    scrub.learnt()
    found = Capture(
        {key: scrub.text(word) for key, word in header.items()},
        tuple(redact_snmp.scrubbed(o, scrub) for o in found.objects),
        tuple(redact_ipmi.scrubbed(e, scrub) for e in found.exchanges),
    )
    return Capture(_told(found.header, capture, pseudonyms), found.objects, found.exchanges)


def blot(capture: Capture, secrets: tuple[str, ...]) -> Capture:
    """The capture with secrets alone blotted out: nothing else is replaced."""
    scrub = Scrubber(Pseudonyms(), secrets)
    objects = (
        replace(o, value=b"x" * len(o.value)) if o.value.decode("latin-1") in secrets else o
        for o in capture.objects
    )
    return Capture(
        capture.header,
        tuple(replace(o, value=scrub.bytes(o.value)) for o in objects),
        tuple(replace(e, response=scrub.bytes(e.response)) for e in capture.exchanges),
    )


def serial_addresses(profiles: Iterable[Profile]) -> tuple[str, ...]:
    """The SNMP objects that profiles take for serial numbers."""
    known = (p.device.get("serial", "") for p in profiles if p.protocol is Protocol.SNMP)
    return tuple(dict.fromkeys(address for address in known if address))


def is_redacted(capture: Capture) -> bool:
    """True for a capture that has been through `redact`."""
    return capture.header.get(REDACTED, "").endswith(_MARK)


def _take_note(address: str, pseudonyms: Pseudonyms) -> None:
    """Where the device was asked is a name or an address that its answers may hold."""
    if not address or address.startswith("/"):
        return
    plain = address.strip("[]").partition("%")[0]
    if (plain.count(".") == 3 and plain.replace(".", "").isdigit()) or ":" in plain:
        pseudonyms.ip(plain)
    else:
        pseudonyms.text(NAME, plain)


def _told(header: Mapping[str, str], capture: Capture, pseudonyms: Pseudonyms) -> dict[str, str]:
    """The header with what was replaced and left out; as it was where nothing was."""
    found = dict(header)
    out = [LEFT_OUT[p] for o in capture.objects if (p := under(o.oid, LEFT_OUT)) is not None]
    if any(map(redact_ipmi.dropped, capture.exchanges)):
        out.append("users and secrets of the BMC")
    before = [word for word in found.get(LEFT, "").split(", ") if word]
    if out:
        found[LEFT] = ", ".join(dict.fromkeys((*before, *out)))
    if not is_redacted(capture) or pseudonyms.fresh:
        counts = (f"{len(pseudonyms.seen[kind])} {KINDS[kind]}" for kind in KINDS)
        words = [words for words in counts if not words.startswith("0 ")]
        found[REDACTED] = (", ".join(words) or "nothing") + _MARK
    return found


def read_map(path: Path) -> Pseudonyms:
    """The pseudonyms kept in a map; none where there is no file. DocumentError: it is no map."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        known = {Mapped(kind, word): kept[kind][word] for kind in kept for word in kept[kind]}
    except FileNotFoundError:
        return Pseudonyms()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DocumentError([Problem(str(path), 0, "", f"is no map: {error}")]) from error
    return Pseudonyms({m: word for m, word in known.items() if m.kind in KINDS})


def render_map(pseudonyms: Pseudonyms) -> str:
    """The map's text: kind → original → pseudonym."""
    kept: dict[str, dict[str, str]] = {}
    for mapped, word in pseudonyms.map.items():
        kept.setdefault(mapped.kind, {})[mapped.original] = word
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
