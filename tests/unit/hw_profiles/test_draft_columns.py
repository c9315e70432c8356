"""Tables found by the shape of addresses alone, and their numbers as series."""

from __future__ import annotations

import pytest

from hw_profiles.draft_columns import Block, Oid, blocks
from hw_profiles.draft_series import names, numeric, series, typed
from model.readings import Scalar

_BASE = (1, 3, 6, 1, 4, 1, 99999)


def _objects(text: str) -> dict[Oid, Scalar]:
    """Lines of "address value"; addresses hang off the vendor's."""
    found: dict[Oid, Scalar] = {}
    for line in text.strip().splitlines():
        address, _, value = line.strip().partition(" ")
        oid = (*_BASE, *map(int, address.split(".")))
        found[oid] = int(value) if value.lstrip("-").isdecimal() else value
    return found


def _shown(found: list[Block]) -> list[tuple[str, list[int], list[str]]]:
    """Entry, columns and rows of each block."""
    return [
        (
            ".".join(map(str, block.entry[len(_BASE) :])),
            list(block.columns),
            [".".join(map(str, row)) for row in block.rows],
        )
        for block in found
    ]


def test_a_table_and_the_scalars_beside_it() -> None:
    objects = _objects("""
        1.1.0 ACME
        1.2.0 7
        2.1.1.1 1
        2.1.1.2 2
        2.1.2.1 2301
        2.1.2.2 2288
    """)
    found = blocks(objects)
    assert _shown(found) == [("1", [1, 2], ["0"]), ("2.1", [1, 2], ["1", "2"])]
    assert [block.scalar for block in found] == [True, False]
    assert found[0].address(2) == "1.3.6.1.4.1.99999.1.2.0"
    assert found[1].address(2) == "1.3.6.1.4.1.99999.2.1.2"


def test_an_index_of_two_numbers_and_one_of_text() -> None:
    objects = _objects("""
        3.1.1.1.1 5
        3.1.1.1.2 6
        3.1.1.2.1 7
        3.1.2.1.1 50
        3.1.2.1.2 60
        3.1.2.2.1 70
        4.1.1.2.65.66 AB
        4.1.1.2.67.68 CD
        4.1.2.2.65.66 17
        4.1.2.2.67.68 19
    """)
    assert _shown(blocks(objects)) == [
        ("3.1", [1, 2], ["1.1", "1.2", "2.1"]),
        ("4.1", [1, 2], ["2.65.66", "2.67.68"]),
    ]


def test_scalars_among_columns_stand_apart() -> None:
    objects = _objects("""
        5.1.1.1 1
        5.1.1.2 2
        5.1.2.1 11
        5.1.2.2 12
        5.1.3.0 99
    """)
    assert _shown(blocks(objects)) == [
        ("5.1", [3], ["0"]),
        ("5.1", [1, 2], ["1", "2"]),
    ]


def test_nothing_gives_no_tables() -> None:
    assert blocks({}) == []


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (2301, 2301.0),
        ("230.1", 230.1),
        (" 23% of maximum", 23.0),
        ("49 degrees C", 49.0),
        ("233 Watts", 233.0),
        ("23.40 °C", 23.4),
        ("42.0 l/min", 42.0),
        ("-10", -10.0),
        (-1, None),
        (65535, None),
        (2147483647, None),
        ("N/A", None),
        ("", None),
        ("2026-11-24", None),
        ("1.30.08", None),
        (b"\x01", None),
    ],
)
def test_a_number_also_in_a_text(value: Scalar, number: float | None) -> None:
    assert numeric(value) == number


def _block(text: str) -> Block:
    return blocks(_objects(text))[0]


def test_a_column_that_repeats_the_index_is_no_series() -> None:
    found = series(_block("2.1.1.1 1\n2.1.1.2 2\n2.1.3.1 17\n2.1.3.2 19"))
    assert [(each.column, dict(each.values)) for each in found] == [(3, {(1,): 17.0, (2,): 19.0})]
    assert (found[0].largest, found[0].total, found[0].middle) == (19.0, 36.0, 18.0)


def test_types_at_the_end_of_the_index_are_series_of_their_own() -> None:
    block = _block("""
        2.1.3.1.1 42
        2.1.3.1.4 2301
        2.1.3.1.7 900
        2.1.3.2.1 31
        2.1.3.2.4 2288
        2.1.3.2.7 660
    """)
    assert typed(block)
    assert [(each.kind, dict(each.values)) for each in series(block)] == [
        (1, {(1,): 42.0, (2,): 31.0}),
        (4, {(1,): 2301.0, (2,): 2288.0}),
        (7, {(1,): 900.0, (2,): 660.0}),
    ]


def test_the_column_that_names_the_rows_is_the_one_that_tells_them_apart() -> None:
    block = _block("""
        2.1.2.1 on
        2.1.2.2 on
        2.1.3.1 Outlet A
        2.1.3.2 Outlet B
        2.1.4.1 2026-11-24 10:00
        2.1.4.2 2026-11-24 11:00
        2.1.5.1 17
        2.1.5.2 19
    """)
    assert names(block) == (3, {(1,): "Outlet A", (2,): "Outlet B"})
    assert names(_block("2.1.2.1 17\n2.1.2.2 19")) == (0, {})
