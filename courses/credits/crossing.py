"""When live presence and replay together reached the share that counts. Knows no database.

A piece says: the content from ``start`` to ``end`` (seconds on the clock of the class) was seen
from ``at`` (unix seconds) on, in ``took`` seconds of wall-clock time. Live, both clocks run alike;
a replay may be seen later and faster. Content seen twice counts once: pieces are united.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FASTEST = 1.5
"""Seconds of content that one second of watching can be worth; faster plays, but does not count."""
EDGE = 1e-6
"""Seconds by which binary fractions may miss a full share."""


@dataclass(frozen=True)
class Piece:
    """One stretch of content that was seen."""

    start: float
    end: float
    at: float
    took: float

    @property
    def rate(self) -> float:
        """Seconds of content per second of watching."""
        return (self.end - self.start) / self.took


@dataclass(frozen=True)
class Coverage:
    """How much was seen, as disjoint stretches, and when it was enough (None: it was not)."""

    stretches: tuple[tuple[float, float], ...]
    seconds: float
    crossed_at: float | None
    base: float
    """Seconds that can count: the class without its breaks."""


def cover(
    pieces: Iterable[Piece],
    length: float,
    percent: int,
    without: Sequence[tuple[float, float]] = (),
) -> Coverage:
    """Unite ``pieces`` in the order in which they were seen.

    ``length``: seconds of the class; ``percent``: the share that is enough, itself included;
    ``without``: its breaks (disjoint, in order), which neither count nor are asked for.
    """
    base = sum(end - start for start, end in _missing(list(without), 0.0, length))
    needed = base * percent / 100
    seen: list[tuple[float, float]] = []
    seconds, crossed = 0.0, None
    usable = [part for one in pieces for part in _usable(one, length, without)]
    for piece in sorted(usable, key=_order):
        for start, end in _missing(seen, piece.start, piece.end):
            enough = base > 0 and seconds + (end - start) >= needed - EDGE
            if crossed is None and enough:
                within = min(end, start + max(0.0, needed - seconds)) - piece.start
                crossed = piece.at + within / piece.rate
            seconds += end - start
        seen = _add(seen, piece.start, piece.end)
    return Coverage(tuple(seen), seconds, crossed, base)


def _usable(piece: Piece, length: float, without: Sequence[tuple[float, float]]) -> list[Piece]:
    """The parts of ``piece`` inside the class and outside its breaks; none are left of one that
    went too fast."""
    if piece.took <= 0 or piece.end <= piece.start or piece.rate > FASTEST + EDGE:
        return []
    first, last = max(piece.start, 0.0), min(piece.end, length)
    return [
        Piece(start, end, piece.at + (start - piece.start) / piece.rate, (end - start) / piece.rate)
        for start, end in _missing(list(without), first, last)
    ]


def _order(piece: Piece) -> tuple[float, float, float]:
    return piece.at, piece.start, piece.end


def _missing(
    seen: list[tuple[float, float]], start: float, end: float
) -> list[tuple[float, float]]:
    """The parts of ``[start, end]`` that nothing in ``seen`` (disjoint, in order) covers."""
    gaps, reached = [], start
    for first, last in seen:
        if last <= reached or first >= end:
            continue
        if first > reached:
            gaps.append((reached, first))
        reached = max(reached, last)
    if reached < end:
        gaps.append((reached, end))
    return gaps


def _add(seen: list[tuple[float, float]], start: float, end: float) -> list[tuple[float, float]]:
    """``seen`` with one more stretch; touching ones become one."""
    apart = [one for one in seen if one[1] < start or one[0] > end]
    touching = [one for one in seen if one[1] >= start and one[0] <= end]
    first = min([start, *(one[0] for one in touching)])
    last = max([end, *(one[1] for one in touching)])
    return sorted([*apart, (first, last)])
