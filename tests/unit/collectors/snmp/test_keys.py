"""Keys and codes against the vectors of the RFCs, and against pysnmp for what has no vectors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pysnmp.entity import config
from pysnmp.proto.rfc1902 import OctetString
from pysnmp.proto.secmod.eso.priv import aes192, aes256
from pysnmp.proto.secmod.rfc7860.auth import hmacsha2

from collectors.cipher import EvpCfb, Hmac, cryptography_backend, libcrypto_backend
from collectors.snmp.keys import AUTHENTICATIONS, localize, password_key, privacy_key
from collectors.snmp.privacy import AesCfb, Cipher
from collectors.snmp.usm import Header, Protection
from model.credentials import Secret

NAMES = {
    "md5": config.USM_AUTH_HMAC96_MD5,
    "sha": config.USM_AUTH_HMAC96_SHA,
    "sha224": config.USM_AUTH_HMAC128_SHA224,
    "sha256": config.USM_AUTH_HMAC192_SHA256,
    "sha384": config.USM_AUTH_HMAC256_SHA384,
    "sha512": config.USM_AUTH_HMAC384_SHA512,
}
ENGINE = bytes.fromhex("000000000000000000000002")


@pytest.mark.parametrize(
    ("digest", "key", "localized"),
    [
        # RFC 3414 §A.3.1 and §A.3.2
        ("md5", "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        (
            "sha1",
            "9fb5cc0381497b3793528939ff788d5d79145211",
            "6695febc9288e36282235fc7151f128497b38f3f",
        ),
    ],
)
def test_a_password_becomes_the_keys_of_rfc_3414(digest: str, key: str, localized: str) -> None:
    assert password_key(digest, b"maplesyrup").hex() == key
    assert localize(digest, b"maplesyrup", ENGINE).hex() == localized


@pytest.mark.parametrize("password", ["maplesyrup", "x" * 8, "长密码长密码", "p" * 200])
@pytest.mark.parametrize("name", ["sha224", "sha256", "sha384", "sha512"])
def test_keys_of_sha_2_are_pysnmps(name: str, password: str) -> None:
    theirs = hmacsha2.HmacSha2(NAMES[name])
    hashed = theirs.hash_passphrase(OctetString(password.encode()))
    localized = theirs.localize_key(hashed, OctetString(ENGINE))
    assert localize(AUTHENTICATIONS[name].digest, password.encode(), ENGINE) == bytes(localized)


@pytest.mark.parametrize("auth", ["md5", "sha", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("priv", ["aes192", "aes256", "aes192c", "aes256c"])
def test_extended_keys_are_pysnmps(auth: str, priv: str) -> None:
    name = NAMES[auth]
    service = {
        "aes192": aes192.AesBlumenthal192,
        "aes256": aes256.AesBlumenthal256,
        "aes192c": aes192.Aes192,
        "aes256c": aes256.Aes256,
    }[priv]()
    hashed = service.hash_passphrase(name, OctetString(b"maplesyrup"))
    theirs = service.localize_key(name, hashed, OctetString(ENGINE))
    assert privacy_key(priv, auth, Secret("maplesyrup"), ENGINE) == bytes(theirs)


# RFC 4231 §4.3 and §4.4, truncated as RFC 7860 §4.1 has it
JEFE = (b"Jefe", b"what do ya want for nothing?")
AA = (b"\xaa" * 20, b"\xdd" * 50)


@pytest.mark.parametrize(
    ("name", "case", "code"),
    [
        ("sha224", JEFE, "a30e01098bc6dbbf45690f3a7e9e6d0f"),
        ("sha256", JEFE, "5bdcc146bf60754e6a042426089575c75a003f089d273983"),
        ("sha384", JEFE, "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"),
        (
            "sha512",
            JEFE,
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fd",
        ),
        ("sha224", AA, "7fb3cb3588c6c1f6ffa9694d7d6ad264"),
        ("sha256", AA, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122"),
        ("sha384", AA, "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b"),
        (
            "sha512",
            AA,
            "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
            "bf3e848279a722c806b485a47e67c807",
        ),
    ],
)
def test_codes_are_those_of_rfc_4231_truncated(
    name: str, case: tuple[bytes, bytes], code: str
) -> None:
    digest, size = AUTHENTICATIONS[name]
    key, message = case
    protection = Protection(Hmac(key, digest), size)
    assert protection.code(message).hex() == code
    at = len(message)
    header = Header(1, 484, 1, ENGINE, 1, 1, b"", (at, at + size), b"", (at + size, at + size))
    blank = protection.code(message + bytes(size))
    assert protection.proves(message + blank, header)
    assert not protection.proves(message + bytes(size), header)


WAYS: list[Callable[[bytes], Cipher]] = [
    lambda key: AesCfb(key, cryptography_backend),
    lambda key: AesCfb(key, libcrypto_backend),
    EvpCfb,
]


@pytest.mark.parametrize("way", WAYS, ids=["cryptography", "blocks", "libcrypto"])
@pytest.mark.parametrize(
    ("key", "sealed"),
    [
        # NIST SP 800-38A F.3.13, F.3.15 and F.3.17
        (
            "2b7e151628aed2a6abf7158809cf4f3c",
            "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b"
            "26751f67a3cbb140b1808cf187a4f4dfc04b05357c5d1c0eeac4c66f9ff7f2e6",
        ),
        (
            "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
            "cdc80d6fddf18cab34c25909c99a417467ce7f7f81173621961a2b70171d3d7a"
            "2e1e8a1dd59b88b1c8e60fed1efac4c9c05f9f9ca9834fa042ae8fba584b09ff",
        ),
        (
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b"
            "df10132415e54b92a13ed0a8267ae2f975a385741ab9cef82031623d55b1e471",
        ),
    ],
)
def test_aes_cfb_known_answer(key: str, sealed: str, way: Callable[[bytes], Cipher]) -> None:
    iv = bytes(range(16))
    plain = bytes.fromhex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    )
    cipher = way(bytes.fromhex(key))
    for size in (64, 63, 33, 17, 16, 15, 1, 0):
        assert cipher.encrypt(iv, plain[:size]) == bytes.fromhex(sealed)[:size]
        assert cipher.decrypt(iv, bytes.fromhex(sealed)[:size]) == plain[:size]
