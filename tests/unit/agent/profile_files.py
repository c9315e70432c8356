"""A PDU that no profile of ours knows: its capture, a profile for it, and a place for both."""

from __future__ import annotations

from pathlib import Path

import pytest

_ROWS = ((2301, 42, 900, 118_321), (2288, 31, 660, 86_402), (2310, 12, 250, 32_719))
_OWN = "1.3.6.1.4.1.99999"

CAPTURE = "".join(
    (
        "# dcagent-capture: 1\n# origin: invented\n1.3.6.1.2.1.1.1.0|4|ACME power strip\n",
        f"1.3.6.1.2.1.1.2.0|6|{_OWN}.1\n{_OWN}.1.9.0|2|1810\n",
        *(
            f"{_OWN}.2.1.{column}.{row}|{tag}|{cells[at]}\n"
            for at, (column, tag) in enumerate(((2, 2), (3, 2), (4, 2), (6, 65)))
            for row, cells in enumerate(_ROWS, 1)
        ),
    )
)
"""0.1 V, 0.1 A, W and 0.1 kWh of three phases; their sum in watts."""

PROFILE = """[profile]
name     = "acme"
protocol = "snmp"
kind     = "pdu"
source   = "a test"
verified = "bench"

[match]
sys_object_id = "1.3.6.1.4.1.99999.*"

[snmp]
base = "1.3.6.1.4.1.99999"

[metrics]
"rack.power_watts" = ".1.9.0"

[tables.phase]
names = {1 = "L1", 2 = "L2", 3 = "L3"}
[tables.phase.metrics]
voltage_volts       = {oid = ".2.1.2", scale = 0.1}
current_amperes     = {oid = ".2.1.3", scale = 0.1}
power_watts         = ".2.1.4"
energy_joules_total = {oid = ".2.1.6", scale = 3.6e5}
"""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with acme.capture and acme.toml in it."""
    (tmp_path / "acme.capture").write_text(CAPTURE, encoding="utf-8")
    (tmp_path / "acme.toml").write_text(PROFILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed(folder: Path, old: str, new: str) -> None:
    """Writes acme.toml with one thing changed."""
    assert PROFILE.count(old) == 1, old
    (folder / "acme.toml").write_text(PROFILE.replace(old, new), encoding="utf-8")
