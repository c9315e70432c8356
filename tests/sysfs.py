"""Machines as trees of kernel files: each stands in one text, and is unpacked to be read.

A line is "path|content" or "path -> target" (a link); "#" begins a remark. Content knows \\n, \\t
and "hex:…"; a path that comes again goes on where it ended. "{0-95}" in a path makes a file per
number, at the head of content it repeats the content; in both, {n}, {n/48} and {n%48} are the
number, its whole part and its rest.
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent / "captures" / "sysfs"
MACHINES = tuple(sorted(folder.name for folder in HERE.iterdir() if folder.is_dir()))

_RANGE = re.compile(r"\{(\d+)-(\d+)\}")
_NUMBER = re.compile(r"\{n(?:([/%])(\d+))?\}")


def unpack(machine: str, root: Path) -> Path:
    """The machine's files below a folder, which is given back."""
    _write(HERE / machine / "tree.txt", root)
    return root


def pass_time(machine: str, root: Path) -> None:
    """What the same files hold 15 s later."""
    _write(HERE / machine / "later.txt", root)


def origin(machine: str) -> dict[str, str]:
    """Who wrote the tree, after what."""
    lines = (HERE / machine / "ORIGIN").read_text(encoding="utf-8").splitlines()
    return {key: text.strip() for key, _, text in (line.partition(":") for line in lines)}


def contents(machine: str) -> dict[str, bytes]:
    """The machine's files and what they hold."""
    return _files(HERE / machine / "tree.txt")


def put(root: Path, path: str, content: str | bytes) -> None:
    """One file."""
    file = root / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)


def _write(text: Path, root: Path) -> None:
    for line in _lines(text):
        path, link, target = line.partition(" -> ")
        for number, each in _each(path) if link else ():
            (root / each).parent.mkdir(parents=True, exist_ok=True)
            (root / each).symlink_to(_counted(target, number))
    for path, data in _files(text).items():
        put(root, path, data)


def _lines(text: Path) -> list[str]:
    lines = text.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _files(text: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for line in _lines(text):
        path, bar, content = line.partition("|")
        for number, each in _each(path) if bar else ():
            files[each] = files.get(each, b"") + _bytes(content, number)
    return files


def _each(text: str) -> list[tuple[int, str]]:
    found = _RANGE.search(text)
    if found is None:
        return [(0, text)]
    numbers = range(int(found[1]), int(found[2]) + 1)
    return [(n, _counted(_RANGE.sub(str(n), text, count=1), n)) for n in numbers]


def _bytes(content: str, number: int) -> bytes:
    if content.startswith("hex:"):
        return bytes.fromhex(content.removeprefix("hex:"))
    plain = content.replace(r"\n", "\n").replace(r"\t", "\t")
    repeated = _RANGE.match(plain)
    if repeated is None:
        return _counted(plain, number).encode()
    body = plain[repeated.end() :]
    numbers = range(int(repeated[1]), int(repeated[2]) + 1)
    return "".join(_counted(body, n) for n in numbers).encode()


def _counted(text: str, number: int) -> str:
    def value(found: re.Match[str]) -> str:
        sign, by = found[1], int(found[2] or 1)
        return str(number if not sign else number // by if sign == "/" else number % by)

    return _NUMBER.sub(value, text)
