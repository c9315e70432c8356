"""The words of exporter-toolkit's format, which are Go's, and what OpenSSL calls the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from ssl import TLSVersion
from typing import TypeVar

from agent.config_codes import Code
from agent.config_keys import Wrong, text, texts, word
from agent.web.yaml_scalars import Plain

T = TypeVar("T")

VERSIONS = {
    "TLS10": TLSVersion.TLSv1,
    "TLS11": TLSVersion.TLSv1_1,
    "TLS12": TLSVersion.TLSv1_2,
    "TLS13": TLSVersion.TLSv1_3,
}

NO_CLIENT, ASKED, ANY = "NoClientCert", "RequestClientCert", "RequireAnyClientCert"
IF_GIVEN, VERIFIED = "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"
POLICIES = (NO_CLIENT, ASKED, ANY, IF_GIVEN, VERIFIED, "RequireClientCert")
"""Values of client_auth_type; the last is an older name of RequireAnyClientCert."""

CURVES = {
    "CurveP256": "prime256v1",
    "CurveP384": "secp384r1",
    "CurveP521": "secp521r1",
    "X25519": "X25519",
}

CIPHERS = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-ECDSA-CHACHA20-POLY1305",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-RSA-CHACHA20-POLY1305",
}
WEAK_CIPHERS = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": "ECDHE-ECDSA-AES128-SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": "ECDHE-ECDSA-AES256-SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": "ECDHE-RSA-AES128-SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": "ECDHE-RSA-AES256-SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA": "AES128-SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA": "AES256-SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256": "AES128-GCM-SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384": "AES256-GCM-SHA384",
}
"""CBC, or without forward secrecy: taken where the file names them, never by themselves."""
TLS13_CIPHERS = frozenset(
    {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
)
"""Always there with TLS 1.3, as in Go."""

HEADERS: dict[str, tuple[str, ...]] = {
    "Strict-Transport-Security": (),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("deny", "sameorigin"),
    "X-XSS-Protection": (),
    "Content-Security-Policy": (),
}
"""Headers that may be set, and to what (anything: empty)."""

_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})


def flag(value: object) -> bool:
    """A truth value of YAML 1.1, without quotes."""
    if not isinstance(value, Plain) or value not in _TRUE | _FALSE:
        raise Wrong("true or false")
    return value in _TRUE


def or_nothing(kind: Callable[[object], T], nothing: T) -> Callable[[object], T]:
    """A key without a value is as good as none."""
    return lambda value: nothing if value is None else kind(value)


def words_of(*known: str) -> Callable[[object], tuple[str, ...]]:
    """A list of some of these words."""
    one = word(*known)

    def check(value: object) -> tuple[str, ...]:
        return tuple(one(each) for each in texts(value))

    return check


def header(name: str) -> Callable[[object], str]:
    """What a header may be set to."""
    allowed = HEADERS[name]

    def check(value: object) -> str:
        told = text(value)
        if allowed and told not in allowed:
            raise Wrong(" or ".join(f'"{each}"' for each in allowed), Code.UNKNOWN_WORD)
        if not re.fullmatch(r"[ -~]*", told):
            raise Wrong("ASCII characters", Code.OUT_OF_RANGE)
        return told

    return check
