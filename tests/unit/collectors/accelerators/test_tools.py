"""The other adapters: exact figures of every recording."""

from __future__ import annotations

import pytest

from collectors.accelerators.cambricon import Cambricon
from collectors.accelerators.enflame import Enflame
from collectors.accelerators.hygon import Hygon
from collectors.accelerators.iluvatar import Iluvatar
from collectors.accelerators.kunlunxin import Kunlunxin
from collectors.accelerators.metax import MetaX
from collectors.accelerators.moorethreads import MooreThreads
from collectors.accelerators.nvidia import Nvidia
from collectors.accelerators.schema import Accelerator, Basis
from collectors.accelerators.tool import Adapter
from model.readings import Fault, Reason
from tests.unit.collectors.accelerators.recorded import Recorded

MIB = 2.0**20
ABSENT = "absent"


def found(adapter: Adapter, name: str) -> list[tuple[object, ...]]:
    """device, model, W, °C, ratio, bytes used, bytes; a fault as its reason."""
    devices = adapter.survey(Recorded(name))
    assert {device.basis for device in devices} == {Basis.TIME}
    assert {device.vendor for device in devices} == {adapter.tool.maker}
    return [tuple(map(_shown, _row(device))) for device in devices]


def _row(device: Accelerator) -> tuple[object, ...]:
    return (
        *(device.device, device.model, device.power, device.temperature, device.utilization),
        *(device.memory_used, device.memory_total),
    )


def _shown(answer: object) -> object:
    return answer.reason.value if isinstance(answer, Fault) else answer


