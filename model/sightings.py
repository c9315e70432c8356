"""What an address shows of itself before any login: nothing here needed a credential."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Presence:
    """A BMC behind RMCP (IPMI v2.0 rev 1.1 §13.2.4, §22.13).

    `pong`: it answers the ASF ping; `ipmi` and `version2` are None where it does not say. `oem` is
    the enterprise number of the pong or of the channel's capabilities, 0 where there is none.
    """

    pong: bool = False
    ipmi: bool | None = None
    version2: bool | None = None
    oem: int = 0


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whom a TLS certificate names, attribute → text (CN, O, OU…); unverified, as all here."""

    subject: tuple[tuple[str, str], ...] = ()
    issuer: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRoot:
    """The Redfish service root (DSP0266), as far as it says whose it is."""

    vendor: str = ""
    product: str = ""
    name: str = ""
    version: str = ""
    oem: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Web:
    """A TCP port that is open: the words of its Server header, or the first it says unasked."""

    server: str = ""
    certificate: Certificate | None = None
    root: ServiceRoot | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """All that one address showed. `engine_id`: its SNMPv3 engine's (RFC 3411 §5), 5–32 bytes.

    `community`: it answered the SNMP community that was given. `web` is what answers HTTPS, `oob`
    what answers TCP on the port of the ping (DSP0136's management over HTTP, serial redirection).
    """

    address: str
    presence: Presence | None = None
    engine_id: bytes = b""
    community: bool = False
    web: Web | None = None
    oob: Web | None = None

    @property
    def empty(self) -> bool:
        """True where nothing came back."""
        silent = self.presence is None and not self.engine_id and not self.community
        return silent and self.web is None and self.oob is None

    @property
    def snmp(self) -> bool:
        """True where an SNMP agent answers."""
        return bool(self.engine_id) or self.community
