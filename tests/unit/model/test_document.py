"""Lines of TOML keys, and errors that point at them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.document import Document, DocumentError, dotted, nearest, parse, read

TEXT = '''\
interval = 15

[place]            # where
site = "成都"

[[targets]]
name = "a"
"odd key" = { x = 1 }
note = """
name = "not a key"
"""
last = true

[[targets]]
name = "b"
[targets.place]
rack = "R1"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("interval",), 1),
        (("place",), 3),
        (("place", "site"), 4),
        (("targets", 0), 6),
        (("targets", 0, "name"), 7),
        (("targets", 0, "odd key"), 8),
        (("targets", 0, "odd key", "x"), 8),
        (("targets", 0, "last"), 12),
        (("targets", 1, "name"), 15),
        (("targets", 1, "place", "rack"), 17),
        (("nowhere",), 0),
    ],
)
def test_each_key_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert parse(TEXT, "f.toml").line(path) == line


def test_a_problem_names_file_line_and_key() -> None:
    problem = parse(TEXT, "f.toml").problem(("targets", 1, "name"), "is taken", "DCA-X")
    assert str(problem) == "f.toml:15  is taken"
    assert (problem.key, problem.code) == ("targets[1].name", "DCA-X")


def test_broken_toml_says_where() -> None:
    with pytest.raises(DocumentError) as caught:
        parse("a = 1\nb = = 2\n", "f.toml")
    assert str(caught.value).startswith("f.toml:2  is not TOML: ")


def test_a_truncated_file_points_at_its_end() -> None:
    with pytest.raises(DocumentError) as caught:
        parse('a = 1\nb = [1,\n"x"', "f.toml")
    assert caught.value.problems[0].line == 3


def test_an_unreadable_file_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read: No such file or directory"):
        read(tmp_path / "none.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'a = "\xe9"\n')
    with pytest.raises(DocumentError, match="is not UTF-8"):
        read(latin)


def test_the_nearest_word_is_offered_only_where_it_is_near() -> None:
    assert nearest("intervall", ["interval", "listen"]) == ': did you mean "interval"?'
    assert nearest("zzz", ["interval"]) == ""


@given(st.text())
def test_any_text_parses_or_raises_its_own_error(text: str) -> None:
    try:
        document = parse(text, "f")
    except DocumentError:
        with pytest.raises(tomllib.TOMLDecodeError):
            tomllib.loads(text)
    else:
        assert isinstance(document, Document)
        assert document.data == tomllib.loads(text)


def test_dotted_paths_read_like_toml() -> None:
    assert dotted(("targets", 2, "place", "rack")) == "targets[2].place.rack"
