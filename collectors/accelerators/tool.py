"""What an adapter is: a vendor's tool, and how its answers become accelerators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from collectors.accelerators.pci import Function, Match
from collectors.accelerators.schema import Accelerator


@dataclass(frozen=True, slots=True)
class Tool:
    """A vendor's tool.

    `vendor` is the key that device names begin with, `maker` the vendor's name. `programs` are
    the tool's names, best first; `directories` where vendors install it beside the PATH;
    `libraries` what its loader may need. `shared` names programs that another vendor's devices
    answer, too: they are run only where PCI shows a device of this one. `models` names what PCI
    device ids are, for tools that do not.
    """

    vendor: str
    maker: str
    programs: tuple[str, ...]
    pci: Match
    directories: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()
    models: Mapping[int, str] = field(default_factory=dict)

    def device(self, index: int) -> str:
        """The name of a device: "ascend0"."""
        return f"{self.vendor}{index}"

    def named(
        self, found: Iterable[Accelerator], functions: Iterable[Function]
    ) -> tuple[Accelerator, ...]:
        """The accelerators, by PCI's model where they have none and all on PCI are of one."""
        models = {self.models.get(function.device, "") for function in functions}
        model = models.pop() if len(models) == 1 else ""
        return tuple(a if a.model else replace(a, model=model) for a in found)


class Ask(Protocol):
    """Runs the tool with arguments: its standard output. Failure: it could not, or said no."""

    def __call__(self, *arguments: str) -> str:
        """Blocks until the tool's end or the deadline."""
        ...


class Adapter(Protocol):
    """Understands one tool. May remember what it learnt; asked by one thread at a time."""

    @property
    def tool(self) -> Tool:
        """The tool that it understands."""
        ...

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """Every accelerator now. Failure: the tool failed, or its answer has an unknown layout."""
        ...
