"""Web configuration files in a directory that has a certificate for loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.web.file import WebFile, read
from model.document import DocumentError

HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"
TLS = "tls_server_config:\n  cert_file: localhost.crt\n  key_file: localhost.key\n"
"""Three lines that stand before each case about TLS."""


def written(directory: Path, text: str, mode: int = 0o640) -> Path:
    file = directory / "web.yml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def taken(directory: Path, text: str) -> tuple[WebFile, list[str]]:
    """What a file comes to, and its remarks without the directory."""
    found = read(written(directory, text))
    told = [f"{p.line} {p.message} {p.code}" for p in found.remarks]
    return found, [line.replace(f"{directory}/", "") for line in told]


def problems(directory: Path, text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read(written(directory, text))
    assert {p.file for p in caught.value.problems} == {str(directory / "web.yml")}
    told = [f"{p.line} {p.message} {p.code}" for p in caught.value.problems]
    return [line.replace(f"{directory}/", "") for line in told]
