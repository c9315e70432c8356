"""From what was typed to whom to ask: addresses, names of the configuration, credentials.

Which protocols are asked where none is named:
- SNMPv3 where an --auth-… or --priv-… option is given (with --user), else SNMP v2c where there is
  a community (file or environment);
- IPMI where --user is given; beside SNMPv3, which uses the same name, only with a password too
  (file or environment);
- neither: IPMI is asked whether it is there, which needs no login.
A device file, such as --in-band means, is asked by IPMI and needs no login at all.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from pathlib import Path

from agent.cli.probe_options import Wishes
from agent.cli.prompts import Purse, Refused
from agent.config import DEFAULT_FILE, Config, load
from agent.config_credentials import LONGEST_PASSWORD, LONGEST_USERNAME, SHORTEST_PASSPHRASE
from agent.host import with_host
from agent.results import Exit
from collectors.ipmi.ways import is_device
from hw_profiles.capture import Capture, read
from model.credentials import (
    CommunityCredential,
    Credential,
    IpmiCredential,
    Secret,
    UsmCredential,
)
from model.devices import Protocol, Target
from model.document import DocumentError

TOO_LONG = "DCA-IPMI-012"
TOO_SHORT = "DCA-CONF-005"
NO_CAPTURE = "DCA-CAP-003"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Whom one run asks: a target per protocol, the protocols that lack a credential.

    `typed` is the command line that leads there again; `names` are the configuration's targets.
    """

    targets: tuple[Target, ...]
    typed: str = ""
    without: tuple[Protocol, ...] = ()
    config: Config | None = None
    names: tuple[str, ...] = ()
    replay: Capture | None = None
    record: Path | None = None
    pause: float = 0.0


def account(target: Target) -> str:
    """Whose login a target's credential is: a BMC's IPMI and SNMPv3 users are one and the same."""
    credential = target.credential
    if isinstance(credential, IpmiCredential | UsmCredential):
        return credential.username
    return ""


def inquire(wishes: Wishes, purse: Purse) -> Inquiry:
    """Reads addresses, configuration and secrets. Refused, DocumentError: it cannot be done."""
    if wishes.replay is not None:
        return replayed(wishes, wishes.replay)
    return replace(_addressed(wishes, purse), record=wishes.record, pause=wishes.pause)


def replayed(wishes: Wishes, file: Path) -> Inquiry:
    """A recorded device as a target, one for each protocol that it was asked by."""
    if wishes.subject or wishes.record:
        raise Refused(
            "--replay asks a recorded device: give no address and no --record", Exit.USAGE
        )
    if not file.is_file():
        raise Refused(f"there is no file {file}", Exit.USAGE)
    found = read(file)
    held = {Protocol.IPMI: found.exchanges, Protocol.SNMP: found.objects}
    protocols = [p for p in _REMOTE if held[p] and wishes.protocol in (None, p.value)]
    if not protocols:
        raise Refused(f"{file} holds no answers", Exit.CONFIG, NO_CAPTURE, str(file))
    targets = (_pinned(Target(f"{file} {p}", str(file), p), wishes) for p in protocols)
    config = load(wishes.config) if wishes.config else None
    return Inquiry(tuple(targets), f"--replay {file}", config=config, replay=found)


def _addressed(wishes: Wishes, purse: Purse) -> Inquiry:
    _check_subject(wishes)
    config = _config(wishes)
    if config is not None and wishes.protocol is None and not wishes.user:
        config = with_host(config)  # this machine by the name that the agent serves it under
    entry = config.entry(wishes.subject) if config else None
    if entry is not None:
        target = _overridden(entry.target, wishes, purse)
        return Inquiry((target,), wishes.typed, config=config)
    names = tuple(e.target.name for e in config.entries) if config else ()
    targets, without = _at_address(wishes, purse)
    return Inquiry(targets, wishes.typed, without, config, names)


