"""bcrypt: two libraries that agree, and what happens where neither is here."""

from __future__ import annotations

import pytest

from exporters import passwords
from exporters.passwords import NoBcrypt, cost, hasher, made, matches, of_libcrypt, of_package
from model.credentials import Secret


@pytest.fixture(params=[of_package, of_libcrypt])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    made = request.param()
    monkeypatch.setattr(passwords, "hasher", lambda: made)


@pytest.mark.usefixtures("backend")
def test_both_libraries_know_the_same_hashes() -> None:
    vectors = {  # openwall's crypt_blowfish
        "U*U": "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "U*U*": "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
        "U*U*U": "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
        "": "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy",
    }
    for password, known in vectors.items():
        for variant in ("$2a$", "$2b$", "$2y$"):
            secret = Secret(known.replace("$2a$", variant))
            assert matches(password.encode(), secret)
            assert not matches(password.encode() + b"x", secret)
            assert not matches(password.encode() + b"\0x", secret)


@pytest.mark.usefixtures("backend")
def test_bcrypt_looks_at_72_bytes_as_everywhere() -> None:
    known = Secret(made(b"x" * 72, 4))
    assert matches(b"x" * 72, known)
    assert matches(b"x" * 100, known)
    assert not matches(b"x" * 71, known)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"$2y$10${'a' * 53}", 10),
        (f"$2b$31${'a' * 53}", 31),
        (f"$2a$04${'a' * 53}", 4),
        (f"$2y$03${'a' * 53}", None),
        (f"$2y$32${'a' * 53}", None),
        (f"$2x$10${'a' * 53}", None),
        (f"$2y$10${'a' * 52}", None),
        (f"$2y$10${'a' * 53}\n", None),
        ("hunter2", None),
        ("", None),
    ],
)
def test_the_cost_of_a_hash(text: str, expected: int | None) -> None:
    assert cost(text) == expected


def test_without_any_library_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> passwords.Hasher:
        raise ImportError

    monkeypatch.setattr(passwords, "of_package", missing)
    monkeypatch.setattr(passwords, "_LIBRARIES", ("libnothing.so.1",))
    hasher.cache_clear()
    try:
        with pytest.raises(NoBcrypt, match="neither the package bcrypt nor a libcrypt"):
            hasher()
    finally:
        hasher.cache_clear()


def test_a_libcrypt_that_knows_no_bcrypt_does_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "of_package", lambda: lambda password, known: b"")
    hasher.cache_clear()
    try:
        assert hasher()(*passwords._KNOWN) == passwords._KNOWN[1]  # libcrypt's
    finally:
        hasher.cache_clear()
