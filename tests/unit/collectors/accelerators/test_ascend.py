"""Ascend: every figure once per package, board power of inference cards, both roads."""

from __future__ import annotations

import pytest

from collectors.accelerators.ascend import Ascend
from collectors.accelerators.ascend_labels import board_power, chips
from collectors.accelerators.ascend_table import read
from collectors.accelerators.schema import Accelerator, Basis
from collectors.protocol import Failure
from model.readings import Fault, Reason, Severity
from tests.unit.collectors.accelerators.recorded import Recorded

MIB = 2**20


def ascend(name: str) -> tuple[Accelerator, ...]:
    return Ascend().survey(Recorded(name))


def reason(answer: object) -> Reason:
    assert isinstance(answer, Fault)
    return answer.reason


def test_one_chip_per_package() -> None:
    idle, busy, _ = ascend("ascend-910b")
    assert idle == Accelerator(
        *("ascend0", "Huawei", "910B3", 93.8, 36.0, 0.0, Basis.ACTIVITY),
        *(3316.0 * MIB, 65536.0 * MIB, Severity.OK),
    )
    assert busy == Accelerator(
        *("ascend1", "Huawei", "910B3", 364.5, 61.0, 0.87, Basis.ACTIVITY),
        *(61204.0 * MIB, 65536.0 * MIB, Severity.WARNING),
    )


def test_no_value_is_never_zero() -> None:
    npu = ascend("ascend-910b")[2]
    assert npu.device == "ascend2"
    told = (npu.power, npu.temperature, npu.utilization, npu.memory_used, npu.memory_total)
    assert [reason(answer) for answer in told] == [Reason.ABSENT] * 5
    assert reason(npu.health) is Reason.UNAVAILABLE


def test_a_package_of_two_dies_is_counted_once() -> None:
    busy, idle = ascend("ascend-910c")
    assert busy == Accelerator(
        *("ascend0", "Huawei", "Ascend910", 512.4, 49.0, 0.7, Basis.ACTIVITY),
        *((3132 + 2889.0) * MIB, 2 * 65536.0 * MIB, Severity.OK),
    )
    # also where a version repeats the package's power on the other die
    assert (idle.power, idle.health) == (175.4, Severity.CRITICAL)


def test_an_inference_card_has_the_power_of_its_board() -> None:
    ask = Recorded("ascend-310p")
    duo, single = Ascend().survey(ask)
    assert duo == Accelerator(
        *("ascend2", "Huawei", "310P3", 68.3, 45.0, 0.06, Basis.ACTIVITY),
        *((1851 + 1543.0) * MIB, (44278 + 43693.0) * MIB, Severity.OK),
    )
    assert (single.device, single.power) == ("ascend5", 19.9)
    assert ask.asked == [
        *("info", "info -t common -i 2", "info -t common -i 5", "info -t power -i 5"),
    ]


def test_a_card_of_chips_that_each_tell_their_power() -> None:
    (card,) = ascend("ascend-310")
    assert (card.device, card.power, card.utilization) == ("ascend1", 13.75, 0.2)


def test_labels_are_read_where_the_table_is_unknown() -> None:
    first, second = ascend("ascend-labels")
    assert first == Accelerator(
        *("ascend0", "Huawei", "950", 210.5, 44.0, 0.5, Basis.ACTIVITY),
        *(16384.0 * MIB, 65536.0 * MIB),
    )
    assert (second.device, second.temperature) == ("ascend3", 41.0)
    assert reason(second.power) is Reason.ABSENT
    assert reason(second.utilization) is Reason.ABSENT
    assert (reason(second.memory_used), second.memory_total) == (Reason.ABSENT, 65536.0 * MIB)


@pytest.mark.parametrize(
    ("text", "power"),
    [
        ("Chip ID : 0\nPower Dissipation(W) : 7\nChip ID : 1\nPower Dissipation(W) : 8", 15.0),
        ("Power Dissipation(W) : 7\nChip ID : 0\n\nPower Dissipation(W) : 8\nChip ID : 1", 15.0),
        ("Chip ID : 0\nPower Dissipation(W) : 7\nChip ID : 1\nChip Name : mcu\n"
         "power  dissipation (W) : 22", 22.0),
        ("Chip ID : 0\nPower Dissipation(W) : 7\n\nChip Name : MCU\n"
         "NPU Real-time Power(W) : 22.5", 22.5),
        ("NPU ID : 8\nChip Count : 1\n\nPower Dissipation(W) : 19.9\nChip ID : 0", 19.9),
        ("NPU ID : 8\nPower Dissipation(W) : 19.9", 19.9),
        ("NPU ID : 8\nTemperature(C) : 19", None),
    ],
)  # fmt: skip
def test_board_power(text: str, power: float | None) -> None:
    assert board_power(f"{text}\n") == power


def test_a_part_of_a_cards_power_is_not_its_power() -> None:
    text = "Chip ID : 0\nPower Dissipation(W) : 7\nChip ID : 1\nPower Dissipation(W) : NA\n"
    assert reason(board_power(text)) is Reason.ABSENT


def test_chips_by_labels_at_the_foot_of_their_blocks() -> None:
    blocks = (f"Aicore Usage Rate(%) : {n + 1}\nChip ID : {n}\n" for n in range(2))
    common = "\n".join(("NPU ID : 0\n", *blocks))
    assert [(c.chip, c.utilization) for c in chips(common, "")] == [(0, 0.01), (1, 0.02)]


def test_an_odd_line_is_told() -> None:
    text = Recorded("ascend-910b")("info").replace("0           0    / 0          3316", "0   3316")
    with pytest.raises(Failure, match=r"unlike its heading: .*3316 / 65536") as caught:
        read(text)
    assert caught.value.reason is Reason.UNDECODABLE


def test_a_hang_is_not_asked_again_by_labels() -> None:
    asked: list[str] = []

    def ask(*arguments: str) -> str:
        asked.append(" ".join(arguments))
        raise Failure(Reason.TIMEOUT)

    with pytest.raises(Failure):
        Ascend().survey(ask)
    assert asked == ["info"]
