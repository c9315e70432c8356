"""What other tools wrote down of a device, read as a partial capture."""

from __future__ import annotations

from hw_profiles import ipmitool_text, snmpwalk_text
from hw_profiles.capture import Capture


def parse(text: str, file: str) -> Capture | None:
    """The capture; None where the text is no tool's that we know.

    DocumentError names the lines of a known tool that cannot be understood.
    """
    return snmpwalk_text.parse(text, file) or ipmitool_text.parse(text, file)
