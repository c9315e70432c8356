"""tests.bench.host in a guest: a real /dev/ipmi0, so that prometheus-ipmi-exporter is measured too.

    python -m tests.vm.measure [--seconds N]

The guest is emulated: the ratios and the memory hold, shares of a core and the start do not.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.real import ipmi_sim
from tests.vm import machine

GUEST = Path(__file__).with_name("measure.sh")
_REST = 300
"""Seconds that boot, starts and the end may take beside the measurement."""


def main(arguments: Sequence[str]) -> int:
    """Prints what the guest printed; what its shell was told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=300.0)
    options = parser.parse_args(arguments)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        out.mkdir()
        (out / "seconds").write_text(str(options.seconds), encoding="ascii")
        with ipmi_sim.fleet(Path(name), "127.0.81.2", guest=port):
            finished = machine.run(GUEST, out, (port,), options.seconds + _REST)
        print(finished.text("log") or finished.text("console"))
        return 0 if finished.text("status") in ("0\n", "1\n") else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
