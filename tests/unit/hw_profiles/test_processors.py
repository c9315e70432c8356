"""The shipped processors: who is recognised by what, and what each figure gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hw_profiles.processor_schema import DOUBTED, Entry, Figure, Precision, Processor
from hw_profiles.processors import lookup, peak, shipped
from model.host import Cpu

V110 = Cpu(implementer=0x48, part=0xD01)
PHYTIUM = 0x70


def _hygon(text: str) -> Cpu:
    return Cpu(vendor="HygonGenuine", family=0x18, model=text)


MACHINES: list[tuple[Cpu, str, bool | None]] = [
    (V110, "HiSilicon Kunpeng 920", True),
    (replace(V110, model="Kunpeng-920"), "HiSilicon Kunpeng 920", True),
    (replace(V110, model="Kunpeng 920-4826"), "HiSilicon Kunpeng 920 4826 / 5250", True),
    (replace(V110, model="HUAWEI Kunpeng 920 5250"), "HiSilicon Kunpeng 920 4826 / 5250", True),
    (
        replace(V110, model="Kunpeng-920", texts=("Kunpeng-920", "Kunpeng920_5250")),
        "HiSilicon Kunpeng 920 4826 / 5250",
        True,
    ),
    (replace(V110, model="HUAWEI Kunpeng 920 3210"), "HiSilicon Kunpeng 920 3210", True),
    (replace(V110, model="HUAWEI Kunpeng 920 5220"), "HiSilicon Kunpeng 920 5220", True),
    (replace(V110, model="Kunpeng 920-6426"), "HiSilicon Kunpeng 920 6426 / 7260", True),
    (replace(V110, model="HUAWEI  Kunpeng 920 7260 "), "HiSilicon Kunpeng 920 6426 / 7260", True),
    (
        Cpu(implementer=0x48, part=0xD02, model="TaiShan-v120", texts=("HUAWEI Kunpeng 920 7260",)),
        "HiSilicon Kunpeng 920 (TaiShan v120, HIP09)",
        True,
    ),
    (Cpu(implementer=0x48, part=0xD06), "HiSilicon HIP12", True),
    (Cpu(implementer=0x48, part=0xD40), "HiSilicon another core", True),
    (Cpu(implementer=0x41, part=0xD07, model="Hi1612"), "HiSilicon Hi1612", True),
    (Cpu(implementer=0x41, part=0xD08, model="Hi1616"), "HiSilicon Kunpeng 916 (Hi1616)", True),
    (Cpu(implementer=0x41, part=0xD07), "Arm Cortex-A57", None),
    (Cpu(implementer=0x41, part=0xD08, model="Cortex-A72"), "Arm Cortex-A72", None),
    (Cpu(implementer=PHYTIUM, part=0x661, model="FTC661"), "Phytium FTC661", True),
    (Cpu(implementer=PHYTIUM, part=0x661, model="FT-2000/64"), "Phytium FT-2000/64", True),
    (Cpu(implementer=PHYTIUM, part=0x662, model="FTC662"), "Phytium FTC662", True),
    (Cpu(implementer=PHYTIUM, part=0x662, model="FT-2000+/64"), "Phytium FT-2000+/64", True),
    (Cpu(implementer=PHYTIUM, part=0x663, model="FT-2000/4"), "Phytium FTC663", True),
    (Cpu(implementer=PHYTIUM, part=0x663, model="FTC663"), "Phytium FTC663", True),
    (Cpu(implementer=PHYTIUM, part=0x663, model="Phytium D2000/8 E8C"), "Phytium D2000", True),
    (Cpu(implementer=PHYTIUM, part=0x663, texts=("S2500",)), "Phytium S2500", True),
    (
        Cpu(implementer=PHYTIUM, part=0x862, model="<BAD INDEX>"),
        "Phytium FTC862 (S5000C, D3000)",
        True,
    ),
    (Cpu(implementer=PHYTIUM, part=0x303), "Phytium another core", True),
    (Cpu(implementer=PHYTIUM, part=0x660), "Phytium another core", True),
    (Cpu(implementer=PHYTIUM, part=0x664), "Phytium another core", True),
    (_hygon("Hygon C86 7185 32-core Processor"), "Hygon C86 7185", True),
    (_hygon("Hygon C86 7285 32-core Processor"), "Hygon C86 7285", True),
    (_hygon("Hygon C86 7380 32-core Processor"), "Hygon C86 7380", True),
    (_hygon("Hygon C86 7385 32-core Processor"), "Hygon C86 7385", True),
    (_hygon("Hygon C86 7390 32-core Processor"), "Hygon C86 7390", True),
    (_hygon("Hygon C86-4G 7490"), "Hygon C86-4G 7490", True),
    (_hygon("Hygon C86 3285 8-core Processor"), "Hygon another C86", True),
    (Cpu(model="Loongson-3A5000-HV"), "Loongson 3A5000", True),
    (
        Cpu(model="Loongson-3C5000L", texts=("Loongson-3C5000L", "Loongson-64bit")),
        "Loongson 3C5000 / 3C5000L",
        True,
    ),
    (Cpu(model="Loongson-3C5000"), "Loongson 3C5000 / 3C5000L", True),
    (Cpu(model="Loongson-3D5000"), "Loongson 3D5000", True),
    (Cpu(model="Loongson-3A6000"), "Loongson 3A6000, 3C6000, 3D6000, 3E6000 (LA664)", True),
    (
        Cpu(model="Loongson-3C6000/S", texts=("Loongson 3C",)),
        "Loongson 3A6000, 3C6000, 3D6000, 3E6000 (LA664)",
        True,
    ),
    (Cpu(texts=("Loongson 3C",)), "Loongson 3A6000, 3C6000, 3D6000, 3E6000 (LA664)", True),
    (Cpu(model="Loongson-3A3000"), "Loongson another model", True),
    (
        Cpu(vendor="CentaurHauls", model="ZHAOXIN KaiXian KX-6640MA@2.2+GHz"),
        "Zhaoxin KaiXian, KaiSheng",
        True,
    ),
    (
        Cpu(vendor="  Shanghai  ", model="ZHAOXIN Z3-6540M@2.1+GHz"),
        "Zhaoxin KaiXian, KaiSheng",
        True,
    ),
    (Cpu(model="SW26010"), "Sunway SW26010, SW26010-Pro", True),
    (Cpu(model="SW3231"), "Sunway SW1621, SW3231", True),
]


def _name(entry: Entry) -> str:
    return f"{entry.vendor} {entry.model}"


def _found(cpu: Cpu) -> Processor:
    found = lookup(cpu)
    assert found is not None
    return found


@pytest.mark.parametrize(("cpu", "name", "domestic"), MACHINES, ids=lambda v: str(v)[:60])
def test_machine_is_recognised(cpu: Cpu, name: str, domestic: bool | None) -> None:
    found = _found(cpu)
    assert (_name(found), found.domestic) == (name, domestic)


def test_every_entry_is_recognised_by_some_machine_above() -> None:
    assert {_name(e) for e in shipped().processors} == {name for _, name, _ in MACHINES}


@pytest.mark.parametrize(
    "cpu",
    [
        Cpu(),
        Cpu(vendor="GenuineIntel", family=6, model="Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz"),
        Cpu(vendor="AuthenticAMD", family=0x17, model="AMD EPYC 7551 32-Core Processor"),
        Cpu(vendor="CentaurHauls", model="VIA Nano U3400"),
        Cpu(implementer=0x41, part=0xD0C, model="Neoverse-N1"),
        Cpu(model="Kunpeng 920-4826"),  # a text without its core is not believed
    ],
)
def test_unknown_processor(cpu: Cpu) -> None:
    assert lookup(cpu) is None


# The name, cores × GHz × FLOPs per cycle of one package, TDP and least confidence of the peak, as
# the survey has them; 0 where it is doubtful and must not be shipped.
FIGURES = [
    ("HiSilicon Kunpeng 920", 0, 0, 4, 16, 0, "med-high"),
    ("HiSilicon Kunpeng 920 3210", 24, 2.6, 4, 16, 0, "med"),
    ("HiSilicon Kunpeng 920 5220", 32, 2.6, 4, 16, 0, "med"),
    ("HiSilicon Kunpeng 920 4826 / 5250", 48, 2.6, 4, 16, 0, "med-high"),
    ("HiSilicon Kunpeng 920 6426 / 7260", 64, 2.6, 4, 16, 0, "med-high"),
    ("HiSilicon Hi1612", 32, 2.1, 4, 8, 0, "med"),
    ("HiSilicon Kunpeng 916 (Hi1616)", 0, 0, 4, 8, 0, "med"),
    ("Arm Cortex-A57", 0, 0, 4, 8, 0, "med"),
    ("Arm Cortex-A72", 0, 0, 4, 8, 0, "med"),
    ("Phytium FTC661", 0, 0, 4, 8, 0, "high"),
    ("Phytium FT-2000/64", 64, 2.0, 4, 8, 100, "high"),
    ("Phytium FTC662", 0, 0, 4, 8, 0, "med"),
    ("Phytium FT-2000+/64", 64, 2.2, 4, 8, 0, "med"),
    ("Phytium FTC663", 0, 0, 4, 8, 0, "med"),
    ("Phytium S2500", 64, 0, 4, 8, 0, "med"),
    ("Phytium D2000", 8, 2.3, 4, 8, 0, "med"),
    ("Hygon C86 7185", 32, 2.0, 8, 16, 180, "med"),
    ("Hygon C86 7285", 32, 2.0, 8, 16, 190, "med"),
    ("Hygon C86 7380", 32, 2.2, 8, 16, 0, "med"),
    ("Hygon C86 7390", 32, 2.7, 8, 16, 0, "med"),
    ("Loongson 3A5000", 4, 2.5, 16, 32, 0, "high"),
    ("Loongson 3C5000 / 3C5000L", 16, 2.2, 16, 32, 0, "high"),
    ("Loongson 3D5000", 32, 2.0, 16, 32, 0, "med"),
]

GFLOPS = {
    "HiSilicon Kunpeng 920 3210": (249.6, 998.4),
    "HiSilicon Kunpeng 920 5220": (332.8, 1331.2),
    "HiSilicon Kunpeng 920 4826 / 5250": (499.2, 1996.8),
    "HiSilicon Kunpeng 920 6426 / 7260": (665.6, 2662.4),
    "HiSilicon Hi1612": (268.8, 537.6),
    "Phytium FT-2000/64": (512, 1024),
    "Phytium FT-2000+/64": (563.2, 1126.4),
    "Phytium D2000": (73.6, 147.2),
    "Hygon C86 7185": (512, 1024),
    "Hygon C86 7285": (512, 1024),
    "Hygon C86 7380": (563.2, 1126.4),
    "Hygon C86 7390": (691.2, 1382.4),
    "Loongson 3A5000": (160, 320),
    "Loongson 3C5000 / 3C5000L": (563.2, 1126.4),
    "Loongson 3D5000": (1024, 2048),
}
"""What the survey states for one package, FP64 and FP32, beside its factors."""


def _all(entry: Processor) -> list[Figure]:
    single = (entry.cores, entry.base_ghz, entry.tdp_watts)
    return [*entry.flops_per_cycle.values(), *(f for f in single if f is not None)]


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row[0])
def test_figures(row: tuple[str, float, float, float, float, float, str]) -> None:
    name, cores, ghz, fp64, fp32, tdp, confidence = row
    (entry,) = (e for e in shipped().processors if _name(e) == name)
    assert {p: f.value for p, f in entry.flops_per_cycle.items()} == {
        Precision.FP64: fp64,
        Precision.FP32: fp32,
    }
    single = (entry.cores, entry.base_ghz, entry.tdp_watts)
    assert [f.value if f else 0 for f in single] == [cores, ghz, tdp]
    order = ["high", "med-high", "med"]
    assert max((f.confidence for f in _all(entry)), key=order.index) == confidence
    assert all(figure.source for figure in _all(entry))


@pytest.mark.parametrize("name", GFLOPS)
def test_peak_of_one_and_two_packages(name: str) -> None:
    (entry,) = (e for e in shipped().processors if _name(e) == name)
    fp64, fp32 = GFLOPS[name]
    for packages in (1, 2):
        found = peak(entry, Cpu(packages=packages))
        assert found is not None
        assert list(found) == [Precision.FP64, Precision.FP32]
        assert found[Precision.FP64] == pytest.approx(packages * fp64 * 1e9, rel=1e-12)
        assert found[Precision.FP32] == pytest.approx(packages * fp32 * 1e9, rel=1e-12)


def test_no_other_entry_has_figures() -> None:
    assert {_name(e) for e in shipped().processors if _all(e)} == {row[0] for row in FIGURES}


@pytest.mark.parametrize("entry", shipped().processors, ids=_name)
def test_entry_keeps_its_house(entry: Processor) -> None:
    assert not {figure.confidence for figure in _all(entry)} & DOUBTED
    assert entry.flops_per_cycle or entry.withheld
    assert not entry.user


# cores and clock of the machine come first


def test_own_cores_and_clock_win_over_the_tables() -> None:
    cpu = replace(V110, model="Kunpeng 920-4826", packages=2, cores=8, base_hz=2.0e9)
    assert peak(_found(cpu), cpu) == {
        Precision.FP64: 8 * 2.0e9 * 4,
        Precision.FP32: 8 * 2.0e9 * 16,
    }


@pytest.mark.parametrize("hertz", [0.0, 48e6, 2600e9, -1.0, float("nan"), float("inf")])
def test_clock_that_cannot_be_is_not_taken(hertz: float) -> None:
    cpu = Cpu(implementer=PHYTIUM, part=0x663, model="Phytium D2000/8", cores=8, base_hz=hertz)
    assert peak(_found(cpu), cpu) == {Precision.FP64: 73.6e9, Precision.FP32: 147.2e9}


@pytest.mark.parametrize(
    "cpu",
    [
        replace(V110, cores=96),  # no clock anywhere
        replace(V110, base_hz=2.6e9),  # no cores anywhere
        replace(V110, model="Kunpeng 920-4826", base_hz=2.6e9),  # cores of a package, no packages
        Cpu(implementer=PHYTIUM, part=0x663, model="S2500", packages=2),  # a clock between bounds
    ],
)
def test_unknown_factor_gives_no_peak(cpu: Cpu) -> None:
    assert peak(_found(cpu), cpu) is None


@pytest.mark.parametrize("cores", [0, -96, 10**400])
def test_number_of_cores_that_cannot_be_is_not_taken(cores: int) -> None:
    cpu = replace(V110, model="Kunpeng 920-4826", packages=2, cores=cores, base_hz=2.6e9)
    assert peak(_found(cpu), cpu) == {Precision.FP64: 998.4e9, Precision.FP32: 3993.6e9}
    assert peak(_found(cpu), replace(cpu, packages=10**400)) is None
