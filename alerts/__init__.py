"""Who must be told, and what to do about it: alerts and their runbooks, generated from data."""
