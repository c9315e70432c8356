"""Debian roots: made once per recipe and kept, used through an overlay, without any network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packager.payload import RUNTIME
from packager.source import placed
from packager.sources import KEYRING, MIRROR

_REGISTER = Path(__file__).parents[1] / "foreign" / "register"
_FOREIGN = {"arm64": "aarch64", "loong64": "loongarch64"}
"""Debian's word for a processor → the kernel's, for those that are emulated."""
PEERS = ("mmdebstrap", "unshare", "ip", "nfpm", "dpkg-deb")
_ENTER = """set -e
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t proc proc "$2/root/proc"
ip link set lo up
place=$2
shift 2
exec "$@"
"""
"""Arguments: the untouched root, the folder of its copy, a command of the host's."""
_CLEAN = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}


@dataclass(frozen=True)
class Recipe:
    """How a root is made."""

    suite: str
    packages: tuple[str, ...]
    architecture: str = "amd64"

    @property
    def name(self) -> str:
        """A name that changes with the recipe."""
        words = " ".join((self.suite, self.architecture, *self.packages))
        return f"{self.suite}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


PLAIN = Recipe("bookworm", ("python3", "python3-psutil"))
"""Debian 12 with what the noarch package depends on."""
BOOTED = Recipe(
    "bookworm",
    (*PLAIN.packages, "systemd", "systemd-sysv", "udev", "dbus", "kmod", "curl", "ipmitool"),
)
"""Debian 12 that can be booted."""
OLD = Recipe("bullseye", ())
"""Debian 11 without any Python."""
ARM64 = Recipe("bookworm", (), "arm64")
"""Debian 12 without any Python, for another processor."""
LOONG64 = Recipe("sid", PLAIN.packages, "loong64")
"""Debian's newest, the first to be released for this processor."""


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    status: int
    out: str


@dataclass(frozen=True)
class Root:
    """A copy of a root that may be written to; `place` holds what was written."""

    base: Path
    place: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(_CLEAN))
    interpreter: str = "/usr/bin/python3"

    @property
    def inside(self) -> Path:
        """Where the root's tree is while a command of the host's runs on it."""
        return self.place / "root"

    def run(self, *command: str, status: int | None = 0, **environment: str) -> Done:
        """Runs a program of the root's; `status` is what it must end with, None: anything."""
        return self.on("chroot", str(self.inside), *command, status=status, **environment)

    def sh(self, script: str, status: int | None = 0) -> str:
        """What a shell script prints in the root."""
        return self.run("/bin/sh", "-ec", script, status=status).out

    def python(self, program: str) -> str:
        """What a Python program prints in the root."""
        return self.run(self.interpreter, "-I", "-c", program).out

    def on(self, *command: str, status: int | None = 0, **environment: str) -> Done:
        """Runs a program of the host's, for which the root is at `inside`; no network but lo."""
        enter = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--ipc")
        done = subprocess.run(
            (*enter, "sh", "-c", _ENTER, "sh", str(self.base), str(self.place), *command),
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
            cwd="/",
        )
        out = done.stdout.decode("utf-8", "replace")
        assert status is None or done.returncode == status, f"{command}: {done.returncode}\n{out}"
        return Done(done.returncode, out)

    def take(self, *files: Path) -> tuple[str, ...]:
        """Copies files of the host's into the root; where they are then."""
        folder = self.place / "upper" / "srv"
        folder.mkdir(exist_ok=True)
        for file in files:
            shutil.copy(file, folder)
        return tuple(f"/srv/{file.name}" for file in files)

    def embedded(self) -> Root:
        """The same, where Python is what the package brought."""
        return Root(self.base, self.place, self.environment, f"{RUNTIME}/bin/python3")


def copy(recipe: Recipe, place: Path) -> Root:
    """A fresh copy of a root, at a folder that does not exist yet."""
    base = made(recipe)
    for name in ("upper", "work", "root"):
        (place / name).mkdir(parents=True)
    return Root(base, place)


def made(recipe: Recipe) -> Path:
    """The untouched root of a recipe."""
    base = cache() / recipe.name
    if machine := _FOREIGN.get(recipe.architecture):
        subprocess.run((str(_REGISTER), machine), check=True)
    if base.is_dir():
        return base
    base.parent.mkdir(parents=True, exist_ok=True)
    partial = base.with_suffix(f".{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    subprocess.run(_mmdebstrap(recipe, partial), check=True, timeout=1800)
    return placed(partial, base)


def _mmdebstrap(recipe: Recipe, into: Path) -> tuple[str, ...]:
    words = ["--quiet", "--variant=minbase", "--format=directory"]
    words.append(f"--architectures={recipe.architecture}")
    if recipe.packages:
        words.append(f"--include={','.join(recipe.packages)}")
    mirror = []
    if recipe.suite == "sid":
        # Debian 12's mmdebstrap knows neither the processor nor the newest suite, and a mirror
        # that stands still is as good as any
        words += ["--skip=check/qemu", '--aptopt=Acquire::Check-Valid-Until "false"']
        mirror = [f"deb [signed-by={KEYRING}] {MIRROR} {recipe.suite} main"]
    return ("mmdebstrap", *words, recipe.suite, str(into), *mirror)


def cache() -> Path:
    """Where roots are kept: outside the checkout, for the next one."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "dcagent" / "roots"
