"""Live presence and replay together: T7, T8, T9, T16, and a second opinion by the second."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.credits.crossing import Piece, cover
from courses.credits.periods import local_date

SHANGHAI = ZoneInfo("Asia/Shanghai")


def live(start: float, end: float, began: float = 0.0) -> Piece:
    """Presence in a class that began at ``began``."""
    return Piece(start, end, began + start, end - start)


def test_t7_the_day_is_the_one_on_which_it_was_enough() -> None:
    class_began = datetime(2026, 12, 9, 7, tzinfo=UTC).timestamp()  # 15:00 in Shanghai
    replay_began = datetime(2026, 12, 10, 15, 30, tzinfo=UTC).timestamp()  # 23:30
    pieces = [
        live(0, 40 * 60, class_began),
        Piece(38 * 60, 90 * 60, replay_began, 52 * 60),
    ]
    found = cover(pieces, 90 * 60, 80)
    assert found.seconds == 90 * 60
    assert found.crossed_at is not None
    # 72 of 90 minutes are reached after 34 minutes of the replay: at 00:04
    assert found.crossed_at == pytest.approx(replay_began + 34 * 60)
    crossed = datetime.fromtimestamp(found.crossed_at, UTC)
    assert local_date(crossed, SHANGHAI) == date(2026, 12, 11)


def test_t8_seeing_it_again_changes_nothing() -> None:
    first = cover([live(0, 3600)], 3600, 80)
    again = cover([live(0, 3600), Piece(0, 3600, 90_000, 3600)], 3600, 80)
    assert again == first


@pytest.mark.parametrize(("minutes", "enough"), [(48, True), (47.99, False)])
def test_t9_80_percent_are_enough(minutes: float, enough: bool) -> None:
    found = cover([live(0, minutes * 60)], 3600, 80)
    assert (found.crossed_at is not None) is enough


@pytest.mark.parametrize(("present_from", "day"), [(0, date(2025, 12, 31)), (15, date(2026, 1, 1))])
def test_t16_at_the_turn_of_the_year(present_from: int, day: date) -> None:
    """A class from 23:10 to 00:20; half of it is reached at 23:45, or just at midnight."""
    began = datetime(2025, 12, 31, 15, 10, tzinfo=UTC).timestamp()  # 23:10 in Shanghai
    found = cover([live(present_from * 60, 70 * 60, began)], 70 * 60, 50)
    assert found.crossed_at is not None
    assert local_date(datetime.fromtimestamp(found.crossed_at, UTC), SHANGHAI) == day


def test_what_runs_too_fast_does_not_count() -> None:
    assert cover([Piece(0, 3600, 0, 225)], 3600, 80).seconds == 0
    assert cover([Piece(0, 3600, 0, 2400)], 3600, 80).seconds == 3600


def test_nothing_outside_the_class_counts() -> None:
    assert cover([live(-600, 60), live(3500, 9000)], 3600, 80).stretches == ((0, 60), (3500, 3600))


PIECES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 3)), max_size=8)


@given(PIECES, st.integers(1, 100))
def test_it_agrees_with_a_bitmap_of_seconds(
    spans: list[tuple[int, int, int]], percent: int
) -> None:
    pieces, at = [], 0.0
    for start, end, slow in spans:  # one after another, as one person watches
        if end > start:
            pieces.append(Piece(start, end, at, (end - start) * slow))
            at += (end - start) * slow
    seen: set[int] = set()
    enough = None
    for piece in pieces:
        for second in range(int(piece.start), int(piece.end)):
            seen.add(second) if second < 50 else None
            if enough is None and len(seen) * 100 >= 50 * percent:
                enough = piece.at + (second + 1 - piece.start) / piece.rate
    found = cover(pieces, 50, percent)
    assert found.seconds == len(seen)
    assert (found.crossed_at is None) == (enough is None)
    if enough is not None and found.crossed_at is not None:
        # the bitmap knows whole seconds of content, at most three of watching each
        assert 0 <= enough - found.crossed_at + 1e-3 <= 3.01
