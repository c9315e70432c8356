"""`dcagent doctor` before an agent that asks who it is."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from agent.doctor.configuration import settings
from agent.doctor.examine import examine
from agent.doctor.finding import Level
from agent.doctor.page import NoPage, fetch
from agent.doctor.surroundings import Surroundings
from exporters.logins import Logins
from exporters.passwords import made
from exporters.security import Door, Security, Tls
from exporters.server import Server
from model.credentials import Secret
from tests.certificates import Authority
from tests.unit.agent.doctor_hosts import served
from tests.unit.agent.web.web_files import HASH, TLS
from tests.unit.exporters.serving import FakeSource, serving
from tests.unit.exporters.site import POWER, answered


def logins() -> Logins:
    return Logins({"ops": Secret(made(b"pass", 4))})


def tls(directory: Path, *, mutual: bool) -> Tls:
    authority = Authority(directory)
    pair = authority.server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    if mutual:
        context.load_verify_locations(authority.file)
        context.verify_mode = ssl.CERT_REQUIRED
    return Tls(context, demands=mutual)


def url(server: Server, scheme: str) -> str:
    return f"{scheme}://127.0.0.1:{server.addresses[0][1]}"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_login_is_told_from_a_stranger(tmp_path: Path, version: ssl.TLSVersion) -> None:
    mutual = tls(tmp_path, mutual=True)
    mutual.context.maximum_version = version
    for security, scheme, asks in (
        (Security(logins=logins()), "http", "a user and a password"),
        (Security(tls(tmp_path, mutual=False), logins()), "https", "a user and a password"),
        (Security(mutual), "https", "a client certificate"),
    ):
        with (
            serving(FakeSource(), door=Door(security)) as server,
            pytest.raises(NoPage) as caught,
        ):
            fetch(url(server, scheme), 5.0)
        assert (str(caught.value), caught.value.guarded, caught.value.stranger) == (
            *(asks, True),
            False,
        )


def test_tls_alone_is_read_like_any_other(tmp_path: Path) -> None:
    door = Door(Security(tls(tmp_path, mutual=False)))
    with serving(FakeSource(answered(POWER)), door=door) as server:
        assert fetch(url(server, "https"), 5.0).by_target("dcagent_target_up") == {"a01-17": 1.0}


def test_another_programs_login_is_a_strangers() -> None:
    with served(lambda path: (401, "who are you?")) as there, pytest.raises(NoPage) as caught:
        fetch(there, 5.0)
    assert (str(caught.value), caught.value.guarded) == ("HTTP 401 Unauthorized", False)


def configured(directory: Path, web: str | None) -> Path:
    Authority(directory).server()
    file = directory / "dcagent.toml"
    named = "" if web is None else '[web]\nconfig_file = "web.yml"\n'
    file.write_text(f"{named}[host]\nenabled = false\n")
    if web is not None:
        (directory / "web.yml").write_text(web)
        (directory / "web.yml").chmod(0o600)
    return file


def test_the_doctor_asks_as_the_agent_serves(tmp_path: Path) -> None:
    for web, scheme, codes in (
        (None, "http", []),
        (TLS, "https", []),
        (f"basic_auth_users:\n  a: {HASH}\n", "http", []),
        (f"{TLS}  cert_fiel: x\n", "https", ["DCA-WEB-003"]),
    ):
        found = settings(Surroundings(config=configured(tmp_path, web), root=tmp_path))
        assert found.config is not None
        assert (found.scheme, [problem.code for problem in found.problems]) == (scheme, codes)


def test_a_guarded_agent_is_information(tmp_path: Path) -> None:
    with serving(FakeSource(), door=Door(Security(logins=logins()))) as server:
        around = Surroundings(
            config=configured(tmp_path, None), named=True, root=tmp_path, url=url(server, "http")
        )
        findings = {finding.id: finding for finding in examine(around)}
    answer = findings["service.answer"]
    assert (answer.level, answer.code) == (Level.INFO, "DCA-SVC-016")
    said = answer.text.say("en", answer.words)
    assert said == f"{around.url} asks for a user and a password: its page is not read"
    assert findings["service.process"].level is Level.OK
    assert "scraping.prometheus" not in findings
