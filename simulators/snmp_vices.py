"""How a simulated SNMP agent misbehaves; all of it was seen on real agents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class AgentVices:
    """All off; each may be changed while the agent runs. Seconds, and shares from 0 to 1."""

    dead: bool = False
    """Answers nothing at all."""
    wrong_community: bool = False
    """Takes every community for a wrong one: silence, as RFC 3584 §5.2.1 has it."""
    loss: float = 0.0
    """The share of requests that are lost."""
    delay: float = 0.0
    """Each answer comes this late."""
    weak: float = 0.0
    """Works this long on one request and loses those that come meanwhile."""
    truncated: bool = False
    """Cuts the end off each answer."""
    garbage: bool = False
    """Answers with bytes that mean nothing."""
    late_duplicates: float = 0.0
    """Sends each answer once more after this time."""
    other_address: str = ""
    """Answers from this address of its own instead of the one that was asked."""
    loop: str = ""
    """Below this object identifier the last object is followed by the first, for ever."""
    stuck: str = ""
    """Names the object of this object identifier as the next one, whatever is asked for."""
    too_big_above: int = 0
    """Refuses a GETBULK that more objects would answer with tooBig."""
    silent_above: int = 0
    """Drops a GETBULK that more objects would answer."""
    error_on_bulk: bool = False
    """Answers each GETBULK with genErr."""
    error_under: str = ""
    """Answers with genErr where an object below this object identifier is due."""
    end_by_no_such_instance: bool = False
    """Ends each column with noSuchInstance instead of going on behind it."""
    clock_broken: bool = False
    """Takes every SNMPv3 request for one out of the time window (RFC 3414 §3.2 step 7)."""

    @property
    def touches_order(self) -> bool:
        """True while a vice changes which object follows which."""
        return bool(self.loop or self.stuck or self.error_under or self.end_by_no_such_instance)
