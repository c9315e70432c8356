"""AES from libcrypto and from the package cryptography: the same bytes, and either will do."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import cipher
from collectors.cipher import EvpCfb, cryptography_backend, libcrypto_backend
from collectors.protocol import Failure
from collectors.snmp.client import Varbind
from collectors.snmp.own_client import OwnClient
from collectors.snmp.privacy import AesCfb, Cipher, aes_cfb
from model.readings import Reason
from tests.unit.collectors.snmp.agents import SYS_NAME, running, target, user

KEY, IV = bytes(range(32)), bytes(range(16))
LONG = bytes(range(256)) * 40


def check_all_ways(key: bytes, iv: bytes, plain: bytes) -> None:
    """Each way seals to the same bytes, and each opens them."""
    backends = (cryptography_backend, libcrypto_backend)
    ways: list[Cipher] = [EvpCfb(key), *(AesCfb(key, backend) for backend in backends)]
    sealed = ways[0].encrypt(iv, plain)
    for way in ways:
        assert way.encrypt(iv, plain) == sealed
        assert way.decrypt(iv, sealed) == plain


@given(st.sampled_from((16, 24, 32)), st.binary(min_size=16, max_size=16), st.data())
def test_all_ways_give_the_same_bytes(size: int, iv: bytes, data: st.DataObject) -> None:
    key = data.draw(st.binary(min_size=size, max_size=size))
    check_all_ways(key, iv, data.draw(st.binary(max_size=300)))


def test_messages_longer_than_the_buffer_are_one_chain() -> None:
    check_all_ways(KEY, IV, LONG)


def look_anew() -> None:
    """Which library there is, is found out once."""
    for found in (cipher.best_backend, cipher._libcrypto):
        found.cache_clear()


@pytest.fixture
async def client() -> AsyncIterator[OwnClient]:
    made = OwnClient()
    yield made
    await made.close()
    look_anew()


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    """As on a machine that lacks these libraries."""
    if "libcrypto" in missing:
        monkeypatch.setattr(cipher, "_LIBCRYPTO", ())
    if "cryptography" in missing:
        for name in [name for name in sys.modules if name.startswith("cryptography")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "cryptography", None)
    look_anew()


@pytest.mark.parametrize("missing", ["libcrypto", "cryptography"])
@pytest.mark.parametrize("priv", ["aes", "aes192", "aes256c"])
async def test_one_of_them_is_enough(
    client: OwnClient, monkeypatch: pytest.MonkeyPatch, missing: str, priv: str
) -> None:
    credential = user("someone", "sha256", priv=priv)
    async with running(users=(credential,)) as (_, port):
        without(monkeypatch, missing)
        assert isinstance(aes_cfb(KEY), AesCfb if missing == "libcrypto" else EvpCfb)
        found = await client.get(target(port, credential), [SYS_NAME])
    assert found == (Varbind(SYS_NAME, "pdu-a01-a"),)


async def test_without_either_a_target_says_what_is_missing(
    client: OwnClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = user("someone", "sha256", priv="aes")
    async with running(users=(credential,)) as (_, port):
        without(monkeypatch, "libcrypto", "cryptography")
        with pytest.raises(Failure) as caught:
            await client.get(target(port, credential), [SYS_NAME])
    assert caught.value.reason is Reason.HELPER_MISSING
    assert caught.value.detail == "neither the package cryptography nor libcrypto is here"
