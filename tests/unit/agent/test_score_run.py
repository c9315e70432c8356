"""`dcagent score` as a shell sees it: what it asks, tells, and exits with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from agent.cli.score_options import Output, Wishes
from agent.cli.score_run import run
from agent.score import document
from scoring.report.model import Report
from tests.score import reports
from tests.unit.agent.score_engine import answering, recording
from tests.unit.agent.test_command_line import dcagent, imported_by
from tests.unit.scoring.fake_engine import Answer, engine, failure, reply, vector

SCHEMA = json.loads(document.SCHEMA_FILE.read_text(encoding="utf-8"))
NOW = float(int(time.time()) - 60)


def now(report: Report) -> Report:
    return replace(report, at=NOW, day=datetime.now(UTC).date())


FULL = {**reports.GOOD, "ce_attainment": 0.86}
GOOD = now(reports.report(reports.scored(FULL), reports.scored(FULL, reports.labels("dc2"))))


@pytest.mark.parametrize(
    ("report", "code", "status"),
    [
        (GOOD, 0, "scored"),
        (now(reports.report(reports.withheld())), 2, "withheld"),
        (now(reports.report(reports.scored({**FULL, "it_load": 0.29}))), 3, "breached"),
        (now(reports.report(reports.scored(FULL, coverage=0.9))), 0, "scored"),
    ],
)
def test_a_report(report: Report, code: int, status: str) -> None:
    with recording(report) as asked:
        done = dcagent("score", "--url", asked.url, "--json", "--at", f"{NOW:.0f}")
        text = dcagent("score", "--url", asked.url, "--at", f"{NOW:.0f}", "--lang", "zh")
    assert (done.returncode, done.stderr) == (code, "")
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    assert (found["status"], found["exit_code"]) == (status, code)
    for told, subject in zip(found["subjects"], report.subjects, strict=True):
        assert told["score"] == subject.score
        assert told["limiting"] == list(subject.limiting)
        values = {kpi["kpi"]: (kpi["value"], kpi["points"]) for kpi in told["kpis"]}
        assert values == {s.figure.kpi: (s.figure.value, s.points) for s in subject.subs}
    assert text.returncode == code
    assert text.stdout.rstrip().endswith(f"退出码 {code}")


def test_it_asks_for_all_subjects_at_once_and_for_one_where_one_is_named() -> None:
    with recording(now(reports.many(40))) as asked:
        assert dcagent("score", "--url", asked.url).returncode == 2
        assert len(asked.requests) < 20
        asked.requests.clear()
        done = dcagent("score", "--url", asked.url, "--site", "dc007", "--csv")
    assert [row.split(",")[3] for row in done.stdout.splitlines()[1:]] == ["dc007"]
    queries = [r.query for r in asked.requests]
    assert all(
        'site="dc007"' in query or "table_info" in query or "emission_factor" in query
        for query in queries
    ), queries
    assert len({request.time for request in asked.requests}) == 1


def test_labels_of_place_and_of_the_engine() -> None:
    with recording(GOOD) as asked:
        options = ("--match", "zone=shuangliu", "--match", 'replica=a"b')
        assert dcagent("score", "--url", asked.url, *options).returncode == 2
    queries = [request.query for request in asked.requests]
    figures = queries[:5]  # what follows looks for the reason why there is nothing
    assert all(r'replica="a\"b"' in query for query in figures)
    assert 'zone="shuangliu"' in queries[1]
    assert 'zone="shuangliu"' not in queries[0]


def test_every_output_at_once(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    with recording(GOOD) as asked:
        done = dcagent("score", "--url", asked.url, "--html", str(file), "--lang", "en")
        assert done.stdout.splitlines()[-2] == f" written to {file}"
        assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
        bad = dcagent("score", "--url", asked.url, "--html", str(tmp_path / "no" / "r.html"))
        assert (bad.returncode, "cannot be written" in bad.stderr) == (64, True)
        both = dcagent("score", "--url", asked.url, "--json", "--csv")
    assert (both.returncode, json.loads(both.stdout)["error"]["code"]) == (64, "DCA-CORE-002")
    assert "dcagent score --help" in both.stderr


ANSWERS: Mapping[str, tuple[bytes, str, int]] = {
    "login": (reply("", "401 Unauthorized"), "DCA-API-009", 4),
    "partial": (reply(vector(warnings=["a store is away"])), "DCA-API-019", 4),
    "HTML": (reply("<html>"), "DCA-API-017", 4),
    "bad query": (reply(failure("bad_data", "x"), "400 Bad Request"), "DCA-API-013", 4),
    "no rules": (reply(vector()), "DCA-KPI-017", 2),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_engine_without_an_answer_gives_no_number(name: str, lang: str) -> None:
    sent, code, exit_code = ANSWERS[name]
    with engine(lambda _: sent) as asked:
        done = dcagent("score", "--url", asked.url, "--json", "--lang", lang)
    assert done.returncode == exit_code
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    assert (found["error"]["code"], found["subjects"]) == (code, [])
    assert code in done.stderr.splitlines()[0]
    assert {"zh": "原因", "en": "cause"}[lang] in done.stderr
    assert {"zh": "处理", "en": "fix"}[lang] in done.stderr
    assert "Traceback" not in done.stderr


def test_half_way_through_is_no_answer() -> None:
    """A store that goes away between two queries: nothing of the first is told."""
    whole, count = answering(GOOD), iter(range(100))

    with engine(lambda r: whole(r) if next(count) < 3 else reply(vector(isPartial=True))) as asked:
        done = dcagent("score", "--url", asked.url)
    assert (done.returncode, done.stdout) == (4, "")
    assert "DCA-API-019" in done.stderr


def test_what_an_engine_remarks_is_told_unless_it_is_known() -> None:
    known, told = answering(GOOD), "PromQL info: metric might not be a counter"

    def remarking(remark: str) -> Answer:
        return lambda request: reply(
            known(request).partition(b"\r\n\r\n")[2][:-1] + f', "infos": ["{remark}"]}}'.encode()
        )

    codes = []
    for remark in (told, "PromQL info: something new"):
        with engine(remarking(remark)) as asked:
            done = dcagent("score", "--url", asked.url, "--json")
        codes.append([notice["code"] for notice in json.loads(done.stdout)["notices"]])
    assert codes == [[], ["DCA-API-022"]]


def test_two_that_differ_are_no_answer() -> None:
    doubled = answering(GOOD)

    def twice(request: object) -> bytes:
        sent = doubled(request)  # type: ignore[arg-type]
        _, _, body = sent.partition(b"\r\n\r\n")
        if b"dcagent_score:points" not in body:
            return sent
        told = json.loads(body)
        rows = told["data"]["result"]
        more = [{"metric": {**r["metric"], "replica": "b"}, "value": [1, "50"]} for r in rows]
        told["data"]["result"] = [*rows, *more]
        return reply(json.dumps(told))

    with engine(twice) as asked:
        done = dcagent("score", "--url", asked.url)
    assert done.returncode == 4
    assert "DCA-API-021" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--url", "ftp://p"], "DCA-API-001"),
        (["--url", "http://ops:s3cret@p:9090"], "DCA-API-002"),
        (["--level", "moon"], "'moon' is not one of"),
        (["--rack", "k1"], "rack does not narrow --level site"),
        (["--window", "0m"], "out of bounds: from 1m to 365d"),
        (["--window", "day"], "no span of time such as 24h"),
        (["--at", "yesterday"], "no time such as 2026-11-23T12:00"),
        (["--at", "2199-01-01"], "lies ahead"),
        (["--profile", "gren2025"], 'did you mean "green2025"?'),
        (["--match", "zone"], "expected LABEL=VALUE"),
        (["--match", "site=a", "--site", "b"], "are both asked for"),
        (["--explain", "dc1", "--site", "dc2"], "are both asked for"),
        (["--explain", "dc1", "--level", "rack"], "leave --level out"),
        (["--raw", "--match", "replica=a"], "not --raw"),
        (["--raw", "--window", "4m"], "a window of 5m or more"),
        (["--header", "Authorization=Bearer x"], "holds a secret"),
        (["--header", "X"], "expected NAME=VALUE"),
        (["--header", "X-Org=天府"], "ASCII"),
        (["--password-file", "/nowhere"], "needs --username"),
        (["--username", "a", "--bearer-token-file", "/x"], "not both"),
        (["--inventory", "x.toml"], "gives addresses to --explain"),
        (["--ca-file", "/nowhere.pem", "--url", "https://p"], "DCA-API-023"),
        (["--username", "ops"], "DCA-AUTH-004"),
    ],
)
def test_bad_arguments(arguments: list[str], said: str) -> None:
    done = dcagent("score", *arguments)
    assert (done.returncode, done.stdout) == (64, "")
    assert said in done.stderr
    assert "s3cret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_table_of_ones_own_that_is_wrong(tmp_path: Path) -> None:
    own = tmp_path / "kpis.toml"
    own.write_text("editon = 2026-01-01\n", encoding="utf-8")
    done = dcagent("score", "--breakpoints", str(own))
    assert done.returncode == 78
    assert f"{own}:1" in done.stderr


def test_secrets_come_from_files_and_the_environment(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o640)
    with recording(GOOD) as asked:
        url = ("--url", asked.url)
        dcagent("score", *url, "--username", "ops", "--password-file", str(secret))
        dcagent("score", *url, "--username", "ops", DCAGENT_SCORE_PASSWORD="s3cret")
        dcagent("score", *url, "--bearer-token-file", str(secret))
        dcagent("score", *url, DCAGENT_SCORE_TOKEN="s3cret")
        dcagent("score", DCAGENT_SCORE_URL=asked.url)
        logins = [request.headers.get("Authorization") for request in asked.requests]
        secret.chmod(0o644)
        done = dcagent("score", *url, "--bearer-token-file", str(secret))
    assert list(dict.fromkeys(logins)) == ["Basic b3BzOnMzY3JldA==", "Bearer s3cret", None]
    assert (done.returncode, "DCA-CONF-011" in done.stderr) == (78, True)


def test_ctrl_c_ends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("agent.cli.score_run.report", interrupted)
    assert run(Wishes(url="http://127.0.0.1:9"), Output("en")) == 130
    assert capsys.readouterr().out == ""


def test_help_and_completion() -> None:
    text = dcagent("score", "--help").stdout
    assert "Exits 0 scored; 2 withheld" in text
    for option in ("--level", "--window", "--explain", "--raw", "--html", "--url"):
        assert option in text
    assert completed("score --level ") == [*("rack", "cluster", "site", "zone", "hub", "province")]
    assert completed("score --profile ") == ["compliance", "green2025"]


def completed(line: str) -> list[str]:
    words = f"dcagent {line}"
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli.main"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={
            **os.environ,
            "_DCAGENT_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        },
    )
    return done.stdout.split()


def test_it_imports_nothing_that_polls() -> None:
    found = imported_by("score", "--url", "http://127.0.0.1:9")
    assert not {"asyncio", "pysnmp", "pyipmi", "prometheus_client", "psutil"} & found
