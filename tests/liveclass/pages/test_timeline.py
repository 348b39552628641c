"""The counted line: presence is united, cut to the class, and drawn in whole seconds."""

from hypothesis import given
from hypothesis import strategies as st

from liveclass.summary.timeline import Bar, counted, draw, ticks

BEGAN, ENDED = 1_000_000.0, 1_005_400.0
"""A class of 90 minutes."""


def at(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
    """Stretches given in seconds from the start of the class."""
    return [(BEGAN + start, BEGAN + end) for start, end in pairs]


def test_overlapping_stretches_are_counted_once() -> None:
    line = draw(BEGAN, ENDED, at((0, 600), (300, 900), (1200, 1500)))
    assert line.bars == (Bar(0, 900), Bar(1200, 300))
    assert line.minutes == 20


def test_presence_outside_the_class_does_not_count() -> None:
    line = draw(BEGAN, ENDED, at((-900, 60), (5340, 9000)))
    assert line.bars == (Bar(0, 60), Bar(5340, 60))


def test_a_started_minute_is_not_a_minute() -> None:
    assert draw(BEGAN, ENDED, at((0, 119.9))).minutes == 1


def test_a_class_without_length_has_a_line_all_the_same() -> None:
    assert draw(BEGAN, BEGAN, at((0, 60))).width == 1


def test_ticks_are_long_each_quarter_of_an_hour() -> None:
    assert [(tick.x, tick.height) for tick in ticks(1000)] == [(0, 7), (300, 4), (600, 4), (900, 7)]


spans = st.lists(st.tuples(st.integers(-4000, 9000), st.integers(0, 4000)), max_size=12)


@given(spans)
def test_bars_never_overlap_and_never_leave_the_line(raw: list[tuple[int, int]]) -> None:
    line = draw(BEGAN, ENDED, at(*((start, start + length) for start, length in raw)))
    edges = [edge for bar in line.bars for edge in (bar.x, bar.x + bar.width)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= line.width for edge in edges)


@given(spans)
def test_counted_seconds_are_exactly_the_covered_ones(raw: list[tuple[int, int]]) -> None:
    line = draw(BEGAN, ENDED, at(*((start, start + length) for start, length in raw)))
    covered = {second for start, length in raw for second in range(start, start + length)}
    assert line.seconds == len(covered & set(range(5400)))
    assert line.minutes == line.seconds // 60


@given(spans)
def test_counting_twice_changes_nothing(raw: list[tuple[int, int]]) -> None:
    once = counted(BEGAN, ENDED, at(*((start, start + length) for start, length in raw)))
    assert counted(BEGAN, ENDED, once) == once
