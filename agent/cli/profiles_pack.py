"""Finds a profile by its name or its file, beside all others."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.results import Exit
from model.document import DocumentError, Problem, nearest

if TYPE_CHECKING:
    from hw_profiles.capture import Capture
    from hw_profiles.load import Pack
    from hw_profiles.schema import Profile

_FEW = 5
OWN_PROFILES = Path("/etc/dcagent/profiles.d")

Directory = Annotated[
    list[Path] | None,
    typer.Option("--directory", "-d", help=f"Folder of your own profiles [{OWN_PROFILES}]."),
]
CaptureOption = Annotated[Path, typer.Option("--capture", help="The device's recorded answers.")]


def pack_of(directories: Sequence[Path] | None) -> Pack:
    """All profiles; the mistakes of broken ones and exit 78 where there are any."""
    from hw_profiles.load import pack

    try:
        return pack(*(directories or [OWN_PROFILES]))
    except DocumentError as error:
        raise complained(error.problems) from error


def complained(problems: Iterable[Problem], most: int | None = None) -> typer.Exit:
    """Prints mistakes by file and line, as `profiles check` does; what to raise then.

    At most `most` of them: every line of a file that is something else altogether is a mistake.
    """
    lines = [f"{p}  {p.code}".rstrip() for p in problems]
    shown = lines[:most]
    if more := len(lines) - len(shown):
        shown.append(f"… +{more}")
    sys.stderr.write("".join(f"{line}\n" for line in shown))
    return typer.Exit(Exit.CONFIG)


def misused(message: str) -> typer.Exit:
    """Prints what is wrong with the arguments; what to raise then."""
    sys.stderr.write(f"{message}\n")
    return typer.Exit(Exit.USAGE)


def profile_of(subject: str, directories: Sequence[Path] | None) -> tuple[Pack, Profile]:
    """The profile of a name or a file, and the pack with it in; prints why there is none."""
    file = Path(subject)
    if file.suffix == ".toml" or file.is_file():
        return _from_file(file, directories)
    found = pack_of(directories)
    profile = found.named(subject)
    if profile is None:
        hint = nearest(subject, (p.name for p in found.profiles))
        raise misused(f'there is no profile "{subject}"{hint}')
    return found, profile


def _from_file(file: Path, directories: Sequence[Path] | None) -> tuple[Pack, Profile]:
    """A profile's file beside the shipped ones and the user's others; it wins by name."""
    from hw_profiles import load

    folders = directories or [OWN_PROFILES]
    own = [path for folder in folders for path in sorted(folder.rglob("*.toml"))]
    others = [path for path in own if path.resolve() != file.resolve()]
    found, problems = load.check([file, *others])
    if problems:
        raise complained(problems)
    profile = next(p for p in found if p.file == str(file))
    names = {p.name for p in found}
    beside = [p for p in load.pack().profiles if p.name not in names]
    return load.Pack((*beside, *found)), profile


def capture_of(file: Path) -> Capture:
    """A capture; exit 78 with the lines that are none, 64 where there is no such file."""
    from hw_profiles.capture import read

    if not file.is_file():
        raise misused(f"there is no file {file}")
    try:
        return read(file)
    except DocumentError as error:
        raise complained(error.problems, _FEW) from error
