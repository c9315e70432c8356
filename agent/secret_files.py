"""Where the secrets of a configuration are kept, and how one is written there safely."""

from __future__ import annotations

import os
import re
import secrets as randomness
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agent.config import files_of
from agent.config_credentials import LONGEST_PASSWORD, SHORTEST_PASSPHRASE
from agent.secrets import LONGEST
from model.credentials import Secret
from model.document import DocumentError, nearest, read

KEYS = {
    "ipmi": ("password",),
    "snmp-community": ("community",),
    "snmp-v3": ("auth_password", "priv_password"),
}
"""Type of a credential → its keys that hold a secret."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
DIRECTORY = "secrets"


class NoPlace(Exception):
    """A secret that has no file to be written to, or that is none: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one secret. `credential` and `key` are "" where no credential names it yet."""

    path: Path
    credential: str = ""
    key: str = ""

    @property
    def title(self) -> str:
        """What the question on the terminal calls it."""
        return f"{self.credential}.{self.key}" if self.credential else self.path.name


def slot(config: Path, name: str) -> Slot:
    """Where NAME is kept: a credential's file, else a new one in `secrets` beside the file.

    NAME is a credential, "CREDENTIAL.KEY" where it has two secrets, or any new name. NoPlace: it
    is kept elsewhere, stands for several, or is no name. DocumentError: a file is no TOML.
    """
    found = [one for one in references(config) if name in (one[0], f"{one[0]}.{one[1]}")]
    if len(found) > 1:
        several = ", ".join(f"{credential}.{key}" for credential, key, *_ in found)
        raise NoPlace(f'credential "{name}" has several secrets: name one of {several}')
    for credential, key, reference, directory in found:
        return Slot(_file(directory, f"{credential}.{key}", reference), credential, key)
    if not _NAME.fullmatch(name):
        hint = nearest(name, (one[0] for one in references(config)))
        raise NoPlace(f'"{name}" is no name: letters, digits, "-", "_" and "."{hint}')
    return Slot(config.parent / DIRECTORY / name)


def references(config: Path) -> Iterator[tuple[str, str, object, Path]]:
    """Credential, key and reference of each secret that the configuration's files name.

    Last, the folder of that file: where a relative path starts. DocumentError: a file is no TOML.
    """
    for file in files_of(config):
        try:
            credentials = read(file).data.get("credentials")
        except DocumentError:
            if file.exists():
                raise
            continue
        for name, table in credentials.items() if isinstance(credentials, dict) else ():
            if isinstance(table, dict):
                for key in KEYS.get(str(table.get("type")), ()):
                    if key in table:
                        yield name, key, table[key], file.parent


def _file(directory: Path, title: str, reference: object) -> Path:
    scheme, _, rest = str(reference).partition(":")
    if scheme == "file" and rest:
        return directory / rest
    where = {"env": "the environment variable", "credential": "systemd's credential"}.get(scheme)
    if where and rest:
        raise NoPlace(f"{title} is kept in {where} {rest}, not in a file")
    raise NoPlace(f'{title} stands in the configuration itself: put "file:{DIRECTORY}/…" there')


def unfit(slot: Slot, secret: Secret) -> str:
    """Why a text cannot be this secret; "" where it can."""
    text = secret.reveal()
    if not text:
        return "it is empty"
    if any(not character.isprintable() for character in text):
        return "it holds characters that no keyboard types (a line end, a tab)"
    size = len(text.encode())
    if slot.key == "password" and size > LONGEST_PASSWORD:
        return f"IPMI allows {LONGEST_PASSWORD} bytes, this one has {size}"
    if slot.key in KEYS["snmp-v3"] and len(text) < SHORTEST_PASSPHRASE:
        return f"SNMPv3 needs at least {SHORTEST_PASSPHRASE} characters"
    return f"it is longer than {LONGEST} bytes" if size > LONGEST else ""


def write(path: Path, secret: Secret, beside: Path) -> int:
    """Writes the secret so that its name always stands for the whole old or new one; its mode.

    The file is given to the group of `beside` (the configuration) and readable by it where that
    can be done (0640), else by its owner alone (0600). A directory that lacks is made, 0750.
    OSError: it cannot be written.
    """
    group = beside.stat().st_gid
    _directory(path.parent, group)
    fresh = path.with_name(f".{path.name}.{randomness.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(fresh, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            mode = 0o600
            with suppress(PermissionError):
                os.fchown(descriptor, -1, group)
                mode = 0o640
            os.fchmod(descriptor, mode)
            file.write(secret.reveal().encode() + b"\n")
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return mode


def _directory(path: Path, group: int) -> None:
    if path.is_dir():
        return
    path.mkdir(mode=0o750)
    with suppress(PermissionError):
        os.chown(path, -1, group)
