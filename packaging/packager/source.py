"""What is packaged: the tree, its version, and the moment that its files carry."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
BUILD = ROOT / "build" / "packages"
"""Where trees are staged and downloads kept."""
DIST = ROOT / "dist"
"""Where packages are put."""


class Failed(Exception):
    """The build cannot go on; the text says why and how to mend it."""


def epoch() -> int:
    """SOURCE_DATE_EPOCH, else the moment of the last commit (Unix seconds)."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return int(given or run("git", "log", "-1", "--format=%ct"))
    except (Failed, ValueError) as error:
        raise Failed("no commit to date the packages by: set SOURCE_DATE_EPOCH") from error


def product() -> tuple[str, ...]:
    """The import packages that are shipped: those that pyproject.toml ships."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return tuple(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def date(moment: int) -> str:
    """A moment as YYYY-MM-DD, in UTC."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")


def placed(partial: Path, folder: Path) -> Path:
    """Gives a finished folder its name; where another process was first, its folder stays."""
    try:
        return partial.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(partial)
        return folder


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """What a program prints. Failed: it is missing, or says why it did not do it."""
    try:
        done = subprocess.run(  # noqa: S603  # the packager's own commands
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise Failed(f"{command[0]} is missing") from error
    if done.returncode:
        words = " ".join(str(word) for word in command)
        raise Failed(f"{words}: exit {done.returncode}\n{done.stderr or done.stdout}".rstrip())
    return done.stdout
