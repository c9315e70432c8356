"""Finding and running tools: real processes that are slow, hang, fail, flood, or leave children."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.accelerators.ascend import TOOL as ASCEND
from collectors.accelerators.kunlunxin import TOOL as KUNLUNXIN
from collectors.accelerators.run import Runner, environment, find
from collectors.protocol import Failure
from model.readings import Reason
from tests.unit.collectors.accelerators.recorded import script


def failure(act: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as caught:
        act()
    return caught.value


def gone(pid: int, within: float = 2.0) -> bool:
    """Whether a process ends (or is a zombie that init has yet to reap)."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state.split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text(encoding="ascii").split()]


def test_a_tool_is_given_arguments_english_and_nothing_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BMC_PASSWORD", "secret")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("LC_MESSAGES", "zh_CN.UTF-8")
    tool = script(tmp_path / "tool", 'printf "%s|" "$@"; pwd; env; cat')
    said = Runner(deadline=5).run(tool, ("-t", "a b; echo $HOME", "*")).splitlines()
    assert said[0] == "-t|a b; echo $HOME|*|/"
    assert {line for line in said[1:] if line.startswith("L")} == {"LANG=C", "LC_ALL=C"}
    assert not any("BMC_PASSWORD" in line for line in said)


def test_libraries_of_the_vendor_follow_those_that_are_set(tmp_path: Path) -> None:
    seen = environment({"LD_LIBRARY_PATH": "/a:", "X": "1"}, (str(tmp_path), "/not/there"))
    assert seen == {"LD_LIBRARY_PATH": f"/a:{tmp_path}", "LANG": "C", "LC_ALL": "C"}
    assert environment({}, ("/not/there",)) == {"LANG": "C", "LC_ALL": "C"}


def test_a_tool_that_fails_is_told_with_its_code_and_last_words(tmp_path: Path) -> None:
    tool = script(tmp_path / "npu-smi", "echo one; echo two >&2; echo three >&2; exit 7")
    told = failure(lambda: Runner(deadline=5).run(tool, ("info",)))
    assert (told.reason, told.detail) == (
        Reason.DEVICE_ERROR,
        "npu-smi info: exit code 7: three",
    )


def test_a_tool_that_crashes(tmp_path: Path) -> None:
    tool = script(tmp_path / "npu-smi", "kill -SEGV $$")
    told = failure(lambda: Runner(deadline=5).run(tool, ()))
    assert told.reason is Reason.DEVICE_ERROR
    assert told.detail.startswith("npu-smi: ended by signal 11")  # an emulator adds words


def test_a_slow_tool_is_waited_for(tmp_path: Path) -> None:
    tool = script(tmp_path / "tool", "echo a; sleep 0.4; echo b")
    assert Runner(deadline=5).run(tool, ()) == "a\nb\n"


def test_a_tool_that_closes_its_output_and_goes_on_is_waited_for(tmp_path: Path) -> None:
    tool = script(tmp_path / "tool", "echo a; exec >&- 2>&-; sleep 0.3; exit 3")
    assert failure(lambda: Runner(deadline=5).run(tool, ())).reason is Reason.DEVICE_ERROR


def test_a_hung_tool_is_killed_with_its_children(tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    body = f"trap '' TERM\nsleep 60 &\necho $$ $! > {noted}\nsleep 60"
    tool = script(tmp_path / "npu-smi", body)
    begun = time.monotonic()
    told = failure(lambda: Runner(deadline=0.4).run(tool, ("info",)))
    assert (told.reason, told.detail) == (Reason.TIMEOUT, "npu-smi info: no end within 0.4 s")
    assert time.monotonic() - begun < 3
    assert all(gone(pid) for pid in pids(noted))


def test_output_without_end_is_cut_short(tmp_path: Path) -> None:
    tool = script(tmp_path / "tool", "exec yes")
    told = failure(lambda: Runner(deadline=20, largest=100_000).run(tool, ()))
    assert (told.reason, told.detail) == (Reason.TOO_BIG, "tool: more than 100000 bytes of output")
    tool = script(tmp_path / "tool", "exec yes >&2")
    assert failure(lambda: Runner(deadline=20, largest=1000).run(tool, ())).reason is Reason.TOO_BIG


def test_a_helper_that_holds_the_output_open_is_not_waited_for(tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    tool = script(tmp_path / "tool", f"sleep 60 &\necho $! > {noted}\necho done")
    begun = time.monotonic()
    assert Runner(deadline=20).run(tool, ()) == "done\n"
    assert time.monotonic() - begun < 3
    assert all(gone(pid) for pid in pids(noted))


def test_text_that_is_not_utf_8_is_no_accident(tmp_path: Path) -> None:
    tool = script(tmp_path / "tool", r"printf '\320\317 W'")
    assert Runner(deadline=5).run(tool, ()).endswith(" W")


def test_a_tool_that_cannot_be_started(tmp_path: Path) -> None:
    runner = Runner(deadline=5)
    told = failure(lambda: runner.run(tmp_path / "none", ()))
    assert told.reason is Reason.HELPER_MISSING
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o755)
    told = failure(lambda: runner.run(broken, ()))
    assert (told.reason, told.detail) == (Reason.UNAVAILABLE, f"{broken}: Exec format error")


def test_a_tool_that_cannot_be_killed_is_never_started_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = tmp_path / "pids"
    tool = script(tmp_path / "npu-smi", f"echo $$ >> {noted}\nexec sleep 60")
    runner = Runner(deadline=0.2)
    with monkeypatch.context() as patched:  # as a process in the driver's uninterruptible sleep
        patched.setattr(os, "killpg", lambda *_: None)
        assert failure(lambda: runner.run(tool, ())).reason is Reason.TIMEOUT
    again = [failure(lambda: runner.run(tool, ("info",))) for _ in range(3)]
    assert {told.reason for told in again} == {Reason.TIMEOUT}
    (pid,) = pids(noted)
    assert f"npu-smi (process {pid}) cannot be killed since" in again[0].detail
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    told = failure(lambda: runner.run(tool, ()))
    for _ in range(100):  # until it is reaped
        if "cannot be killed" not in told.detail:
            break
        time.sleep(0.02)
        told = failure(lambda: runner.run(tool, ()))
    assert told.detail == "npu-smi: no end within 0.2 s"


def test_tools_are_found_on_the_path_and_by_all_their_names(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    old = script(first / "xpu_smi", "")
    new = script(second / "xpu-smi", "")
    (first / "npu-smi").write_text("not executable", encoding="ascii")
    path = f"{first}:relative::{second}:/not/there"
    assert find(KUNLUNXIN, path, usual=False) == (new, old)
    assert find(ASCEND, path, usual=False) == ()


def test_relative_parts_of_the_path_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path / "npu-smi", "")
    monkeypatch.chdir(tmp_path)
    assert find(ASCEND, ".:", usual=False) == ()


def test_a_part_of_the_path_that_cannot_be_looked_into_is_passed_over(tmp_path: Path) -> None:
    tool = script(tmp_path / "npu-smi", "")
    path = f"/{'x' * 300}:{tmp_path}"
    assert find(ASCEND, path, usual=False) == (tool,)
