"""How to tell: polls become metric families, and families become pages."""
