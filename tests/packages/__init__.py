"""Packages as built: what is in them, and what they do on the machines that install them."""
