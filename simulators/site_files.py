"""The files by which an agent finds a simulated site: configuration, inventory, secrets of 0600."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from simulators import site_inventory
from simulators.site import COMMUNITY, OWN_DATA, ROOM, SITE, USER, Device, Site

_CREDENTIALS = """\
[credentials.bmc]
type = "ipmi"
username = "{user}"
password = "file:secrets/bmc"

# A server that arrived with another password than the site's. It has a credential of its own:
# a credential that one BMC refuses is not tried on any other until the configuration changes.
[credentials.bmc-new]
type = "ipmi"
username = "{user}"
password = "file:secrets/bmc-new"

[credentials.snmp]
type = "snmp-community"
community = "file:secrets/snmp"
"""


def write(site: Site, directory: Path, port: int, interval: float) -> Path:
    """Writes everything below a directory; returns the configuration file.

    The agent will serve on loopback `port` and poll every `interval` seconds. The site must have
    been started, for its ports are part of the configuration.
    """
    secrets = directory / "secrets"
    secrets.mkdir(mode=0o700)
    for name, secret in (("bmc", site.password), ("bmc-new", site.password), ("snmp", COMMUNITY)):
        file = secrets / name
        file.touch(mode=0o600)
        file.write_text(f"{secret}\n", encoding="utf-8")
    profiles = directory / "profiles.d"
    profiles.mkdir()
    shutil.copy(OWN_DATA / "demo-meter.toml", profiles)
    inventory = site_inventory.text(site)
    (directory / "inventory.toml").write_text(inventory, encoding="utf-8")
    config = directory / "dcagent.toml"
    config.write_text("\n".join(_lines(site, directory, port, interval)), encoding="utf-8")
    return config


def _lines(site: Site, directory: Path, port: int, interval: float) -> Iterator[str]:
    yield "[web]"
    yield f'listen = ["127.0.0.1:{port}"]'
    yield "\n[poll]"
    yield f"interval = {interval:g}"
    yield f"interval_normal = {2 * interval:g}"
    yield f"interval_slow = {6 * interval:g}"
    yield "\n[cache]"
    yield f"directory = {_text(str(directory / 'cache'))}"
    yield "\n[state]"
    yield f"directory = {_text(str(directory / 'state'))}"
    yield "\n# A profile of one's own: it reads the energy meters, which dcagent does not know."
    yield "[profiles]"
    yield 'directories = ["profiles.d"]'
    yield '\n[inventory]\nfiles = ["inventory.toml"]'
    yield f"\n[place]\nsite = {_text(SITE)}\nroom = {_text(ROOM)}\n"
    yield _CREDENTIALS.format(user=USER)
    for device in site.devices:
        yield "[[targets]]"
        yield from _target(device)
        yield ""


def _target(device: Device) -> Iterator[str]:
    yield f"name = {_text(device.name)}"
    yield 'address = "127.0.0.1"'
    yield f"port = {device.port}"
    yield f"protocol = {_text(device.protocol)}"
    yield f"credential = {_text(device.credential)}"
    for key in ("node", "rack", "u", "feed"):
        value = getattr(device, key)
        if value:
            yield f"{key} = {_text(value)}"


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(value)
