"""Signed repositories, read by rpm, dnf and apt: what was tampered with is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from packager import repository
from packager.source import Failed
from tests.packages import roots, stand_ins
from tests.packages.conftest import Built

pytestmark = [
    pytest.mark.peer(
        *(*roots.PEERS, "gpg", "rpm", "rpmsign", "dnf", "createrepo_c", "apt-ftparchive"),
        root=True,
    ),
    pytest.mark.timeout(900),
]
MOMENT = 1_790_000_000
SECRET = "throw away"


def gpg(home: Path, *words: str) -> str:
    """What gpg prints, in a keyring of the test's own."""
    done = subprocess.run(
        ("gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", SECRET, *words),
        env={**os.environ, "GNUPGHOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key that nobody uses, and its pass phrase, each in a file."""
    home = tmp_path_factory.mktemp("gpg")
    home.chmod(0o700)
    gpg(home, "--quick-generate-key", "Tests <tests@example.invalid>", "rsa2048", "sign", "1d")
    file, passphrase = home / "secret.asc", home / "passphrase"
    file.write_text(gpg(home, "--armor", "--export-secret-keys"), encoding="ascii")
    passphrase.write_text(f"{SECRET}\n", encoding="ascii")
    return file, passphrase


@pytest.fixture(scope="module")
def repo(built: Built, key: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repositories of the packages as built."""
    folder = tmp_path_factory.mktemp("dist")
    for package in (built.deb, built.rpm):
        shutil.copy(package, folder)
    with repository.signer(*key) as sign:
        repository.lay_out(folder, folder / "repo", sign, MOMENT)
    assert (folder / built.rpm.name).read_bytes() == built.rpm.read_bytes()
    return folder / "repo"


def test_rpm_knows_the_signature(repo: Path, built: Built, tmp_path: Path) -> None:
    (package,) = (repo / "dnf" / "noarch").glob("*.rpm")
    database = ("--dbpath", str(tmp_path / "db"))
    subprocess.run(("rpm", *database, "--import", str(repo / repository.PUBLIC_KEY)), check=True)
    good = rpm_checked(package, *database)
    assert good.returncode == 0, good.stdout
    assert "Header V4 RSA/SHA512 Signature" in good.stdout
    assert "BAD" not in good.stdout
    bad = tmp_path / package.name
    bad.write_bytes(package.read_bytes()[:-1000] + bytes(1000))
    tampered = rpm_checked(bad, *database)
    assert tampered.returncode == 1
    assert "MD5 digest: BAD" in tampered.stdout
    assert "RSA" not in rpm_checked(built.rpm, *database).stdout


def rpm_checked(package: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What `rpm -Kv` says."""
    return subprocess.run(
        ("rpm", *words, "-Kv", str(package)), capture_output=True, text=True, check=False
    )


def dnf(root: roots.Root, repo: Path, tmp_path: Path) -> roots.Done:
    """Installs dcagent out of a repository that must be signed, and of a distribution's."""
    (tmp_path / "distribution").mkdir()
    stand_ins.distribution(tmp_path / "distribution", "3.11.6")
    subprocess.run(("createrepo_c", "-q", str(tmp_path / "distribution")), check=True)
    configuration = tmp_path / "dnf.conf"
    configuration.write_text(
        "[main]\ngpgcheck=1\nreposdir=/none\n"
        f"[dcagent]\nname=dcagent\nbaseurl=file://{repo}/dnf/noarch\nrepo_gpgcheck=1\n"
        f"gpgkey=file://{repo}/{repository.PUBLIC_KEY}\n"
        f"[distribution]\nname=distribution\nbaseurl=file://{tmp_path}/distribution\ngpgcheck=0\n",
        encoding="ascii",
    )
    return root.on(
        *("dnf", "-c", str(configuration), "-y", "--installroot", str(root.inside)),
        *("--releasever=1", "install", "dcagent"),
        status=None,
    )


def test_dnf_installs_what_is_signed(repo: Path, tmp_path: Path) -> None:
    root = roots.copy(roots.PLAIN, tmp_path / "root")
    done = dnf(root, repo, tmp_path)
    assert done.status == 0, done.out
    assert root.run("dcagent", "--version").out == "dcagent 0.1.0\n"


def test_dnf_refuses_an_index_that_was_tampered_with(repo: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(repo, changed)
    index = changed / "dnf" / "noarch" / "repodata" / "repomd.xml"
    index.write_text(index.read_text(encoding="utf-8") + "<!-- -->\n", encoding="utf-8")
    done = dnf(roots.copy(roots.PLAIN, tmp_path / "root"), changed, tmp_path)
    assert done.status == 1
    assert "repomd.xml GPG signature verification error" in done.out


def apt(root: roots.Root, repo: Path) -> roots.Done:
    """Installs dcagent out of the repository, whose key stands in the source's line."""
    shutil.copytree(repo, root.place / "upper" / "srv" / "repo")
    root.sh(
        f"echo 'deb [signed-by=/srv/repo/{repository.PUBLIC_KEY}] file:/srv/repo/apt noarch main' "
        "> /etc/apt/sources.list"
    )
    return root.run("sh", "-c", "apt-get update && apt-get install -y dcagent", status=None)


def test_apt_installs_what_is_signed(repo: Path, tmp_path: Path) -> None:
    root = roots.copy(roots.PLAIN, tmp_path / "root")
    done = apt(root, repo)
    assert done.status == 0, done.out
    assert "WARNING" not in done.out
    assert root.run("dcagent", "--version").out == "dcagent 0.1.0\n"


def test_apt_refuses_an_index_that_was_tampered_with(repo: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(repo, changed)
    for index in changed.rglob("Packages*"):
        index.unlink()
    release = changed / "apt" / "dists" / "noarch" / "InRelease"
    text = release.read_text(encoding="utf-8")
    release.write_text(text.replace("Suite: noarch", "Suite: nowhere"), encoding="utf-8")
    (release.parent / "Release").unlink()
    done = apt(roots.copy(roots.PLAIN, tmp_path / "root"), changed)
    assert done.status == 100
    assert "BADSIG" in done.out


def test_a_key_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no such file"), repository.signer(tmp_path / "absent"):
        pass
    empty = tmp_path / "empty"
    empty.write_text("", encoding="ascii")
    with pytest.raises(Failed, match="gpg"), repository.signer(empty):
        pass
