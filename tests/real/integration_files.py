"""What is shipped for Prometheus, VictoriaMetrics and Thanos, laid out as a site would do it."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from alerts import pack_text
from alerts.pack import pack
from scoring.rule import Shard
from scoring.rule_text import text
from scoring.rules import rule_set
from scoring.table_load import shipped
from tests.certificates import Authority

PACKAGING = Path(__file__).parents[2] / "packaging"
VICTORIA = PACKAGING / "victoriametrics"
UNITS = {"/etc/victoria-metrics/": "", "/var/lib/": "var/", "/usr/bin/": ""}
"""Places that units name → below the folder of a test, or found on the PATH."""
PASSWORD = "of-the-agents"


def lay_out(directory: Path) -> None:
    """Every configuration beside the rules, certificates and passwords that it names."""
    for folder in ("prometheus", "victoriametrics"):
        shutil.copytree(PACKAGING / folder, directory, dirs_exist_ok=True)
    shutil.copy(PACKAGING / "thanos/prometheus.yml", directory / "thanos.yml")
    for shard in Shard:
        part = "" if shard is Shard.ALL else f"-{shard}"
        rules = text(rule_set(shipped()).shard(shard))
        (directory / f"dcagent-score{part}.rules.yml").write_text(rules, encoding="utf-8")
        alerts = pack_text.text(pack().shard(shard))
        (directory / f"dcagent-alerts{part}.rules.yml").write_text(alerts, encoding="utf-8")
    tls = directory / "tls"
    tls.mkdir()
    authority = Authority(tls, file="dcagent-ca.crt")
    shutil.copy(authority.file, tls / "centre-ca.crt")
    authority.issue("prometheus.dc1", "prometheus.dc1", client=True, file="prometheus")
    for name in ("localhost", "centre"):
        authority.server(file=name)
    for name, word in (("dcagent", PASSWORD), ("centre", "change-me-1")):
        (tls / f"{name}.password").write_text(word)


def changed(file: Path, changes: Mapping[str, str]) -> str:
    """A file's text in which each of these stands, and is another."""
    found = file.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in found, f"{file.name}: {old}"
        found = found.replace(old, new)
    return found


def started_by(unit: str, directory: Path, changes: Mapping[str, str]) -> list[str]:
    """The command of a unit (or of an environment file), with its files below a directory."""
    places = {old: f"{directory}/{new}" if old != "/usr/bin/" else "" for old, new in UNITS.items()}
    found = (VICTORIA / unit).read_text(encoding="utf-8")
    (line,) = re.findall(r'(?m)^(?:ExecStart=(.+)|ARGS="(.+)")$', found)
    command = "".join(line)
    for old in changes:
        assert old in command, f"{unit}: {old}"
    for old, new in (places | dict(changes)).items():
        command = command.replace(old, new)
    program = [] if line[0] else ["victoria-metrics"]
    return [*program, *shlex.split(command)]
