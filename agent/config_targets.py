"""Reads [place] and [[targets]]: whom to ask, how, and where they stand."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from agent.config_codes import Code
from agent.config_credentials import PROTOCOLS
from agent.config_keys import Key, Table, number, one_of, text, whole, word
from collectors.ipmi.rmcpplus import SUITES
from collectors.ipmi.ways import is_device
from model.credentials import Credential, UsmCredential
from model.devices import Place, Protocol, Target, Tier
from model.document import nearest

PLACE = tuple(
    Key(name, text, "", about)
    for name, about in (
        ("province", "Province."),
        ("hub", "Hub of the national network."),
        ("zone", "Zone of the hub."),
        ("site", "The data centre."),
        ("cluster", "The cluster that the target belongs to."),
        ("room", "The room."),
        ("row", "The row of racks."),
        ("rack", "The rack."),
        ("u", "The lowest U position, from below."),
        ("feed", "The supply path: A or B."),
    )
)
"""Keys of [place], the defaults of a file's targets, and of a target itself."""

NAME = Key("name", text, "", "The operator's name; unique.", required=True)
ADDRESS = Key(
    "address",
    text,
    "",
    "Host name or IP address; /dev/ipmi0 is this host's own BMC. Protocol host has none.",
    required=True,
)
PROTOCOL = Key(
    "protocol", word(*(p.value for p in Protocol)), "", "How it is asked.", required=True
)
CREDENTIAL = Key("credential", text, "", "The name of a [credentials] table.")
PORT = Key("port", whole(1, 65535), 0, "UDP port; the protocol's own where it is missing.")
PROFILE = Key("profile", text, "", "Pins a profile by name.")
NODE = Key("node", text, "", "The server that a BMC belongs to; the target's name if missing.")
CIPHER_SUITE = Key(
    "cipher_suite", one_of(*SUITES), 0, "Pins an IPMI cipher suite; 17 and 3 alone encrypt."
)
ENGINE = Key(
    "engine", word("own", "pysnmp"), "own", "Who writes and reads a target's SNMP messages."
)
TIMEOUT = Key("timeout", number(0.1, 60), 2.0, "Seconds to wait for one answer.")
RETRIES = Key("retries", whole(0, 10), 3, "How often a question is repeated.")
INTERVAL = Key("interval", number(1, 3600), 15.0, "Seconds between polls of power and inlet air.")
INTERVAL_NORMAL = Key(
    "interval_normal", number(1, 3600), 60.0, "Seconds between polls of fans and temperatures."
)
INTERVAL_SLOW = Key(
    "interval_slow", number(1, 86400), 300.0, "Seconds between polls of states and event logs."
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often each tier of a target is polled, in seconds."""

    fast: float = 15.0
    normal: float = 60.0
    slow: float = 300.0

    def of(self, tier: Tier) -> float:
        """The interval of one tier."""
        return {Tier.FAST: self.fast, Tier.NORMAL: self.normal, Tier.SLOW: self.slow}[tier]


@dataclass(frozen=True, slots=True)
class Entry:
    """A configured target and its pace. `file` and `line`: where it stands."""

    target: Target
    pace: Pace = Pace()
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Manners:
    """What [poll] says of every target."""

    pace: Pace = Pace()
    timeout: float = TIMEOUT.default
    retries: int = RETRIES.default


def place(table: Table, default: Place) -> Place:
    """A place out of a table's keys, the default's words where a key is missing."""
    found = {key.name: table.get(key) if key.name in table else "" for key in PLACE}
    for key in PLACE:
        if key.name not in table:
            table.raw(key.name)  # known, though not here
    words = {f.name: found[f.name] or getattr(default, f.name) for f in fields(Place)}
    return Place(**words)


def pace(table: Table, default: Pace) -> Pace:
    """A pace out of a table's keys. A slower tier is never asked more often than a faster one."""
    fast = _or(table, INTERVAL, default.fast)
    normal = _slower(table, INTERVAL_NORMAL, default.normal, fast)
    return Pace(fast, normal, _slower(table, INTERVAL_SLOW, default.slow, normal))


def _slower(table: Table, key: Key[float], default: float, least: float) -> float:
    """An interval that is at least as long as the faster tier's; blamed where it says otherwise."""
    value = _or(table, key, default)
    if key.name in table and value < least:
        message = f"{key.name}: expected at least {least:g}, the interval of the faster tier"
        table.blame(key.name, message, Code.OUT_OF_RANGE)
    return max(value, least)


def _or(table: Table, key: Key[float], default: float) -> float:
    value = table.get(key)
    return value if key.name in table else default


class Inventory:
    """Collects targets from any number of tables, and finds what stands there twice."""

    def __init__(self, credentials: Mapping[str, Credential | None], manners: Manners) -> None:
        self._credentials, self._manners = credentials, manners
        self._names: dict[str, str] = {}
        self._devices: dict[tuple[object, ...], tuple[str, str]] = {}
        self.entries: list[Entry] = []

    def add(self, table: Table, default: Place) -> None:
        """Reads one [[targets]] table; blames its mistakes."""
        name, spoken = table.get(NAME), table.get(PROTOCOL)
        protocol = Protocol(spoken) if spoken else Protocol.IPMI
        address = _no_address(table) if protocol is Protocol.HOST else table.get(ADDRESS)
        manners = self._manners
        target = Target(
            name=name,
            address=address.strip("[]"),
            protocol=protocol,
            credential=self._credential(
                *(table, protocol if spoken else None),
                bare=protocol is Protocol.HOST or is_device(address),
            ),
            port=table.get(PORT),
            profile=table.get(PROFILE),
            place=place(table, default),
            node=table.get(NODE),
            cipher_suite=table.get(CIPHER_SUITE) or None,
            timeout=_or(table, TIMEOUT, manners.timeout),
            engine=_engine(table, protocol),
            retries=table.get(RETRIES) if "retries" in table else manners.retries,
        )
        line = table.document.line(table.path)
        entry = Entry(target, pace(table, manners.pace), table.document.file, line)
        table.close()
        _check_address(table, address, protocol)
        if self._named(table, name) and self._alone(table, target):
            self.entries.append(entry)

    def _credential(
        self, table: Table, protocol: Protocol | None, *, bare: bool
    ) -> Credential | None:
        """The credential that a table names; `bare` is one that needs none.

        It may not have one either: it would prove nothing of a credential, and so seem to.
        """
        name = table.get(CREDENTIAL)
        if bare and "credential" in table:
            message = "credential: this machine asks itself without one"
            table.blame("credential", message, Code.WRONG_PROTOCOL)
            return None
        if not name:
            if "credential" in table or (protocol is not None and not bare):
                message = f'{table.title} lacks the key "credential"'
                table.blame("", message, Code.MISSING_KEY)
            return None
        if name not in self._credentials:
            hint = nearest(name, self._credentials) or _listed(self._credentials)
            table.blame("credential", f'unknown credential "{name}"{hint}', Code.UNKNOWN_CREDENTIAL)
            return None
        found = self._credentials[name]
        if found and protocol and PROTOCOLS[type(found)] is not protocol:
            message = f'credential "{name}" is for {PROTOCOLS[type(found)]}, not for {protocol}'
            table.blame("credential", message, Code.WRONG_PROTOCOL)
        return found

    def _named(self, table: Table, name: str) -> bool:
        """True where the name is a name, and new."""
        if not name:
            if "name" in table:
                table.blame("name", "name: expected a text that is not empty", Code.BAD_NAME)
            return False
        same = unicodedata.normalize("NFC", name)
        if same in self._names:
            message = f'target "{name}" stands twice: first at {self._names[same]}'
            table.blame("name", message, Code.DUPLICATE_TARGET)
            return False
        self._names[same] = table.place
        return True

    def _alone(self, table: Table, target: Target) -> bool:
        """True where no other target is the same device: two of them would double its load."""
        credential = target.credential
        context = credential.context if isinstance(credential, UsmCredential) else ""
        key = (target.protocol, _canonical(target.address), target.endpoint[1], context)
        here = target.protocol is Protocol.HOST
        if (target.address or here) and key in self._devices:
            other, where = self._devices[key]
            who = "this machine" if here else f"{target.address} port {key[2]}"
            message = f'{who} is already asked as target "{other}" at {where}'
            table.blame("protocol" if here else "address", message, Code.OVERLAP)
            return False
        self._devices[key] = (target.name, table.place)
        return True


def _engine(table: Table, protocol: Protocol) -> str:
    """The SNMP engine where it is not our own; blamed where another protocol has one."""
    if "engine" in table and protocol is not Protocol.SNMP:
        message = f"engine: is for snmp, not for {protocol}"
        table.blame("engine", message, Code.WRONG_PROTOCOL)
    engine = table.get(ENGINE)
    return "" if engine == ENGINE.default else engine


def _no_address(table: Table) -> str:
    """The address of this machine: none, and blamed where one stands."""
    if table.raw("address") is not None:
        message = 'address: protocol "host" is this machine; leave the address out'
        table.blame("address", message, Code.BAD_ADDRESS)
    return ""


def _listed(names: Mapping[str, object]) -> str:
    return f"; known: {', '.join(names)}" if names else ": there is no [credentials] table"


def _canonical(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address.lower().rstrip(".")


_HOST = re.compile(r"[\w.-]+(?:%[\w.-]+)?")


def _check_address(table: Table, address: str, protocol: Protocol) -> None:
    """An IP address or a host name; a port, a scheme or a blank is blamed.

    By IPMI also a device file of this host; of the host itself nothing.
    """
    if protocol is Protocol.HOST or (protocol is Protocol.IPMI and is_device(address)):
        return
    if not address:
        if "address" in table:
            table.blame("address", "address: expected a host name or IP address", Code.BAD_ADDRESS)
        return
    host = address.strip("[]")
    try:
        ipaddress.ip_address(host)
        return
    except ValueError:
        pass
    if re.fullmatch(r"\[.+\]:\d+|[^:]+:\d+", address):
        message = f'address: a port has its own key, found "{address}": write port = …'
    elif _HOST.fullmatch(host) and not re.fullmatch(r"[\d.]+", host):
        return
    else:
        message = f'address: expected a host name or IP address, found "{address}"'
    table.blame("address", message, Code.BAD_ADDRESS)
