"""The host's own BMC as the tests of this folder ask for it."""

from model.devices import Protocol, Target

OWN = Target("own", "/dev/ipmi0", Protocol.IPMI, timeout=0.2, retries=1)
"""It may take 0.25 s to answer."""
