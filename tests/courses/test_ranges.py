"""Coverage against the slow truth: one bit for every tick of the recording."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courses.completion.ranges import (
    MAX_PIECES,
    BadCover,
    Range,
    cover,
    first,
    length,
    missing,
    overlap,
    pack,
    permille,
    unpack,
)

DURATION = 90
points = st.integers(-5, DURATION + 20)
plays = st.lists(st.tuples(points, points), max_size=12)


def bits(ranges: list[Range] | tuple[Range, ...]) -> set[int]:
    """Every tick inside, one by one."""
    return {tick for start, end in ranges for tick in range(start, end) if 0 <= tick < DURATION}


@given(plays)
def test_a_cover_holds_exactly_what_was_played(played: list[Range]) -> None:
    found = cover(played, DURATION)
    assert bits(found) == bits(played)
    assert length(found) == len(bits(played))
    assert all(a[1] < b[0] for a, b in pairwise(found))


@given(plays, plays)
def test_nothing_is_ever_taken_away(before: list[Range], more: list[Range]) -> None:
    old = cover(before, DURATION)
    new = cover([*old, *more], DURATION)
    assert bits(new) == bits(old) | bits(more)
    assert cover([*new, *more], DURATION) == new


@given(plays)
def test_watched_and_missing_are_the_whole(played: list[Range]) -> None:
    watched = cover(played, DURATION)
    gaps = missing(watched, DURATION)
    assert bits(gaps) == set(range(DURATION)) - bits(watched)
    assert cover([*watched, *gaps]) == ((0, DURATION),)
    assert overlap(watched, gaps) == ()


@given(plays, plays)
def test_an_overlap_is_in_both(one: list[Range], other: list[Range]) -> None:
    a, b = cover(one, DURATION), cover(other, DURATION)
    assert bits(overlap(a, b)) == bits(a) & bits(b)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(51, 80))), st.integers(-5, 300))
def test_only_the_first_of_what_was_played(played: list[Range], allowed: int) -> None:
    kept = first(played, allowed)
    assert length(kept) == max(0, min(allowed, length(played)))
    ticks = [tick for start, end in played for tick in range(start, end)]
    assert [tick for start, end in kept for tick in range(start, end)] == ticks[: max(0, allowed)]


@given(st.lists(st.tuples(st.integers(0, 864_000), st.integers(0, 864_000)), max_size=60))
@example([(0, 864_000)])
def test_packing_loses_nothing(played: list[Range]) -> None:
    watched = cover(played)
    assert unpack(pack(watched)) == watched


@given(st.binary(max_size=40))
def test_foreign_bytes_are_refused_or_are_a_cover(packed: bytes) -> None:
    try:
        found = unpack(packed)
    except BadCover:
        return
    assert found == cover(found)


@pytest.mark.parametrize(
    "packed", [b"\x80", b"\x01", b"\x05\x00", b"\x00\x05\x00\x05", b"\xff" * 9]
)
def test_what_pack_never_writes_is_refused(packed: bytes) -> None:
    with pytest.raises(BadCover):
        unpack(packed)


def test_the_shortest_pieces_go_when_there_are_too_many() -> None:
    crumbs = [(start, start + 1) for start in range(0, 4 * MAX_PIECES, 4)]
    kept = cover([*crumbs, (100_000, 100_500)])
    assert len(kept) == MAX_PIECES
    assert (100_000, 100_500) in kept
    assert set(kept) <= {*crumbs, (100_000, 100_500)}
    assert unpack(pack(kept)) == kept


def test_an_hour_watched_in_three_pieces_takes_few_bytes() -> None:
    assert len(pack(((0, 6_000), (9_000, 20_000), (21_000, 36_000)))) <= 12


def test_all_is_only_what_is_complete() -> None:
    assert permille(((0, 35_999),), 36_000) == 999
    assert permille(((0, 36_000),), 36_000) == 1000
    assert permille((), 36_000) == 0
    assert permille((), 0) == 1000
