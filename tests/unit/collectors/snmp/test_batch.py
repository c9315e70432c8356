"""Which columns are asked for together."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.snmp.batch import Batch, batch


def answers(needs: tuple[int, ...], room: int) -> int:
    """Requests until all columns are through, by an agent that answers in full."""
    left = list(needs)
    for count in range(1, 10_000):
        chosen = batch(tuple(left), room)
        for at in chosen.single:
            left[at] -= 1
        for at in chosen.repeated:
            left[at] -= chosen.repetitions
        left = [need for need in left if need > 0]
        if not left:
            return count
    raise AssertionError("it never ends")


def test_empty_columns_are_asked_for_once_each_and_short_ones_to_their_end() -> None:
    assert batch((1, 4, 1, 4, 2), 40) == Batch((0, 2), (1, 3, 4), 4)
    assert batch((1, 1, 1), 40) == Batch((0, 1, 2), (), 0)
    assert batch((7,), 40) == Batch((), (0,), 7)


def test_long_columns_share_the_room_where_that_is_fewer_answers() -> None:
    assert batch((49, 49, 49, 49, 49), 40).size <= 40
    assert answers((49,) * 6, 40) == 8, "one by one they take 12"
    assert answers((25,) * 3, 25) == 3
    assert answers((3, 3, 3, 2, 2, 1, 1, 49, 49), 40) <= 4


def test_a_room_of_few_is_enough() -> None:
    assert batch((1, 9, 9), 2) == Batch((0,), (), 0)
    assert batch((9, 9, 9), 2).size <= 2
    assert answers((9, 9, 1, 1, 4), 2) < 30


@settings(deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=30), st.integers(2, 60))
def test_the_room_is_kept_and_all_columns_end(needs: list[int], room: int) -> None:
    chosen = batch(tuple(needs), room)
    assert 0 < chosen.size <= room
    assert not set(chosen.single) & set(chosen.repeated)
    alone = sum(-(-need // room) for need in needs)
    # sizes alone do not tell the best way: seldom it is an answer or two more than one by one
    assert answers(tuple(needs), room) <= alone + 1 + alone // 5
