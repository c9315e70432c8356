"""The five sites. Two provinces; only those of Chongqing have a history beyond two days."""

from __future__ import annotations

from tests.real.days.things import ALWAYS, DAY, HOUR, LAST, Meter, Place, Rack, Server, Site

FACTORS = (
    ("sichuan", "2023", "MEE", 0.1564),
    ("sichuan", "2021", "MEE", 0.1255),
    ("chongqing", "2023", "MEE", 0.5581),
)
"""Province, year, source, kg CO2 per kWh."""

_LATE = (LAST - 4 * HOUR, LAST - 2 * HOUR)
"""Two hours of the last day."""
_NOW = (LAST - 6 * HOUR, LAST + 1)
"""The last six hours, and still."""
_AI = {"cpu": 0.0, "ascend0": 3e14, "ascend1": 3e14, "ascend2": 3e14, "ascend3": 3e14}
_CARDS = {name: peak for name, peak in _AI.items() if peak}
_TWO = {"a": ("",), "b": ("",)}


def _general(name: str, rack: str, **more: object) -> Server:
    known: dict[str, object] = {"ratings": {"measured": 500.0}, "idle": 180.0, "full": 480.0}
    return Server(name, rack, "general", "cloud", **{**known, **more})  # type: ignore[arg-type]


def _ai(name: str, rack: str, **more: object) -> Server:
    known: dict[str, object] = {
        "ratings": {"profile": 2400.0, "measured": 2200.0, "nameplate": 4000.0},
        "idle": 700.0,
        "full": 2150.0,
        "devices": _CARDS,
        "declared": 1.2e15,
        "inlet": 26.5,
    }
    return Server(name, rack, "ai", "train", **{**known, **more})  # type: ignore[arg-type]


def _hpc(name: str, rack: str, **more: object) -> Server:
    known: dict[str, object] = {
        "ratings": {"profile": 900.0},
        "idle": 300.0,
        "full": 880.0,
        "devices": {"cpu": 3e12},
        "least": 0.6,
        "most": 1.0,
    }
    return Server(name, rack, "hpc", "sim", **{**known, **more})  # type: ignore[arg-type]


DC1 = Site(
    Place("dc1", "sichuan", "tianfu", "shuangliu"),
    racks=(
        Rack("r1", 3000, {"r1-a": ("1", "2"), "r1-b": ("",)}, other=60),
        Rack("r2", 9000, {"r2-a": ("",), "r2-b": ("",)}, mute=(("r2-b", _LATE),)),
        Rack("r3", 4000),
        Rack("r4", 3000, {"r4-a": ("",), "r4-b": ("",)}, mute=(("r4-b", ALWAYS),)),
        Rack("dark", 3000),
        Rack("empty", 2500),
        Rack("undesigned", None),
        Rack("booked", 6000, state="reserved"),
    ),
    servers=(
        _general("g1", "r1"),
        _general("g2", "r1", phase=100, inlet=28.5),
        _general("g3", "r1", phase=200, stale=((LAST - DAY + 10, LAST - DAY + 60),)),
        _general("g4", "r1", zero=((LAST - 90, LAST - 60),), domestic="false"),
        _general("g5", "r1", lifecycle="spare", domestic=""),
        _ai("a1", "r2", phase=50),
        _ai("a2", "r2", blind=(("ascend3", _LATE),), domestic="false"),
        _ai("a3", "r2", lost=(("ascend1", _NOW),), phase=300),
        _hpc("h1", "r3"),
        _hpc("h2", "r3", phase=77, inlet=0.0),
        _hpc("h3", "r3", phase=150, silent=((LAST - DAY + 100, LAST - DAY + 400),)),
        _general("s1", "r4", silent=(ALWAYS,)),
        _general("s2", "r4", ratings={}),
        _general("s3", "r4", ratings={"nameplate": 900.0}, domestic=""),
        _general("s4", "r4", quality="estimated"),
        _general("o1", "dark", off=(ALWAYS,)),
        _general("u1", "undesigned", quality="derived"),
        Server(*("st1", "dark", "storage", "", {}, 300.0, 400.0), off=(ALWAYS,)),
    ),
    meters=(
        Meter("feeder-1", "facility", share=0.7, base=900),
        Meter("tr-2", "facility", "", "dcagent_meter_energy_joules_total", "target", share=0.6),
        Meter("ups-1", "it", "1", "dcagent_ups_energy_joules_total", "target", base=60),
        Meter(
            *("pdus-a", "it", "2", "dcagent_rack_energy_joules_total", "pdu", ("1", "2")),
            share=0.26,
            mute=((LAST - DAY + 200, LAST - DAY + 320),),
        ),
        Meter("pdus-b", "it", "2", "dcagent_rack_energy_joules_total", "pdu", share=0.47),
        Meter("chiller", "cooling", "", "dcagent_cooling_energy_joules_total", share=0.2),
    ),
    green=(("2026", 0.42), ("2025", 0.35)),
)

DC2 = Site(
    Place("dc2", "sichuan", "tianfu", "pidu"),
    racks=(Rack("x1", 1500), Rack("x2", 1200)),
    servers=(
        _general("n1", "x1"),
        _general("n2", "x1", phase=111, domestic="false"),
        # rated at ten times what it ever drew: η is impossible
        _general("n3", "x2", ratings={"profile": 4800.0}),
    ),
    meters=(
        Meter("feeder", "facility", share=1.4),
        Meter("it", "it", "3", "dcagent_it_energy_joules_total", mute=(ALWAYS,)),
    ),
)

MIANYANG = Site(
    Place("my", "sichuan"),
    racks=(Rack("m1", 1000),),
    servers=(Server(*("e1", "m1", "edge", "", {"measured": 300.0}, 120.0, 290.0), domestic=""),),
)


def _chongqing(server: str, rack: str, **more: object) -> Server:
    return _general(server, rack, **{"least": 0.6, "most": 1.0, **more})


CQ1 = Site(
    Place("cq1", "chongqing", "chengyu", "shuitu"),
    racks=(Rack("c1", 1600, {"c1-a": ("",), "c1-b": ("",)}), Rack("c2", 1600), Rack("c3", 800)),
    servers=(
        _chongqing("q1", "c1"),
        _chongqing("q2", "c1", phase=60),
        _chongqing("q3", "c2", phase=130),
        _chongqing("q4", "c2", domestic="false"),
    ),
    meters=(
        Meter("main", "facility", share=1.26),
        Meter("rows", "it", "2", "dcagent_it_energy_joules_total"),
    ),
    green=(("2026", 0.9),),
    history=363,
)

CQ2 = Site(
    Place("cq2", "chongqing", "chengyu", "liangjiang"),
    racks=(Rack("d1", 4000), Rack("d2", 2000)),
    servers=(
        *(_chongqing(f"w{n}", "d1", phase=40 * n, inlet=27.0 + 0.2 * n) for n in range(1, 7)),
        _chongqing("idle", "d1", least=0.01, most=0.05),
        _chongqing("mute", "d1", silent=(_NOW,)),
    ),
    meters=(
        Meter("main", "facility", share=1.37, mute=((LAST - DAY + 100, LAST - DAY + 250),)),
        Meter("rows", "it", "2", "dcagent_it_energy_joules_total"),
    ),
    history=27,
)

SITES = (DC1, DC2, MIANYANG, CQ1, CQ2)
