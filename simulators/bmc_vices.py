"""How a simulated BMC misbehaves on request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class BmcVices:
    """All off by default; may be changed while the BMC runs. Shares run from 0 to 1.

    On the network
      delay: seconds before each answer. loss: share of requests that are never answered.
      silent: nothing is answered at all (a dead BMC, or a firewall). no_ping: only the ASF ping
      goes unanswered. half: share of answers cut in half. noise: share of answers that come
      behind a datagram of random bytes. foreign: each answer comes behind a packet of another
      session.
    In the login
      wrong_password: the BMC holds another password than its users are told. refuse_users: no
      user name is accepted. session_limit: sessions that fit in the table, 0 for the usual 16.
      drop_encrypted: encrypted requests of the SHA-256 suites go unanswered, though the login
      succeeds (a half-supported suite 17). bad_proof: "rakp2" or "rakp4", the message whose
      authentication code is wrong (a BMC that does not know the password).
    In the answers
      busy: share of sensor and storage requests answered C0h. unavailable: sensors that report
      "reading unavailable" (§35.14). extra_byte: one byte too many behind each answer. garbage:
      share of answers with random data behind the completion code. lost_reservation: share of
      Get SDR requests that find their reservation gone. endless_sdr: the last SDR points to ever
      new ones. huge_fru: FRU 0 claims 65535 bytes and never ends. dcmi_inactive: DCMI power
      reads 0 W, measurement off.
    """

    delay: float = 0.0
    loss: float = 0.0
    silent: bool = False
    no_ping: bool = False
    half: float = 0.0
    noise: float = 0.0
    foreign: bool = False
    wrong_password: bool = False
    refuse_users: bool = False
    session_limit: int = 0
    drop_encrypted: bool = False
    bad_proof: str = ""
    busy: float = 0.0
    unavailable: tuple[int, ...] = ()
    extra_byte: bool = False
    garbage: float = 0.0
    lost_reservation: float = 0.0
    endless_sdr: bool = False
    huge_fru: bool = False
    dcmi_inactive: bool = False
