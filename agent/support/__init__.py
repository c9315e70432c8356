"""A support bundle: what helps to find a fault from afar, without names, addresses and secrets."""
