"""SNMP versions 1, 2c and 3: GET and GETNEXT and GETBULK, never SET."""
