"""Whatever stands in the file: a configuration or its mistakes, nothing else."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.config import Config, load
from model.document import DocumentError, Problem

KEYS = st.sampled_from(
    [
        *("web", "poll", "cache", "profiles", "place", "credentials", "targets", "listen"),
        *("interval", "interval_slow", "retries", "directory", "directories", "name", "address"),
        *("protocol", "credential", "type", "username", "password", "community", "insecure"),
        *("bmc", "site", "port", "cipher_suite", "timeout", "auth_protocol", "机房", "x y"),
    ]
)
WORDS = st.sampled_from(
    [
        *("", "ipmi", "snmp", "snmp-v3", "snmp-community", "bmc", "env:P", "file:/", "sha256"),
        *(
            "file:\0",
            "file:~nobody-here/x",
            "credential:\0",
            "127.0.0.1:9824",
            "[::1]:0",
            ":9",
            "10.0.0.1",
            "::1",
            "a b",
            "a\nb",
        ),
    ]
)
SCALARS = st.one_of(
    WORDS,
    st.text(max_size=8).filter(lambda t: t.isprintable()),
    st.integers(-(2**62), 2**62),
    st.floats(),
    st.booleans(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


def toml(value: object) -> str:
    """A value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)


def loaded(file: Path) -> Config | tuple[Problem, ...]:
    try:
        return load(file, {"P": "a-pass-phrase", "CREDENTIALS_DIRECTORY": "/nowhere"})
    except DocumentError as error:
        return error.problems


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_only_mistakes_are_raised(data: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "dcagent.toml"
        file.write_text("".join(f"{json.dumps(k)} = {toml(v)}\n" for k, v in data.items()))
        found = loaded(file)
        if not isinstance(found, Config):
            assert found
            assert all(problem.code and problem.message for problem in found)
