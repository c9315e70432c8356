"""The host we run on and its agent, looked at from within: one small file per group of checks.

Nothing is changed and nothing needs root. All files are read below `Surroundings.root`; what a
check finds is a `Finding`, told in both languages, under a code where it is not well.
"""

from agent.doctor.examine import examine
from agent.doctor.finding import Finding, Level
from agent.doctor.surroundings import Surroundings

__all__ = ["Finding", "Level", "Surroundings", "examine"]
