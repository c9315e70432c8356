"""Keeps a credential from being tried in vain: one scout at a time, and none once it is refused.

A device that counts failed logins must never lock an account because of us. So until a credential
has worked once, one target alone tries it; once it is refused, nobody does until it changes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from model.credentials import CommunityCredential, Credential
from model.devices import Poll
from model.readings import Reason

REFUSALS = frozenset(
    {
        Reason.WRONG_USER,
        Reason.WRONG_PASSWORD,
        Reason.BMC_UNPROVEN,
        Reason.V3_UNKNOWN_USER,
        Reason.V3_WRONG_DIGEST,
        Reason.V3_WRONG_KEY,
    }
)
"""What a device says of a credential that it does not know. Not among them: a refused privilege,
security level or cipher suite (one device's own setting, which costs no failed login), and a
community that is not answered (silence tells nothing). Those back off."""

_REACHED = frozenset({Reason.NO_PROFILE})
"""Why a poll can fail as a whole although the login succeeded."""

T = TypeVar("T")


def refusal(poll: Poll) -> Reason | None:
    """Why the poll's credential was refused; None where it was not."""
    if poll.reached:
        return None
    return next((f.reason for f in poll.faults if f.reason in REFUSALS), None)


def worked(poll: Poll) -> bool:
    """True where the poll shows that the device took the credential."""
    return poll.reached or any(f.reason in _REACHED for f in poll.faults)


@dataclass(slots=True)
class _Gate(Generic[T]):
    credential: Credential
    open: bool = False
    refused: str = ""
    scout: T | None = None
    waiting: deque[T] = field(default_factory=deque)


class Gates(Generic[T]):
    """One gate per credential; `T` is who passes (compared by identity)."""

    def __init__(self) -> None:
        self._gates: dict[str, _Gate[T]] = {}

    def configure(self, credentials: Mapping[str, Credential]) -> None:
        """Takes these credentials; a changed one starts anew, and so does who waits there."""
        gates: dict[str, _Gate[T]] = {}
        for name, credential in credentials.items():
            gate = self._gates.get(name)
            same = gate is not None and gate.credential == credential
            free = isinstance(credential, CommunityCredential)
            gates[name] = gate if gate and same else _Gate(credential, open=free)
        self._gates = gates

    def _of(self, credential: Credential | None) -> _Gate[T] | None:
        return None if credential is None else self._gates.get(credential.name)

    def refused(self, credential: Credential | None) -> str:
        """Why nobody may try this credential; "" while one may."""
        gate = self._of(credential)
        return gate.refused if gate else ""

    def locked(self) -> dict[str, bool]:
        """Each credential's name, and whether it is refused. May be asked from any thread."""
        return {name: bool(gate.refused) for name, gate in self._gates.items()}

    def enter(self, credential: Credential | None, who: T) -> bool:
        """True where `who` may try now; else they wait, and `leave` or `drop` hands them back."""
        gate = self._of(credential)
        if gate is None or gate.open or gate.scout is who:
            return True
        if gate.scout is None:
            gate.scout = who
            return True
        if not any(waiting is who for waiting in gate.waiting):
            gate.waiting.append(who)
        return False

    def learn(self, credential: Credential | None, poll: Poll) -> list[T]:
        """Draws conclusions from a poll; returns who need wait no longer."""
        gate = self._of(credential)
        if gate is None or gate.credential != credential:
            return []
        reason = refusal(poll)
        if reason and not isinstance(credential, CommunityCredential):
            gate.refused = f"{reason.value} at {poll.target.name}"
        elif not gate.open and worked(poll):
            gate.open = True
        return _all(gate) if gate.open or gate.refused else []

    def leave(self, credential: Credential | None, who: T) -> list[T]:
        """Ends a try; returns who may try next."""
        gate = self._of(credential)
        if gate is None or gate.scout is not who:
            return []
        gate.scout = None
        if gate.open or gate.refused:
            return _all(gate)
        return [gate.waiting.popleft()] if gate.waiting else []

    def drop(self, who: T) -> None:
        """Forgets someone who is no longer wanted and is not trying."""
        for gate in self._gates.values():
            gate.waiting = deque(waiting for waiting in gate.waiting if waiting is not who)


def _all(gate: _Gate[T]) -> list[T]:
    freed = list(gate.waiting)
    gate.waiting.clear()
    return freed
