"""What the tests of web configuration files share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.certificates import Authority


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    Authority(tmp_path).server()
    return tmp_path
