"""Lays built packages out for apt and dnf, and signs them and their indexes.

dist/ stays as it was built, the same to the bit for everybody; what is signed are copies.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packager.payload import EMBEDDED, NOARCH
from packager.source import Failed, run

MACHINES = ("amd64", "arm64", "loong64", "loongarch64")
"""Debian's and its kin's words for the machines that noarch is offered to."""
PUBLIC_KEY = "dcagent.asc"


@dataclass(frozen=True)
class Signer:
    """A key in a keyring of its own. `words` are what gpg needs to use it without asking."""

    home: Path
    fingerprint: str
    words: tuple[str, ...]

    def gpg(self, *command: str | Path) -> str:
        """What gpg prints."""
        return run("gpg", "--batch", "--yes", *self.words, *command, GNUPGHOME=str(self.home))

    def detached(self, file: Path, target: Path) -> None:
        """An armoured signature beside a file."""
        self.gpg("--local-user", self.fingerprint, "--armor", "--detach-sign", "-o", target, file)

    def rpm(self, packages: Sequence[Path]) -> None:
        """Signs RPMs where they lie."""
        run(
            *("rpmsign", "--addsign", "--define", f"_gpg_name {self.fingerprint}"),
            *("--define", f"__gpg {shutil.which('gpg')}"),
            *("--define", f"_gpg_sign_cmd_extra_args --batch {' '.join(self.words)}"),
            *packages,
            GNUPGHOME=str(self.home),
        )


@contextmanager
def signer(key: Path, passphrase: Path | None = None) -> Iterator[Signer]:
    """A secret key out of a file, with its pass phrase out of another where it has one.

    The keyring is gone afterwards.
    """
    if not key.is_file():
        raise Failed(
            f"{key}: no such file; KEY is a secret key as gpg --export-secret-keys writes it"
        )
    words: tuple[str, ...] = ("--pinentry-mode", "loopback")
    if passphrase is not None:
        words += ("--passphrase-file", str(passphrase.resolve()))
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o700)
        of_nobody = Signer(home, "", words)
        of_nobody.gpg("--import", key)
        listed = of_nobody.gpg("--list-secret-keys", "--with-colons").splitlines()
        prints = [line.split(":")[9] for line in listed if line.startswith("fpr:")]
        if not prints:
            raise Failed(f"{key}: holds no secret key")
        try:
            yield Signer(home, prints[0], words)
        finally:
            run("gpgconf", "--kill", "gpg-agent", GNUPGHOME=name)


def lay_out(packages: Path, into: Path, sign: Signer, moment: int) -> None:
    """Repositories of all packages in a folder, the embedded and the noarch ones apart."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    sign.gpg("--armor", "--output", into / PUBLIC_KEY, "--export", sign.fingerprint)
    noarch = sorted(packages.glob(f"*_{NOARCH.deb_arch}.deb"))
    embedded = {p.deb_arch: sorted(packages.glob(f"*_{p.deb_arch}.deb")) for p in EMBEDDED}
    _suite(into / "apt", "noarch", dict.fromkeys(MACHINES, noarch), sign, moment)
    _suite(into / "apt", "embedded", embedded, sign, moment)
    for payload in (NOARCH, *EMBEDDED):
        found = sorted(packages.glob(f"*.{payload.rpm_arch}.rpm"))
        name = "noarch" if payload is NOARCH else f"embedded/{payload.rpm_arch}"
        _dnf(into / "dnf" / name, found, sign, moment)


def _suite(
    root: Path, suite: str, packages: dict[str, list[Path]], sign: Signer, moment: int
) -> None:
    """One suite of an apt repository; nothing where it would be empty."""
    if not any(packages.values()):
        return
    folder = root / "dists" / suite
    for machine, debs in packages.items():
        pool = root / "pool" / suite
        pool.mkdir(parents=True, exist_ok=True)
        index = folder / "main" / f"binary-{machine}"
        index.mkdir(parents=True)
        for deb in debs:
            shutil.copy(deb, pool)
        listed = run("apt-ftparchive", "packages", f"pool/{suite}", cwd=root) if debs else ""
        text = "".join(_of(machine, stanza) for stanza in listed.split("\n\n") if stanza.strip())
        (index / "Packages").write_text(text, encoding="utf-8")
        (index / "Packages.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    release = {
        "Origin": "dcagent",
        "Suite": suite,
        "Codename": suite,
        "Architectures": " ".join(packages),
        "Components": "main",
    }
    options = [f"-oAPT::FTPArchive::Release::{name}={value}" for name, value in release.items()]
    text = run("apt-ftparchive", *options, "release", folder, SOURCE_DATE_EPOCH=str(moment))
    (folder / "Release").write_text(text, encoding="utf-8")
    by = ("--local-user", sign.fingerprint)
    sign.gpg(*by, "--clearsign", "-o", folder / "InRelease", folder / "Release")
    sign.detached(folder / "Release", folder / "Release.gpg")


def _of(machine: str, stanza: str) -> str:
    """A package's lines in the index of a machine; nothing where it is for another."""
    return f"{stanza}\n\n" if _architecture(stanza) in (machine, "all") else ""


def _architecture(stanza: str) -> str:
    """The architecture that a stanza names."""
    lines = (line.partition(": ") for line in stanza.splitlines())
    return next(value for name, _, value in lines if name == "Architecture")


def _dnf(root: Path, packages: list[Path], sign: Signer, moment: int) -> None:
    """One dnf repository; nothing where it would be empty."""
    if not packages:
        return
    root.mkdir(parents=True)
    copies = [Path(shutil.copy(package, root)) for package in packages]
    sign.rpm(copies)
    for copy in copies:
        os.utime(copy, (moment, moment))
    revision = ("--revision", str(moment), "--set-timestamp-to-revision")
    run("createrepo_c", "--quiet", *revision, root)
    index = root / "repodata" / "repomd.xml"
    sign.detached(index, index.with_suffix(".xml.asc"))
