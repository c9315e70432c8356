"""What a target is asked with. Secrets never show in `repr`, `str` or logs."""

from __future__ import annotations

from dataclasses import dataclass, field


class Secret:
    """A text that only `reveal()` gives away."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself: call it where the protocol needs it, keep it nowhere."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class IpmiCredential:
    """A BMC user. `privilege` is the most the session asks for: user, operator or admin."""

    name: str
    username: str
    password: Secret
    privilege: str = "user"


@dataclass(frozen=True, slots=True)
class CommunityCredential:
    """An SNMP v1 or v2c community (RFC 1157, RFC 1901)."""

    name: str
    community: Secret
    version: str = "2c"


@dataclass(frozen=True, slots=True)
class UsmCredential:
    """An SNMPv3 user (RFC 3414). Without `auth` noAuthNoPriv, without `priv` authNoPriv.

    `auth_protocol`: md5, sha, sha224, sha256, sha384, sha512; `priv_protocol`: des, aes, aes192,
    aes256 (Blumenthal key extension), aes192c, aes256c (Reeder).
    """

    name: str
    username: str
    auth_protocol: str = ""
    auth: Secret = field(default_factory=lambda: Secret(""))
    priv_protocol: str = ""
    priv: Secret = field(default_factory=lambda: Secret(""))
    context: str = ""


Credential = IpmiCredential | CommunityCredential | UsmCredential
