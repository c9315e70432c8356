"""The machine itself, as its kernel tells of it: sensors, counters, processors, identity."""
