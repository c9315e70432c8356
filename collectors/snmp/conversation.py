"""A client made of a way to write and read messages: finds the peer, asks, explains silence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from collectors.protocol import Failure
from collectors.snmp.client import NO_SUCH_NAME, Hear, Oid, Refusal, Varbind
from collectors.snmp.exchange import Exchange, Question
from collectors.snmp.messages import GET, GETBULK, GETNEXT
from collectors.snmp.silence import sign_of_life
from collectors.snmp.udp import Endpoint, resolve
from model.credentials import CommunityCredential, Credential, IpmiCredential, UsmCredential
from model.devices import Target
from model.readings import Reason

TOO_BIG, AUTHORIZATION, NO_ACCESS = 1, 16, 6
LIFE_TIMEOUT = 1.0
_MOST_MET = 8192
"""Targets that are known at sight; credentials are slow to compare."""
SnmpCredential = CommunityCredential | UsmCredential
_WORDS = {2: "noSuchName", 3: "badValue", 5: "genErr", 6: "noAccess", 16: "authorizationError"}


class Speaker(Protocol):
    """Writes and reads the messages for one peer under one credential."""

    def question(
        self, kind: int, oids: Sequence[Oid], repetitions: int, single: int = 0
    ) -> Question:
        """A request of this PDU type (RFC 3416 §3); `single`: non-repeaters of a GETBULK."""
        ...

    def answered(self) -> None:
        """The question is over, with or without a reply: drop what is held for it."""
        ...

    @property
    def suspicion(self) -> Failure | None:
        """What silence means, as far as the conversation has told; None: nothing."""
        ...


Speak = Callable[[Target, SnmpCredential, Endpoint], Speaker]
Life = Callable[[Endpoint, float], Awaitable[str]]
"""What shows that a host lives, within so many seconds; see `collectors.snmp.silence`."""


@dataclass(slots=True)
class _Known:
    peer: Endpoint
    speaker: Speaker
    any_address: bool = False
    proven: bool = False


_Key = tuple[tuple[str, int], Credential | None, str]


class Conversation:
    """An SnmpClient over `speak`, which raises Failure where a helper is missing."""

    def __init__(self, speak: Speak, life: Life = sign_of_life) -> None:
        self._speak, self._life = speak, life
        self._exchange = Exchange()
        self.hear: Hear | None = None
        self._known: dict[_Key, _Known] = {}
        self._met: dict[int, tuple[Target, _Known]] = {}
        self._proven: set[_Key] = set()

    @property
    def dropped(self) -> Mapping[str, int]:
        """Datagrams that were dropped so far, by reason (`exchange.Drop`)."""
        return {reason.value: count for reason, count in self._exchange.dropped.items()}

    async def get(
        self, target: Target, oids: Sequence[Oid], retries: int | None = None
    ) -> tuple[Varbind, ...]:
        """See SnmpClient."""
        return await self._ask(target, GET, oids, 0, retries)

    async def getnext(
        self, target: Target, oids: Sequence[Oid], retries: int | None = None
    ) -> tuple[Varbind, ...]:
        """See SnmpClient."""
        return await self._ask(target, GETNEXT, oids, 0, retries)

    async def getbulk(
        self,
        target: Target,
        oids: Sequence[Oid],
        repetitions: int,
        retries: int | None = None,
        *,
        single: int = 0,
    ) -> tuple[Varbind, ...]:
        """See SnmpClient."""
        return await self._ask(target, GETBULK, oids, repetitions, retries, single)

    async def _ask(
        self,
        target: Target,
        kind: int,
        oids: Sequence[Oid],
        repetitions: int,
        retries: int | None,
        single: int = 0,
    ) -> tuple[Varbind, ...]:
        known = await self._meet(target)
        question = known.speaker.question(kind, oids, repetitions, single)
        times = target.retries if retries is None else retries
        try:
            response = await self._exchange.ask(
                *(known.peer, question, target.timeout, times), any_address=known.any_address
            )
        except Failure as failure:
            raise await self._explained(target, known, failure) from failure
        finally:
            known.speaker.answered()
        if not known.proven:
            known.proven = True
            self._proven.add(_key(target))
        if response.status:
            raise _refused(response.status, response.index)
        if self.hear is not None:
            self.hear(tuple(response.objects()))
        return response.varbinds

    async def _meet(self, target: Target) -> _Known:
        met = self._met.get(id(target))
        if met is not None and met[0] is target:
            return met[1]
        key = _key(target)
        known = self._known.get(key)
        if known is None:
            peer = await resolve(*target.endpoint)
            known = _Known(peer, self._speak(target, _credential(target), peer))
            self._known[key] = known
        if len(self._met) >= _MOST_MET:
            self._met.clear()
        self._met[id(target)] = target, known
        return known

    async def _explained(self, target: Target, known: _Known, failure: Failure) -> Failure:
        """Silence of an agent that has never answered this credential, with its likely cause."""
        proven = _key(target) in self._proven
        if failure.reason is not Reason.TIMEOUT or proven:
            return failure
        if known.speaker.suspicion is not None:
            return known.speaker.suspicion
        where = f"{known.peer[0]} port {known.peer[1]}"
        if isinstance(target.credential, CommunityCredential):
            sign = await self._life(known.peer, min(LIFE_TIMEOUT, max(target.timeout, 0.2)))
            if sign:
                detail = f"{where}: {sign}, but nothing for this community"
                return Failure(Reason.COMMUNITY_REFUSED, detail)
        return Failure(Reason.NO_ANSWER, f"{where}: {failure.detail}")

    async def allow(self, target: Target, any_address: bool) -> None:
        """See SnmpClient."""
        known = await self._meet(target)
        known.any_address = any_address

    def session(self, target: Target) -> str:
        """See SnmpClient."""
        credential = target.credential
        if not isinstance(credential, UsmCredential):
            version = credential.version if isinstance(credential, CommunityCredential) else "?"
            return f"SNMPv{version}, community accepted"
        if not credential.auth_protocol:
            return f"SNMPv3, user {credential.username}, noAuthNoPriv"
        level = "authPriv" if credential.priv_protocol else "authNoPriv"
        ways = "/".join(filter(None, (credential.auth_protocol, credential.priv_protocol)))
        return f"SNMPv3, user {credential.username}, {level}, {ways.upper()}"

    async def forget(self, target: Target) -> None:
        """See SnmpClient."""
        known = self._known.pop(_key(target), None)
        self._met = {number: met for number, met in self._met.items() if met[1] is not known}
        if known is not None:
            self._exchange.forget(known.peer)
            self._forgotten(known.peer)

    def _forgotten(self, peer: Endpoint) -> None:
        """For what a client keeps of an address beside its speakers."""

    async def close(self) -> None:
        """See SnmpClient."""
        self._exchange.close()
        self._known.clear()
        self._met.clear()
        self._proven.clear()


def _key(target: Target) -> _Key:
    return target.endpoint, target.credential, target.engine


def _credential(target: Target) -> SnmpCredential:
    credential = target.credential
    if credential is None or isinstance(credential, IpmiCredential):
        raise Failure(Reason.NO_CREDENTIAL, "no community and no SNMPv3 user is given")
    return credential


def _refused(status: int, index: int) -> Refusal:
    reason = Reason.DEVICE_ERROR
    if status == TOO_BIG:
        reason = Reason.TOO_BIG
    elif status in (AUTHORIZATION, NO_ACCESS):
        reason = Reason.V3_LEVEL_REFUSED if status == AUTHORIZATION else Reason.PRIVILEGE_REFUSED
    elif status == NO_SUCH_NAME:
        reason = Reason.UNSUPPORTED
    word = _WORDS.get(status, "tooBig" if status == TOO_BIG else f"error-status {status}")
    return Refusal(reason, status, index, f"the agent answers {word}")
