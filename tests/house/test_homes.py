"""One library, one home: each foreign library is imported where the design says, nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = (
    "agent",
    "alerts",
    "collectors",
    "exporters",
    "hw_profiles",
    "model",
    "scoring",
    "simulators",
)
HOMES = {
    "pysnmp": ("collectors/snmp/pysnmp_client.py",),
    "pyipmi": ("collectors/ipmi/records.py", "collectors/ipmi/inband.py"),
    "psutil": ("collectors/host/kernel.py",),
    "prometheus_client": ("exporters/",),
    "typer": ("agent/cli/",),
}


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_has_one_home(library: str) -> None:
    users = [
        str(path.relative_to(ROOT))
        for package in PRODUCT
        for path in sorted((ROOT / package).rglob("*.py"))
        if library in _imported(path)
    ]
    strays = [user for user in users if not user.startswith(HOMES[library])]
    assert strays == []
    assert users, f"{library} is a dependency that nothing imports"
