"""Arithmetic of presence: stretches of time are united, never added. Knows no database.

All numbers are unix seconds. A stretch is ``(start, end)`` with ``start <= end``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

Stretch = tuple[float, float]

STALE = timedelta(seconds=45)
"""Presence not certified for three heartbeats of 15 s is not certain any more."""


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time as disjoint stretches in order, so that no second is in two of them.

    Stretches that touch become one; empty ones disappear.
    """
    merged: list[Stretch] = []
    for start, end in sorted(one for one in stretches if one[0] < one[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def clip(stretches: Iterable[Stretch], start: float, end: float) -> list[Stretch]:
    """The parts inside ``[start, end]``; nothing remains of what lies outside."""
    cut = ((max(a, start), min(b, end)) for a, b in stretches)
    return [(a, b) for a, b in cut if a < b]


def subtract(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What remains of ``stretches`` (united) without ``taken``."""
    rest = []
    away = union(taken)
    for first, last in union(stretches):
        at = first
        for start, end in away:
            if end <= at or start >= last:
                continue
            if start > at:
                rest.append((at, start))
            at = max(at, end)
        if at < last:
            rest.append((at, last))
    return rest


def seconds(stretches: Iterable[Stretch]) -> float:
    """How long somebody was present: the length of the union."""
    return sum(end - start for start, end in union(stretches))


def tenths(stretches: Iterable[Stretch]) -> int:
    """Tenths of a minute of presence, truncated: the finest number anybody is shown.

    The microsecond added first takes back what binary fractions lose at a full tenth.
    """
    return int((seconds(stretches) + 1e-6) // 6)


def minutes(stretches: Iterable[Stretch]) -> int:
    """Whole minutes of presence, truncated: a minute counts when it is complete."""
    return tenths(stretches) // 10


def unix(moment: datetime) -> float:
    """An aware datetime as unix seconds: the one place where the two clocks' forms meet."""
    return moment.timestamp()


def moment(unix_seconds: float) -> datetime:
    """Unix seconds as an aware datetime in UTC."""
    return datetime.fromtimestamp(unix_seconds, UTC)
