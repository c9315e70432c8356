"""What the sites export, and what was recorded of them before: as victoria-metrics imports it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.real.days.sites import FACTORS, SITES
from tests.real.days.things import LAST, PRECISION, Meter, Rack, Server, Site, State, within

Labels = Mapping[str, str]
Values = Sequence[float | None]
"""A value for each minute; None: nothing is said."""

_ALL = [1.0] * (LAST + 1)
_SAID = "dcagent_inventory_"


def lines(end: float) -> Iterator[str]:
    """A line of JSON per series; the last minute is at `end`, in Unix seconds."""
    times = [round(1000 * (end - 60 * (LAST - minute))) for minute in range(LAST + 1)]
    whole = json.dumps(times)
    for labels, values in _raw(end):
        if None in values:
            kept = [(t, v) for t, v in zip(times, values, strict=True) if v is not None]
            if kept:
                yield _line(labels, json.dumps([t for t, _ in kept]), [v for _, v in kept])
        else:
            yield _line(labels, whole, values)
    for labels, ages, values in history():
        yield _line(labels, json.dumps([round(1000 * (end - age)) for age in ages]), values)


def _line(labels: Labels, times: str, values: Values) -> str:
    own = json.dumps({key: value for key, value in labels.items() if value})
    return f'{{"metric":{own},"values":{json.dumps(values)},"timestamps":{times}}}\n'


def _raw(end: float) -> Iterator[tuple[Labels, Values]]:
    for province, year, source, factor in FACTORS:
        labels = {"province": province, "year": year, "source": source}
        yield _named("dcagent_grid_emission_factor_kg_per_kwh", labels), _times(factor)
    for site in SITES:
        yield _named(f"{_SAID}site_info", site.place.labels), _ALL
        for rack in site.racks:
            yield from _rack(site, rack)
        for server in site.servers:
            yield from _declared(site, server)
            yield from _said(site, server, end)
        for meter in site.meters:
            yield from _meter(site, meter)
        for period, share in site.green:
            labels = {"site": site.place.site, "period": period, "evidence": "GEC"}
            yield _named("dcagent_site_renewable_ratio", labels), _times(share)


def _named(name: str, labels: Labels) -> dict[str, str]:
    return {"__name__": name, **labels}


def _times(value: float) -> Values:
    return [value] * (LAST + 1)


def _rack(site: Site, rack: Rack) -> Iterator[tuple[Labels, Values]]:
    own = {"site": site.place.site, "rack": rack.name}
    where = {**site.place.labels, "room": "hall", "row": "a", "rack": rack.name}
    yield _named(f"{_SAID}rack_info", {**where, "state": rack.state}), _ALL
    if rack.design is not None:
        yield _named(f"{_SAID}rack_rated_power_watts", own), _times(rack.design)
    if rack.pdus is None:
        return
    yield _named(f"{_SAID}rack_pdus", own), _times(float(len(rack.pdus)))
    inlets = [(pdu, inlet) for pdu, several in rack.pdus.items() for inlet in several]
    for pdu, inlet in inlets:
        mute = tuple(span for name, span in rack.mute if name == pdu)
        values = [
            None if within(m, mute) else (site.drawn(rack.name, m) + rack.other) / len(inlets)
            for m in range(LAST + 1)
        ]
        labels = {**own, "pdu": pdu, "inlet": inlet, "target": pdu, "quality": "measured"}
        yield _named("dcagent_rack_power_watts", labels), values


def _declared(site: Site, server: Server) -> Iterator[tuple[Labels, Values]]:
    own = {"site": site.place.site, "node": server.name}
    where = {**site.place.labels, "room": "hall", "row": "a", "rack": server.rack}
    about = {"node": server.name, "kind": server.kind, "cluster": server.cluster}
    state = {"lifecycle": server.lifecycle, "domestic": server.domestic}
    yield _named(f"{_SAID}node_info", {**where, **about, **state}), _ALL
    for basis, watts in server.ratings.items():
        yield _named(f"{_SAID}node_rated_power_watts", {**own, "basis": basis}), _times(watts)
    if server.declared is not None:
        labels = {**own, "precision": PRECISION[server.kind]}
        yield _named(f"{_SAID}node_peak_flops", labels), _times(server.declared)


def _said(site: Site, server: Server, end: float) -> Iterator[tuple[Labels, Values]]:
    states = [server.state(minute) for minute in range(LAST + 1)]
    own = {"site": site.place.site, "node": server.name, "target": server.name}
    own["rack"] = server.rack

    def named(name: str, **more: str) -> Labels:
        return _named(f"dcagent_node_{name}", {**own, **more})

    def each(of: Callable[[State], float | None]) -> Values:
        return [None if state is None else of(state) for state in states]

    asked = [
        None if s is None or s.watts is None else end - 60 * (LAST - m) - s.age
        for m, s in enumerate(states)
    ]
    yield named("power_watts", source="dcmi", quality=server.quality), each(lambda s: s.watts)
    yield named("power_timestamp_seconds"), asked
    yield named("chassis_on"), each(lambda s: s.on)
    yield named("inlet_temperature_celsius", sensor="Inlet"), each(lambda s: s.inlet)
    for device in server.devices:
        basis = "time" if device == "cpu" else "activity"
        used = [s.used.get(device) if s else None for s in states]
        yield named("device_utilization_ratio", device=device, basis=basis), used
        precision = PRECISION.get(server.kind, "fp32")
        shown = [s.peaks.get(device) if s else None for s in states]
        yield named("peak_flops", device=device, precision=precision), shown


def _meter(site: Site, meter: Meter) -> Iterator[tuple[Labels, Values]]:
    own = {"site": site.place.site}
    info = {**own, "meter": meter.name, "boundary": meter.boundary, "category": meter.category}
    yield _named(f"{_SAID}meter_info", info), _ALL
    counted, values = 1e6, list[float | None]()
    for minute in range(LAST + 1):
        counted += 60 * (meter.share * site.feeds(minute) + meter.base)
        values.append(None if within(minute, meter.mute) else counted)
    for inlet in meter.inlets:
        yield _named(meter.metric, {**own, meter.label: meter.name, "inlet": inlet}), values


def history() -> Iterator[tuple[Labels, Sequence[float], Values]]:
    """Daily energies and busiest hours, hourly rack powers, from before the two days.

    Labels, ages in seconds, values.
    """
    for site in SITES:
        days = [86400.0 * (2 + ago) for ago in range(site.history)]
        category = {**site.place.labels, "category": "2"}
        for side, watts in (("facility", 1300.0), ("it", 1000.0)) if days else ():
            labels = _named(f"site:dcagent_{side}_energy_joules:day", category)
            yield labels, days, [86400 * watts] * len(days)
        if days:
            yield from _busiest(site, days[:29])


def _busiest(site: Site, days: Sequence[float]) -> Iterator[tuple[Labels, Sequence[float], Values]]:
    for server in site.servers:
        at = {"site": site.place.site, "cluster": server.cluster, "rack": server.rack}
        own = {**at, "node": server.name, "kind": server.kind, "domestic": server.domestic}
        for name, value in (("max1d", server.most), ("hours1d", 24.0)):
            yield _named(f"node:dcagent_utilization:{name}", own), days, [value] * len(days)
    hours = [3600.0 * ago for ago in range(49, 24 * (len(days) + 2))]
    for rack in site.racks:
        where = {**site.place.labels, "room": "hall", "row": "a", "rack": rack.name}
        labels = _named("rack:dcagent_power_watts:max1h", where)
        if site.drawn(rack.name, LAST):
            yield labels, hours, [1000.0] * len(hours)
