"""Writes the captures of the invented servers: `python -m simulators.compose DIRECTORY`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from hw_profiles.capture import Capture, render
from simulators.boards import (
    dell,
    generic,
    h3c,
    hpe,
    huawei,
    hygon,
    inspur,
    lenovo,
    nettrix,
    one_socket,
    sugon,
    supermicro,
    xfusion,
)

BOARDS: dict[str, Callable[[int], Capture]] = {
    "dell-idrac": dell.capture,
    "h3c-hdm": h3c.capture,
    "hpe-ilo": hpe.capture,
    "huawei-ibmc": huawei.capture,
    "hygon-reference": hygon.capture,
    "inspur": inspur.capture,
    "lenovo-xcc": lenovo.capture,
    "nettrix": nettrix.capture,
    "one-socket-board": one_socket.capture,
    "sugon": sugon.capture,
    "supermicro": supermicro.capture,
    "xfusion-ibmc": xfusion.capture,
}
"""Profile name → the server that it fits."""


def captures() -> dict[str, Capture]:
    """Profile name → the capture of a server that it fits."""
    servers = {name: board(1) for name, board in BOARDS.items()}
    return {"generic-ipmi": generic.capture(), **servers}


def server(board: str, number: int) -> Capture:
    """One of many servers of a kind (a key of `BOARDS`): only serials and addresses differ."""
    return BOARDS[board](number)


def main() -> None:
    """Writes each capture as NAME.capture into the directory."""
    parser = argparse.ArgumentParser(description="write the captures of the invented servers")
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory
    for name, capture in captures().items():
        path = directory / f"{name}.capture"
        path.write_text(render(capture), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
