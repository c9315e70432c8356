"""The program: `--version` at once, everything else through typer."""

from __future__ import annotations

import signal
import sys

from agent.version import VERSION


def main() -> None:
    """Runs `dcagent`; exits 0 ok, 1 warnings, 2 failures, 3 undecided, 64 to 78 as sysexits.h."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        sys.stdout.write(f"dcagent {VERSION}\n")
        return
    if arguments[:1] == ["run"]:
        # a reload that is asked for while the agent still starts must wait, not end it: the
        # service takes it when it is up
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    from agent.cli.application import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
