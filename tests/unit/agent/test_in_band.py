"""This host's own BMC: as a target, on the command line, and what is said where it is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.cli.probe_findings import Findings
from agent.cli.probe_options import Wishes
from agent.cli.probe_targets import inquire
from agent.cli.prompts import Purse, Refused
from agent.config import load
from agent.results import Check, Exit, exit_code
from model.devices import Protocol, Step, StepName, Target
from model.document import DocumentError
from model.readings import Fault, Reason

OWN = Target("/dev/ipmi0", "/dev/ipmi0", Protocol.IPMI)


def config(folder: Path, address: str, protocol: str = "ipmi") -> Path:
    path = folder / "dcagent.toml"
    path.write_text(
        f'[[targets]]\nname = "own"\naddress = "{address}"\nprotocol = "{protocol}"\n', "utf-8"
    )
    return path


def purse() -> Purse:
    return Purse("en", {}, lambda _: pytest.fail("asked for a secret"), lambda: True)


@pytest.mark.parametrize("address", ["/dev/ipmi0", "/dev/ipmi/0", "/dev/ipmidev/1"])
def test_a_device_file_needs_no_credential(tmp_path: Path, address: str) -> None:
    (entry,) = load(config(tmp_path, address)).entries
    assert (entry.target.address, entry.target.credential) == (address, None)


@pytest.mark.parametrize(
    ("address", "protocol", "words"),
    [
        ("/dev/watchdog", "ipmi", "expected a host name or IP address"),
        ("/dev/ipmi0", "snmp", "expected a host name or IP address"),
        ("10.0.0.17", "ipmi", 'lacks the key "credential"'),
    ],
)
def test_what_is_no_device_file_of_ipmi(
    tmp_path: Path, address: str, protocol: str, words: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        load(config(tmp_path, address, protocol))
    assert any(words in problem.message for problem in caught.value.problems)


def test_in_band_asks_one_target_and_nobody_for_a_password() -> None:
    found = inquire(Wishes("/dev/ipmi0", in_band=True, timeout=1.0), purse())
    (target,) = found.targets
    assert (target.address, target.protocol, target.timeout) == ("/dev/ipmi0", Protocol.IPMI, 1.0)
    assert target.credential is None
    assert found.without == ()
    assert found.typed == "/dev/ipmi0"
    assert inquire(Wishes("/dev/ipmi0"), purse()).targets == (OWN,)


def test_a_configured_device_file_is_probed_by_its_name(tmp_path: Path) -> None:
    wishes = Wishes("own", config=config(tmp_path, "/dev/ipmi0"))
    (target,) = inquire(wishes, purse()).targets
    assert (target.name, target.address) == ("own", "/dev/ipmi0")


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (Wishes(""), "whom to ask"),
        (Wishes("10.0.0.17", in_band=True), "--in-band asks a device file"),
        (Wishes("/dev/watchdog", in_band=True), "--in-band asks a device file"),
        (Wishes("/dev/watchdog"), "neither an address nor a name"),
    ],
)
def test_what_in_band_cannot_mean(wishes: Wishes, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        inquire(wishes, purse())
    assert refused.value.exit_code is Exit.USAGE


@pytest.mark.parametrize(
    ("reason", "code", "told"),
    [
        (Reason.NO_DRIVER, "DCA-HOST-001", Exit.UNAVAILABLE),
        (Reason.NO_PERMISSION, "DCA-HOST-002", Exit.NO_PERMISSION),
        (Reason.NO_ANSWER, "DCA-HOST-003", Exit.UNDECIDED),
        (Reason.BUSY, "DCA-IPMI-008", Exit.TEMPORARY),
    ],
)
def test_each_lack_has_its_page_and_exit_code(reason: Reason, code: str, told: Exit) -> None:
    checks: list[Check] = []
    findings = Findings(OWN, "en", checks.append)
    findings.note(Step(StepName.REACH, "why", fault=Fault(None, reason, "why")))
    (check,) = checks
    assert check.code == code
    assert check.exit is told
    assert "{" not in check.cause + "".join(step.command for step in check.fix)
    assert exit_code(checks) is told
