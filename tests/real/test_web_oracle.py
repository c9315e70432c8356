"""The same web configuration file, judged by Prometheus' own exporter-toolkit and by us."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from agent.web.file import read
from model.document import DocumentError
from tests.certificates import Authority
from tests.unit.agent.web.web_files import HASH, TLS

USERS = f"basic_auth_users:\n  a: {HASH}\n"
CA = "  client_ca_file: ca.pem\n"

GOOD: dict[str, str] = {
    "empty": "",
    "a document's start": f"---\n{TLS}",
    "tls": TLS,
    "mutual": f"{TLS}{CA}  client_auth_type: RequireAndVerifyClientCert\n",
    "asked": f"{TLS}{CA}  client_auth_type: RequestClientCert\n",
    "asked without authority": f"{TLS}  client_auth_type: RequestClientCert\n",
    "any": f"{TLS}{CA}  client_auth_type: RequireAnyClientCert\n",
    "any, its old name": f"{TLS}{CA}  client_auth_type: RequireClientCert\n",
    "if given": f"{TLS}{CA}  client_auth_type: VerifyClientCertIfGiven\n",
    "none": f"{TLS}  client_auth_type: NoClientCert\n",
    "old versions": f"{TLS}  min_version: TLS10\n",
    "versions": f"{TLS}  min_version: TLS12\n  max_version: TLS13\n",
    "ciphers": f"{TLS}  cipher_suites:\n  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n"
    "  - TLS_AES_128_GCM_SHA256\n  - TLS_RSA_WITH_AES_256_CBC_SHA\n",
    "ciphers on one line": f"{TLS}  cipher_suites: [TLS_CHACHA20_POLY1305_SHA256]\n",
    "curves": f"{TLS}  curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]\n",
    "order": f"{TLS}  prefer_server_cipher_suites: no\n",
    "users": USERS,
    "users, every variant": f"{USERS}  b: {HASH.replace('2y', '2a')}\n"
    f"  c: '{HASH.replace('2y', '2b')}'\n",
    "no users": "basic_auth_users:\n",
    "no users in braces": "basic_auth_users: {}\n",
    "headers": "http_server_config:\n  http2: off\n  headers:\n    X-Frame-Options: deny\n"
    "    X-Content-Type-Options: nosniff\n    X-XSS-Protection: 0\n"
    "    Strict-Transport-Security: max-age=31536000; includeSubDomains\n"
    "    Content-Security-Policy: \"default-src 'none'\"\n",
    "nothing behind a key": f"{TLS}  client_ca_file:\n  cipher_suites:\n",
    "comments": f"# a\n{TLS}  # b\n\n{USERS} # c\n",
}

BAD: dict[str, str] = {
    "unknown section": "tls_config:\n  cert_file: a\n",
    "unknown key": f"{TLS}  ca_file: ca.pem\n",
    "twice": f"{TLS}{TLS}",
    "key twice": f"{TLS}  key_file: localhost.key\n",
    "no key": "tls_server_config:\n  cert_file: localhost.crt\n",
    "no certificate": "tls_server_config:\n  key_file: localhost.key\n",
    "policy alone": "tls_server_config:\n  client_auth_type: NoClientCert\n",
    "no such file": TLS.replace("localhost.crt", "nowhere.crt"),
    "no such key": TLS.replace("localhost.key", "nowhere.key"),
    "no such authority": f"{TLS}  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: x\n",
    "no certificate in it": TLS.replace("localhost.crt", "localhost.key"),
    "no key in it": TLS.replace("localhost.key", "localhost.crt"),
    "another's key": TLS.replace("localhost.key", "other.key"),
    "authority without policy": f"{TLS}{CA}",
    "policy": f"{TLS}  client_auth_type: Always\n",
    "version": f"{TLS}  min_version: TLSv1.2\n",
    "cipher": f"{TLS}  cipher_suites: [AES128-SHA]\n",
    "insecure cipher": f"{TLS}  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n",
    "curve": f"{TLS}  curve_preferences: [P256]\n",
    "ciphers that are no list": f"{TLS}  cipher_suites: TLS_AES_128_GCM_SHA256 TLS_X\n",
    "a quoted truth value": f"{TLS}  prefer_server_cipher_suites: 'yes'\n",
    "a truth value that is none": f"{TLS}  prefer_server_cipher_suites: maybe\n",
    "a list for a map": "tls_server_config:\n- cert_file\n",
    "a text for a map": "tls_server_config: localhost.crt\n",
    "a plain password": "basic_auth_users:\n  a: hunter2\n",
    "too costly a hash": USERS.replace("$10$", "$32$"),
    "too cheap a hash": USERS.replace("$10$", "$03$"),
    "md5": f"basic_auth_users:\n  a: $apr1$x${'y' * 60}\n",
    "a header": "http_server_config:\n  headers:\n    Server: x\n",
    "a header in small letters": "http_server_config:\n  headers:\n    x-frame-options: deny\n",
    "a header's value": "http_server_config:\n  headers:\n    X-Content-Type-Options: sniff\n",
    "a tab": "basic_auth_users:\n\ta: b\n",
    "two colons": "basic_auth_users: a: b\n",
    "no colon": f"{TLS}  min_version\n",
    "indented too little": "tls_server_config:\n   cert_file: localhost.crt\n  key_file: x\n",
    "a list at the top": "- a\n",
    "a quote without end": "basic_auth_users:\n  a: 'x\n",
}

STRICTER: dict[str, str] = {
    "TLS that is none": "tls_server_config:\n  min_version: TLS12\n",
    "versions that leave none": f"{TLS}  min_version: TLS13\n  max_version: TLS12\n",
    "versions that are too old": f"{TLS}  max_version: TLS11\n",
    "anybody's certificate": f"{TLS}  client_auth_type: RequireAnyClientCert\n",
    "every public authority": f"{TLS}  client_auth_type: RequireAndVerifyClientCert\n",
    "an older bcrypt": USERS.replace("2y", "2x"),
    "anchors": f"basic_auth_users:\n  a: &h {HASH}\n  b: *h\n",
    "braces": "http_server_config: {http2: true}\n",
    "a key for all to read": TLS.replace("localhost.key", "open.key"),
}
"""Taken by exporter-toolkit, and refused here: docs/web.md says why."""

NEWER = f"{TLS}{CA}  client_auth_type: RequireAndVerifyClientCert\n  client_allowed_sans: [a]\n"
"""What Debian's Prometheus does not know yet."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates, and all the files."""
    directory = tmp_path_factory.mktemp("web")
    authority = Authority(directory)
    authority.server()
    authority.issue("other")
    authority.issue("mallory", client=True, file="mallory")
    (directory / "open.key").write_bytes((directory / "localhost.key").read_bytes())
    (directory / "open.key").chmod(0o644)
    for number, text in enumerate(everything().values()):
        file = directory / f"{number}.yml"
        file.write_text(text)
        file.chmod(0o600)
    return directory


