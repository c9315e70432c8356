"""Secrets come from elsewhere, whole, and only where nobody else reads them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.config_codes import Code
from agent.secrets import SecretError, read


def secret(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"s3cret", "s3cret"),
        (b"s3cret\n", "s3cret"),
        (b"s3cret\r\n", "s3cret"),
        (b" blanks count \n", " blanks count "),
        ("口令".encode(), "口令"),
    ],
)
def test_a_file_gives_its_line(tmp_path: Path, content: bytes, expected: str) -> None:
    secret(tmp_path / "s", content)
    assert read("file:s", tmp_path).reveal() == expected
    assert read(f"file:{tmp_path}/s", Path("/")).reveal() == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"a\nb", "holds more than one line"),
        (b"a\0b", "holds more than one line"),
        (b"a\n\n", "holds more than one line"),
        (b"x" * 1025, "is longer than 1024 bytes"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_file_that_holds_no_secret(tmp_path: Path, content: bytes, expected: str) -> None:
    path = secret(tmp_path / "s", content)
    with pytest.raises(SecretError, match=f"^{path} {expected}$") as caught:
        read("file:s", tmp_path)
    assert caught.value.code is Code.SECRET_UNREADABLE


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o640, 0o440])
def test_modes_that_are_safe(tmp_path: Path, mode: int) -> None:
    secret(tmp_path / "s", b"x", mode)
    assert read("file:s", tmp_path).reveal() == "x"


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        (0o644, "readable by everyone"),
        (0o604, "readable by everyone"),
        (0o602, "writable by others"),
        (0o660, "writable by others"),
    ],
)
def test_modes_that_are_not(tmp_path: Path, mode: int, word: str) -> None:
    path = secret(tmp_path / "s", b"x", mode)
    with pytest.raises(SecretError) as caught:
        read("file:s", tmp_path)
    assert str(caught.value) == (
        f"{path} is {word} ({mode:04o}): chmod 640 {path}, chgrp to the agent's group"
    )
    assert caught.value.code is Code.SECRET_EXPOSED


def test_a_directory_is_no_secret(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="Is a directory"):
        read(f"file:{tmp_path}", tmp_path)


def test_a_pipe_may_bring_it(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"from-a-pipe\n")
    os.close(writer)
    try:
        assert read(f"file:/dev/fd/{reader}", tmp_path).reveal() == "from-a-pipe"
    finally:
        os.close(reader)


def test_the_environment(tmp_path: Path) -> None:
    assert read("env:P", tmp_path, {"P": "x y"}).reveal() == "x y"
    with pytest.raises(SecretError, match=r"^the environment variable P is not set$"):
        read("env:P", tmp_path, {})
    with pytest.raises(SecretError, match=r"^the environment variable P is empty$"):
        read("env:P", tmp_path, {"P": ""})


def test_systemd(tmp_path: Path) -> None:
    secret(tmp_path / "bmc", b"x\n", 0o444)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read("credential:bmc", Path("/"), environment).reveal() == "x"
    with pytest.raises(SecretError, match="add LoadCredential=pdu:PATH to the unit"):
        read("credential:pdu", Path("/"), environment)
    with pytest.raises(SecretError, match="is not a credential's name"):
        read("credential:../bmc", Path("/"), environment)
    with pytest.raises(SecretError, match="systemd gave no credentials"):
        read("credential:bmc", Path("/"), {})


@pytest.mark.parametrize("reference", ["hunter2", "pass:word", "file:", "", "FILE:x"])
def test_a_secret_itself_is_refused_and_not_repeated(tmp_path: Path, reference: str) -> None:
    with pytest.raises(SecretError, match="a secret does not stand here") as caught:
        read(reference, tmp_path)
    assert caught.value.code is Code.SECRET_LITERAL
    assert "hunter2" not in str(caught.value)
    assert "word" not in str(caught.value)
