"""Reads [credentials.NAME]: what targets are asked with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from agent import secrets
from agent.config_codes import Code
from agent.config_keys import Key, Table, text, word
from model.credentials import CommunityCredential, Credential, IpmiCredential, Secret, UsmCredential
from model.devices import Protocol

NO_SECRET = Secret("")

TYPE = Key(
    "type",
    word("ipmi", "snmp-community", "snmp-v3"),
    "",
    "What the credential is for.",
    required=True,
)
USERNAME = Key("username", text, "", "The user's name.", required=True)
PRIVILEGE = Key(
    "privilege",
    word("user", "operator", "admin"),
    "user",
    "The most that the IPMI session asks for; reading needs no more than user.",
)
VERSION = Key("version", word("1", "2c"), "2c", "The SNMP version of a community.")
AUTH_PROTOCOL = Key(
    "auth_protocol",
    word("md5", "sha", "sha224", "sha256", "sha384", "sha512"),
    "",
    "How SNMPv3 messages are signed; none where it is missing.",
)
PRIV_PROTOCOL = Key(
    "priv_protocol",
    word("des", "aes", "aes192", "aes256", "aes192c", "aes256c"),
    "",
    "How SNMPv3 messages are encrypted; not at all where it is missing.",
)
CONTEXT = Key("context", text, "", "The SNMPv3 context, where a device has several.")

LONGEST_USERNAME, LONGEST_PASSWORD = 16, 20
"""Bytes that an IPMI user's name and password can have (IPMI v2.0 rev 1.1 §13.20, §22.30)."""
SHORTEST_PASSPHRASE = 8
"""Characters of an SNMPv3 pass phrase (RFC 3414 §11.2)."""

PROTOCOLS: dict[type, Protocol] = {
    IpmiCredential: Protocol.IPMI,
    CommunityCredential: Protocol.SNMP,
    UsmCredential: Protocol.SNMP,
}
"""Which protocol a kind of credential serves."""


class SecretReader:
    """Reads the secrets that tables refer to, relative to their file, and blames what it cannot."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def read(self, table: Table, name: str, required: bool = True) -> Secret:
        """The secret behind a key; empty where it cannot be had (and is blamed)."""
        value = table.raw(name)
        if value is None:
            if required:
                table.blame("", f'{table.title} lacks the key "{name}"', Code.MISSING_KEY)
            return NO_SECRET
        if not isinstance(value, str):
            message = f'{name}: expected "file:PATH" or "env:NAME", found {_kind(value)}'
            table.blame(name, message, Code.WRONG_TYPE)
            return NO_SECRET
        try:
            return secrets.read(value, Path(table.document.file).parent, self._environment)
        except secrets.SecretError as error:
            table.blame(name, f"{name}: {error}", error.code)
            return NO_SECRET


def _kind(value: object) -> str:
    """What stands there, without quoting what may be a secret."""
    return {bool: "a flag", int: "a number", float: "a number", list: "a list"}.get(
        type(value), "a table"
    )


def credential(name: str, table: Table, reader: SecretReader) -> Credential | None:
    """One credential; None where its type is unknown (and blamed)."""
    readers: dict[str, Callable[[str, Table, SecretReader], Credential]] = {
        "ipmi": _ipmi,
        "snmp-community": _community,
        "snmp-v3": _usm,
    }
    kind = table.get(TYPE)
    if kind not in readers:
        return None
    found = readers[kind](name, table, reader)
    table.close()
    return found


def _ipmi(name: str, table: Table, reader: SecretReader) -> Credential:
    username = table.get(USERNAME)
    if len(username.encode()) > LONGEST_USERNAME:
        message = f"username: IPMI allows {LONGEST_USERNAME} bytes, this one has more"
        table.blame("username", message, Code.OUT_OF_RANGE)
    password = reader.read(table, "password")
    if len(password.reveal().encode()) > LONGEST_PASSWORD:
        message = f"password: IPMI allows {LONGEST_PASSWORD} bytes, this one has more"
        table.blame("password", message, Code.OUT_OF_RANGE)
    return IpmiCredential(name, username, password, table.get(PRIVILEGE))


def _community(name: str, table: Table, reader: SecretReader) -> Credential:
    return CommunityCredential(name, reader.read(table, "community"), table.get(VERSION))


def _usm(name: str, table: Table, reader: SecretReader) -> Credential:
    auth_protocol, priv_protocol = table.get(AUTH_PROTOCOL), table.get(PRIV_PROTOCOL)
    if priv_protocol and not auth_protocol:
        message = "priv_protocol: needs auth_protocol: SNMPv3 encrypts no message that is unsigned"
        table.blame("priv_protocol", message, Code.MISSING_KEY)
    return UsmCredential(
        name,
        table.get(USERNAME),
        auth_protocol,
        _passphrase(table, reader, "auth_password", bool(auth_protocol)),
        priv_protocol,
        _passphrase(table, reader, "priv_password", bool(priv_protocol)),
        table.get(CONTEXT),
    )


def _passphrase(table: Table, reader: SecretReader, name: str, required: bool) -> Secret:
    secret = reader.read(table, name, required)
    if 0 < len(secret.reveal()) < SHORTEST_PASSPHRASE:
        message = f"{name}: SNMPv3 needs at least {SHORTEST_PASSPHRASE} characters"
        table.blame(name, message, Code.OUT_OF_RANGE)
    return secret
