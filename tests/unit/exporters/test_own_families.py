"""What the agent exports about itself."""

from __future__ import annotations

from exporters.families import own_families
from exporters.message import Figures
from exporters.render import text
from exporters.source import About
from tests.unit.exporters.site import AT

FIGURES = Figures(2, 1, 4, 6, AT)


def test_the_agent_about_itself() -> None:
    own = own_families(
        *(About("1.2.3", False, AT), 3, {"bmc": True, "pdu": False}, FIGURES, (7, AT)),
        dropped={"unasked": 3, "unproven": 1},
    )
    lines = b"".join(text(own)).decode().splitlines()
    found = [line for line in lines if not line.startswith("#")]
    assert found[0].startswith('dcagent_build_info{python="3.')
    assert found[0].endswith('",version="1.2.3"} 1.0')
    assert found[1:] == [
        "dcagent_targets 3.0",
        'dcagent_credential_locked{credential="bmc"} 1.0',
        'dcagent_credential_locked{credential="pdu"} 0.0',
        'dcagent_snmp_dropped_total{reason="unasked"} 3.0',
        'dcagent_snmp_dropped_total{reason="unproven"} 1.0',
        "dcagent_config_last_reload_successful 0.0",
        "dcagent_config_last_reload_timestamp_seconds 1.7e+09",
        "dcagent_http_connections 2.0",
        "dcagent_http_refused_total 1.0",
        "dcagent_http_evicted_total 4.0",
        "dcagent_http_failed_logins_total 6.0",
        "dcagent_http_certificate_expiry_timestamp_seconds 1.7e+09",
        "dcagent_http_scrapes_total 7.0",
        "dcagent_http_last_scrape_timestamp_seconds 1.7e+09",
    ]
