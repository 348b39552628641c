"""Presence is united, never added: no second counts twice."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses.activities.intervals import (
    Stretch,
    clip,
    minutes,
    moment,
    seconds,
    union,
    unix,
)

points = st.integers(0, 60)
stretches = st.lists(st.tuples(points, points).map(lambda pair: (min(pair), max(pair))), max_size=8)


def covered(found: list[Stretch]) -> set[int]:
    """The whole seconds inside, counted one by one: the slow truth."""
    return {second for start, end in found for second in range(int(start), int(end))}


@given(stretches)
def test_a_union_is_the_same_time_disjoint_and_in_order(found: list[Stretch]) -> None:
    united = union(found)
    assert covered(united) == covered(found)
    assert all(start < end for start, end in united)
    assert all(a[1] < b[0] for a, b in pairwise(united))


@given(stretches)
def test_no_second_counts_twice(found: list[Stretch]) -> None:
    assert seconds(found) == len(covered(found))
    assert seconds(found + found) == seconds(found)


@given(stretches, stretches)
def test_order_and_grouping_do_not_matter(one: list[Stretch], other: list[Stretch]) -> None:
    assert union(one + other) == union(other + one) == union(union(one) + union(other))


@given(stretches, points, points)
def test_clipping_keeps_exactly_what_is_inside(found: list[Stretch], a: int, b: int) -> None:
    start, end = min(a, b), max(a, b)
    inside = set(range(start, end))
    assert covered(clip(found, start, end)) == covered(found) & inside
    assert union(clip(found, start, end)) == clip(union(found), start, end)


def test_touching_stretches_become_one_and_empty_ones_disappear() -> None:
    assert union([(10, 20), (20, 30), (40, 40)]) == [(10, 30)]


def test_a_minute_counts_when_it_is_complete() -> None:
    assert minutes([(0.0, 59.999)]) == 0
    assert minutes([(0.0, 60.0)]) == 1
    assert minutes([(0.1, 30.1), (100.2, 130.2)]) == 1, "binary fractions lose no minute"
    assert minutes([(0, 100), (50, 170)]) == 2


def test_unix_seconds_and_datetimes_are_the_same_moment() -> None:
    noon = datetime(2026, 12, 9, 12, tzinfo=UTC)
    assert moment(unix(noon)) == noon
