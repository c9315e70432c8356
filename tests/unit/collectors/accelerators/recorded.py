"""Recordings of tools: what each call printed, as adapters ask for it and as a real program."""

from __future__ import annotations

import shlex
from pathlib import Path

from collectors.protocol import Failure
from model.readings import Reason

DIRECTORY = Path(__file__).parents[3] / "captures/accelerators"
REFUSED = "unknown option"


def recording(name: str) -> dict[str, str]:
    """The command line → its output."""
    parts: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (DIRECTORY / f"{name}.txt").read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("$ "):
            current = parts.setdefault(line[2:].strip(), [])
        else:
            current.append(line)
    return {command: "".join(lines) for command, lines in parts.items()}


class Recorded:
    """Answers as a recording does, and refuses what is not in it."""

    def __init__(self, name: str) -> None:
        self.parts, self.asked = recording(name), list[str]()

    def __call__(self, *arguments: str) -> str:
        command = " ".join(arguments)
        self.asked.append(command)
        for line, output in self.parts.items():
            if line.partition(" ")[2] == command:
                return output
        raise Failure(Reason.DEVICE_ERROR, f"{command}: exit code 2: {REFUSED}")


def install(directory: Path, name: str) -> Path:
    """A program that prints what a recording says."""
    parts = recording(name)
    program = directory / next(iter(parts)).split()[0]
    cases = []
    for number, (line, output) in enumerate(parts.items()):
        file = directory / f"{program.name}.{number}.out"
        file.write_text(output, encoding="utf-8")
        cases.append(f"{shlex.quote(line.partition(' ')[2])}) cat {shlex.quote(str(file))};;")
    return script(
        program, f'case "$*" in\n{chr(10).join(cases)}\n*) echo {REFUSED} >&2; exit 2;;\nesac'
    )


def script(program: Path, body: str) -> Path:
    """An executable shell script."""
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    return program
