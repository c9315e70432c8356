"""What an agent's Report says of an SNMPv3 request (RFC 3414 §3.2, §5)."""

from __future__ import annotations

from collectors.protocol import Failure
from collectors.snmp.client import Oid
from collectors.snmp.exchange import Resend
from collectors.snmp.values import dotted
from model.readings import Reason

USM_STATS: Oid = (1, 3, 6, 1, 6, 3, 15, 1, 1)
LEVEL, WINDOW, USER, ENGINE, DIGEST, DECRYPTION = range(1, 7)
_MEANINGS = {
    LEVEL: (Reason.V3_LEVEL_REFUSED, "the agent refuses this security level"),
    WINDOW: (Reason.V3_CLOCK, "the agent takes each request for an old one"),
    USER: (Reason.V3_UNKNOWN_USER, "the agent knows no such user"),
    ENGINE: (Reason.PROTOCOL, "the agent does not know its own engine ID"),
    DIGEST: (Reason.V3_WRONG_DIGEST, "the agent finds a wrong digest"),
    DECRYPTION: (Reason.V3_WRONG_KEY, "the agent cannot decrypt the request"),
}


def told(counter: Oid) -> Failure | Resend:
    """The meaning of the counter that a Report names: to put the request anew, or the end of it."""
    if counter[:-2] != USM_STATS or counter[-2] not in _MEANINGS:
        return Failure(Reason.PROTOCOL, f"the agent reports {dotted(counter)}")
    reason, detail = _MEANINGS[counter[-2]]
    failure = Failure(reason, detail)
    return Resend(failure) if counter[-2] in (WINDOW, ENGINE) else failure
