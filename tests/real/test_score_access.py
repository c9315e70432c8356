"""Engines that want TLS, a login, a client's certificate or a token, asked by the command."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from scoring.api import Access, Code, Engine, QueryFailed
from tests.real.prometheus_peer import free_port
from tests.unit.agent.test_command_line import dcagent

pytestmark = pytest.mark.peer("prometheus", "openssl", "vmauth")

PASSWORD, HASH = "s3cret", "$2b$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG"
TOKEN, WRONG = "t0ken", "gu3ss"
REACHED = (2, "DCA-KPI-017")
"""What an engine without rules comes to: it was asked, and has nothing."""


def openssl(*arguments: str, cwd: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True, timeout=60)


def certificate(directory: Path, name: str, alternative: str) -> None:
    """A key and a certificate that ca.pem signs."""
    openssl(
        *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}"),
        cwd=directory,
    )
    (directory / f"{name}.ext").write_text(f"subjectAltName={alternative}\n")
    openssl(
        *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
        *("-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem"),
        cwd=directory,
    )


@contextmanager
def running(command: Sequence[str], log: Path, port: int) -> Iterator[None]:
    """A server, from when it takes connections until the block ends."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            deadline = time.monotonic() + 30
            while not listens(port):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def prometheus(directory: Path, name: str, web: dict[str, object]) -> tuple[list[str], int]:
    """The command of a Prometheus that serves as `web` says, and its port."""
    port, config = free_port(), directory / f"{name}.yml"
    config.write_text(json.dumps(web))
    (directory / "prometheus.yml").write_text("{}")
    command = [
        *("prometheus", f"--config.file={directory / 'prometheus.yml'}", "--log.level=error"),
        *(f"--storage.tsdb.path={directory / name}", f"--web.config.file={config}"),
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    return command, port


@dataclass(frozen=True, slots=True)
class Doors:
    """URLs of engines behind TLS: with a login, with certificates, and one with a token."""

    directory: Path
    login: str
    mutual: str
    token: str

    def file(self, name: str) -> str:
        return str(self.directory / name)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    directory = tmp_path_factory.mktemp("doors")
    openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=ca"),
        cwd=directory,
    )
    certificate(directory, "server", "IP:127.0.0.1")
    certificate(directory, "client", "DNS:ops")
    certificate(directory, "stranger", "DNS:elsewhere")
    tls = {"cert_file": "server.pem", "key_file": "server.key"}
    wanted = {"client_auth_type": "RequireAndVerifyClientCert", "client_ca_file": "ca.pem"}
    login = prometheus(
        directory, "login", {"tls_server_config": tls, "basic_auth_users": {"ops": HASH}}
    )
    mutual = prometheus(directory, "mutual", {"tls_server_config": {**tls, **wanted}})
    plain = prometheus(directory, "plain", {})
    port, auth = free_port(), directory / "auth.yml"
    behind = {"bearer_token": TOKEN, "url_prefix": f"http://127.0.0.1:{plain[1]}"}
    auth.write_text(json.dumps({"users": [behind]}))
    gate = ["vmauth", f"-auth.config={auth}", f"-httpListenAddr=127.0.0.1:{port}"]
    for name, text in (("password", PASSWORD), ("wrong", WRONG), ("token", TOKEN)):
        (directory / name).write_text(text)
        (directory / name).chmod(0o600)
    with ExitStack() as stack:
        for number, (command, own) in enumerate((login, mutual, plain, (gate, port))):
            stack.enter_context(running(command, directory / f"{number}.log", own))
        here = "127.0.0.1"
        yield Doors(
            directory,
            login=f"https://{here}:{login[1]}",
            mutual=f"https://{here}:{mutual[1]}",
            token=f"http://{here}:{port}",
        )


def asked(url: str, *options: str) -> tuple[int, str]:
    """The exit code, and the code of the complaint."""
    done = dcagent("score", "--url", url, *options)
    assert done.stdout == ""
    assert not [secret for secret in (PASSWORD, TOKEN, WRONG) if secret in done.stderr]
    return done.returncode, done.stderr.splitlines()[0].split()[-1]


Options = Callable[[Doors], tuple[str, list[str]]]


def _login(*more: str) -> Options:
    return lambda d: (d.login, [d.file(o[1:]) if o.startswith("@") else o for o in more])


def _mutual(*more: str) -> Options:
    return lambda d: (d.mutual, [d.file(o[1:]) if o.startswith("@") else o for o in more])


CA = ("--ca-file", "@ca.pem")
CASES: dict[str, tuple[Options, tuple[int, str]]] = {
    "login": (_login(*CA, "-u", "ops", "--password-file", "@password"), REACHED),
    "wrong password": (
        _login(*CA, "-u", "ops", "--password-file", "@wrong"),
        (4, "DCA-API-009"),
    ),
    "no login": (_login(*CA), (4, "DCA-API-009")),
    "not trusted": (
        _login("-u", "ops", "--password-file", "@password"),
        (4, "DCA-API-006"),
    ),
    "trusts another": (
        _login("--ca-file", "@stranger.pem", "-u", "ops", "--password-file", "@password"),
        (4, "DCA-API-006"),
    ),
    "both certificates": (
        _mutual(*CA, "--client-cert", "@client.pem", "--client-key", "@client.key"),
        REACHED,
    ),
    "no certificate": (_mutual(*CA), (4, "DCA-API-008")),
    "key of another": (
        _mutual(*CA, "--client-cert", "@client.pem", "--client-key", "@server.key"),
        (64, "DCA-API-023"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_door(doors: Doors, name: str) -> None:
    options, told = CASES[name]
    url, arguments = options(doors)
    assert asked(url, *arguments) == told


def test_plain_http_where_tls_is_spoken_and_the_other_way_round(doors: Doors) -> None:
    assert asked(doors.login.replace("https", "http")) == (4, "DCA-API-007")
    assert asked(doors.token.replace("http", "https")) == (4, "DCA-API-007")


def test_a_name_that_is_not_the_certificates(doors: Doors) -> None:
    url = doors.login.replace("127.0.0.1", "localhost")
    with (
        pytest.raises(QueryFailed) as caught,
        Engine(Access(url, ca_file=Path(doors.file("ca.pem")), patience=10)) as engine,
    ):
        engine.query("1", 1.0)
    assert caught.value.code is Code.NOT_TRUSTED
    assert "ostname" in caught.value.evidence


def test_a_token(doors: Doors) -> None:
    assert asked(doors.token, "--bearer-token-file", doors.file("token")) == REACHED
    assert asked(doors.token, "--bearer-token-file", doors.file("wrong")) == (4, "DCA-API-009")
    assert asked(doors.token) == (4, "DCA-API-009")