def _check_subject(wishes: Wishes) -> None:
    """Refused: nobody to ask, or an address that is not this host's."""
    if not wishes.subject:
        raise Refused("whom to ask? give ADDRESS, NAME or --in-band", Exit.USAGE)
    if wishes.in_band and not is_device(wishes.subject):
        words = f"--in-band asks a device file such as /dev/ipmi0, not {wishes.subject!r}"
        raise Refused(words, Exit.USAGE)


def _config(wishes: Wishes) -> Config | None:
    """The configuration, where one is named, or may hold the name that was typed."""
    if wishes.config is not None:
        return load(wishes.config)
    if is_address(wishes.subject) or is_device(wishes.subject) or not _exists(DEFAULT_FILE):
        return None
    try:
        return load(DEFAULT_FILE)
    except DocumentError:
        if "." in wishes.subject or ":" in wishes.subject:
            return None  # a host name: it may do without
        raise


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def is_address(text: str) -> bool:
    """True for an IP address, with or without a port."""
    try:
        ipaddress.ip_address(split_address(text)[0])
    except (ValueError, Refused):
        return False
    return True


def split_address(text: str) -> tuple[str, int]:
    """Host and port: "10.0.0.1:623", "[fe80::1%eth0]:623", "::1", "bmc-17"; 0: no port was given.

    Refused: neither an address nor a host name.
    """
    plain = text.strip()
    if plain.count(":") > 1 and not plain.startswith("["):
        host, port = plain, ""
    else:
        found = re.fullmatch(r"(?:\[([^\]]+)\]|([^:\[\]]+))(?::(\d{1,5}))?", plain)
        if not found:
            raise Refused(f"{text!r} is neither an address nor a name", Exit.USAGE)
        host, port = found[1] or found[2], found[3] or ""
    if re.search(r"[\s/@\x00]", host) or int(port or 0) > 65535:
        raise Refused(f"{text!r} is neither an address nor a name", Exit.USAGE)
    return host, int(port or 0)


def _overridden(target: Target, wishes: Wishes, purse: Purse) -> Target:
    """A configured target, with what the command line says otherwise."""
    protocol = Protocol(wishes.protocol) if wishes.protocol else target.protocol
    changed = _pinned(replace(target, protocol=protocol), wishes)
    if protocol is not target.protocol:
        changed = replace(changed, credential=None, port=wishes.port)
    elif wishes.port:
        changed = replace(changed, port=wishes.port)
    if changed.protocol is Protocol.HOST or is_device(changed.address):
        return changed
    if wishes.user or wishes.community_file or wishes.wants_v3 or changed.credential is None:
        return _with_credential(changed, wishes, purse)
    return changed


def _pinned(target: Target, wishes: Wishes) -> Target:
    return replace(
        target,
        profile=wishes.profile or target.profile,
        cipher_suite=wishes.cipher_suite or target.cipher_suite,
        timeout=target.timeout if wishes.timeout is None else wishes.timeout,
        retries=target.retries if wishes.retries is None else wishes.retries,
    )


_REMOTE = (Protocol.IPMI, Protocol.SNMP)
"""The protocols in which an address can be asked."""


def _at_address(wishes: Wishes, purse: Purse) -> tuple[tuple[Target, ...], tuple[Protocol, ...]]:
    """One target per protocol to ask at an address, and the protocols left out."""
    if is_device(wishes.subject):
        own = Target(wishes.subject, wishes.subject, Protocol.IPMI)
        return (_pinned(own, wishes),), ()
    host, port = split_address(wishes.subject)
    port = wishes.port or port
    protocols = _protocols(wishes, purse)
    asked = protocols or (Protocol.IPMI,)
    if port and len(asked) > 1:
        raise Refused("one port, two protocols: say which with --protocol", Exit.USAGE)
    bare = [_pinned(Target(f"{host} {p}", host, p, port=port), wishes) for p in asked]
    targets = tuple(_with_credential(t, wishes, purse) for t in bare) if protocols else tuple(bare)
    missing = () if wishes.protocol else tuple(p for p in _REMOTE if p not in asked)
    return targets, missing


