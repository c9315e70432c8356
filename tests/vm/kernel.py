"""A Debian kernel and the initramfs that guests begin with, made once and kept under build/."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build" / "vm"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_SHARE = ("virtio_pci", "9pnet_virtio", "9p")
_DRIVER = ("ipmi_msghandler", "ipmi_si", "ipmi_devintf")
_DISK = ("virtio_blk", "crc32c_generic", "ext4")
_DOWNLOAD, _LOCAL = 300, 120
"""Seconds that fetching and building may take."""


@dataclass(frozen=True)
class Start:
    """How a guest begins: a script, after these modules are loaded."""

    init: Path
    modules: tuple[str, ...]


HOST_ROOT = Start(Path(__file__).with_name("init.sh"), (*_SHARE, *_DRIVER))
"""In the host's own root, read-only, with the driver of the BMC."""
DISK_ROOT = Start(Path(__file__).with_name("init_disk.sh"), (*_SHARE, *_DISK))
"""In a root on a disk of its own, whose init loads every driver itself."""


@dataclass(frozen=True)
class Boot:
    """What qemu boots. `modules` is the folder that a root finds its drivers in."""

    kernel: Path
    initramfs: Path
    modules: Path


def boot(start: Start = HOST_ROOT) -> Boot:
    """Fetches and builds what is missing."""
    tree = _unpacked()
    (kernel,) = (tree / "boot").glob("vmlinuz-*")
    return Boot(kernel, _initramfs(tree, start), tree / "lib" / "modules")


def _run(*command: str, cwd: Path, seconds: float = _LOCAL, text: bytes | None = None) -> bytes:
    done = subprocess.run(
        command,
        cwd=cwd,
        input=text,
        stdout=subprocess.PIPE,
        timeout=seconds,
        check=True,
        env={**os.environ, "PATH": _PATH},
    )
    return done.stdout


def _unpacked() -> Path:
    """The kernel package that Debian's linux-image-amd64 stands for, unpacked."""
    kept = " ".join((*_SHARE, *_DRIVER, *_DISK))
    tree = CACHE / f"kernel-{zlib.crc32(kept.encode()):08x}"
    if tree.is_dir():
        return tree
    CACHE.mkdir(parents=True, exist_ok=True)
    told = _run("apt-cache", "depends", "linux-image-amd64", cwd=CACHE).decode()
    name = re.search(r"Depends: (linux-image-\S+)", told)
    assert name is not None, "apt knows no linux-image-amd64"
    _run("apt-get", "download", "-q", name[1], cwd=CACHE, seconds=_DOWNLOAD)
    (package,) = CACHE.glob(f"{name[1]}_*.deb")
    partial = CACHE / "kernel.partial"
    shutil.rmtree(partial, ignore_errors=True)
    _run("dpkg", "-x", str(package), str(partial), cwd=CACHE)
    (version,) = (path.name for path in (partial / "lib" / "modules").iterdir())
    _run("depmod", "-b", str(partial), version, cwd=CACHE)
    package.unlink()
    _prune(partial)
    return partial.rename(tree)


def _prune(tree: Path) -> None:
    """Leaves the kernel and the modules that are loaded: 25 MB of 400."""
    shutil.rmtree(tree / "usr", ignore_errors=True)
    (modules,) = (tree / "lib" / "modules").iterdir()
    kept = {modules / module for module in _modules(modules, (*_SHARE, *_DRIVER, *_DISK))}
    for module in modules.rglob("*.ko"):
        if module not in kept:
            module.unlink()


def _initramfs(tree: Path, start: Start) -> Path:
    """A root of busybox, the modules in the order of loading, and the script."""
    image = tree / f"initramfs-{start.init.stem}"
    if image.exists() and image.stat().st_mtime >= start.init.stat().st_mtime:
        return image
    root = tree / "initramfs.root"
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "modules", "proc", "sys", "dev", "host", "disk"):
        (root / name).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin")
    shutil.copy(start.init, root / "init")
    (root / "init").chmod(0o755)
    (modules,) = (tree / "lib" / "modules").iterdir()
    order = list(dict.fromkeys(_modules(modules, start.modules)))
    for module in order:
        shutil.copy(modules / module, root / "modules")
    names = "".join(f"{Path(module).name}\n" for module in order)
    (root / "modules" / "order").write_text(names, encoding="ascii")
    listing = "\n".join(str(p.relative_to(root)) for p in (root, *sorted(root.rglob("*"))))
    packed = _run("cpio", "-o", "-H", "newc", "--quiet", cwd=root, text=listing.encode())
    image.write_bytes(packed)
    return image


def _modules(modules: Path, names: tuple[str, ...]) -> Iterator[str]:
    """The wanted modules, each behind what it depends on."""
    lines = (modules / "modules.dep").read_text(encoding="ascii").splitlines()
    needs = {line.partition(":")[0]: line.partition(":")[2].split() for line in lines}
    for wanted in names:
        found = next((path for path in needs if Path(path).name == f"{wanted}.ko"), None)
        if found is not None:  # else it is built in
            yield from reversed(needs[found])
            yield found