def everything() -> dict[str, str]:
    return {**GOOD, **BAD, **STRICTER}


@pytest.fixture(scope="module")
def theirs(site: Path) -> dict[str, bool]:
    """Which files promtool takes."""
    files = [str(site / f"{number}.yml") for number in range(len(everything()))]
    done = subprocess.run(
        ["promtool", "check", "web-config", *files], capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    return {name: f"{file} SUCCESS" in said for name, file in zip(everything(), files, strict=True)}


@pytest.mark.peer("promtool")
@pytest.mark.parametrize("name", list(everything()))
def test_a_file_is_taken_or_refused_by_both(name: str, site: Path, theirs: dict[str, bool]) -> None:
    file = site / f"{list(everything()).index(name)}.yml"
    try:
        ours = read(file) is not None
    except DocumentError:
        ours = False
    assert (theirs[name], ours) == (name not in BAD, name in GOOD)


@pytest.mark.peer("promtool")
def test_what_is_newer_than_debians_prometheus(site: Path) -> None:
    file = site / "newer.yml"
    file.write_text(NEWER)
    command = ["promtool", "check", "web-config", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "field client_allowed_sans not found" in done.stdout + done.stderr
    tls = read(file).security.tls
    assert tls is not None
    assert tls.names == {"a"}