def _protocols(wishes: Wishes, purse: Purse) -> tuple[Protocol, ...]:
    if wishes.protocol:
        return (Protocol(wishes.protocol),)
    v3 = wishes.wants_v3
    snmp = v3 or purse.given("community", wishes.community_file)
    ipmi = bool(wishes.user) and (not v3 or purse.given("password", wishes.password_file))
    if wishes.password_file and not wishes.user:
        raise Refused("--password-file needs --user", Exit.USAGE)
    wanted = {Protocol.IPMI: ipmi, Protocol.SNMP: snmp}
    return tuple(protocol for protocol in _REMOTE if wanted[protocol])


def logins(wishes: Wishes, purse: Purse) -> dict[Protocol, Credential]:
    """The credentials that options and environment give, whoever is asked with them; often none.

    Refused: options that contradict one another, or a secret that cannot be had.
    """
    bare = (Target(wishes.subject, wishes.subject, p) for p in _protocols(wishes, purse))
    found = (_with_credential(target, wishes, purse) for target in bare)
    return {target.protocol: target.credential for target in found if target.credential}


def _with_credential(target: Target, wishes: Wishes, purse: Purse) -> Target:
    if target.protocol is Protocol.IPMI:
        return replace(target, credential=_ipmi(target, wishes, purse))
    if wishes.wants_v3 or (wishes.user and not purse.given("community", wishes.community_file)):
        return replace(target, credential=_usm(target, wishes, purse))
    whose = target.address
    community = purse.get("community", wishes.community_file, whose)
    return replace(target, credential=CommunityCredential("probe", community))


def _ipmi(target: Target, wishes: Wishes, purse: Purse) -> IpmiCredential:
    user = wishes.user
    if not user:
        raise Refused("IPMI needs --user", Exit.USAGE)
    password = purse.get("password", wishes.password_file, f"{user}@{target.address}")
    for what, text, most in (
        ("user name", user, LONGEST_USERNAME),
        ("password", password.reveal(), LONGEST_PASSWORD),
    ):
        if len(text.encode()) > most:
            raise Refused(f"the {what} is longer than {most} bytes", Exit.USAGE, TOO_LONG)
    return IpmiCredential("probe", user, password)


def _usm(target: Target, wishes: Wishes, purse: Purse) -> UsmCredential:
    if wishes.community_file:
        raise Refused("give either --community-file or SNMPv3 options, not both", Exit.USAGE)
    if not wishes.user:
        raise Refused("SNMPv3 needs --user", Exit.USAGE)
    if wishes.auth_password_file and not wishes.auth_protocol:
        raise Refused("--auth-password-file needs --auth-protocol", Exit.USAGE)
    if wishes.priv_password_file and not wishes.priv_protocol:
        raise Refused("--priv-password-file needs --priv-protocol", Exit.USAGE)
    if wishes.priv_protocol and not wishes.auth_protocol:
        raise Refused("--priv-protocol needs --auth-protocol", Exit.USAGE)
    whose = f"{wishes.user}@{target.address}"
    auth = _passphrase(purse, "auth", wishes.auth_protocol, wishes.auth_password_file, whose)
    priv = _passphrase(purse, "priv", wishes.priv_protocol, wishes.priv_password_file, whose)
    return UsmCredential(
        "probe", wishes.user, wishes.auth_protocol, auth, wishes.priv_protocol, priv
    )


def _passphrase(purse: Purse, kind: str, protocol: str, file: Path | None, whose: str) -> Secret:
    if not protocol:
        return Secret("")
    secret = purse.get(kind, file, whose)
    if len(secret.reveal()) < SHORTEST_PASSPHRASE:
        message = f"an SNMPv3 password has at least {SHORTEST_PASSPHRASE} characters"
        raise Refused(message, Exit.USAGE, TOO_SHORT)
    return secret
