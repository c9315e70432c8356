"""The scripts that make shells complete the command line."""

from __future__ import annotations

from typer.completion import get_completion_script  # type: ignore[attr-defined]  # there, but not in its list of exports

SHELLS = ("bash", "zsh", "fish")


def script(shell: str) -> str:
    """The script for a shell, as a file that the shell finds by itself."""
    made: str = get_completion_script(
        prog_name="dcagent", complete_var="_DCAGENT_COMPLETE", shell=shell
    ).strip()
    if shell == "zsh":
        # zsh loads the file when it first completes: that time too something must be offered
        made += '\n\n_dcagent_completion "$@"'
    return f"{made}\n"
