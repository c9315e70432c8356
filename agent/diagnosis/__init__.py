"""What a failure means and how to end it: a catalogue of stable codes, in Chinese and English.

The data stand in `catalogue/*.toml`, one file per family of codes; a code never changes its
meaning and is never used again.
"""

from agent.diagnosis.entries import Entry, Fix, Lang, Text, catalogue
from agent.diagnosis.lookup import code_of, diagnose, entry_of, find, named

__all__ = [
    "Entry",
    "Fix",
    "Lang",
    "Text",
    "catalogue",
    "code_of",
    "diagnose",
    "entry_of",
    "find",
    "named",
]
