"""The help texts of the catalogue: who is measured, and what."""

from __future__ import annotations

from model.sensors import Quantity, Role

SUBJECTS: dict[Role, str] = {
    Role.NODE: "a server, by the best reading it offers",
    Role.NODE_DCMI: "a server by DCMI, where a better source was chosen",
    Role.NODE_SDR: "a server by its own total sensor, where a better source was chosen",
    Role.NODE_PSU_SUM: "a server as the sum of its PSU inputs, where a better source was chosen",
    Role.NODE_METER: "a server by its ACPI power meter, where a better source was chosen",
    Role.NODE_RAPL: "a server's processors by RAPL, where a better source was chosen",
    Role.NODE_SNMP: "a server as its BMC tells by SNMP, where a better source was chosen",
    Role.DEVICE: "a computing device (processors as a whole, or one accelerator package)",
    Role.ACCELERATOR: "an accelerator package",
    Role.MEMORY: "a memory controller",
    Role.BMC: "the BMC that belongs to a server",
    Role.PSU: "a power supply unit",
    Role.PSU_INPUT: "a power supply unit's input",
    Role.PSU_OUTPUT: "a power supply unit's output",
    Role.REDUNDANCY: "a redundant group of parts (PSUs, fans)",
    Role.CPU: "a processor (all of them where the label is empty)",
    Role.DIMM: "memory (all of it where the label is empty)",
    Role.DISK: "disks (all of them where the label is empty)",
    Role.BOARD: "a point on the boards",
    Role.FAN: "a fan (all of them where the label is empty)",
    Role.AIR_INLET: "the air that a server takes in",
    Role.AIR_EXHAUST: "the air that a server blows out",
    Role.SEL: "the event log",
    Role.RACK: "all that a rack PDU feeds",
    Role.POWER_INLET: "an inlet of a rack PDU",
    Role.PHASE: "a phase of a rack PDU's feed",
    Role.BRANCH: "a branch (the outlets behind one breaker)",
    Role.OUTLET: "an outlet",
    Role.ENVIRONMENT: "the room or rack air at a probe",
    Role.UPS: "a UPS as a whole",
    Role.UPS_INPUT: "a UPS input line",
    Role.UPS_OUTPUT: "a UPS output line",
    Role.UPS_BYPASS: "a UPS bypass line",
    Role.BATTERY: "a UPS battery",
    Role.SENSOR: "a sensor that no profile line names, under its own name",
}
"""What stands for {} in a measure's help."""

MEASURES: dict[Quantity, str] = {
    Quantity.POWER: "Active power of {}.",
    Quantity.APPARENT_POWER: "Apparent power of {}.",
    Quantity.ENERGY: "Energy of {} as its own meter counts it.",
    Quantity.CURRENT: "Current of {}.",
    Quantity.VOLTAGE: "Voltage of {}.",
    Quantity.POWER_FACTOR: "Power factor of {}, 0 to 1.",
    Quantity.FREQUENCY: "Frequency of {}.",
    Quantity.TEMPERATURE: "Temperature of {}.",
    Quantity.HUMIDITY: "Relative humidity of {}, 0 to 1.",
    Quantity.FAN_SPEED: "Rotations per minute of {}.",
    Quantity.DUTY: "Drive of {} as a share of its maximum, 0 to 1.",
    Quantity.LOAD: "Load of {} as a share of its rating, 0 to 1.",
    Quantity.CHARGE: "Charge of {}, 0 to 1.",
    Quantity.UTILIZATION: "Utilization of {}, 0 to 1.",
    Quantity.RUNTIME: "Time that {} can go on at the present load.",
    Quantity.COUNT: "Number reported by {}.",
    Quantity.STATE: "State of {}: 0 ok, 1 warning, 2 critical; the label says it in words.",
    Quantity.MEMORY_USED: "Memory in use on {}.",
    Quantity.MEMORY_TOTAL: "Memory of {}.",
    Quantity.ERRORS: "Memory errors counted by {} since the start; the label says which kind.",
    Quantity.UPTIME: "Time since the start of {}.",
    Quantity.PEAK: "Dense peak of {}, from the processor table, per precision.",
    Quantity.INFO: "1; the labels tell of {}.",
}

HELPS: dict[tuple[Role, Quantity], str] = {
    (Role.CHASSIS, Quantity.STATE): "1 while a server is powered on, 0 while it is off on purpose.",
    (Role.SEL, Quantity.COUNT): "Entries in the event log.",
    (Role.SEL, Quantity.LOAD): "Share of the event log in use, 0 to 1.",
    (Role.ALARM, Quantity.COUNT): "Alarms that the device reports as active.",
    (Role.NODE, Quantity.INFO): "1; the labels tell of a server's architecture and processor.",
    (Role.NODE, Quantity.UPTIME): "Time since the operating system of a server started.",
}
"""Where the help is not a measure of a subject."""
