"""The servers of the simulated site: what each model draws, computes with and is there for."""

from __future__ import annotations

from dataclasses import dataclass

from model.inventory import Kind, Part
from simulators.load_curve import POWER_SWING


@dataclass(frozen=True, slots=True)
class Model:
    """A model of server. `watts` is what it draws at mean load; each has the same two sockets."""

    watts: float
    kind: Kind
    cluster: str
    vendor: str
    name: str
    arch: str
    domestic: bool
    processors: tuple[Part, ...]
    accelerators: tuple[Part, ...] = ()

    @property
    def rated(self) -> float:
        """Input power at full load, in watts."""
        return self.watts * (1 + POWER_SWING)


MODELS = {
    "huawei-ibmc": Model(
        *(412.0, Kind.AI, "ai", "Huawei", "TaiShan 200 2280", "aarch64", True),
        (Part("Kunpeng 920-5250", 2),),
        (Part("Atlas 300I Duo", 2),),
    ),
    "inspur": Model(
        *(296.0, Kind.GENERAL, "cloud", "Inspur", "CS5260H2", "x86_64", True),
        (Part("Hygon C86 7285", 2),),
    ),
    "h3c-hdm": Model(
        *(348.0, Kind.HPC, "hpc", "H3C", "R4930 G5", "x86_64", True),
        (Part("Hygon C86 7390", 2),),
    ),
}
"""By the capture that its BMC answers (`simulators.compose.BOARDS`)."""
