"""IPMI 2.0 over LAN (and, from captures, over nothing): sessions, sensors, standard commands."""
