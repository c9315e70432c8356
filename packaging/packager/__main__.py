"""The packager's commands: what the Makefile calls."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from packager import build, lock, repository
from packager.payload import PAYLOADS
from packager.source import DIST, Failed, epoch


def main(words: Sequence[str]) -> int:
    """Does what is asked; 1 where it cannot be done."""
    parser = argparse.ArgumentParser(prog="packager", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lock", help="ask the package index and write the lock files")
    package = commands.add_parser("build", help="build packages into dist/")
    package.add_argument("payload", choices=sorted(PAYLOADS))
    package.add_argument("formats", nargs="*", default=[], metavar="deb|rpm")
    repo = commands.add_parser("repo", help="sign what is in dist/, lay it out for apt and dnf")
    repo.add_argument("key", type=Path, help="a secret key, as gpg exports it")
    repo.add_argument("--passphrase-file", type=Path, help="where its pass phrase stands")
    options = parser.parse_args(words)
    try:
        if options.command == "lock":
            lock.main()
        elif options.command == "repo":
            with repository.signer(options.key, options.passphrase_file) as sign:
                repository.lay_out(DIST, DIST / "repo", sign, epoch())
        else:
            _build(options.payload, tuple(options.formats) or build.FORMATS)
    except Failed as failed:
        sys.stderr.write(f"packager: {failed}\n")
        return 1
    return 0


def _build(payload: str, formats: tuple[str, ...]) -> None:
    for path in build.build(build.Order(PAYLOADS[payload], formats)):
        sys.stdout.write(f"{path.stat().st_size:>12,}  {path}\n")
    build.sums(DIST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
