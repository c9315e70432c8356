"""What `dcagent score` says of a report, and how."""
