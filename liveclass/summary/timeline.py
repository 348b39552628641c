"""Geometry of the counted line: server-timed stretches become bars in seconds. No Django here.

The line is an SVG whose view box is as wide as the class lasted, in seconds, so that a page needs
no inline style: every bar states its place and length as attributes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from courses.activities import intervals
from courses.activities.intervals import Stretch

MINOR_TICK = 300
"""Seconds between small ticks."""
MAJOR_TICK = 900
"""Seconds between long ticks."""


@dataclass(frozen=True)
class Bar:
    """A counted stretch: ``x`` and ``width`` in whole seconds from the start of the class."""

    x: int
    width: int


@dataclass(frozen=True)
class Tick:
    """A mark of the ruler at ``x`` seconds; ``height`` is 7 for long ones, 4 for small ones."""

    x: int
    height: int


@dataclass(frozen=True)
class Line:
    """A counted line: the length of the class in seconds, its bars, and what they come to.

    ``tenths`` of a minute counted, of ``whole`` tenths in the class (never 0), both truncated:
    every number of minutes and every share that is shown comes from these two.
    """

    width: int
    bars: tuple[Bar, ...]
    tenths: int
    whole: int
    rests: tuple[Bar, ...] = ()
    """The breaks, which count for nobody."""

    @property
    def minutes(self) -> int:
        """Whole minutes counted, truncated."""
        return self.tenths // 10

    @property
    def length(self) -> int:
        """Whole minutes the class lasted, truncated."""
        return self.whole // 10

    @property
    def percent(self) -> int:
        """Share of the class that counted, truncated."""
        return self.tenths * 100 // self.whole

    @property
    def seconds(self) -> int:
        """Length of all bars."""
        return sum(bar.width for bar in self.bars)


def counted(began: float, ended: float, stretches: Iterable[Stretch]) -> list[Stretch]:
    """What of ``stretches`` counts: united, and only while the class was live (unix seconds)."""
    return intervals.union(intervals.clip(stretches, began, ended))


def draw(
    began: float, ended: float, stretches: Iterable[Stretch], breaks: Iterable[Stretch] = ()
) -> Line:
    """The line of a class from ``began`` to ``ended`` with the ``stretches`` of one person; what
    its ``breaks`` take is no part of the whole."""
    away = counted(began, ended, breaks)
    parts = intervals.subtract(counted(began, ended, stretches), away)
    bars, rests = (tuple(_bar(began, start, end) for start, end in some) for some in (parts, away))
    whole = intervals.tenths(intervals.subtract([(began, ended)], away)) if ended > began else 0
    width = max(1, round(ended - began))
    return Line(width, bars, intervals.tenths(parts), max(1, whole), rests)


def ticks(width: int) -> tuple[Tick, ...]:
    """The ruler below a line: a small tick each 5 minutes, a long one each 15."""
    return tuple(Tick(x, 7 if x % MAJOR_TICK == 0 else 4) for x in range(0, width + 1, MINOR_TICK))


def _bar(began: float, start: float, end: float) -> Bar:
    """Both edges are rounded, not the length: neighbours keep touching."""
    x = round(start - began)
    return Bar(x, round(end - began) - x)
