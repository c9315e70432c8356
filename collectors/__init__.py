"""How to ask: one collector per protocol, and the one road that leads through them."""
