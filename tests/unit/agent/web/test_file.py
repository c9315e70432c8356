"""A web configuration file that is taken: what it comes to, and what is doubtful about it."""

from __future__ import annotations

import ssl
from pathlib import Path
from ssl import TLSVersion

import pytest

from agent.web.codes import HARMLESS, Code
from agent.web.file import read
from exporters.security import Tls
from tests.certificates import Authority
from tests.unit.agent.web.web_files import HASH, TLS, taken, written


def served(directory: Path, text: str) -> Tls:
    found, _ = taken(directory, text)
    assert found.security.tls is not None
    return found.security.tls


def test_an_empty_file_protects_nothing(directory: Path) -> None:
    for text in ("", "# nothing\n", "tls_server_config:\nbasic_auth_users: {}\n"):
        found, remarks = taken(directory, text)
        assert (found.security.tls, found.security.logins, remarks) == (None, None, [])
        assert not found.security.authenticates


def test_tls_by_default_is_1_2_and_newer_with_forward_secrecy(directory: Path) -> None:
    tls = served(directory, TLS)
    assert tls.context.minimum_version is TLSVersion.TLSv1_2
    assert tls.context.maximum_version is TLSVersion.TLSv1_3
    assert tls.context.verify_mode is ssl.CERT_NONE
    assert tls.context.options & ssl.OP_CIPHER_SERVER_PREFERENCE
    offered = tls.context.get_ciphers()
    assert {cipher["kea"] for cipher in offered} == {"kx-any", "kx-ecdhe"}
    assert all(cipher["aead"] for cipher in offered), "no CBC"
    assert not tls.demands


@pytest.mark.parametrize(
    ("text", "low", "high", "remarks"),
    [
        ("min_version: TLS13", "TLSv1_3", "TLSv1_3", []),
        ("max_version: TLS12", "TLSv1_2", "TLSv1_2", []),
        (
            "min_version: TLS10",
            "TLSv1_2",
            "TLSv1_3",
            ["4 min_version: below TLS 1.2 nothing is spoken here; TLS12 is used DCA-WEB-013"],
        ),
        ("cipher_suites: [TLS_AES_128_GCM_SHA256]", "TLSv1_3", "TLSv1_3", []),
    ],
)
def test_versions(directory: Path, text: str, low: str, high: str, remarks: list[str]) -> None:
    found, told = taken(directory, f"{TLS}  {text}\n")
    assert found.security.tls is not None
    context = found.security.tls.context
    assert (context.minimum_version.name, context.maximum_version.name) == (low, high)
    assert told == remarks


def test_cipher_suites_curves_and_whose_order_counts(directory: Path) -> None:
    text = """\
  cipher_suites:
    - TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    - TLS_RSA_WITH_AES_128_CBC_SHA
    - TLS_AES_128_GCM_SHA256
  curve_preferences: [CurveP384, X25519]
  prefer_server_cipher_suites: off
"""
    found, remarks = taken(directory, TLS + text)
    assert found.security.tls is not None
    context = found.security.tls.context
    old = [c["name"] for c in context.get_ciphers() if not c["name"].startswith("TLS_")]
    assert old == ["ECDHE-ECDSA-AES256-GCM-SHA384", "AES128-SHA"]
    assert not context.options & ssl.OP_CIPHER_SERVER_PREFERENCE
    assert remarks == [
        "4 cipher_suites: TLS_RSA_WITH_AES_128_CBC_SHA: CBC or no forward secrecy,"
        " for old clients only DCA-WEB-018",
        "8 curve_preferences: this Python holds to one curve: CurveP384 alone is used DCA-WEB-015",
    ]


