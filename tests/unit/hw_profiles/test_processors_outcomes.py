"""What a scrape learns of a machine: its info, its peaks, and what to do where there are none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.points import Book
from hw_profiles import processors
from hw_profiles.processor_table import table
from model.devices import Protocol, Target
from model.host import Cpu, Device, Host
from model.readings import Fault, Outcome, Quality, Reading, Reason, Source

KUNPENG = Cpu(
    implementer=0x48,
    part=0xD01,
    model="Kunpeng 920-4826",
    texts=("Kunpeng 920-4826",),
    packages=2,
    cores=96,
    base_hz=2.6e9,
)
ASCEND = tuple(Device(f"ascend{i}", "ascend", "910B3") for i in range(2))


def _peaks(outcomes: tuple[Outcome, ...]) -> dict[tuple[str, str], float]:
    return {
        (o.sensor.component, dict(o.sensor.labels)["precision"]): o.value
        for o in outcomes
        if isinstance(o, Reading) and o.sensor.word == "device.peak_flops"
    }


def _info(outcomes: tuple[Outcome, ...]) -> dict[str, str]:
    (found,) = (o for o in outcomes if o.sensor and o.sensor.word == "node.info")
    assert isinstance(found, Reading)
    assert found.value == 1.0
    return dict(found.sensor.labels)


def _faults(outcomes: tuple[Outcome, ...]) -> list[Fault]:
    return [o for o in outcomes if isinstance(o, Fault)]


def test_server_with_accelerators() -> None:
    found = processors.outcomes(Host("aarch64", "srv-1", KUNPENG, ASCEND))
    assert _info(found) == {"arch": "aarch64", "cpu": "Kunpeng 920-4826", "domestic": "true"}
    assert _peaks(found) == {
        ("cpu", "fp64"): 998.4e9,
        ("cpu", "fp32"): 3993.6e9,
        ("ascend0", "fp16"): 313e12,
        ("ascend1", "fp16"): 313e12,
    }
    assert not _faults(found)


def test_peak_says_where_it_comes_from() -> None:
    found = processors.outcomes(Host("aarch64", "", KUNPENG, ASCEND[:1]))
    fp64, _, fp16 = (o for o in found if o.sensor and o.sensor.word == "device.peak_flops")
    assert isinstance(fp64, Reading)
    assert isinstance(fp16, Reading)
    assert (fp64.quality, fp64.source) == (Quality.ESTIMATED, Source.TABLE)
    assert fp64.raw == '"Kunpeng 920-4826", MIDR implementer 0x48 part 0xd01'
    assert re.fullmatch(
        r"hisilicon\.toml:\d+ 96 cores × 2\.6 GHz × 4 per cycle; WikiChip, TaiShan v110; "
        r"confidence med-high",
        fp64.rule,
    )
    assert re.fullmatch(
        r"ascend\.toml:\d+ 313 TFLOPS; llm-cal GPU database; FlagPerf measured 313\.2; "
        r"confidence med-high",
        fp16.rule,
    )


def test_peak_is_as_sure_as_the_weakest_factor() -> None:
    cpu = Cpu(vendor="HygonGenuine", family=0x18, model="Hygon C86 7285 32-core Processor")
    table_only = Cpu(cpu.vendor, cpu.model, family=0x18, packages=2)
    told = Cpu(cpu.vendor, cpu.model, family=0x18, cores=64, base_hz=2.0e9)
    for each, confidence in ((table_only, "med"), (told, "high")):
        found = processors.outcomes(Host("x86_64", "", each))
        assert _peaks(found) == {("cpu", "fp64"): 1024e9, ("cpu", "fp32"): 2048e9}
        assert {o.rule.rpartition(" ")[2] for o in found[1:]} == {confidence}


@pytest.mark.parametrize(
    ("cpu", "domestic"),
    [
        (Cpu(implementer=0x41, part=0xD08, cores=4, base_hz=2e9), None),
        (Cpu(vendor="GenuineIntel", family=6, model="Xeon"), None),
        (Cpu(model="Loongson-3C6000/S"), "true"),
    ],
)
def test_domestic_is_told_only_where_it_is_known(cpu: Cpu, domestic: str | None) -> None:
    assert _info(processors.outcomes(Host("a", "", cpu))).get("domestic") == domestic


def test_foreign_and_own_entries_of_a_site(tmp_path: Path) -> None:
    (tmp_path / "intel.toml").write_text(
        """[[processor]]
