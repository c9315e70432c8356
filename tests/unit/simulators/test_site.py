"""The simulated site: what it is made of, and that its meters agree with its servers."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from agent.config import load
from agent.config_inventory import inventory
from agent.inventory.agreement import agreement
from agent.inventory.site_file import examine
from collectors.poll import Road
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import OwnClient
from hw_profiles.capture import read
from hw_profiles.load import pack
from model.credentials import CommunityCredential, Secret
from model.devices import Health, Protocol, Target
from model.inventory import Kind
from model.readings import Reading
from simulators import host_agents
from simulators.bmc import SimulatedBmc
from simulators.meter_curve import APC_RPDU2, DEMO_METER, RARITAN_PX, UPS_MIB, Meter, metered
from simulators.site import COOLING, FEED_LOSS, METERS, OWN_DATA, PUE, RACKS, Site
from simulators.site_files import write
from tests.unit.simulators.console import Console, Refused

CAPTURES = Path(__file__).parents[2] / "captures"
APC, PX, UPS = "1.3.6.1.4.1.318.1.1.26", "1.3.6.1.4.1.13742.6.5", "1.3.6.1.2.1.33.1"
DEMO = "1.3.6.1.4.1.32473.1.2"


def file(name: str) -> Path:
    own = OWN_DATA / f"{name}.capture"
    return own if own.exists() else CAPTURES / own.name


def numbers(name: str) -> dict[str, int]:
    """The capture's INTEGER, Counter and Gauge objects."""
    objects = read(file(name)).objects
    return {
        ".".join(map(str, o.oid)): int(o.value) for o in objects if o.tag in (2, 65, 66, 67, 70)
    }


@pytest.mark.parametrize(
    ("name", "columns", "watts", "unit"),
    [
        ("apc-rpdu2", APC_RPDU2, [f"{APC}.4.3.1.5.1"], 10),
        ("raritan-px", RARITAN_PX, [f"{PX}.2.3.1.4.1.1.5"], 1),
        ("rfc1628-ups", UPS_MIB, [f"{UPS}.4.4.1.4.{line}" for line in (1, 2, 3)], 1),
        ("demo-meter", DEMO_METER, [f"{DEMO}.1.0"], 1),
    ],
)
def test_a_meter_shows_what_it_feeds(
    name: str, columns: tuple[tuple[str, str], ...], watts: list[str], unit: int
) -> None:
    now = 0.0
    meter = Meter(lambda s: 1400.0 + s, lambda s: 1400.0 * s)
    moved = metered(read(file(name)), columns, meter, lambda: now)
    values = numbers(name)
    for now in (0.0, 600.0):
        shown = [moved(now, oid, values[oid]) for oid in watts]
        assert sum(int(v) for v in shown) * unit == pytest.approx(1400 + now, abs=unit)


def test_outlets_and_phases_follow_and_the_rest_stays() -> None:
    meter = Meter(lambda s: 540.0, lambda s: 3.6e6)
    moved = metered(read(CAPTURES / "apc-rpdu2.capture"), APC_RPDU2, meter, lambda: 1.0)
    assert moved(0, f"{APC}.6.3.1.5.1", 13) == 26
    assert moved(0, f"{APC}.9.4.3.1.7.1", 38) == 76
    assert moved(0, f"{APC}.6.3.1.6.1", 231) == 231
    assert moved(0, f"{APC}.4.2.1.9.1", 16) == 16
    assert moved(0, f"{APC}.4.3.1.9.1", 19677) == 19687
    assert moved(0, f"{APC}.9.4.3.1.3.1", b"srv-01") == b"srv-01"


def test_energy_of_a_raritan_inlet_and_its_outlets() -> None:
    now = 0.0
    meter = Meter(lambda s: 1665.0, lambda s: 1665.0 * s)
    capture = read(CAPTURES / "raritan-px.capture")
    moved = metered(capture, RARITAN_PX, meter, lambda: now)
    inlet, outlet = f"{PX}.2.3.1.4.1.1.8", f"{PX}.4.3.1.4.1.1.8"
    assert moved(0, inlet, 74057676) == 74057676
    now = 3600.0
    assert moved(0, inlet, 74057676) == 74057676 + 1665
    assert moved(0, outlet, 6138240) == 6138240 + 138


def test_columns_without_a_total_are_an_error() -> None:
    meter = Meter(lambda s: 1.0, lambda s: 1.0)
    with pytest.raises(ValueError, match="no object of the capture is a total"):
        metered(read(CAPTURES / "rfc1628-ups.capture"), APC_RPDU2, meter, lambda: 0.0)


