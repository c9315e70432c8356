"""What a configuration may say, and is warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.agent.test_command_line import dcagent

FILE = """\
[credentials.bmc]
type = "ipmi"
username = "monitor"
password = "env:PASSWORD"
[[targets]]
name = "a"
address = "10.0.0.1"
protocol = "ipmi"
credential = "bmc"
"""


@pytest.mark.parametrize("suite", [1, 2, 15, 16])
def test_a_suite_without_encryption_is_a_warning(suite: int, tmp_path: Path) -> None:
    file = tmp_path / "dcagent.toml"
    file.write_text(f"{FILE}cipher_suite = {suite}\n")
    done = dcagent("config", "check", str(file), PASSWORD="x")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"warning: {file}:5  cipher_suite: {suite} does not encrypt; 17 and 3 do  DCA-CONF-021",
        "1 file, 1 warning, ok, 1 target",
    ]


@pytest.mark.parametrize("line", ["", "cipher_suite = 3", "cipher_suite = 17"])
def test_what_encrypts_is_not(line: str, tmp_path: Path) -> None:
    file = tmp_path / "dcagent.toml"
    file.write_text(f"{FILE}{line}\n")
    done = dcagent("config", "check", str(file), PASSWORD="x")
    assert (done.returncode, done.stdout) == (0, "1 file, ok, 1 target\n")
