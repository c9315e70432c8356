"""An inventory becomes metric families: who should be there, whoever answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exporters.listing import SLOTS
from exporters.series import Family, Page, line_start
from model.inventory import Inventory, Node, Rack

Feeds = Mapping[tuple[str, str, str], str]
"""Site, rack and PDU → the supply path that the PDU hangs on ("" where nobody said)."""


class Declared:
    """Makes the families of an inventory once, and again when there is another.

    May be used by several threads at once: they replace one whole by an equal one.
    """

    def __init__(self) -> None:
        self._made: tuple[Inventory, Sequence[Family]] = (Inventory(), ())

    def families(self, inventory: Inventory) -> Sequence[Family]:
        """All families that have something to tell, in the order of the listing."""
        made = self._made
        if made[0] is not inventory:
            made = self._made = (inventory, families(inventory))
        return made[1]


def families(inventory: Inventory) -> Sequence[Family]:
    """The same for one time only."""
    page = Page()
    feeds = _feeds(inventory)
    for site in inventory.sites:
        where = {"province": site.province, "hub": site.hub, "zone": site.zone}
        _add(page, "dcagent_inventory_site_info", 1.0, **where, site=site.name)
    for node in inventory.nodes:
        _add(page, "dcagent_inventory_node_info", 1.0, **_node(node))
        for rating in node.ratings:
            known = {"site": node.place.site, "node": node.name, "basis": rating.basis.value}
            _add(page, "dcagent_inventory_node_rated_power_watts", rating.watts, **known)
        _add_psus(page, node, feeds)
        for peak in node.peaks:
            known = {"site": node.place.site, "node": node.name, "precision": peak.precision}
            _add(page, "dcagent_inventory_node_peak_flops", peak.flops, **known)
    for rack in inventory.racks:
        _add_rack(page, rack)
    for meter in inventory.meters:
        words = {"boundary": meter.boundary.value, "category": meter.category}
        _add(page, "dcagent_inventory_meter_info", 1.0, site=meter.site, meter=meter.name, **words)
    for factor in inventory.factors:
        words = {"province": factor.province, "year": str(factor.year), "source": factor.source}
        _add(page, "dcagent_grid_emission_factor_kg_per_kwh", factor.kg_per_kwh, **words)
    for share in inventory.renewables:
        words = {"site": share.site, "period": share.period, "evidence": share.evidence}
        _add(page, "dcagent_site_renewable_ratio", share.ratio, **words)
    return page.families()


def _add(page: Page, name: str, value: float, **labels: str) -> None:
    page.add(SLOTS[name], line_start(name, labels), value)


def _node(node: Node) -> dict[str, str]:
    place = node.place
    names = ("province", "hub", "zone", "site", "cluster", "room", "row", "rack")
    domestic = "" if node.domestic is None else str(node.domestic).lower()
    return {
        **{name: getattr(place, name) for name in names},
        "node": node.name,
        "kind": node.kind.value,
        "lifecycle": node.lifecycle.value,
        "vendor": node.vendor,
        "model": node.model,
        "arch": node.arch,
        "domestic": domestic,
    }


def _add_rack(page: Page, rack: Rack) -> None:
    place = rack.place
    names = ("province", "hub", "zone", "site", "room", "row")
    where = {name: getattr(place, name) for name in names}
    words = {"rack": rack.name, "state": rack.state.value}
    _add(page, "dcagent_inventory_rack_info", 1.0, **where, **words)
    which = {"site": place.site, "rack": rack.name}
    if rack.design_watts is not None:
        _add(page, "dcagent_inventory_rack_rated_power_watts", rack.design_watts, **which)
    if rack.pdu_count is not None:
        _add(page, "dcagent_inventory_rack_pdus", float(rack.pdu_count), **which)
    for feed in rack.feeds:
        _add(page, "dcagent_inventory_pdu_info", 1.0, **which, pdu=feed.pdu, feed=feed.path)


def _feeds(inventory: Inventory) -> Feeds:
    return {
        (rack.place.site, rack.name, feed.pdu): feed.path
        for rack in inventory.racks
        for feed in rack.feeds
    }


def _add_psus(page: Page, node: Node, feeds: Feeds) -> None:
    """A server's PSUs as they are numbered in the inventory, from 1."""
    site, rack = node.place.site, node.place.rack
    for number, supply in enumerate(node.supplies, 1):
        words = {"pdu": supply.pdu, "outlet": supply.outlet}
        words["feed"] = feeds.get((site, rack, supply.pdu), "")
        named = {"site": site, "node": node.name, "psu": str(number)}
        _add(page, "dcagent_inventory_psu_info", 1.0, **named, **words)
