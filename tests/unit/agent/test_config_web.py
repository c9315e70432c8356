"""`dcagent config` about the web: what it finds, what is open to strangers, hashes of passwords."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from agent.config import load
from agent.config_keys import Key
from agent.diagnosis import catalogue
from agent.web import tls, words
from agent.web.codes import Code
from agent.web.protection import Served, protection
from exporters.passwords import matches
from model.credentials import Secret
from model.document import DocumentError
from tests.certificates import Authority
from tests.unit.agent.test_command_line import dcagent
from tests.unit.agent.web.web_files import HASH

TLS = "tls_server_config:\n  cert_file: localhost.crt\n  key_file: localhost.key\n"
MUTUAL = "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n"
GIVEN = MUTUAL.replace("RequireAndVerifyClientCert", "VerifyClientCertIfGiven")
USERS = f"basic_auth_users:\n  prometheus: {HASH}\n"


def site(directory: Path, web: str | None, *, listen: str = ":9824", more: str = "") -> Path:
    Authority(directory).server()
    named = "" if web is None else 'config_file = "web.yml"\n'
    file = directory / "dcagent.toml"
    file.write_text(f'[web]\nlisten = ["127.0.0.1:0", "{listen}"]\n{named}{more}')
    if web is not None:
        (directory / "web.yml").write_text(web)
        (directory / "web.yml").chmod(0o640)
    return file


@pytest.mark.parametrize(
    ("web", "lacking"),
    [
        (None, "TLS and login"),
        ("", "TLS and login"),
        (TLS, "login"),
        (USERS, "TLS"),
        (TLS + GIVEN, "login"),
        (TLS + MUTUAL, ""),
        (TLS + USERS, ""),
        (TLS + MUTUAL + USERS, ""),
    ],
)
@pytest.mark.parametrize("listen", [":9824", "0.0.0.0:9824", "[::]:9824", "10.0.0.1:9824", "a:1"])
def test_strangers_meet_tls_and_a_login_or_nothing(
    tmp_path: Path, web: str | None, lacking: str, listen: str
) -> None:
    file = site(tmp_path, web, listen=listen)
    if not lacking:
        assert protection(load(file)).security.authenticates
        return
    with pytest.raises(DocumentError) as caught:
        protection(load(file))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.code) == (str(file), 2, "DCA-CONF-014")
    assert problem.message == (
        f'listen: "{listen}" is open to the network without {lacking}: add it to the web'
        " config_file, listen on 127.0.0.1, or set insecure = true in [web]"
    )


def test_loopback_and_who_says_insecure_need_nothing(tmp_path: Path) -> None:
    for listen in ("127.0.0.2:1", "[::1]:1", "localhost:1"):
        assert protection(load(site(tmp_path, None, listen=listen))).security.tls is None
    assert protection(load(site(tmp_path, None, more="insecure = true\n"))).security.tls is None


def test_the_command_line_wins_and_is_named(tmp_path: Path) -> None:
    config = load(site(tmp_path, TLS + USERS))
    other = tmp_path / "other.yml"
    other.write_text(TLS)
    with pytest.raises(DocumentError, match=r'":9824" is open to the network without login'):
        protection(config, Served(file=other))
    with pytest.raises(DocumentError) as caught:
        protection(config, Served(("0.0.0.0:1", "127.0.0.1:1"), other))
    assert [str(problem)[:60] for problem in caught.value.problems] == [
        '--web.listen-address  listen: "0.0.0.0:1" is open to the net'
    ]
    assert protection(config, Served(("0.0.0.0:1",))).security.tls is not None


def test_config_check_looks_at_the_web_file_too(tmp_path: Path) -> None:
    file = site(tmp_path, TLS + USERS + "  bob: hunter2\nnonsense: 1\n")
    (tmp_path / "localhost.key").chmod(0o644)
    done = dcagent("config", "check", str(file))
    assert done.returncode == 78
    assert done.stdout.splitlines() == [
        f"{tmp_path}/web.yml:3  key_file: {tmp_path}/localhost.key is readable by everyone (0644):"
        f" chmod 640 {tmp_path}/localhost.key, chgrp to the agent's group  DCA-CONF-011",
        f'{tmp_path}/web.yml:6  user "bob": expected a bcrypt hash ($2a$, $2b$ or $2y$):'
        " dcagent config hash-password makes one  DCA-WEB-009",
        f'{tmp_path}/web.yml:7  unknown key "nonsense"; known here: tls_server_config,'
        " basic_auth_users, http_server_config  DCA-WEB-003",
        "2 files, 3 errors",
    ]


def test_config_check_with_warnings_alone_exits_1(tmp_path: Path) -> None:
    text = f"{TLS}  min_version: TLS10\nhttp_server_config:\n  http2: true\n{USERS}"
    file = site(tmp_path, None)
    (tmp_path / "web.yml").write_text(text)
    (tmp_path / "web.yml").chmod(0o640)
    option = ("--web.config.file", str(tmp_path / "web.yml"))
    done = dcagent("config", "check", str(file), *option)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"warning: {tmp_path}/web.yml:4  min_version: below TLS 1.2 nothing is spoken here;"
        " TLS12 is used  DCA-WEB-013",
        f"note: {tmp_path}/web.yml:6  http2: HTTP/1.1 is spoken here, which every client speaks"
        " too  DCA-WEB-015",
        "2 files, 1 warning, ok, 0 targets and this machine",
    ]
    result = json.loads(dcagent("config", "check", str(file), *option, "--json").stdout)
    schema = json.loads(files("agent").joinpath("data/check-result.schema.json").read_text())
    jsonschema.validate(result, schema, format_checker=jsonschema.FormatChecker())
    assert (result["status"], result["exit_code"]) == ("warn", 1)
    assert result["summary"] == {"pass": 1, "warn": 1, "fail": 0, "unknown": 0, "skip": 1}
    assert [(check["id"], check["status"]) for check in result["checks"]] == [
        ("config.file", "ok"),
        ("web.013", "warn"),
        ("web.015", "skip"),
    ]


def test_the_sample_is_taken_with_every_setting_that_it_offers(tmp_path: Path) -> None:
    text = dcagent("config", "example", "--web").stdout
    assert text == (Path(__file__).parents[3] / "packaging/web.yml").read_text("utf-8")
    assert protection(load(site(tmp_path, text, listen="[::1]:0"))).security.tls is None
    whole = re.sub(r"(?m)^( *)#(?=\S)", r"\1", text)
    whole = whole.replace("server.crt", "localhost.crt").replace("server.key", "localhost.key")
    found = protection(load(site(tmp_path, whole.replace("clients-ca.crt", "ca.pem"))))
    assert found.security.tls is not None
    assert found.security.tls.names == {"prometheus.dc1.example"}
    assert found.security.headers == (("Strict-Transport-Security", "max-age=31536000"),)
    assert found.security.logins is not None
    # Python 3.11 of Debian cannot be held to this curve
    assert [remark for remark in found.remarks if "X25519" not in remark.message] == []


def test_a_hash_is_made_of_what_is_piped_in() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli.main", "config", "hash-password", "--cost", "4"],
        input="口令 x\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("$2b$04$")
    assert matches("口令 x".encode(), Secret(done.stdout.strip()))


@pytest.mark.parametrize("typed", ["", "x" * 73, "口" * 25])
def test_a_password_that_bcrypt_would_cut_is_refused(typed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli.main", "config", "hash-password"],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == "dcagent: a password has 1 to 72 bytes, none of them NUL\n"


@pytest.mark.parametrize(("again", "code"), [("geheim", 0), ("geheimer", 64)])
def test_on_a_terminal_the_password_is_asked_for_twice(again: str, code: int) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "agent.cli.main", "config", "hash-password", "--cost", "4"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        seen = b""
        for prompt, answer in ((b"Password: ", b"geheim\n"), (b"Again: ", again.encode() + b"\n")):
            while prompt not in seen:
                seen += os.read(ours, 1000)
            os.write(ours, answer)
        assert process.stdout is not None
        found = process.stdout.read().decode().strip()
        assert process.wait(10) == code
    os.close(ours)
    assert b"geheim" not in seen
    assert matches(b"geheim", Secret(found)) if not code else found == ""


def test_every_code_of_the_web_file_has_its_page() -> None:
    known = {code for code in catalogue() if code.startswith("DCA-WEB-")}
    assert known == {code.value for code in Code}


def test_what_the_document_shows_is_taken_and_every_key_stands_in_it(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs/web.md").read_text("utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0]
    Authority(tmp_path).server(file="server")
    assert protection(load(site(tmp_path, shown))).remarks == ()
    english, chinese = text.split("# 中文", 1)
    keys = [key.name for key in vars(tls).values() if isinstance(key, Key)]
    for word in (*keys, "http2", "basic_auth_users", *words.POLICIES[:5]):
        assert f"`{word}`" in english, word
        assert f"`{word}`" in chinese, word
    for header in words.HEADERS:
        assert f"`{header}`" in english
