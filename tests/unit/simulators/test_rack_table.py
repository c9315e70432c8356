"""From a page of metrics to the table on the screen."""

from __future__ import annotations

from simulators import rack_table

PAGE = """\
# HELP dcagent_target_up x
# TYPE dcagent_target_up gauge
dcagent_target_up{target="bmc-1",rack="A01"} 1
dcagent_target_up{target="bmc-2",rack="A01"} 0
dcagent_target_up{target="bmc-3",rack="A02"} 0
dcagent_target_up{target="ups-1"} 1
dcagent_target_faults{target="bmc-1",rack="A01",reason="unavailable"} 2
dcagent_target_faults{target="bmc-2",rack="A01",reason="no_answer"} 1
dcagent_node_power_watts{target="bmc-1",rack="A01",node="srv-1",source="sdr"} 412.0
dcagent_node_power_timestamp_seconds{target="bmc-1",rack="A01",node="srv-1"} 1.7e9
dcagent_node_inlet_temperature_celsius{target="bmc-1",rack="A01",node="srv-1",sensor=""} 24
dcagent_node_inlet_temperature_celsius{target="bmc-4",rack="A01",node="srv-4",sensor=""} 26.5
dcagent_node_inlet_temperature_celsius_limit{target="bmc-1",rack="A01",bound="x"} 99
dcagent_rack_power_watts{target="pdu-b",rack="A01",pdu="pdu-b"} 1.25e+03
dcagent_rack_power_watts{target="pdu-a",rack="A01",pdu="pdu-a"} 1240
dcagent_ups_output_power_watts{target="ups-1",phase="1"} 2000
dcagent_ups_output_power_watts{target="ups-1",phase="2"} 1999.6
dcagent_battery_charge_ratio{target="ups-1",battery=""} 0.98
"""


def test_the_table() -> None:
    assert rack_table.table(rack_table.view(PAGE)) == [
        " rack     servers   feeds A + B         hottest inlet           targets up",
        " A01        412 W   1,240 W + 1,250 W   26 °C  srv-4                   1/2",
        " A02            -   -                   -                              0/1",
        " site       412 W   UPS 4,000 W, battery 98%",
        "",
        " down: bmc-2        does not answer",
        " not asked yet: 1",
    ]


def test_plain_lines() -> None:
    lines = rack_table.plain(rack_table.view(PAGE), "12:00:00")
    assert lines[0] == (
        "12:00:00 A01: servers 412 W, feeds 1,240 W + 1,250 W, hottest inlet 26 °C, up 1/2"
    )
    assert lines[2] == "12:00:00 down: bmc-2        does not answer"


def test_in_chinese_the_columns_still_line_up() -> None:
    lines = rack_table.table(rack_table.view(PAGE), rack_table.CHINESE)
    assert lines[0] == " 机柜      服务器   A 路 + B 路         最热进风                  目标在线"
    assert lines[3] == " 合计       412 W   UPS 4,000 W，电池 98%"
    assert lines[5] == " 离线: bmc-2        没有应答"
    assert rack_table.plain(rack_table.view(PAGE), "12:00:00", rack_table.CHINESE)[1] == (
        "12:00:00 A02: 服务器 -，两路 -，最热进风 -，在线 0/1"
    )


def test_an_empty_page() -> None:
    seen = rack_table.view("# nothing\n\n")
    assert (seen.racks, seen.down, seen.waiting) == ({}, {}, 0)
