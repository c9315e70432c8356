"""Fetches what the embedded interpreter is made of, through apt, and holds it to its hashes."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packager.sbom import Part
from packager.source import PACKAGING, Failed, run

RECIPE = PACKAGING / "runtime" / "sources.toml"
MIRROR = "http://deb.debian.org/debian"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


@dataclass(frozen=True)
class Source:
    """A source package: `files` are those that are used, name → SHA-256.

    `patched`: Debian's patches are applied.
    """

    name: str
    package: str
    version: str
    suite: str
    license: str
    files: Mapping[str, str]
    patched: bool = False

    @property
    def part(self) -> Part:
        """What a bill of materials says of it."""
        upstream = self.version.rpartition("-")[0].rpartition("really")[2].rpartition(":")[2]
        origin = f"pkg:deb/debian/{self.package}@{self.version}?arch=source"
        return Part(self.name, upstream, self.license, origin, next(iter(self.files.values())))


def sources() -> tuple[Source, ...]:
    """What sources.toml says."""
    text = RECIPE.read_text(encoding="utf-8")
    return tuple(Source(name, **words) for name, words in tomllib.loads(text).items())


def unpacked(folder: Path) -> Path:
    """A folder with each source unpacked under its name; made once."""
    ready = folder / "sources"
    if ready.is_dir():
        return ready
    partial = folder / "sources.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    downloads = folder / "downloads"
    downloads.mkdir(exist_ok=True)
    apt = _apt(folder / "apt")
    for source in sources():
        _fetch(source, downloads, apt)
        _unpack(source, downloads, partial / source.name)
    return partial.rename(ready)


def _apt(folder: Path) -> tuple[str, ...]:
    """Options by which apt-get needs neither root nor the machine's own lists."""
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    listed = folder / "sources.list"
    lines = (f"deb-src [signed-by={KEYRING}] {MIRROR} {suite} main\n" for suite in _suites())
    listed.write_text("".join(lines), encoding="ascii")
    options = {
        "Dir::Etc::SourceList": listed,
        "Dir::Etc::SourceParts": "/none",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "",
        # what is fetched is held to its hashes, however old the mirror's list is
        "Acquire::Check-Valid-Until": "false",
    }
    words = tuple(f"-o{name}={value}" for name, value in options.items())
    run("apt-get", *words, "--quiet", "update")
    return words


def _suites() -> Iterable[str]:
    return dict.fromkeys(source.suite for source in sources())


def _fetch(source: Source, downloads: Path, apt: tuple[str, ...]) -> None:
    """By apt, which takes all files of a source, and may fail on those that are not used."""
    if _missing(source, downloads):
        wanted = f"{source.package}={source.version}"
        try:
            run("apt-get", *apt, "--quiet", "source", "--download-only", wanted, cwd=downloads)
        except Failed as error:
            if missing := _missing(source, downloads):
                told = f"{wanted}: the mirror lacks {', '.join(missing)}; see {RECIPE}"
                raise Failed(f"{told}\n{error}") from error
    for name, sha256 in source.files.items():
        with (downloads / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise Failed(f"{name} has the hash {found}, {RECIPE} says {sha256}")


def _missing(source: Source, downloads: Path) -> list[str]:
    """A patched source is unpacked by its description, too."""
    description = [f"{source.package}_{source.version}.dsc"] if source.patched else []
    return [name for name in (*source.files, *description) if not (downloads / name).exists()]


def _unpack(source: Source, downloads: Path, target: Path) -> None:
    if source.patched:
        (description,) = downloads.glob(f"{source.package}_{source.version}.dsc")
        run("dpkg-source", "--no-check", "--extract", description, target)
        return
    target.mkdir()
    archive = downloads / next(iter(source.files))
    run("tar", "-xf", archive, "-C", target, "--strip-components=1")
