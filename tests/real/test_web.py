"""The running agent behind TLS and logins, as curl and openssl find it; reloads while it serves."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from exporters.passwords import made
from tests.certificates import Authority, Pair
from tests.real.agent_process import HEAD, Agent, configuration, running, said

pytestmark = pytest.mark.peer("curl", "openssl")

TLS = "tls_server_config:\n  cert_file: localhost.crt\n  key_file: localhost.key\n"
MUTUAL = """\
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  client_allowed_sans: [prometheus.dc1]
"""


def users(**passwords: str) -> str:
    lines = [f"  {name}: {made(word.encode(), 10)}\n" for name, word in passwords.items()]
    return "basic_auth_users:\n" + "".join(lines)


def web(directory: Path, text: str) -> None:
    (directory / "web.yml").write_text(text)
    (directory / "web.yml").chmod(0o600)


@asynccontextmanager
async def serving(directory: Path, text: str, *options: str) -> AsyncIterator[Agent]:
    """An agent with nobody to ask and this web configuration file."""
    web(directory, text)
    head = HEAD.replace("[web]\n", '[web]\nconfig_file = "web.yml"\n')
    async with running(configuration(directory, head=head), *options) as agent:
        yield agent


async def curl(agent: Agent, directory: Path, *options: str, path: str = "/metrics") -> str:
    """Status and error of curl: "200", or "000 (56) …"."""
    command = (
        *("curl", "--silent", "--show-error", "--max-time", "10", "--output", "/dev/null"),
        *("--write-out", "%{http_code}", "--cacert", str(directory / "ca.pem"), *options),
        f"https://127.0.0.1:{agent.port}{path}",
    )
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False
    )
    return f"{done.stdout} {done.stderr.strip()}".strip()


async def s_client(agent: Agent, directory: Path, *options: str) -> str:
    """What openssl says of a handshake."""
    where = ("-connect", f"127.0.0.1:{agent.port}", "-CAfile", str(directory / "ca.pem"))
    done = await asyncio.to_thread(
        subprocess.run,
        ("openssl", "s_client", *where, "-verify_ip", "127.0.0.1", *options),
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    return done.stdout + done.stderr


def shown(pair: Pair) -> list[str]:
    return ["--cert", str(pair.certificate), "--key", str(pair.key)]


def audited(agent: Agent) -> list[str]:
    """The audit trail without times."""
    found = (line.partition(" audit ")[2] for line in agent.log)
    return [line for line in found if line]


async def test_curl_gets_in_with_the_password_and_not_without(tmp_path: Path) -> None:
    Authority(tmp_path).server()
    async with serving(tmp_path, TLS + users(prometheus="s3cret")) as agent:
        served = f"info serving https://127.0.0.1:{agent.port}/metrics"
        assert any(line.endswith(served) for line in agent.log)
        assert await curl(agent, tmp_path, "--user", "prometheus:s3cret") == "200"
        assert await curl(agent, tmp_path) == "401"
        assert await curl(agent, tmp_path, "--user", "prometheus:wrong") == "401"
        assert await curl(agent, tmp_path, "--user", "nobody:s3cret") == "401"
        plain = await asyncio.to_thread(
            subprocess.run,
            ("curl", "-s", f"http://127.0.0.1:{agent.port}/metrics"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert plain.stdout == "This port speaks TLS: ask https://.\n"
        found = [await curl(agent, tmp_path, "--user", f"a:{n}", path="/sd") for n in range(6)]
        assert found == ["401"] * 3 + ["429"] * 3
        assert await curl(agent, tmp_path, "--user", "prometheus:s3cret") == "200"
    failed = "event=login_failed client=127.0.0.1 method=password"
    assert audited(agent) == [
        "event=login client=127.0.0.1 method=password user=prometheus",
        f"{failed} reason=no_credentials",
        f"{failed} user=prometheus reason=wrong_password",
        f"{failed} user=nobody reason=unknown_user",
        *[f"{failed} user=a reason=unknown_user"] * 3,
        *[f"{failed} user=a reason=throttled"] * 3,
    ]
    assert "s3cret" not in "\n".join(agent.log)


async def test_openssl_finds_modern_tls_and_nothing_else(tmp_path: Path) -> None:
    Authority(tmp_path).server()
    async with serving(tmp_path, TLS) as agent:
        for option, protocol in (("-tls1_3", "TLSv1.3"), ("-tls1_2", "TLSv1.2")):
            found = await s_client(agent, tmp_path, option)
            assert f"New, {protocol}, Cipher is " in found
            assert "Verify return code: 0 (ok)" in found
        weak = "ALL:@SECLEVEL=0"
        for option in ("-tls1_1", "-tls1"):
            found = await s_client(agent, tmp_path, option, "-cipher", weak)
            assert "alert protocol version" in found
            assert "Cipher is (NONE)" in found
        cbc = ("ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA256")
        for cipher in ("AES128-SHA", "AES256-GCM-SHA384", *cbc, "ADH"):
            found = await s_client(agent, tmp_path, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0")
            assert "Cipher is (NONE)" in found, cipher


async def test_a_cipher_and_a_curve_that_the_file_names_are_the_ones(tmp_path: Path) -> None:
    Authority(tmp_path).server()
    text = (
        f"{TLS}  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA]\n"
        "  curve_preferences: [CurveP384]\n"
    )
    async with serving(tmp_path, text) as agent:
        found = await s_client(agent, tmp_path)
        assert "Cipher is ECDHE-ECDSA-AES256-SHA" in found
        assert "Server Temp Key: ECDH, secp384r1, 384 bits" in found
        assert "Cipher is (NONE)" in await s_client(agent, tmp_path, "-curves", "X25519:P-256")
        assert any("DCA-WEB-018" in line for line in agent.log)


async def test_curl_shows_its_certificate_or_stays_out(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server()
    good = authority.issue("prometheus", "prometheus.dc1", client=True)
    other = authority.issue("grafana", "grafana.dc1", client=True)
    stranger = Authority(tmp_path, "Other", "other.pem").issue("x", "prometheus.dc1", client=True)
    async with serving(tmp_path, TLS + MUTUAL) as agent:
        for version in ("--tlsv1.3", "--tls-max=1.2"):
            option = version.replace("=", " ").split()
            assert await curl(agent, tmp_path, *option, *shown(good)) == "200"
            for pair in ([], shown(stranger)):
                assert re.match(r"000 .*alert", await curl(agent, tmp_path, *option, *pair))
            assert (await curl(agent, tmp_path, *option, *shown(other))).startswith("000 ")
    failed = "event=login_failed client=127.0.0.1 method=certificate reason="
    trail = [
        f"{failed}no_certificate",
        f'{failed}certificate_not_trusted detail="unable to get local issuer certificate"',
        f"{failed}name_not_allowed detail=grafana.dc1",
    ]
    come = "event=login client=127.0.0.1 method=certificate user=prometheus"
    assert audited(agent) == [come, *trail, *trail]


async def test_both_are_asked_for_where_both_are_configured(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server()
    pair = shown(authority.issue("prometheus", "prometheus.dc1", client=True))
    password = ["--user", "ops:s3cret"]
    async with serving(tmp_path, TLS + MUTUAL + users(ops="s3cret")) as agent:
        assert (await curl(agent, tmp_path, *password)).startswith("000 ")
        assert await curl(agent, tmp_path, *pair) == "401"
        assert await curl(agent, tmp_path, *pair, *password) == "200"
    failed, come = "event=login_failed client=127.0.0.1", "event=login client=127.0.0.1"
    assert audited(agent) == [
        f"{failed} method=certificate reason=no_certificate",
        f"{failed} method=password reason=no_credentials",
        f"{come} method=certificate+password user=ops",
    ]


async def test_a_reload_takes_certificates_and_users_and_a_mistake_keeps_the_old(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path)
    first = authority.server()
    async with serving(tmp_path, TLS + users(ops="old"), "--web.enable-lifecycle") as agent:
        assert await curl(agent, tmp_path, "--user", "ops:old") == "200"
        before = first.certificate.read_bytes()
        authority.server()  # new files in the place of the old: nothing else has changed
        agent.process.send_signal(signal.SIGHUP)
        await agent.until_said("event=reload by=SIGHUP result=ok")
        assert first.certificate.read_bytes() != before
        assert await fingerprint(agent) == await digest(first.certificate)

        web(tmp_path, TLS + users(ops="new"))
        done = await curl(agent, tmp_path, "-X", "POST", "--user", "ops:old", path="/-/reload")
        assert done == "200"
        assert await curl(agent, tmp_path, "--user", "ops:old") == "401"
        assert await curl(agent, tmp_path, "--user", "ops:new") == "200"

        web(tmp_path, TLS + "basic_auth_users:\n  ops: plain\n")
        agent.process.send_signal(signal.SIGHUP)
        await agent.until_said("event=reload by=SIGHUP result=refused")
        first.key.write_bytes(b"nothing")
        web(tmp_path, TLS + users(ops="newest"))
        done = await curl(agent, tmp_path, "-X", "POST", "--user", "ops:new", path="/-/reload")
        assert done == "500"
        assert await curl(agent, tmp_path, "--user", "ops:new") == "200"
    reloads = [line for line in audited(agent) if "login" not in line]
    assert [line.partition(" detail=")[0] for line in reloads] == [
        "event=reload by=SIGHUP result=ok",
        "event=reload by=http client=127.0.0.1 user=ops result=ok",
        "event=reload by=SIGHUP result=refused code=DCA-WEB-009",
        "event=reload by=http client=127.0.0.1 user=ops result=refused code=DCA-WEB-005",
    ]
    assert f'detail="{tmp_path}/web.yml:3  key_file: ' in reloads[-1]


async def fingerprint(agent: Agent) -> str:
    """Of the certificate that the agent shows, as openssl sees it."""
    script = (
        f"openssl s_client -connect 127.0.0.1:{agent.port} </dev/null 2>/dev/null"
        " | openssl x509 -noout -fingerprint -sha256"
    )
    return await _output("sh", "-c", script)


async def digest(certificate: Path) -> str:
    return await _output(
        *("openssl", "x509", "-in", str(certificate), "-noout", "-fingerprint", "-sha256")
    )


async def _output(*command: str) -> str:
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=True, timeout=20
    )
    assert "Fingerprint=" in done.stdout
    return done.stdout


async def test_protection_is_not_taken_away_by_a_reload(tmp_path: Path) -> None:
    Authority(tmp_path).server()
    web(tmp_path, TLS + users(ops="old"))
    head = HEAD.replace('listen = ["127.0.0.1:0"]', 'config_file = "web.yml"')
    options = ("--web.listen-address", "0.0.0.0:0")
    async with running(configuration(tmp_path, head=head), *options) as agent:
        web(tmp_path, TLS)
        agent.process.send_signal(signal.SIGHUP)
        await agent.until_said("event=reload by=SIGHUP result=refused")
        assert await curl(agent, tmp_path) == "401"
        assert await curl(agent, tmp_path, "--user", "ops:old") == "200"


async def test_an_agent_that_would_be_open_to_strangers_does_not_start(tmp_path: Path) -> None:
    Authority(tmp_path).server()
    web(tmp_path, TLS)
    file = configuration(tmp_path)
    options = ("--web.listen-address", "0.0.0.0:0", "--web.config.file", str(tmp_path / "web.yml"))
    assert await said(file, *options) == (
        78,
        '--web.listen-address  listen: "0.0.0.0:0" is open to the network without login: add it to'
        " the web config_file, listen on 127.0.0.1, or set insecure = true in [web]  DCA-CONF-014",
    )
    web(tmp_path, "tls_server_config:\n  cert_file: localhost.crt\n")
    code, text = await said(file, *options)
    assert code == 78
    assert text == (
        f'{tmp_path}/web.yml:1  tls_server_config lacks the key "key_file"  DCA-WEB-002'
    )
