"""The SNMP client: our own codec, and pysnmp's where the target or the algorithm asks for it."""

from __future__ import annotations

from collectors.protocol import Failure
from collectors.snmp.conversation import Conversation, Life, SnmpCredential, Speak, Speaker
from collectors.snmp.engines import EngineClock
from collectors.snmp.messages import Community
from collectors.snmp.silence import sign_of_life
from collectors.snmp.udp import Endpoint
from collectors.snmp.usm_speaker import Usm
from model.credentials import CommunityCredential, UsmCredential
from model.devices import Target
from model.readings import Reason

PYSNMP = "pysnmp"
"""The engine of targets whose messages pysnmp writes and reads."""
_LEFT_TO_PYSNMP = frozenset({"des"})
"""Ciphers that are too weak to be written anew, and that old agents may know alone."""


class OwnClient(Conversation):
    """An SnmpClient for agents of every version and level that we know."""

    def __init__(self, life: Life = sign_of_life) -> None:
        self._clocks: dict[Endpoint, EngineClock] = {}
        self._pysnmp: Speak | None = None
        super().__init__(self._speaker, life)

    def _speaker(self, target: Target, credential: SnmpCredential, peer: Endpoint) -> Speaker:
        if target.engine == PYSNMP or _weak(credential):
            return self._by_pysnmp()(target, credential, peer)
        if isinstance(credential, CommunityCredential):
            return Community(credential)
        return Usm(credential, self._clocks.setdefault(peer, EngineClock()))

    def _by_pysnmp(self) -> Speak:
        """Imported when a target needs it: it costs 140 ms and 20 MiB."""
        if self._pysnmp is None:
            try:
                from collectors.snmp.pysnmp_client import PysnmpSpeakers  # noqa: PLC0415
            except ImportError as error:
                detail = f"this target needs pysnmp: {error}"
                raise Failure(Reason.HELPER_MISSING, detail) from error
            self._pysnmp = PysnmpSpeakers()
        return self._pysnmp

    def _forgotten(self, peer: Endpoint) -> None:
        self._clocks.pop(peer, None)


def _weak(credential: SnmpCredential) -> bool:
    return isinstance(credential, UsmCredential) and credential.priv_protocol in _LEFT_TO_PYSNMP
