"""Indented `label : value` text, as most tools print it: read into a tree.

Labels are compared without regard to case, spacing and a colon at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from collectors.protocol import Failure
from model.readings import Reason

_PAIR = re.compile(r"(.*?)\s*:(?:\s+(.*))?")
"""A colon counts where a space or the line's end follows: not in a PCI address or a time."""


_BROKEN = "…"


def lines_of(text: str) -> list[str]:
    """The lines; one that no line end closes breaks off and is marked as broken.

    So what is left of a figure ("11" of "112") is no figure.
    """
    lines = text.splitlines()
    if text and text.splitlines(keepends=True)[-1] == lines[-1]:
        lines[-1] += _BROKEN
    return lines


def normal(label: str) -> str:
    """A label as it is compared: lower case, single spaces."""
    return " ".join(label.lower().split())


@dataclass(slots=True)
class Node:
    """A line and what is indented below it; `value` is None where the line is a mere heading."""

    label: str
    value: str | None
    depth: int
    children: list[Node] = field(default_factory=list)

    def at(self, *labels: str) -> str | None:
        """The value at the end of a path of labels; None where there is no such line."""
        nodes = [self]
        for label in labels:
            nodes = [child for node in nodes for child in node.children if child.label == label]
        return next((node.value for node in nodes if node.value is not None), None)

    def anywhere(self, label: str) -> str | None:
        """The value of the first line with this label, at any depth."""
        found = (n.value for n in self.walk() if n.label == label and n.value is not None)
        return next(found, None)

    def lines(self) -> Iterator[str]:
        """All lines below, as "label: value"."""
        return (f"{n.label}: {n.value}" if n.value is not None else n.label for n in self.walk())

    def walk(self) -> Iterator[Node]:
        """All lines below, in the text's order."""
        pending = self.children[::-1]
        while pending:
            node = pending.pop()
            yield node
            pending += node.children[::-1]


def tree(lines: Iterable[str]) -> Node:
    """The lines as a tree under a root without a label."""
    root = Node("", None, -1)
    path = [root]
    for line in lines:
        text = line.expandtabs().rstrip()
        content = text.lstrip()
        if not content or not any(letter.isalnum() for letter in content):
            continue
        depth = len(text) - len(content)
        while path[-1].depth >= depth:
            path.pop()
        node = _node(content, depth)
        path[-1].children.append(node)
        path.append(node)
    return root


def _node(content: str, depth: int) -> Node:
    pair = _PAIR.fullmatch(content)
    if pair is None:
        return Node(normal(content), None, depth)
    return Node(normal(pair[1]), (pair[2] or "").strip(), depth)


@dataclass(frozen=True, slots=True)
class Block:
    """The part of a text that speaks of one device: its number, its heading line, what follows."""

    index: int
    heading: str
    body: Node


def blocks(text: str, heading: re.Pattern[str]) -> tuple[Block, ...]:
    """One block per line that matches (group 1: the device's number).

    Failure UNDECODABLE: two devices of one number.
    """
    found: list[tuple[int, str, list[str]]] = []
    for line in lines_of(text):
        start = heading.match(line)
        if start:
            found.append((int(start[1]), line.strip(), []))
        elif found:
            found[-1][2].append(line)
    numbers = [index for index, _, _ in found]
    if len(set(numbers)) < len(numbers):
        raise Failure(Reason.UNDECODABLE, f"devices share a number: {numbers!r:.80}")
    return tuple(Block(index, line, tree(lines)) for index, line, lines in found)


def unknown(program: str, text: str) -> Failure:
    """The failure of an output whose layout we do not know, with its first telling line."""
    lines = (line.strip() for line in text.splitlines())
    line = next((line for line in lines if any(letter.isalnum() for letter in line)), "")
    said = f"its first line is {line!r:.120}" if line else "it is empty"
    return Failure(Reason.UNDECODABLE, f"the output of {program} has an unknown layout: {said}")