@pytest.mark.parametrize(
    ("adapter", "name", "devices"),
    [
        (Hygon(), "hygon-dcu", [
            ("hygon0", "", 116.0, 45.0, 0.0, None, None),
            ("hygon1", "", 287.5, 66.0, 0.985, None, None),
        ]),
        (Hygon(), "hygon-hcu", [
            ("hygon0", "K100_AI", 402.0, 51.0, 0.64, None, None),
            ("hygon10", "K100_AI", ABSENT, ABSENT, ABSENT, None, None),
        ]),
        (Hygon(), "hygon-rocm", [("hygon0", "", 64.0, 37.0, 0.03, 12582912.0, 34342961152.0)]),
        (Cambricon(), "cambricon", [
            ("cambricon0", "MLU370-X8", 58.0, 41.0, 0.37, 258 * MIB, 23374 * MIB),
            ("cambricon1", "MLU370-X8", ABSENT, ABSENT, 0.0, ABSENT, 23374 * MIB),
        ]),
        (MooreThreads(), "moorethreads-gpu", [
            ("moorethreads0", "MTT S4000", 231.5, 52.0, 0.75, 1024 * MIB, 49152 * MIB),
            ("moorethreads1", "MTT S4000", ABSENT, 38.0, 0.0, ABSENT, 49152 * MIB),
        ]),
        (MooreThreads(), "moorethreads-attached", [
            ("moorethreads1", "MTT S3000", 25.125, 41.0, 0.0, 2 * MIB, 32768 * MIB),
            ("moorethreads0", "MTT S3000", 249.0, 70.0, 1.0, 3 * MIB, 32768 * MIB),
        ]),
        (MetaX(), "metax", [
            ("metax0", "MXC500", 53.75, 36.5, 0.93, 858560 * 1024.0, 65536 * MIB),
            ("metax1", "MXC500", 52.0, 34.0, 0.0, 858368 * 1024.0, 65536 * MIB),
            ("metax2", "MXC500", ABSENT, ABSENT, 0.01, 858368 * 1024.0, 65536 * MIB),
        ]),
        (Iluvatar(), "iluvatar-gpu-power", [
            ("iluvatar0", "Iluvatar BI-V150", 178.25, 45.0, 0.99, 30000 * MIB, 32768 * MIB),
            ("iluvatar1", "Iluvatar BI-V150", ABSENT, 43.0, 0.0, 64 * MIB, 32768 * MIB),
        ]),
        (Iluvatar(), "iluvatar-board-power", [
            ("iluvatar0", "Iluvatar MR-V100", 77.0, 51.0, 0.12, 1024 * MIB, 32768 * MIB),
        ]),
        (Iluvatar(), "iluvatar-no-power", [
            ("iluvatar0", "Iluvatar MR-V50", ABSENT, 39.0, 0.0, 0.0, 16384 * MIB),
        ]),
        (Enflame(), "enflame-old", [
            ("enflame0", "", 112.0, 47.5, 0.625, 4096 * MIB, 32768 * MIB),
            ("enflame1", "", ABSENT, 0.0, 0.0, 0.0, 32768 * MIB),
        ]),
        (Enflame(), "enflame-new", [
            ("enflame0", "", 86.25, 39.0, 0.05, 258 * MIB, 49152 * MIB),
        ]),
        (Kunlunxin(), "kunlunxin", [
            ("kunlunxin0", "", 87.0, 41.0, 0.35, 1024 * MIB, 32768 * MIB),
            ("kunlunxin1", "", ABSENT, ABSENT, 0.0, 0.0, 32768 * MIB),
        ]),
        (Kunlunxin(), "kunlunxin-query", [
            ("kunlunxin0", "P800", 301.25, 55.0, 0.71, None, None),
            ("kunlunxin1", "P800", ABSENT, 33.0, 0.0, None, None),
        ]),
        (Nvidia(), "nvidia", [
            ("nvidia0", "NVIDIA A800-SXM4-80GB", 397.21, 36.0, 1.0, 80000 * MIB, 81920 * MIB),
            ("nvidia1", "NVIDIA A800-SXM4-80GB", ABSENT, 31.0, ABSENT, 0.0, 81920 * MIB),
            ("nvidia2", "NVIDIA A800-SXM4-80GB", 61.0, "device_error", 0.0, 0.0, 81920 * MIB),
        ]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_figure(adapter: Adapter, name: str, devices: list[tuple[object, ...]]) -> None:
    assert found(adapter, name) == devices


def test_the_power_field_that_a_tool_knows_is_remembered() -> None:
    adapter, ask = Iluvatar(), Recorded("iluvatar-board-power")
    adapter.survey(ask)
    assert len(ask.asked) == 3
    assert adapter.survey(ask)[0].power == 77.0
    assert len(ask.asked) == 4


def test_a_question_that_is_refused_costs_its_own_figures() -> None:
    ask = Recorded("metax")
    del ask.parts["mx-smi --show-board-power"]
    gpu = MetaX().survey(ask)[0]
    assert (gpu.utilization, gpu.temperature) == (0.93, 36.5)
    assert isinstance(gpu.power, Fault)
    assert gpu.power.reason is Reason.DEVICE_ERROR
    assert "--show-board-power" in gpu.power.detail


def card(power: float | Fault, use: float) -> Accelerator:
    return Accelerator("hygon0", "Hygon", power=power, utilization=use)


def test_eight_watts_are_believed_until_the_cards_use_changes() -> None:
    hygon = Hygon()
    absent = Fault(None, Reason.ABSENT)
    told: list[tuple[float | Fault, float]] = [
        *((8.0, 0.0), (8.0, 0.01), (8.0, 0.9), (8.0, 0.9), (absent, 0.0), (8.0, 0.0)),
    ]
    seen = [next(iter(hygon.doubt([card(power, use)]))).power for power, use in told]
    assert seen[:2] == [8.0, 8.0]
    reasons = [answer.reason for answer in seen[2:] if isinstance(answer, Fault)]
    assert reasons == [Reason.IMPLAUSIBLE, Reason.IMPLAUSIBLE, Reason.ABSENT, Reason.IMPLAUSIBLE]


def test_a_card_whose_power_moves_is_believed_at_eight_watts() -> None:
    hygon = Hygon()
    seen = [
        next(iter(hygon.doubt([card(power, use)]))).power
        for power, use in [(8.0, 0.0), (120.0, 0.9), (8.0, 0.9), (8.0, 0.88)]
    ]
    assert seen == [8.0, 120.0, 8.0, 8.0]
