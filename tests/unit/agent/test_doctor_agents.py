"""The doctor where a host has several agents, or a processor table of its own."""

from __future__ import annotations

from pathlib import Path

from agent.doctor import process
from agent.doctor.examine import examine
from agent.doctor.files import Files
from agent.doctor.machine import UNKNOWN_PROCESSOR
from tests.unit.agent.doctor_hosts import NOW, Host, machine, served


def test_of_several_agents_the_one_that_was_asked_is_told(tmp_path: Path) -> None:
    host = Host(tmp_path).running(seconds=5000)
    for pid, ticks in ((77, 99_000_000), (88, 99_900_000)):
        host.put(f"/proc/{pid}/cmdline", "/usr/bin/dcagent\0run")
        host.put(f"/proc/{pid}/stat", f"{pid} (dcagent) S {'0 ' * 18}{ticks} 1 1\n")
    files = Files(tmp_path)
    boot = NOW - 1_000_000

    def told(started: float | None) -> tuple[int, bool]:
        found = process.running(files, started)
        assert found is not None
        return found.pid, found.by_unit

    assert told(None) == told(boot + 995_000) == (4711, True)
    assert told(boot + 990_000.4) == (77, False)
    assert told(boot + 999_000) == (88, False)


def test_a_site_s_own_processors_are_known(tmp_path: Path) -> None:
    host = machine("inspur", tmp_path).configured(head='[[targets]]\nname="h"\nprotocol="host"\n')
    entry = """\
[[processor]]
vendor          = "Intel"
model           = "Xeon Gold 6330"
match           = {model = '.*Xeon\\(R\\) Gold 6330 .*'}
flops_per_cycle = {fp64 = 32}
source          = "the purchase"
confidence      = "high"
"""

    def codes() -> list[str]:
        with served(None) as url:
            return [found.code for found in examine(host.surroundings(url))]

    assert UNKNOWN_PROCESSOR in codes()
    host.put("/etc/dcagent/processors.d/intel.toml", entry)
    assert UNKNOWN_PROCESSOR not in codes()
