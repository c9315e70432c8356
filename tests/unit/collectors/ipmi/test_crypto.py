from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.cipher import Backend, Hmac, cryptography_backend, libcrypto_backend
from collectors.ipmi.crypto import Aes128Cbc

BACKENDS = [cryptography_backend, libcrypto_backend]

# NIST SP 800-38A F.2.1 and F.2.2
KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
IV = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
PLAIN = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
SEALED = bytes.fromhex(
    "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
    "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"
)


@pytest.mark.parametrize("backend", BACKENDS)
def test_aes_cbc_known_answer(backend: Backend) -> None:
    aes = Aes128Cbc(KEY, backend)
    for _ in range(2):  # the context is used again
        assert aes.encrypt(IV, PLAIN) == IV + SEALED
        assert aes.decrypt(IV + SEALED) == PLAIN


@pytest.mark.parametrize("backend", BACKENDS)
def test_aes_takes_more_than_the_buffer(backend: Backend) -> None:
    aes = Aes128Cbc(KEY, backend)
    plain = bytes(range(256)) * 40
    assert aes.decrypt(aes.encrypt(IV, plain)) == plain


@given(key=st.binary(min_size=16, max_size=16), blocks=st.integers(1, 8), data=st.data())
def test_backends_agree(key: bytes, blocks: int, data: st.DataObject) -> None:
    plain = data.draw(st.binary(min_size=16 * blocks, max_size=16 * blocks))
    one, other = (Aes128Cbc(key, backend).encrypt(IV, plain) for backend in BACKENDS)
    assert one == other


@pytest.mark.parametrize(
    ("key", "message", "digest", "code"),
    [
        # RFC 2202 §3 test cases 1, 2 and 6
        (b"\x0b" * 20, b"Hi There", "sha1", "b617318655057264e28bc0b6fb378c8ef146be00"),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "sha1",
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        ),
        (
            b"\xaa" * 80,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "sha1",
            "aa4ae5e15272d00e95705637ce8a3b55ed402112",
        ),
        # RFC 4231 §4.2
        (
            b"\x0b" * 20,
            b"Hi There",
            "sha256",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
    ],
)
def test_hmac_known_answer(key: bytes, message: bytes, digest: str, code: str) -> None:
    keyed = Hmac(key, digest)
    assert keyed.digest(message).hex() == code
    assert keyed.digest(message).hex() == code


@given(key=st.binary(max_size=100), message=st.binary(max_size=200))
def test_hmac_is_the_standard_librarys(key: bytes, message: bytes) -> None:
    for digest in ("sha1", "sha256"):
        assert Hmac(key, digest).digest(message) == hmac.digest(
            key, message, getattr(hashlib, digest)
        )
