"""What the checks look at: this host, or a tree of files that stands for one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from agent.config import DEFAULT_FILE
from agent.doctor.discipline import Discipline, discipline
from agent.doctor.files import Account, Files
from collectors.host import machine
from hw_profiles.processor_schema import Table
from model.host import Cpu

SERVICE_USER = "dcagent"


@dataclass(frozen=True, slots=True)
class Space:
    """A file system: octets and files that are free for ordinary users, and octets in all."""

    free: int
    total: int
    files: int


def space(path: Path) -> Space | None:
    """The file system of a path; None where it cannot be asked."""
    try:
        told = os.statvfs(path)
    except OSError:
        return None
    # file systems that make files as they need them count none
    files = told.f_favail if told.f_files else 1 << 30
    return Space(told.f_bavail * told.f_frsize, told.f_blocks * told.f_frsize, files)


def myself() -> Account:
    """Who runs this program."""
    return Account("", os.geteuid(), frozenset({os.getegid(), *os.getgroups()}))


@dataclass(frozen=True)
class Surroundings:
    """One host. All that is not a file below `root` is an argument, so that a test can be any.

    `config` is a real path, `named` where someone asked for it; `url` is the agent's, "" for the
    one that the configuration listens on; `now` in Unix seconds, `patience` in seconds per
    answer; `runs_as` is the running agent's account, `processors` its table (None: the shipped).
    """

    root: Path = Path("/")
    arch: str = field(default_factory=lambda: os.uname().machine)
    now: float = field(default_factory=time.time)
    me: Account = field(default_factory=myself)
    config: Path = DEFAULT_FILE
    named: bool = False
    url: str = ""
    runs_as: Account | None = None
    processors: Table | None = None
    patience: float = 3.0
    discipline: Callable[[], Discipline | None] = discipline
    space: Callable[[Path], Space | None] = space
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @cached_property
    def files(self) -> Files:
        """The host's files."""
        return Files(self.root)

    @cached_property
    def cpu(self) -> Cpu:
        """The processors, as the collector of this host reads them."""
        return machine.read(self.files.kernel, self.root).host.cpu

    @cached_property
    def agent(self) -> Account:
        """Who the agent runs as, or would: the service's user where the host has it, else `me`."""
        return self.runs_as or self.files.account(SERVICE_USER) or self.me

    def who(self, account: Account) -> str:
        """An account's name for people."""
        rows = (line.split(":") for line in self.files.text("/etc/passwd").splitlines())
        known = (r[0] for r in rows if len(r) > 2 and r[2] == str(account.uid))
        return account.name or next(known, f"uid {account.uid}")
