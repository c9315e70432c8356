"""When and where: configuration, wiring, schedule and the command line."""