def test_a_curve_that_this_python_cannot_hold_to_is_a_note(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(context: ssl.SSLContext, name: str) -> None:
        raise ssl.SSLError(f"unknown group {name}")

    monkeypatch.setattr(ssl.SSLContext, "set_ecdh_curve", refused)
    found, remarks = taken(directory, f"{TLS}  curve_preferences: [X25519]\n")
    assert found.security.tls is not None
    assert remarks == [
        "4 curve_preferences: this Python cannot hold to X25519: it takes OpenSSL's own DCA-WEB-015"
    ]


@pytest.mark.parametrize(
    ("policy", "mode", "demands", "remarks"),
    [
        ("NoClientCert", ssl.CERT_NONE, False, None),
        (
            "RequestClientCert",
            ssl.CERT_NONE,
            False,
            "4 client_auth_type: RequestClientCert verifies nothing: no certificate is asked for"
            " DCA-WEB-015",
        ),
        (
            "RequireAnyClientCert",
            ssl.CERT_REQUIRED,
            True,
            "4 client_auth_type: RequireAnyClientCert is taken for RequireAndVerifyClientCert"
            " DCA-WEB-015",
        ),
        ("VerifyClientCertIfGiven", ssl.CERT_OPTIONAL, False, None),
        ("RequireAndVerifyClientCert", ssl.CERT_REQUIRED, True, None),
    ],
)
def test_policies(
    directory: Path, policy: str, mode: ssl.VerifyMode, demands: bool, remarks: str | None
) -> None:
    text = f"{TLS}  client_auth_type: {policy}\n"
    if policy != "NoClientCert":
        text += "  client_ca_file: ca.pem\n"
    found, told = taken(directory, text)
    assert found.security.tls is not None
    assert (found.security.tls.context.verify_mode, found.security.tls.demands) == (mode, demands)
    assert found.security.authenticates is demands
    assert told == ([remarks] if remarks else [])


def test_names_of_clients(directory: Path) -> None:
    text = (
        f"{TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n"
        "  client_allowed_sans: [prometheus, 10.0.0.1]\n"
    )
    assert served(directory, text).names == {"prometheus", "10.0.0.1"}


def test_users_and_headers(directory: Path) -> None:
    text = f"""{TLS}
http_server_config:
  http2: true
  headers:
    Strict-Transport-Security: max-age=31536000; includeSubDomains
    X-Frame-Options: sameorigin
    X-XSS-Protection:
basic_auth_users:
  prometheus: {HASH}
  运维: "{HASH}"
"""
    found, remarks = taken(directory, text)
    assert found.security.headers == (
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Frame-Options", "sameorigin"),
    )
    assert found.security.logins is not None
    assert remarks == [
        "6 http2: HTTP/1.1 is spoken here, which every client speaks too DCA-WEB-015"
    ]
    assert HASH not in repr(found)


def test_doubts_about_users(directory: Path) -> None:
    light = HASH.replace("$10$", "$05$")
    file = written(directory, f"basic_auth_users:\n  a: {light}\n", 0o644)
    told = [f"{p.line} {p.message} {p.code}" for p in read(file).remarks]
    assert told == [
        '2 user "a": cost 5 is guessed quickly: dcagent config hash-password makes one DCA-WEB-010',
        f"0 holds password hashes and is readable by everyone: chmod 640 {file} DCA-WEB-016",
        "1 basic_auth_users: without tls_server_config passwords travel in the clear DCA-WEB-017",
    ]


def test_a_certificate_that_ends_is_told_of_and_served(directory: Path) -> None:
    authority = Authority(directory)
    for days, said in (
        ((-10, -1), "localhost.crt has expired on "),
        ((1, 10), "localhost.crt is not valid before "),
        ((-1, 10.5), "localhost.crt expires in 10 days, on "),
    ):
        pair = authority.server(days=days)
        found, remarks = taken(directory, TLS)
        (told,) = remarks
        assert told.startswith(f"2 cert_file: {said}")
        soon = "expires" in said
        assert told.endswith(Code.EXPIRES_SOON if soon else Code.EXPIRED)
        assert found.security.tls is not None
        assert found.security.tls.expires == ends(pair.certificate)


def ends(path: Path) -> float:
    """What OpenSSL reads, through Python's own decoder."""
    decoded = ssl._ssl._test_decode_cert(str(path))  # type: ignore[attr-defined]  # private
    return ssl.cert_time_to_seconds(decoded["notAfter"])


def test_an_authority_that_has_ended_is_told_of(directory: Path) -> None:
    old = Authority(directory).issue("old", days=(-10, -1))
    text = (
        f"{TLS}  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: {old.certificate}\n"
    )
    _, (told,) = taken(directory, text)
    assert told.startswith("5 client_ca_file: old.crt has expired on ")


def test_which_codes_refuse_a_file() -> None:
    told = {code.name for code in HARMLESS}
    assert told == {
        *("EXPIRED", "EXPIRES_SOON", "UNUSUAL_COST", "OLD_TLS", "OPEN_FILE", "CLEAR_PASSWORD"),
        *("WEAK_CIPHER", "OTHERWISE"),
    }
