"""Captures answered over the real wire, for the demo, the tests and load."""
