"""What `dcagent probe` can be told, as types for its signature."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.diagnosis import Lang

AuthProtocol = Literal["md5", "sha", "sha224", "sha256", "sha384", "sha512"]
PrivProtocol = Literal["des", "aes", "aes192", "aes256", "aes192c", "aes256c"]

_SECRETS = "Secrets"
_SNMP = "SNMPv3"
_OUTPUT = "Output"

Subject = Annotated[
    str,
    typer.Argument(
        metavar="[ADDRESS|NAME]",
        help="IPv4, IPv6, host name, ADDRESS:PORT, a device file, or a configured target.",
    ),
]
InBand = Annotated[
    bool,
    typer.Option("--in-band", help="Ask this host's own BMC: /dev/ipmi0, or the ADDRESS given."),
]
ProtocolOption = Annotated[
    Literal["ipmi", "snmp"] | None,
    typer.Option("--protocol", help="Ask by this one alone; else by each that has a credential."),
]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="UDP port; needs one protocol.")]
User = Annotated[str, typer.Option("--user", "-u", help="User of the BMC or of SNMPv3.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(rich_help_panel=_SECRETS, help="The BMC password; or DCAGENT_PASSWORD."),
]
CommunityFile = Annotated[
    Path | None,
    typer.Option(rich_help_panel=_SECRETS, help="The SNMP community; or DCAGENT_COMMUNITY."),
]
AuthProtocolOption = Annotated[
    AuthProtocol | None,
    typer.Option("--auth-protocol", rich_help_panel=_SNMP, help="How messages are signed."),
]
AuthPasswordFile = Annotated[
    Path | None,
    typer.Option(rich_help_panel=_SNMP, help="The password; or DCAGENT_AUTH_PASSWORD."),
]
PrivProtocolOption = Annotated[
    PrivProtocol | None,
    typer.Option("--priv-protocol", rich_help_panel=_SNMP, help="How messages are encrypted."),
]
PrivPasswordFile = Annotated[
    Path | None,
    typer.Option(rich_help_panel=_SNMP, help="The password; or DCAGENT_PRIV_PASSWORD."),
]
ProfileOption = Annotated[str, typer.Option("--profile", help="Use this profile, whatever fits.")]
CipherSuite = Annotated[
    int | None, typer.Option(min=1, max=17, help="IPMI cipher suite; else 17, then 3.")
]
Timeout = Annotated[
    float | None, typer.Option(min=0.1, max=60, help="Seconds to wait for one answer [2].")
]
Retries = Annotated[
    int | None, typer.Option(min=0, max=10, help="How often a lost packet is sent again [3].")
]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration [/etc/dcagent/dcagent.toml].")
]
Record = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Record all that it says into a file, redacted; goes on after Ctrl-C."
    ),
]
Replay = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Ask a recorded device instead, without a network."),
]
Pause = Annotated[
    float, typer.Option(min=0, max=10, help="With --record: seconds between two requests.")
]
All = Annotated[
    bool, typer.Option("--all", rich_help_panel=_OUTPUT, help="Every reading, not the main ones.")
]
RawOption = Annotated[
    bool,
    typer.Option("--raw", rich_help_panel=_OUTPUT, help="Raw values and the rules they went by."),
]
AsJson = Annotated[
    bool, typer.Option("--json", rich_help_panel=_OUTPUT, help="JSON (dcagent.check/v1).")
]
LangOption = Annotated[
    Lang | None,
    typer.Option("--lang", rich_help_panel=_OUTPUT, help="zh or en; else the locale's."),
]
FailOn = Annotated[
    Literal["warn", "fail"] | None,
    typer.Option(
        rich_help_panel=_OUTPUT, help="What warnings alone exit with: warn 2, fail 0 [1]."
    ),
]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one run is asked to do: whom to ask, and with what. No secret is ever in here."""

    subject: str
    in_band: bool = False
    protocol: str | None = None
    port: int = 0
    user: str = ""
    password_file: Path | None = None
    community_file: Path | None = None
    auth_protocol: str = ""
    auth_password_file: Path | None = None
    priv_protocol: str = ""
    priv_password_file: Path | None = None
    profile: str = ""
    cipher_suite: int | None = None
    timeout: float | None = None
    retries: int | None = None
    config: Path | None = None
    record: Path | None = None
    replay: Path | None = None
    pause: float = 0.0

    @property
    def wants_v3(self) -> bool:
        """True where SNMPv3 is spoken of."""
        files = self.auth_password_file or self.priv_password_file
        return bool(self.auth_protocol or self.priv_protocol or files)

    @property
    def typed(self) -> str:
        """What leads to the same device with the same credentials, for a command line to copy."""
        options = {
            "protocol": self.protocol,
            "port": self.port,
            "user": self.user,
            "password-file": self.password_file,
            "community-file": self.community_file,
            "auth-protocol": self.auth_protocol,
            "auth-password-file": self.auth_password_file,
            "priv-protocol": self.priv_protocol,
            "priv-password-file": self.priv_password_file,
            "config": self.config,
        }
        words = [self.subject]
        for name, value in options.items():
            if value:
                words += [f"--{name}", str(value)]
        return shlex.join(words)
