"""YAML is read as everyone reads it, or not at all."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.web.block_yaml import parse
from agent.web.yaml_scalars import Plain
from model.document import DocumentError

READ: dict[str, tuple[str, object]] = {
    "nothing": ("", {}),
    "comments alone": ("# a\n\n   # b\n", {}),
    "a document's start": ("---  # here\na: 1\n", {"a": "1"}),
    "scalars": (
        "a: 1\nb: 'it''s'\nc: \"say \\\"x\\\" \\u4e2d\\x21\"\nd: a#b\ne: x # y\nf: '#'\n",
        {"a": "1", "b": "it's", "c": 'say "x" 中!', "d": "a#b", "e": "x", "f": "#"},
    ),
    "nothing behind the colon": ("a:\nb: ~\nc: null\n", {"a": None, "b": None, "c": None}),
    "quoted words are words": ("a: 'null'\nb: \"~\"\n", {"a": "null", "b": "~"}),
    "maps": ("a:\n  b:\n      c: d\n  e: f\ng: h\n", {"a": {"b": {"c": "d"}, "e": "f"}, "g": "h"}),
    "lists": (
        "a:\n- b\n- 'c'\nd:\n  - e  # f\n  -\ng: []\n",
        {"a": ["b", "c"], "d": ["e", None], "g": []},
    ),
    "lists on one line": ("a: [b, 'c, d', \"e\" , ] # f\n", {"a": ["b", "c, d", "e"]}),
    "an empty map": ("a: {}\n", {"a": {}}),
    "quoted keys": ("'a b': c\n\"d:\": e\n", {"a b": "c", "d:": "e"}),
    "a hash": ("u: $2y$10$a/b.c\n", {"u": "$2y$10$a/b.c"}),
    "a policy": (
        "h: default-src 'self'; img-src *\n",
        {"h": "default-src 'self'; img-src *"},
    ),
    "other line ends": ("a: 1\r\nb: 2\r\n", {"a": "1", "b": "2"}),
    "a byte order mark": ("\ufeffa: 1\n", {"a": "1"}),
}


@pytest.mark.parametrize("name", list(READ))
def test_what_is_read(name: str) -> None:
    text, expected = READ[name]
    assert parse(text, "web.yml").data == expected


REFUSED: dict[str, tuple[str, str]] = {
    "a tab": ("a:\n\tb: 1", "2  a tab: YAML takes blanks only"),
    "no colon": ("a: 1\nb\n", "2  expected KEY: VALUE"),
    "no blank behind it": ("a:1", "1  expected KEY: VALUE"),
    "the other colon": ("a：1", "1  expected KEY: VALUE (the colon is a full-width one)"),
    "the other blank": ("a:\u30001", "1  a character that is not printable: U+3000"),
    "a list at the top": ("- a", "1  expected KEY: VALUE at the top, found a list"),
    "twice": ("a: 1\nb: 2\na: 3", '3  "a" stands twice: first in line 1'),
    "an anchor": ("a: &x 1", "1  an anchor (&) is not read here"),
    "an alias": ("a: *x", "1  an alias (*) is not read here"),
    "a tag": ("a: !!str 1", "1  a tag (!) is not read here"),
    "a merge": ("<<: a", "1  a key that YAML treats in a special way: put it in quotes"),
    "a block": (
        "a: |\nb: 1",
        "1  a text of several lines (|) is not read here: write it on one",
    ),
    "more lines": (
        "a: b\n  c\n",
        "2  a value that goes on in the next line is not read here: write it on one",
    ),
    "a map in braces": (
        "a: {b: c}",
        "1  a map in braces is not read here: write KEY: VALUE in lines of their own",
    ),
    "lists in a list": ("a: [[b]]", "1  , begins no value: put it in quotes"),
    "a list of many lines": (
        "a: [b,\n  c]",
        "2  a value that goes on in the next line is not read here: write it on one",
    ),
    "a list without end": (
        "a: [b",
        "1  a list in brackets that goes on or holds another is not read here",
    ),
    "a quote without end": ('a: "b', "1  a quote that is not closed on the same line"),
    "behind a quote": ("a: 'b' c", "1  more behind the closing quote"),
    "an escape": ('a: "\\q"', "1  \\q is not read here"),
    "half a character": ('a: "\\ud800"', "1  \\ud800 is not read here"),
    "two colons": ("a: b: c", "1  a second colon: put the value in quotes"),
    "too deep": ("a:\n  b: 1\n c: 2", "3  indented more than the line before it allows"),
    "less deep": (" a: 1\nb: 2", "2  less indented than the line that it belongs to"),
    "an item among keys": ("a: 1\n- b", "2  expected KEY: VALUE, found a list item"),
    "an item below an item": (
        "a:\n- b\n  - c",
        "3  indented more than the list item before it",
    ),
    "two documents": ("a: 1\n---\nb: 2", "2  one document, nothing but KEY: VALUE in it"),
    "levels": (
        "".join(f"{' ' * n}k:\n" for n in range(12)),
        "9  nested too deeply",
    ),
    "much": ("a: 1\n" * 300_000, "  longer than 1048576 characters"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_refused(name: str) -> None:
    text, expected = REFUSED[name]
    with pytest.raises(DocumentError) as caught:
        parse(text, "web.yml")
    assert str(caught.value).replace("web.yml:", "").replace("web.yml", "") == expected


def test_lines_are_known() -> None:
    found = parse("a:\n  b: 1\n\n  # c\n  d:\n  - e\n  - f\n", "web.yml")
    assert found.lines == {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "d"): 5,
        ("a", "d", 0): 6,
        ("a", "d", 1): 7,
    }


def test_a_quoted_truth_value_is_a_text() -> None:
    found = parse("a: yes\nb: 'yes'\n", "web.yml").data
    assert [type(found[key]) is Plain for key in "ab"] == [True, False]


PIECES = st.sampled_from(
    [
        *("a", "b", "key", "yes", "null", "~", "1", "中", "$2y$10$x", "'q'", '"d"', "''", "\\n"),
        *(
            ":",
            ": ",
            " :",
            "-",
            "- ",
            "#",
            " #",
            "[",
            "]",
            ",",
            ", ",
            "{",
            "}",
            "{}",
            "[]",
            "&",
            "*",
        ),
        *(
            "!",
            "|",
            ">",
            "%",
            "@",
            "`",
            "'",
            '"',
            "?",
            "? ",
            "<<",
            "---",
            "...",
            "\n",
            "\n  ",
            "\n    ",
        ),
        *(" ", "  ", "\t", "\r\n", "=", ";", "/", "."),
    ]
)


def _told(node: object) -> object:
    """What PyYAML read, nothing but scalars kept as texts, and its words for nothing as None."""
    if isinstance(node, yaml.MappingNode):
        return {_told(key) or key.value: _told(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_told(each) for each in node.value]
    assert isinstance(node, yaml.ScalarNode)
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


LINES = st.builds(
    "{0}{1}{2}{3}".format,
    st.sampled_from(["", "", "  ", "    ", "- ", "  - "]),
    st.sampled_from(["a", "b", "c", "'d'", "", "e f"]),
    st.sampled_from([": ", ":", " : ", "", ":  "]),
    st.lists(PIECES.filter(lambda piece: "\n" not in piece), max_size=4).map("".join),
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.lists(LINES, max_size=6).map("\n".join)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
@example("a: b\nc: [d, e]\n")
@example("a: 'b'#c")
@example("a:\n- b\n-c")
@example("a:\n- #")
@example("a: -\n")
@example("? a\n: b")
def test_whatever_is_read_is_read_alike_by_pyyaml(text: str) -> None:
    try:
        ours = parse(text, "web.yml").data
    except DocumentError:
        return
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    assert ours == ({} if node is None else _told(node) or {})
