"""Certificates for tests: an authority, and whatever it signs."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path


def name_of(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def pem_of(key: Key, passphrase: bytes = b"") -> bytes:
    sealed = serialization.BestAvailableEncryption(passphrase) if passphrase else None
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        sealed or serialization.NoEncryption(),
    )


def _general(name: str) -> x509.GeneralName:
    if "://" in name:
        return x509.UniformResourceIdentifier(name)
    if "@" in name:
        return x509.RFC822Name(name)
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class Authority:
    """Signs certificates; its own is `ca.pem` in a directory."""

    def __init__(self, directory: Path, name: str = "Test CA", file: str = "ca.pem") -> None:
        self._directory, self._name = directory, name_of(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.file = directory / file
        own = self._builder(self._name, self._key.public_key(), (-1, 3650)).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        signed = own.sign(self._key, hashes.SHA256())
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: x509.Name, key: object, days: tuple[float, float]
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        begin, end = (now + timedelta(days=each) for each in days)
        return x509.CertificateBuilder(
            *(self._name, subject, key, x509.random_serial_number(), begin, end)  # type: ignore[arg-type]  # a public key
        )

    def issue(
        self,
        name: str,
        *names: str,
        days: tuple[float, float] = (-1, 365),
        client: bool = False,
        key: Key | None = None,
        file: str = "",
    ) -> Pair:
        """A certificate in some names, valid from and to so many days from now."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        usage = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        made = self._builder(name_of(name), key.public_key(), days)
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names:
            listed = x509.SubjectAlternativeName([_general(each) for each in names])
            made = made.add_extension(listed, critical=False)
        signed = made.sign(self._key, hashes.SHA256())
        pair = Pair(
            self._directory / f"{file or name}.crt", self._directory / f"{file or name}.key"
        )
        pair.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        pair.key.write_bytes(pem_of(key))
        pair.key.chmod(0o600)
        return pair

    def server(self, **options: object) -> Pair:
        """A certificate for loopback."""
        return self.issue("localhost", "localhost", "127.0.0.1", "::1", **options)  # type: ignore[arg-type]  # passed on
