"""Every mistake in a web configuration file: its line, its words, its code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from agent.web.file import read
from model.document import DocumentError
from tests.certificates import Authority, pem_of
from tests.unit.agent.web.web_files import HASH, TLS, problems

CASES: dict[str, tuple[str, list[str]]] = {
    "no YAML": ("a: b: c", ["1 a second colon: put the value in quotes DCA-WEB-001"]),
    "unknown keys": (
        f"tls_config:\n{TLS}  cert_fiel: x\n  key: x\nrate_limit:\n  burst: 1\n",
        [
            '1 unknown key "tls_config": did you mean "tls_server_config"? DCA-WEB-003',
            '5 unknown key "cert_fiel": did you mean "cert_file"? DCA-WEB-003',
            "6 key: inline keys are not read here: write key_file DCA-WEB-003",
            '7 unknown key "rate_limit"; known here: tls_server_config, basic_auth_users,'
            " http_server_config DCA-WEB-003",
        ],
    ),
    "no key": (
        "tls_server_config:\n  cert_file: localhost.crt\n",
        ['1 tls_server_config lacks the key "key_file" DCA-WEB-002'],
    ),
    "no certificate": (
        "tls_server_config:\n  min_version: TLS12\n",
        [
            '1 tls_server_config lacks the key "cert_file" DCA-WEB-002',
            '1 tls_server_config lacks the key "key_file" DCA-WEB-002',
        ],
    ),
    "words": (
        f"{TLS}  client_auth_type: Require\n  min_version: 1.2\n  cipher_suites: [AES]\n"
        "  prefer_server_cipher_suites: 'yes'\n",
        [
            '4 client_auth_type: expected "NoClientCert", "RequestClientCert",'
            ' "RequireAnyClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert" or'
            ' "RequireClientCert", found "Require" DCA-WEB-004',
            '5 min_version: expected "TLS10", "TLS11", "TLS12" or "TLS13", found "1.2" DCA-WEB-004',
            '7 prefer_server_cipher_suites: expected true or false, found "yes" DCA-WEB-004',
        ],
    ),
    "maps": (
        "tls_server_config: yes\nbasic_auth_users: hunter2\n",
        [
            "1 tls_server_config: expected KEY: VALUE in lines below it DCA-WEB-004",
            "2 basic_auth_users: expected KEY: VALUE in lines below it DCA-WEB-004",
        ],
    ),
    "files that are not there": (
        "tls_server_config:\n  cert_file: a.crt\n  key_file: a.key\n",
        [
            "2 cert_file: a.crt cannot be read: No such file or directory DCA-WEB-005",
            "3 key_file: a.key cannot be read: No such file or directory DCA-WEB-005",
        ],
    ),
    "files that are no certificates": (
        "tls_server_config:\n  cert_file: localhost.key\n  key_file: localhost.crt\n",
        [
            "2 cert_file: localhost.key holds no certificate in PEM form"
            ' ("-----BEGIN CERTIFICATE-----") DCA-WEB-005',
            "3 key_file: localhost.crt is readable by everyone (0644): chmod 640 localhost.crt,"
            " chgrp to the agent's group DCA-CONF-011",
        ],
    ),
    "a policy without its authority": (
        f"{TLS}  client_auth_type: RequireAndVerifyClientCert\n",
        [
            "4 client_auth_type: RequireAndVerifyClientCert needs client_ca_file, who signs"
            " clients' certificates DCA-WEB-012"
        ],
    ),
    "an authority without its policy": (
        f"{TLS}  client_ca_file: ca.pem\n  client_allowed_sans: [a]\n",
        [
            "4 client_ca_file: nothing is verified without client_auth_type:"
            " RequireAndVerifyClientCert DCA-WEB-012",
            "5 client_allowed_sans: nothing is verified without client_auth_type:"
            " RequireAndVerifyClientCert DCA-WEB-012",
        ],
    ),
    "no version": (
        f"{TLS}  max_version: TLS11\n",
        ["4 max_version: no version is left: TLS 1.2 and 1.3 are spoken here DCA-WEB-014"],
    ),
    "no version and cipher": (
        f"{TLS}  max_version: TLS12\n  cipher_suites: [TLS_AES_128_GCM_SHA256]\n",
        ["5 cipher_suites: none of TLS 1.2, and max_version allows no other DCA-WEB-014"],
    ),
    "hashes": (
        f"basic_auth_users:\n  a: hunter2\n  b: {HASH.replace('$10$', '$32$')}\n  'c:d': x\n  e:\n",
        [
            '2 user "a": expected a bcrypt hash ($2a$, $2b$ or $2y$): dcagent config'
            " hash-password makes one DCA-WEB-009",
            '3 user "b": expected a bcrypt hash ($2a$, $2b$ or $2y$): dcagent config'
            " hash-password makes one DCA-WEB-009",
            "4 a user's name is not empty and holds no colon DCA-WEB-004",
            '5 user "e": expected a bcrypt hash ($2a$, $2b$ or $2y$): dcagent config'
            " hash-password makes one DCA-WEB-009",
        ],
    ),
    "headers": (
        "http_server_config:\n  headers:\n    X-Frame-Options: allow\n    Servr: x\n"
        "    Content-Security-Polici: x\n",
        [
            '3 X-Frame-Options: expected "deny" or "sameorigin", found "allow" DCA-WEB-004',
            '4 header "Servr" cannot be set; those that can: Strict-Transport-Security,'
            " X-Content-Type-Options, X-Frame-Options, X-XSS-Protection,"
            " Content-Security-Policy DCA-WEB-003",
            '5 header "Content-Security-Polici" cannot be set: did you mean'
            ' "Content-Security-Policy"? DCA-WEB-003',
        ],
    ),
}


@pytest.mark.parametrize("name", list(CASES))
def test_mistakes(directory: Path, name: str) -> None:
    text, expected = CASES[name]
    found = problems(directory, text)
    if name == "words":  # which ciphers there are is long to tell
        assert found.pop(2).startswith('6 cipher_suites: expected "TLS_ECDHE_ECDSA_')
    assert found == expected


def _open_key(directory: Path, authority: Authority) -> None:
    (directory / "localhost.key").chmod(0o644)


def _other_key(directory: Path, authority: Authority) -> None:
    other = authority.issue("other")
    (directory / "localhost.key").write_bytes(other.key.read_bytes())


def _sealed_key(directory: Path, authority: Authority) -> None:
    key = rsa.generate_private_key(65537, 2048)
    (directory / "localhost.key").write_bytes(pem_of(key, b"secret"))


def _small_key(directory: Path, authority: Authority) -> None:
    authority.server(key=rsa.generate_private_key(65537, 1024))  # that is the point


def _damaged(directory: Path, authority: Authority) -> None:
    text = (directory / "localhost.crt").read_text()
    (directory / "localhost.crt").write_text(text.replace("MII", "AAA", 1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            _open_key,
            "3 key_file: localhost.key is readable by everyone (0644): chmod 640 localhost.key,"
            " chgrp to the agent's group DCA-CONF-011",
        ),
        (_other_key, "3 key_file: not the key of the certificate in cert_file DCA-WEB-006"),
        (
            _sealed_key,
            "3 key_file: localhost.key is encrypted: dcagent takes a key without passphrase,"
            " mode 640 DCA-WEB-005",
        ),
        (_small_key, "3 key_file: OpenSSL refuses it: ee key too small DCA-WEB-005"),
        (_damaged, "2 cert_file: localhost.crt holds a certificate that is damaged DCA-WEB-005"),
    ],
)
def test_certificates_that_cannot_be_used(
    directory: Path, spoil: Callable[[Path, Authority], None], said: str
) -> None:
    spoil(directory, Authority(directory))
    assert problems(directory, TLS) == [said]


def test_a_file_that_cannot_be_read(directory: Path) -> None:
    file = directory / "web.yml"
    with pytest.raises(DocumentError, match="cannot be read: No such file or directory"):
        read(file)
    file.write_bytes("a: '机房'".encode("gb18030"))
    with pytest.raises(DocumentError, match="is not UTF-8"):
        read(file)


def test_a_password_in_the_place_of_a_hash_is_never_quoted(directory: Path) -> None:
    planted = "hunter2-hunter2"
    for text in (
        f"basic_auth_users:\n  a: {planted}\n",
        f"basic_auth_users: {planted}\n",
        f"basic_auth_users:\n  - {planted}\n",
        f"basic_auth_users:\n  a: 'x' {planted}\n",
        f"basic_auth_users:\n  {planted}\n",
        f'basic_auth_users:\n  a: "{planted}\n',
    ):
        assert planted not in "".join(problems(directory, text))
