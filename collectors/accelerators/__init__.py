"""Accelerators, as their vendors' own tools tell of them: one schema, one small adapter each."""
