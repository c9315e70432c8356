"""Which profiles are likely for a vendor's device, before it has said more than whose it is."""

from __future__ import annotations

from collections.abc import Iterable

from hw_profiles.load import Pack
from hw_profiles.schema import Criteria, Profile
from hw_profiles.vendors import Vendor
from model.devices import Protocol

_ENTERPRISES = "1.3.6.1.4.1."


def likely(
    pack: Pack, vendor: Vendor | None, kind: str, protocol: Protocol, number: int = 0
) -> tuple[str, ...]:
    """Names of profiles, those of the vendor before what the standard alone defines.

    `kind` narrows them where it is known, and so does the `number` that the device showed where a
    vendor has several. Of a family the root alone is named.
    """
    profiles = [p for p in pack.profiles if p.protocol is protocol and p.match]
    if kind:
        profiles = [p for p in profiles if p.kind in (kind, "generic")]
    own = [p for p in profiles if vendor and not vendor.software and _is_of(p, vendor)]
    own = [p for p in own if number in enterprises(p)] or own
    found = own or [p for p in profiles if _is_standard(p, kind)]
    names = {p.name for p in found}
    return tuple(sorted(p.name for p in found if not names.intersection(p.extends)))


def kinds_of(pack: Pack, vendor: Vendor) -> frozenset[str]:
    """What sorts of device the vendor's profiles describe."""
    return frozenset(p.kind for p in pack.profiles if _is_of(p, vendor))


def enterprises(profile: Profile) -> frozenset[int]:
    """The enterprise numbers that a profile is matched by."""
    numbers = {n for criteria in profile.match for n in criteria.manufacturers}
    return frozenset(numbers | {_enterprise(oid) for oid in _oids(profile.match)} - {0})


def _is_of(profile: Profile, vendor: Vendor) -> bool:
    if vendor.numbers & enterprises(profile):
        return True
    patterns = (p for criteria in profile.match for field, p in criteria.fru if _names(field))
    return any(pattern.fullmatch(vendor.name) for pattern in patterns)


def _names(field: str) -> bool:
    return field.endswith("_manufacturer")


def _is_standard(profile: Profile, kind: str) -> bool:
    """True for what fits any vendor's device: no condition at all, or objects of standard MIBs."""
    if Criteria() in profile.match:
        return profile.protocol is Protocol.IPMI
    oids = tuple(_oids(profile.match))
    named = any(criteria.sys_descr is not None for criteria in profile.match)
    return bool(kind and oids) and not named and not any(map(_enterprise, oids))


def _oids(match: Iterable[Criteria]) -> Iterable[str]:
    return (oid for criteria in match for oid in (*criteria.object_ids, *criteria.probes))


def _enterprise(oid: str) -> int:
    """The number below enterprises; 0 for what stands elsewhere."""
    below = oid.removeprefix(_ENTERPRISES)
    return 0 if below == oid else int(below.split(".", 1)[0])
