"""Rows that are known by sight are kept as if each had been looked at by itself."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from collectors.protocol import Failure
from collectors.snmp import rows
from collectors.snmp.client import Missing, Oid, Varbind
from collectors.snmp.messages import new_id
from collectors.snmp.rows import names
from collectors.snmp.walk import Column
from model.readings import Reason, Scalar

COLUMN = (1, 3, 6, 5)
PLACES: list[Oid] = [
    *((*COLUMN, n) for n in range(1, 6)),
    *((1, 3, 6, 4, 9), COLUMN, (1, 3, 6, 6), (1, 3, 6, 6, 1)),
]
Taken = tuple[dict[str, Scalar], Oid, bool, Reason | None]


def taken(answers: list[list[Varbind]], most: int, *, by_sight: bool) -> Taken:
    """A column after some answers, and why it failed."""
    column = Column(COLUMN)
    take = column.take if by_sight else column._one_by_one
    reason = None
    for answer in answers:
        try:
            if not column.ended:
                take(answer, most)
        except Failure as failure:
            reason = failure.reason
            break
    return column.values, column.last, column.ended, reason


VARBINDS = st.builds(
    Varbind,
    st.sampled_from(PLACES),
    st.sampled_from((7, "a text", b"\xff", Missing.UNSPECIFIED, Missing.END_OF_MIB_VIEW)),
)
RISING = st.lists(st.sampled_from(PLACES), unique=True).map(
    lambda oids: [Varbind(oid, len(oid)) for oid in sorted(oids)]
)


@given(st.lists(st.one_of(st.lists(VARBINDS, max_size=5), RISING), max_size=4), st.integers(1, 6))
@example([[Varbind(PLACES[0], 1), Varbind(PLACES[1], 2)], [Varbind(PLACES[1], 2)]], 6)
@example([[Varbind(PLACES[0], 1), Varbind(PLACES[-1], 2), Varbind(PLACES[1], 3)]], 6)
def test_rows_are_kept_as_if_looked_at_one_by_one(answers: list[list[Varbind]], most: int) -> None:
    assert taken(answers, most, by_sight=True) == taken(answers, most, by_sight=False)


def test_names_are_told_by_sight_and_alike_where_they_are_equal() -> None:
    oids = tuple(PLACES[:5])
    found = names(oids)
    assert (found.texts, found.rising) == (tuple(f"1.3.6.5.{n}" for n in range(1, 6)), True)
    assert names(tuple(PLACES[:5])) is found
    others = tuple((*COLUMN, n) for n in range(1, 6))
    assert names(others) is not found
    assert names(others) == found
    assert not names(tuple(reversed(oids))).rising
    assert not names((oids[0], oids[0])).rising


def test_what_is_remembered_is_bounded() -> None:
    for n in range(rows._MOST + 100):
        names(((1, 3, n),))
    assert len(rows._known) <= rows._MOST


def test_request_numbers_have_four_bytes_and_no_pattern() -> None:
    ids = [new_id() for _ in range(200)]
    assert all(0x01000000 <= number <= 0x7FFFFFFF for number in ids)
    steps = {later - earlier for earlier, later in pairwise(ids)}
    assert len(set(ids)) == 200
    assert len(steps) == 199