vendor = "Intel"
model = "Xeon Gold 6330"
domestic = false
match = {vendor_id = "GenuineIntel", family = 6, model = '.*Gold 6330.*'}
flops_per_cycle = {fp64 = 32}
source = "a data sheet"
confidence = "high"
""",
        encoding="utf-8",
    )
    text = "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz"
    cpu = Cpu("GenuineIntel", text, family=6, cores=56, base_hz=2.0e9)
    found = processors.outcomes(Host("x86_64", "", cpu), table(tmp_path))
    assert _info(found) == {"arch": "x86_64", "cpu": text, "domestic": "false"}
    assert _peaks(found) == {("cpu", "fp64"): 3584e9}
    (reading,) = found[1:]
    assert reading.rule.startswith(f"{tmp_path}/intel.toml:1 56 cores × 2 GHz × 32 per cycle;")


UNKNOWN = [
    Cpu("GenuineIntel", "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz", family=6),
    Cpu(vendor="GenuineIntel", family=6),
    Cpu(implementer=0x41, part=0xD0C),
    Cpu(implementer=0x48, part=0xD02, model="HUAWEI Kunpeng 920 7270Z"),
    Cpu(implementer=0x48, part=0xD01),
    Cpu(vendor="HygonGenuine", family=0x18, model="Hygon C86-4G 7490"),
    Cpu(model="it's a 'new' [thing] *\x07 \\ 龙"),
]


@pytest.mark.parametrize("cpu", UNKNOWN)
def test_no_figure_says_what_was_seen_and_the_entry_it_proposes_works(
    cpu: Cpu, tmp_path: Path
) -> None:
    (fault,) = _faults(processors.outcomes(Host("a", "", cpu)))
    assert fault.sensor is not None
    assert (fault.sensor.word, fault.sensor.component) == ("device.peak_flops", "cpu")
    assert fault.reason is Reason.ABSENT
    hint = re.search(r"add a (\[\[processor\]\]) with (match = \{.*\}) and its", fault.detail)
    assert hint is not None
    assert fault.detail.endswith("to /etc/dcagent/processors.d/NAME.toml")
    (tmp_path / "new.toml").write_text(
        f"{hint[1]}\nvendor = 'Acme'\nmodel = 'One'\n{hint[2]}\ncores = 2\nbase_ghz = 1\n"
        "flops_per_cycle = {fp16 = 4}\nsource = 'a test'\nconfidence = 'low'\n",
        encoding="utf-8",
    )
    two = Cpu(**{name: getattr(cpu, name) for name in Cpu.__slots__} | {"packages": 2})
    again = processors.outcomes(Host("a", "", two), table(tmp_path))
    assert _peaks(again) == {("cpu", "fp16"): 16e9}
    assert again[-1].rule.endswith("confidence low")


@pytest.mark.parametrize(
    ("cpu", "words"),
    [
        (
            UNKNOWN[0],
            r'unknown processor: "Intel\(R\) Xeon\(R\) Gold 6330 CPU @ 2\.00GHz", '
            r'vendor_id "GenuineIntel" family 0x6; add .*',
        ),
        (UNKNOWN[2], r"unknown processor: MIDR implementer 0x41 part 0xd0c; add .*"),
        (
            UNKNOWN[3],
            r"HiSilicon Kunpeng 920 \(TaiShan v120, HIP09\) has no figure we trust: no public .*",
        ),
        (UNKNOWN[4], r"HiSilicon Kunpeng 920: unknown number of cores and base clock; add .*"),
        (
            Cpu(implementer=0x70, part=0x663, cores=4, base_hz=48e6),
            r"Phytium FTC663: unknown base clock \(48 MHz is not plausible\); add .*",
        ),
        (
            Cpu(model="Loongson-3C5000"),
            r"Loongson 3C5000 / 3C5000L: unknown number of sockets; add .*",
        ),
        (Cpu(), r"the machine tells nothing of its processor"),
    ],
)
def test_fault_of_a_processor_in_words(cpu: Cpu, words: str) -> None:
    (fault,) = _faults(processors.outcomes(Host("a", "", cpu)))
    assert re.fullmatch(words, fault.detail)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("K100-AI", r"Hygon DCU K100-AI has no figure we trust: 192 TFLOPS .*; add an .*"),
        ("BW1000 (A+)", r'unknown accelerator "hygon BW1000 \(A\+\)"; add an .*'),
    ],
)
def test_fault_of_an_accelerator(model: str, words: str, tmp_path: Path) -> None:
    host = Host("x86_64", "", KUNPENG, (Device("hygon3", "hygon", model),))
    (fault,) = _faults(processors.outcomes(host))
    assert fault.sensor is not None
    assert (fault.sensor.component, fault.reason) == ("hygon3", Reason.ABSENT)
    assert re.fullmatch(words, fault.detail)
    hint = re.search(r"add an (\[\[accelerator\]\]) with (match = \{.*\}) and its", fault.detail)
    assert hint is not None
    (tmp_path / "new.toml").write_text(
        f"{hint[1]}\nvendor = 'Hygon'\nmodel = 'One'\n{hint[2]}\ntflops = {{int8 = 1.5}}\n"
        "source = 'a test'\nconfidence = 'low'\n",
        encoding="utf-8",
    )
    assert _peaks(processors.outcomes(host, table(tmp_path)))[("hygon3", "int8")] == 1.5e12


def test_machine_that_tells_nothing_has_no_info() -> None:
    (fault,) = processors.outcomes(Host())
    assert isinstance(fault, Fault)


def test_series_carry_node_device_and_precision() -> None:
    target = Target("a01-17", "localhost", Protocol.IPMI, node="srv-17")
    found = processors.outcomes(Host("aarch64", "srv-1", KUNPENG, ASCEND[:1]))
    points = Book(target).points([outcome.sensor for outcome in found if outcome.sensor])
    assert [point.fixed if point else "" for point in points] == [
        'dcagent_node_info{arch="aarch64",cpu="Kunpeng 920-4826",domestic="true",node="srv-17",'
        'target="a01-17"} ',
        'dcagent_node_peak_flops{device="cpu",node="srv-17",precision="fp64",target="a01-17"} ',
        'dcagent_node_peak_flops{device="cpu",node="srv-17",precision="fp32",target="a01-17"} ',
        'dcagent_node_peak_flops{device="ascend0",node="srv-17",precision="fp16",target="a01-17"} ',
    ]


_TEXTS = st.text(max_size=300)


@settings(max_examples=150, deadline=None)
@given(
    st.builds(
        Cpu,
        vendor=_TEXTS,
        model=_TEXTS | st.sampled_from(["Kunpeng 920-4826", "Loongson-3C5000", "Phytium D2000/8"]),
        texts=st.lists(_TEXTS, max_size=3).map(tuple),
        implementer=st.sampled_from([0, 0x41, 0x48, 0x70, -1, 2**70]),
        part=st.sampled_from([0, 0xD01, 0x663, -1, 2**70]),
        family=st.integers(),
        packages=st.integers(),
        cores=st.integers(),
        base_hz=st.floats(),
    ),
    st.lists(st.builds(Device, _TEXTS, _TEXTS, _TEXTS), max_size=3).map(tuple),
)
def test_never_raises_and_never_invents(cpu: Cpu, devices: tuple[Device, ...]) -> None:
    found = processors.outcomes(Host("", "", cpu, devices))
    told = {o.sensor.component for o in found if o.sensor and o.sensor.word == "device.peak_flops"}
    assert told == {"cpu", *(device.device for device in devices)}
    assert all(value > 0 for value in _peaks(found).values())
