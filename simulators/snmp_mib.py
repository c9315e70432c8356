"""The objects of one simulated agent: encoded once, found by their encoded names."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from collectors.snmp.ber import OBJECT_ID, SEQUENCE, oid_content, oid_parts, tlv
from hw_profiles.capture import Oid, SnmpObject
from simulators.snmp_ber import plain, value

Vary = Callable[[float, str, int | bytes], int | bytes]
"""(seconds since the start, dotted object identifier, captured value) → the value to answer: an
int for numbers, bytes for everything else."""


class Mib:
    """What an agent holds, in the order of the object identifiers."""

    def __init__(self, objects: tuple[SnmpObject, ...], vary: Vary | None = None) -> None:
        ordered = sorted(objects, key=lambda o: o.oid)
        self.oids: list[Oid] = [o.oid for o in ordered]
        self.tags = [o.tag for o in ordered]
        self.names = [tlv(OBJECT_ID, oid_content(o.oid)) for o in ordered]
        self._values: list[int | bytes] = [plain(o) for o in ordered]
        self._dotted = [".".join(map(str, o.oid)) for o in ordered]
        self.varbinds = [
            tlv(SEQUENCE, name + value(tag, held))
            for name, tag, held in zip(self.names, self.tags, self._values, strict=True)
        ]
        self.offsets = list(accumulate(map(len, self.varbinds), initial=0))
        """Bytes that the varbinds before each take: how many fit is a matter of bisection."""
        self._exact = {name: at for at, name in enumerate(self.names)}
        self._after: dict[bytes, int] = {}
        self.vary = vary
        self._begun = time.monotonic()
        self._shown = list(self._values)

    def __len__(self) -> int:
        return len(self.oids)

    def at(self, name: bytes) -> int | None:
        """Where the object of this encoded name stands, None where there is none."""
        return self._exact.get(name)

    def after(self, name: bytes) -> int:
        """Where the first object behind this encoded name stands (`len(self)`: there is none)."""
        exact = self._exact.get(name)
        if exact is not None:
            return exact + 1
        found = self._after.get(name)
        if found is None:
            found = bisect_right(self.oids, oid_parts(name[2 if name[1] < 0x80 else 3 :]))
            if len(self._after) < 10_000:
                self._after[name] = found
        return found

    def known_column(self, name: bytes) -> bool:
        """True where objects stand under the parent of this encoded name."""
        parent = oid_parts(name[2 if name[1] < 0x80 else 3 :])[:-1]
        at = bisect_right(self.oids, parent)
        return at < len(self.oids) and self.oids[at][: len(parent)] == parent

    def under(self, prefix: Oid) -> tuple[int, int]:
        """First and one past last of the objects below a prefix."""
        low = bisect_right(self.oids, prefix)
        return low, bisect_right(self.oids, (*prefix, 1 << 33), lo=low)

    def show(self, at: int) -> bytes:
        """One object's varbind, as it stands now."""
        if self.vary is None:
            return self.varbinds[at]
        seconds = time.monotonic() - self._begun
        now = self.vary(seconds, self._dotted[at], self._values[at])
        if now != self._shown[at]:
            self._shown[at] = now
            self.varbinds[at] = tlv(SEQUENCE, self.names[at] + value(self.tags[at], now))
        return self.varbinds[at]
