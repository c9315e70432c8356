"""Writes the expected texts anew: `python -m tests.golden.update NAME…` (no name: all of them).

Then read every line of the difference against the device's documents before committing it.
"""

from __future__ import annotations

import sys

from hw_profiles.load import pack
from tests.golden import host
from tests.golden.exposition import CAPTURES, exposition, golden_file


def main(names: list[str]) -> None:
    """Updates the named profiles' texts."""
    profiles = pack()
    every = [*(path.stem for path in sorted(CAPTURES.glob("*.capture"))), *host.MACHINES]
    for name in names or every:
        write = host.exposition if name in host.MACHINES else exposition
        new, file = write(name, profiles), golden_file(name)
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(new, encoding="utf-8")
        print(f"{name}: {'unchanged' if new == old else 'changed, read it'}")


if __name__ == "__main__":
    main(sys.argv[1:])