async def test_the_site_and_its_two_troubled_bmcs() -> None:
    site = Site(password="of-the-site")
    kinds = [device.kind for device in site.devices]
    assert {k: kinds.count(k) for k in set(kinds)} == {"bmc": 24, "pdu": 6, "ups": 1, "meter": 3}
    assert len({device.name for device in site.devices}) == 34
    await site.start()
    try:
        assert len({device.port for device in site.devices}) == 34
        ports = {device.name: device.port for device in site.bmcs()}
        async with Console(ports["bmc-a01-01"], password="of-the-site") as console:
            await console.login()
            assert (await console.request(6, 0x01) or b"")[0] == 0
        async with Console(ports[Site.REFUSING], password="of-the-site") as console:
            with pytest.raises(Refused, match="rakp2: -"):
                await console.login()
        async with Console(ports[Site.DEAD], password="of-the-site") as console:
            assert await console.ping() is None
    finally:
        site.close()


def test_feeds_carry_what_the_racks_servers_draw() -> None:
    site = Site(password="x")
    for second in (0.0, 100.0, 1000.0):
        total = sum(site.power(second, (rack,)) for rack in RACKS)
        assert total == pytest.approx(site.power(second, RACKS))
        assert 24 * 296 * 0.65 < total < 24 * 412 * 1.35
    assert FEED_LOSS > 1
    assert sum(load.model.rated for load in site.loads) == pytest.approx(8 * 1056 * 1.35)
    spread = {round(site.power(50.0, (rack,))) for rack in RACKS}
    assert len(spread) == 3


async def test_meters_count_so_that_pue_is_what_the_site_says() -> None:
    now = 0.0
    site = Site(password="x", clock=lambda: now)
    await site.start()
    road = Road({Protocol.SNMP: SnmpCollector(OwnClient())}, pack(OWN_DATA))
    try:
        begun = await counted(site, road)
        now = 7200.0
        end = await counted(site, road)
    finally:
        await road.close()
        site.close()
    main, it, cooling = (end[name] - begun[name] for name in METERS)
    assert it == pytest.approx(FEED_LOSS * site.energy(now, RACKS), rel=1e-4)
    assert main / it == pytest.approx(PUE, rel=1e-4)
    assert cooling / it == pytest.approx(COOLING, rel=1e-3)


async def counted(site: Site, road: Road) -> dict[str, float]:
    """Meter → the joules that it has counted, as the agent reads them by the demo's profile."""
    login = CommunityCredential("snmp", Secret("public"))
    found = {}
    for device in site.devices:
        if device.kind == "meter":
            at = Target(device.name, "127.0.0.1", Protocol.SNMP, login, device.port)
            poll = await road.poll(at)
            assert (poll.profile, poll.health) == ("demo-meter", Health.UP)
            (found[device.name],) = (
                o.value
                for o in poll.outcomes
                if isinstance(o, Reading) and o.sensor.word == "meter.energy_joules_total"
            )
    return found


def test_each_server_has_its_own_phase_and_serial() -> None:
    site = Site(password="x")
    assert len({load.curve.phase for load in site.loads}) == 24
    guids = {bmc.answers.answer(6, 0x37) for bmc in _simulators(site)}
    assert len(guids) == 24


def _simulators(site: Site) -> list[SimulatedBmc]:
    return [d.simulator for d in site.bmcs() if isinstance(d.simulator, SimulatedBmc)]


async def test_files_for_the_agent(tmp_path: Path) -> None:
    site = Site(password='quote " and \\ it')
    await site.start()
    site.close()
    config = write(site, tmp_path, 9999, 5)
    data = tomllib.loads(config.read_text(encoding="utf-8"))
    assert data["web"]["listen"] == ["127.0.0.1:9999"]
    assert [t["port"] for t in data["targets"]] == [d.port for d in site.devices]
    refusing = next(t for t in data["targets"] if t["name"] == Site.REFUSING)
    assert (refusing["credential"], refusing["node"]) == ("bmc-new", "srv-a03-03")
    assert [t["name"] for t in data["targets"] if t["credential"] == "bmc-new"] == [Site.REFUSING]
    secret = tmp_path / "secrets" / "bmc"
    assert secret.read_text(encoding="utf-8") == 'quote " and \\ it\n'
    for file in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_the_inventory_is_consistent_and_agrees_with_the_targets(tmp_path: Path) -> None:
    site = Site(password="x")
    await site.start()
    site.close()
    config = load(write(site, tmp_path, 9999, 5))
    found = examine(config.inventory, config.place)
    assert [*found.findings, *agreement(config.entries, found.read.nodes)] == []
    declared = inventory(config)
    assert declared is not None
    assert [rack.name for rack in declared.racks] == ["A01", "A02", "A03", "A04"]
    assert [meter.name for meter in declared.meters] == list(METERS)
    assert [(n.name, n.place.rack) for n in declared.nodes] == [
        (x.node, x.rack) for x in site.loads
    ]
    for node, load_ in zip(declared.nodes, site.loads, strict=True):
        shown: dict[str, float] = {}
        for peaks in host_agents.devices(load_.model).values():
            for precision, flops in peaks.items():
                shown[precision] = shown.get(precision, 0.0) + flops
        assert {peak.precision: peak.flops for peak in node.peaks} == shown, node.name
    ai = next(node for node in declared.nodes if node.kind is Kind.AI)
    assert {p.precision: p.flops for p in ai.peaks}["fp16"] == 2 * 140e12
