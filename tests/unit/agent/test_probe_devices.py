"""dcagent probe against simulated devices over the real wire: exact text, JSON, exit codes.

`DCAGENT_GOLDEN=write` writes the texts anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema
import pytest

from agent.results import SCHEMA_FILE
from hw_profiles.capture import parse
from model.credentials import Secret, UsmCredential
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import BmcUser
from simulators.bmc_vices import BmcVices
from simulators.snmp_agent import AgentVices, SimulatedAgent
from tests.unit.agent.probe_devices import Device, answering, capture, dcagent, steady

GOLDEN = Path(__file__).parent / "probe_texts"
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
USER = UsmCredential("v3", "monitor", "sha256", Secret("auth-secret"), "aes", Secret("priv-secret"))
PASSWORD = {"DCAGENT_PASSWORD": "monitor-pass"}
QUICK = ("--timeout", "0.2", "--retries", "0")


def bmc(name: str = "inspur", suites: tuple[int, ...] = (3, 17), **vices: object) -> SimulatedBmc:
    return SimulatedBmc(capture(name), suites=suites, vices=BmcVices(**vices))  # type: ignore[arg-type]  # each vice has its own type


def agent(name: str = "raritan-px", **vices: object) -> SimulatedAgent:
    return SimulatedAgent(
        capture(name),
        ("lab-read",),
        (USER,),
        AgentVices(**vices),  # type: ignore[arg-type]  # as above
    )


@dataclass(frozen=True)
class Case:
    """A device, a command line for it, and what the shell is told."""

    device: Callable[[], Device] | None
    code: int
    arguments: tuple[str, ...] = ("-u", "monitor")
    environment: dict[str, str] = field(default_factory=lambda: PASSWORD)


def v3(user: str = "monitor", auth: str = "auth-secret", priv: str = "priv-secret") -> Case:
    return Case(
        agent,
        2,
        ("-u", user, "--auth-protocol", "sha256", "--priv-protocol", "aes", *QUICK),
        {"DCAGENT_AUTH_PASSWORD": auth, "DCAGENT_PRIV_PASSWORD": priv},
    )


COMMUNITY = {"DCAGENT_COMMUNITY": "lab-read"}
STRANGER = parse(
    "1.3.6.1.2.1.1.1.0|4|Toaster\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n", "stranger"
)
LOW = BmcUser("monitor", "monitor-pass", "callback")
CASES: dict[str, Case] = {
    "good": Case(bmc, 0),
    "dead": Case(lambda: bmc(silent=True), 3, ("-u", "monitor", *QUICK)),
    "closed-port": Case(None, 2),
    "wrong-user": Case(bmc, 2, ("-u", "monitr")),
    "wrong-password": Case(bmc, 2, environment={"DCAGENT_PASSWORD": "guess"}),
    "unproven": Case(lambda: bmc(bad_proof="rakp4"), 2),
    "suite-refused": Case(lambda: bmc(suites=(3,)), 2, ("-u", "monitor", "--cipher-suite", "17")),
    "suite-fallback": Case(lambda: bmc(suites=(3,)), 0),
    "privilege-refused": Case(lambda: SimulatedBmc(capture("inspur"), users=(LOW,)), 2),
    "busy": Case(lambda: bmc(busy=1.0), 75, ("-u", "monitor", *QUICK)),
    "dcmi-inactive": Case(lambda: bmc(dcmi_inactive=True), 1),
    "unavailable": Case(lambda: bmc(unavailable=tuple(range(256))), 1),
    "unknown-device": Case(lambda: bmc("generic-ipmi"), 1),
    "no-credential": Case(bmc, 3, (), {}),
    "snmp-good": Case(agent, 0, (), COMMUNITY),
    "community-refused": Case(agent, 2, QUICK, {"DCAGENT_COMMUNITY": "not-this-one"}),
    "v3-good": Case(agent, 0, v3().arguments, v3().environment),
    "v3-unknown-user": v3(user="monitr"),
    "v3-wrong-digest": v3(auth="another-one"),
    "v3-wrong-key": v3(priv="another-one"),
    "v3-no-privacy": Case(
        agent,
        2,
        ("-u", "monitor", "--auth-protocol", "sha256"),
        {"DCAGENT_AUTH_PASSWORD": "auth-secret"},
    ),
    "v3-clock": Case(lambda: agent(clock_broken=True), 2, v3().arguments, v3().environment),
    "no-profile": Case(lambda: SimulatedAgent(STRANGER), 2, (), {"DCAGENT_COMMUNITY": "public"}),
    "wrong-profile": Case(bmc, 2, ("-u", "monitor", "--profile", "nothing-such")),
}


@contextmanager
def port_of(case: Case) -> Iterator[int]:
    if case.device is not None:
        with answering(case.device()) as port:
            yield port
        return
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    yield port


@pytest.mark.parametrize("name", CASES)
def test_what_a_probe_says(name: str) -> None:
    case = CASES[name]
    with port_of(case) as port:
        told = []
        for lang in ("zh", "en"):
            arguments = ("probe", f"127.0.0.1:{port}", *case.arguments, "--lang", lang)
            ran = dcagent(*arguments, **case.environment)
            assert ran.err == ""
            assert ran.code == case.code
            told.append(steady(ran.out, port))
        ran = dcagent("probe", f"127.0.0.1:{port}", *case.arguments, "--json", **case.environment)
    document = json.loads(ran.out)
    jsonschema.validate(document, SCHEMA)
    assert document["exit_code"] == ran.code == case.code
    secrets = [word for word in case.environment.values() if word != "public"]
    assert not any(secret in ran.out + "".join(told) for secret in secrets)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("DCAGENT_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(told), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "\n".join(told)


@pytest.mark.parametrize(
    ("device", "environment"),
    [
        (bmc, {"DCAGENT_PASSWORD": "guess"}),
        (lambda: bmc(refuse_users=True), PASSWORD),
        (lambda: bmc(bad_proof="rakp2"), PASSWORD),
        (bmc, PASSWORD),
    ],
)
def test_a_login_is_tried_once(
    device: Callable[[], SimulatedBmc], environment: dict[str, str]
) -> None:
    simulated = device()
    with answering(simulated) as port:
        dcagent("probe", f"127.0.0.1:{port}", "-u", "monitor", **environment)
        assert simulated.sessions.logins == 1
        assert simulated.sessions.active == 0


def test_ipv6_is_an_address_too() -> None:
    with answering(bmc(), "::1") as port:
        ran = dcagent("probe", f"[::1]:{port}", "-u", "monitor", "--json", **PASSWORD)
    assert ran.code == 0
    assert json.loads(ran.out)["subject"]["address"] == "::1"


def test_a_full_session_table_is_temporary() -> None:
    simulated = bmc(session_limit=1)
    with answering(simulated) as port:
        fill = bytearray(32)
        fill[0:1], fill[4:8] = b"\x01", b"full"
        fill[12], fill[20], fill[28] = 3, 4, 1
        assert simulated.sessions.open(bytes(fill)) is not None
        ran = dcagent("probe", f"127.0.0.1:{port}", "-u", "monitor", "--json", **PASSWORD)
    document = json.loads(ran.out)
    jsonschema.validate(document, SCHEMA)
    assert ran.code == 75
    assert document["status"] == "unknown"
    assert document["checks"][1]["code"] == "DCA-IPMI-007"


def test_a_refusal_stops_every_protocol_of_the_same_login() -> None:
    """A BMC's IPMI and SNMPv3 users are one account: a second try could lock it."""
    server, snmp = bmc(), agent()
    v3_words = {"DCAGENT_AUTH_PASSWORD": "auth-secret"}
    with answering(server) as port:
        from agent.cli.language import language
        from agent.cli.probe_options import Wishes
        from agent.cli.probe_run import Run
        from agent.cli.probe_screen import Silence
        from agent.cli.probe_targets import Inquiry, inquire
        from agent.cli.prompts import Purse

        with answering(snmp) as other:
            words = {"DCAGENT_PASSWORD": "guess", **v3_words}
            purse = Purse("en", words, lambda _: "", lambda: False)
            wishes = Wishes(f"127.0.0.1:{port}", protocol="ipmi", user="monitor")
            first = inquire(wishes, purse).targets
            wishes = Wishes(
                f"127.0.0.1:{other}", protocol="snmp", user="monitor", auth_protocol="sha256"
            )
            second = inquire(wishes, purse).targets
            found = Run(Inquiry((*first, *second)), language("en"), Silence()).start()
            assert snmp.requests == 0
    assert [(c.id, c.status.value, c.code) for c in found.checks] == [
        ("ipmi.reach", "ok", ""),
        ("ipmi.session", "fail", "DCA-IPMI-004"),
        ("snmp.session", "skip", "DCA-AUTH-002"),
    ]
    assert found.checks[2].evidence == "not tried: IPMI has just refused the credential monitor"


def test_readings_in_json_carry_values_and_reasons() -> None:
    with answering(bmc()) as port:
        ran = dcagent("probe", f"127.0.0.1:{port}", "-u", "monitor", "--json", "--raw", **PASSWORD)
    told = json.loads(ran.out)
    power = next(r for r in told["readings"] if r["role"] == "node.power_watts")
    assert (power["value"], power["unit"], power["source"]) == (296.0, "W", "ipmi-sdr")
    assert (power["name"], power["raw"]) == ("Total_Power", 74)
    absent = next(r for r in told["readings"] if r.get("name") == "NVME_Temp")
    assert (absent["value"], absent["quality"], absent["reason"]) == (None, "absent", "unavailable")
    assert told["subject"]["serial"] == "219000000001"
    assert "219000000001" not in json.dumps([c["evidence"] for c in told["checks"]])
