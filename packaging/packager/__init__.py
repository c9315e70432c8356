"""Builds what site ops install: `PYTHONPATH=packaging python -m packager --help`."""
