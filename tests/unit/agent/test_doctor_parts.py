"""Parts of the doctor by themselves: processes, permissions, an agent's page, what is scraped."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.cli.doctor import Manner, Told, run, shell_code
from agent.diagnosis import Text
from agent.doctor import process
from agent.doctor.amounts import counted, lasting, listed, size
from agent.doctor.configuration import CONFIG
from agent.doctor.discipline import Discipline, discipline
from agent.doctor.examine import reachable
from agent.doctor.files import Account, Files
from agent.doctor.machine import distribution, inside
from agent.doctor.page import NoPage, fetch, parse
from agent.doctor.platforms import platform, version
from agent.doctor.scraping import firewall
from agent.doctor.sensors import NO_RAPL, RAPL_MISSING, rapl
from agent.doctor.service import SERVICE
from agent.doctor.targets import View, credentials, polls, targets
from agent.results import Exit
from model.host import Cpu
from tests.unit.agent.doctor_hosts import Host, page, served, status
from tests.unit.agent.probe_devices import dcagent

SAID = Text("好", "well")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (119.4, "119 s"), (2460, "41 min"), (11_100, "3 h 05 min"), (525_600, "6 d 02 h")],
)
def test_how_long_something_lasts(seconds: float, text: str) -> None:
    assert lasting(seconds) == text


def test_sizes_and_lists() -> None:
    assert [size(n) for n in (512 << 10, 41 << 20, 12 << 30, 400 << 30)] == [
        "512 KiB",
        "41 MiB",
        "12.0 GiB",
        "400 GiB",
    ]
    assert listed(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d … +2"
    assert counted(["k10temp", "nvme", "k10temp"]) == "k10temp ×2, nvme"


@pytest.mark.parametrize(
    ("mode", "account", "reads", "writes"),
    [
        (0o600, Account("", 0, frozenset()), True, True),
        (0o600, Account("", 7, frozenset({8})), False, False),
        (0o640, Account("", 7, frozenset({5})), True, False),
        (0o660, Account("", 7, frozenset({5})), True, True),
        (0o606, Account("", 7, frozenset({5})), False, False),
        (0o460, Account("", 4, frozenset({5})), True, False),
        (0o604, Account("", 7, frozenset({8})), True, False),
    ],
)
def test_the_mode_says_who_may(mode: int, account: Account, reads: bool, writes: bool) -> None:
    file = os.stat_result((mode, 0, 0, 1, 4, 5, 0, 0, 0, 0))
    assert (account.may(file), account.may(file, write=True)) == (reads, writes)


def test_the_kernel_is_asked_of_its_clock() -> None:
    told = discipline()
    assert told is None or isinstance(told, Discipline)
    if told is not None:
        assert abs(told.offset) < 86400


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("/usr/bin/dcagent\0run\0--config\0/etc/x", True),
        ("/usr/lib/dcagent/bin/python3\0/usr/bin/dcagent\0run", True),
        ("python3.11\0-I\0-m\0agent.cli.main\0run", True),
        ("/usr/bin/dcagent\0doctor", False),
        ("vim\0dcagent run", False),
        ("/bin/sh\0-c\0dcagent run", False),
    ],
)
def test_a_process_of_ours_is_known_by_its_command_line(
    line: str, ours: bool, tmp_path: Path
) -> None:
    files = Host(tmp_path).put("/proc/77/cmdline", line).put("/proc/77/comm", "x").root
    found = process.running(Files(files))
    assert (found is not None) == ours
    assert found is None or (found.pid, found.by_unit) == (77, False)


def test_this_very_process_is_read_from_proc() -> None:
    found = process._process(Files(), os.getpid(), by_unit=False)
    assert found.account is not None
    assert found.account.uid == os.geteuid()
    assert found.memory > 1 << 20
    assert found.since > 1.5e9


def test_where_we_run(tmp_path: Path) -> None:
    assert inside(Files(tmp_path)) == ""
    assert inside(Host(tmp_path / "a").put("/run/.containerenv").surroundings("").files) == (
        "container"
    )
    kvm = Host(tmp_path / "b").put("/sys/class/dmi/id/product_name", "KVM Virtual Machine\n")
    assert inside(kvm.surroundings("").files) == "vm"
    assert distribution(Files(tmp_path)) == "Linux"
    Host(tmp_path).put("/usr/lib/os-release", 'PRETTY_NAME="Kylin Linux Advanced Server V10"\n')
    assert distribution(Files(tmp_path)) == "Kylin Linux Advanced Server V10"


@pytest.mark.parametrize(
    ("cpu", "name"),
    [
        (Cpu(implementer=0x48, part=0xD01), "Kunpeng"),
        (Cpu(implementer=0x70), "Phytium"),
        (Cpu(vendor="HygonGenuine"), "Hygon"),
        (Cpu(vendor="  Shanghai  "), "Zhaoxin"),
        (Cpu(model="Loongson-3C5000L", texts=("Loongson-3C5000L",)), "Loongson"),
        (Cpu(texts=("sw3231",)), "Sunway"),
        (Cpu(vendor="GenuineIntel"), "Intel"),
    ],
)
def test_platforms_are_known(cpu: Cpu, name: str) -> None:
    found = platform(cpu)
    assert found is not None
    assert found.name == name


def test_a_platform_that_nothing_is_known_of() -> None:
    assert platform(Cpu(vendor="Unheard")) is None
    assert version("6.6.0-72.oe2403") == (6, 6)
    assert version("") == ()


@pytest.mark.parametrize(("kernel", "code"), [("5.10.0", NO_RAPL), ("5.11.1", RAPL_MISSING)])
def test_a_missing_rapl_alarms_only_where_the_kernel_has_it(
    kernel: str, code: str, tmp_path: Path
) -> None:
    host = Host(tmp_path).put("/proc/cpuinfo", "vendor_id : HygonGenuine\n")
    host.put("/proc/sys/kernel/osrelease", kernel)
    assert [finding.code for finding in rapl(host.surroundings(""))] == [code]


def test_a_page_is_read_with_its_escapes_and_the_rest_is_left() -> None:
    found = parse(
        (
            'dcagent_target_up{site="d\\"c",target="a\\\\b\\n,}c"} 1.0\n'
            "dcagent_targets 3.0 1700000000000\n# HELP x y\nnode_load1 4\n"
            'dcagent_target_up{target="x"} nonsense\ndcagent_poll_age_seconds{\n',
        )
    )
    assert found.rows("dcagent_target_up") == [({"site": 'd"c', "target": "a\\b\n,}c"}, 1.0)]
    assert found.value("dcagent_targets") == 3.0
    assert found.value("node_load1") is None


def test_a_fleet_is_read_target_by_target() -> None:
    names = ["a 1", "b&2"]
    sd = [{"targets": ["x"], "labels": {"__metrics_path__": "/metrics"}}]
    sd += [{"targets": ["x"], "labels": {"__param_target": name}} for name in names]
    pages = {
        "/metrics": page(),
        "/sd": json.dumps(sd),
        "/probe?target=a%201": status("a 1"),
        "/probe?target=b%262": status("b&2", 0, "no_answer"),
    }
    with served(lambda path: (200, pages[path])) as url:
        found = fetch(url, 3.0)
    assert found.by_target("dcagent_target_up") == {"a 1": 1.0, "b&2": 0.0}


def test_who_does_not_answer_and_who_is_a_stranger() -> None:
    with served(None) as url, pytest.raises(NoPage, match="Connection refused") as refused:
        fetch(url, 1.0)
    assert not refused.value.stranger
    with served(lambda _: (401, "")) as url, pytest.raises(NoPage, match="HTTP 401") as guarded:
        fetch(url, 1.0)
    assert guarded.value.stranger
    for wrong in ("http://127.0.0.1:99999", "http://nothing such"):
        with pytest.raises(NoPage):
            fetch(wrong, 0.5)


@pytest.mark.parametrize("url", ["http://127.0.0.1:x", "ftp://127.0.0.1", "http:// a", "http://"])
def test_a_url_that_is_none_is_a_bad_argument(url: str) -> None:
    ran = dcagent("doctor", "--url", url)
    assert (ran.code, ran.out) == (64, "")
    assert "expected a URL such as http://127.0.0.1:9824" in ran.err


def test_paths_of_a_configuration_start_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Host(tmp_path).put("/d.toml", '[cache]\ndirectory = "kept"\n').put("/kept/x")
    monkeypatch.chdir(tmp_path)
    ran = dcagent("doctor", "--config", "d.toml", "--url", "127.0.0.1:1", "--json")
    found = [c["evidence"] for c in json.loads(ran.out)["checks"] if "directory" in c["id"]]
    assert any(line.startswith(f"{tmp_path}/kept ") for line in found)


@pytest.mark.parametrize(
    ("listen", "asked"),
    [
        ("127.0.0.1:9824", "127.0.0.1:9824"),
        (":9824", "127.0.0.1:9824"),
        ("0.0.0.0:80", "127.0.0.1:80"),
        ("[::]:9824", "[::1]:9824"),
        ("10.1.2.3:9824", "10.1.2.3:9824"),
    ],
)
def test_where_an_agent_of_this_host_is_asked(listen: str, asked: str) -> None:
    assert reachable(listen) == asked


def levels(*lines: str, count: int) -> list[tuple[str, str, str]]:
    view = View(parse((page(*lines, targets=count),)))
    return [
        (found.level.value, found.code, found.text.say("en", found.words))
        for check in (targets, credentials, polls)
        for found in check(view)
    ]


def test_targets_without_a_configuration_to_look_into() -> None:
    assert levels(
        status("a"),
        status("b", 0, "from_the_future"),
        status("c", 0, age=None),
        status("d", 0, "locked", locked=1),
        'dcagent_credential_locked{credential="bmc"} 1.0',
        count=9,
    ) == [
        ("warn", "DCA-SVC-013", "1 of 4/9 targets down (from_the_future): b"),
        ("skip", "", "1 targets not asked yet: c"),
        ("warn", "DCA-AUTH-002", '1 of 9 targets stopped: credential "bmc" was refused'),
        ("ok", "", "last poll 14 s ago"),
    ]


def test_all_down_for_one_reason_is_a_failure_and_old_polls_are_told() -> None:
    assert levels(status("a", 0, "no_answer", age=2000), count=1) == [
        ("fail", "DCA-NET-001", "1 of 1 targets down (no_answer): a"),
        ("warn", "DCA-SVC-005", "the last poll was 33 min ago"),
    ]


def test_firewalls(tmp_path: Path) -> None:
    host = Host(tmp_path)
    assert firewall(Files(tmp_path), "9824") == ""
    host.put("/etc/ufw/ufw.conf", "# x\nENABLED=yes\n")
    assert firewall(Files(tmp_path), "9824") == "ufw"
    host.put("/etc/ufw/user.rules", "-A ufw-user-input -p tcp --dport 9824 -j ACCEPT\n")
    assert firewall(Files(tmp_path), "9824") == ""
    host.put("/proc/5/comm", "firewalld\n")
    host.put("/etc/firewalld/zones/x.xml", '<port port="9824" protocol="tcp"/>')
    assert firewall(Files(tmp_path), "9824") == ""


def test_what_the_shell_is_told() -> None:
    def told(*findings: object) -> Told:
        checks = [SimpleNamespace(exit=None, status=getattr(f, "level", "")) for f in findings]
        return Told(list(findings), checks)  # type: ignore[arg-type]  # as far as it is looked at

    denied = CONFIG.denied(SAID, "DCA-SVC-011")
    mistake = CONFIG.fail(SAID, "DCA-CONF-003")
    stopped, fine = SERVICE.fail(SAID, "DCA-SVC-001"), SERVICE.ok(SAID)
    weak, normal = SERVICE.warn(SAID, "DCA-SVC-009"), SERVICE.info(SAID)
    assert shell_code(told(denied, normal)) is Exit.NO_PERMISSION
    assert shell_code(told(denied, fine)) is Exit.UNDECIDED
    assert shell_code(told(mistake, weak, denied)) is Exit.CONFIG
    assert shell_code(told(mistake, stopped)) is Exit.FAILURE
    assert shell_code(told(weak, normal)) is Exit.WARNINGS
    assert shell_code(told(weak), "warn") is Exit.FAILURE
    assert shell_code(told(weak), "fail") is Exit.OK
    assert shell_code(told(normal)) is Exit.OK


def test_ctrl_c_leaves_what_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> Discipline | None:
        raise KeyboardInterrupt

    host = Host(tmp_path, {"discipline": interrupt}).put("/proc/cpuinfo", "model name : X\n")
    assert run(host.surroundings("http://127.0.0.1:1"), Manner("en")) == Exit.INTERRUPTED
    out = capsys.readouterr().out
    assert "[ok  ] X\n" in out
    assert "interrupted; this is what was found" in out
