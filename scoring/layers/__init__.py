"""The layers of the rule file, one module for each question."""
