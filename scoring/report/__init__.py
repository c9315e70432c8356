"""What an engine has recorded, read back as a report: the answer of `dcagent score`."""
