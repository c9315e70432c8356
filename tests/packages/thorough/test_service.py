"""The service under a systemd of its own, in a guest with a BMC: from the first watt to removal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.packages import roots
from tests.packages.conftest import Built
from tests.packages.thorough import guest
from tests.vm.vm_board import WATTS

pytestmark = [
    pytest.mark.peer(
        *(*roots.PEERS, "qemu-system-x86_64", "busybox", "cpio", "depmod", "mke2fs"), root=True
    ),
    pytest.mark.timeout(guest.LONGEST + 900),
]
INSIDE = Path(__file__).with_name("inside_guest.py")

Json = dict[str, Any]


@pytest.fixture(scope="module")
def result(built: Built, before: Built, tmp_path_factory: pytest.TempPathFactory) -> Json:
    root = roots.copy(roots.BOOTED, tmp_path_factory.mktemp("booted") / "root")
    out = tmp_path_factory.mktemp("out")
    program, older, newer = root.take(INSIDE, before.deb, built.deb)
    finished = guest.lead(root, f"python3 {program} {older} {newer} /mnt", out)
    assert finished.text("status") == "0\n", finished.text("log") or finished.text("console")
    print(finished.text("log"), f"{finished.seconds:.0f} s in all")
    found: Json = json.loads(finished.text("result.json"))
    for name, step in found.items():
        assert "broken" not in step, (name, step["broken"])
    return found


def test_the_first_watt_needs_no_word_of_configuration(result: Json) -> None:
    first = result["first watt"]
    print(f"first watt {first['seconds']:.1f} s after enable --now, by the guest's clock")
    assert first["devices before"] == []
    assert first["enabled"] == ["disabled", "inactive"]
    (line,) = (x for x in first["page"].splitlines() if x.startswith("dcagent_node_power_watts{"))
    assert float(line.rpartition(" ")[2]) == WATTS
    assert f"Instantaneous power reading:                   {WATTS} Watts" in first["ipmitool"]
    assert first["device"] == "crw-rw---- root dcagent"
    assert first["seconds"] < 60


def test_it_runs_as_nobody_in_particular(result: Json) -> None:
    confined = result["confined"]
    assert confined["Uid"] == confined["user"] != "0"
    assert confined["CapEff"] == confined["CapBnd"] == "0000000000000000"
    assert (confined["NoNewPrivs"], confined["Seccomp"]) == ("1", "2")
    assert confined["limit"] == str(512 << 20)
    score = float(confined["score"].split()[-3])
    print(confined["score"])
    assert score <= 1.5
    assert "Traceback" not in confined["log"]


def test_a_reload_takes_what_is_right_and_refuses_what_is_wrong(result: Json) -> None:
    seen = result["reloaded"]
    assert min(seen["taken"], seen["refused"], seen["broken start"], seen["mended"]) >= 0
    assert seen["goes on"] is True
    assert seen["told"].startswith("the last reload was refused: /etc/dcagent/dcagent.toml:")
    assert seen["restart"] == "1"
    (error,) = seen["errors"].splitlines()
    assert error.endswith("DCA-CONF-003")
    assert seen["still"] == ["failed", "0", "78"]


def test_it_comes_back_from_kill_and_from_the_memory_limit(result: Json) -> None:
    seen = result["killed"]
    print(f"back {seen['restarted']:.1f} s after kill -9, serving {seen['serving']:.1f} s later")
    assert 0 <= seen["restarted"] < 30
    assert min(seen["serving"], seen["stopped"], seen["back"]) >= 0
    assert seen["energy"] is True
    assert "oom-kill" in seen["why"]
    assert seen["state"] == "active"


def test_an_upgrade_restarts_what_runs_and_nothing_else(result: Json) -> None:
    seen = result["replaced"]
    assert min(seen["newer"], seen["older"]) >= 0
    assert seen["restarted"] is True
    assert seen["stopped"] == ["inactive", "enabled"]


def test_it_is_small_at_rest(result: Json) -> None:
    resident = result["at rest"]["resident"]
    print(f"{resident / 1024:.1f} MiB resident at rest")
    assert resident < 45 << 10


def test_removed_it_is_gone(result: Json) -> None:
    seen = result["removed"]
    assert seen["state"][0] in ("inactive", "unknown")
    assert seen["state"][1] != "enabled"
    assert seen["processes"] == []
    assert seen["configuration"] is True
    assert seen["left"] == []
