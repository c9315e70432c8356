"""What may be told of a vendor's accelerators at a given time."""

from __future__ import annotations

from pathlib import Path

from collectors.accelerators.nvidia import TOOL
from collectors.accelerators.pci import Function
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.standing import Standing
from model.raw import Sample
from model.readings import Fault, Reason

SMI = Path("/usr/bin/nvidia-smi")
GPUS = (Function("0000:01:00.0", 0x10DE, 0x20B5, 0x0302),)
ONE = Accelerator("nvidia0", "NVIDIA", "A800", power=60.0)
TWO = Accelerator("nvidia1", "NVIDIA", "A800", power=61.0)
KEYS = ["accelerator/nvidia0/power", "accelerator/nvidia1/power"]


def told(standing: Standing, now: float = 0.0) -> dict[str, object]:
    found = standing.samples(now, fresh=45.0)
    assert list(found) == [field.key for field in standing.sensors]
    return {key: a.reason if isinstance(a, Fault) else a.value for key, a in found.items()}


def detail(standing: Standing, now: float = 0.0) -> str:
    (fault, *_) = standing.samples(now, fresh=45.0).values()
    assert isinstance(fault, Fault)
    return fault.detail


def test_an_answer_is_told_while_it_is_fresh() -> None:
    standing = Standing(TOOL).looked(SMI, GPUS).answered((ONE, TWO), at=100.0)
    assert standing.samples(145.0, 45.0) == {
        KEYS[0]: Sample(60.0, 60, 0),
        KEYS[1]: Sample(61.0, 61, 0),
    }
    assert told(standing, 146.0) == dict.fromkeys(KEYS, Reason.UNAVAILABLE)
    assert detail(standing, 146.0) == "the latest answer of nvidia-smi is 46 s old"


def test_a_stale_answer_while_the_tool_runs_is_a_timeout() -> None:
    standing = Standing(TOOL, asked=115.0, program=SMI, known=(ONE,), at=100.0)
    standing = standing.looked(SMI, GPUS).answered((ONE,), at=100.0)
    running = Standing(TOOL, SMI, GPUS, (ONE,), 100.0, None, 115.0, standing.fields, False)
    assert told(running, 140.0) == {KEYS[0]: 60.0}
    assert told(running, 150.0) == {KEYS[0]: Reason.TIMEOUT}
    assert detail(running, 150.0) == (
        "the latest answer of nvidia-smi is 50 s old; it runs since 35 s"
    )


def test_a_failure_is_told_in_place_of_what_was_known() -> None:
    standing = Standing(TOOL).looked(SMI, GPUS).answered((ONE, TWO), at=100.0)
    failed = standing.failed(Fault(None, Reason.DEVICE_ERROR, "exit code 9"))
    assert told(failed, 101.0) == dict.fromkeys(KEYS, Reason.DEVICE_ERROR)
    assert told(failed.answered((ONE, TWO), 116.0), 116.0) == {KEYS[0]: 60.0, KEYS[1]: 61.0}


def test_a_device_that_falls_silent_is_missed_until_the_next_look() -> None:
    standing = Standing(TOOL).looked(SMI, GPUS).answered((ONE, TWO), at=100.0)
    less = standing.answered((ONE,), at=115.0)
    assert told(less, 115.0) == {KEYS[0]: 60.0, KEYS[1]: Reason.UNAVAILABLE}
    assert told(less.looked(SMI, GPUS).answered((ONE,), 130.0), 130.0) == {KEYS[0]: 60.0}


def test_devices_without_their_tool() -> None:
    standing = Standing(TOOL).looked(None, GPUS)
    assert told(standing) == {KEYS[0]: Reason.HELPER_MISSING}
    assert detail(standing) == (
        "PCI shows accelerators of NVIDIA (1, first 10de:20b5 at 0000:01:00.0), but nvidia-smi is "
        "not installed (looked in PATH, /usr/bin, /usr/local/nvidia/bin)"
    )
    assert standing.devices == ()
    gone = standing.answered((ONE,), 1.0).looked(None, ())
    assert (told(gone), gone.devices) == ({}, ())


def test_a_tool_that_lists_none_of_the_devices_on_pci() -> None:
    standing = Standing(TOOL).looked(SMI, GPUS).answered((), at=0.0)
    assert told(standing) == {KEYS[0]: Reason.UNAVAILABLE}
    assert detail(standing).endswith("but nvidia-smi lists no device")


def test_a_tool_without_devices_says_nothing_and_rests() -> None:
    looked = Standing(TOOL).looked(SMI, ())
    assert looked.worth_asking
    failed = looked.failed(Fault(None, Reason.DEVICE_ERROR))
    empty = looked.answered((), at=0.0)
    assert (told(failed), told(empty)) == ({}, {})
    assert (failed.worth_asking, empty.worth_asking) == (False, False)
    assert failed.looked(SMI, ()).worth_asking
