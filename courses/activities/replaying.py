"""What was seen of replays becomes presence in the class; its hours and courses are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from courses.activities.actions import record_replay
from courses.activities.credit import count
from courses.activities.models import Attendance, Session, Source
from courses.completion.ranges import TICKS_PER_SECOND, first, length
from courses.completion.replays import Replayed
from courses.credits.crossing import FASTEST

PAUSE = timedelta(seconds=5)
"""Two reports nearer to each other than this went on without a pause."""


class _Stretch(NamedTuple):
    """Whole seconds of the class, and when they were seen."""

    start: int
    end: int
    began: datetime
    ended: datetime


def take(replayed: Sequence[Replayed]) -> None:
    """Write what was seen, in one row for what was seen in one go; then count what it is worth."""
    by_session: dict[int, set[int]] = {}
    for one in replayed:
        for stretch in _stretches(one):
            _write(one, stretch)
            by_session.setdefault(one.session, set()).add(one.member)
    sessions = Session.objects.select_related("activity__lecturer").in_bulk(by_session)
    for pk in sorted(sessions):
        count(sessions[pk], by_session[pk])


def _stretches(one: Replayed) -> Iterator[_Stretch]:
    """Each piece with its share of the time. What was played faster than counts is taken up to
    what its time allows."""
    wall = (one.until - one.since).total_seconds()
    kept = first(one.played, int(wall * FASTEST * TICKS_PER_SECOND))
    total = length(kept)
    at = one.since
    for start, end in kept:
        took = timedelta(seconds=wall * (end - start) / total)
        yield _Stretch(_seconds(start), _seconds(end), at, at + took)
        at += took


def _seconds(ticks: int) -> int:
    """The nearest second."""
    return (ticks + TICKS_PER_SECOND // 2) // TICKS_PER_SECOND


def _write(one: Replayed, stretch: _Stretch) -> None:
    last = _just_before(one, stretch)
    if last is None or last.content_from is None or stretch.ended < last.seen_at:
        end = _possible(stretch.start, stretch.end, stretch.began, stretch.ended)
        if end > stretch.start:
            content = (stretch.start, end)
            record_replay(one.session, one.member, content, stretch.began, stretch.ended)
        return
    last.content_to = _possible(last.content_from, stretch.end, last.started_at, stretch.ended)
    last.seen_at = last.ended_at = stretch.ended
    last.save(update_fields=["content_to", "seen_at", "ended_at"])


def _possible(start: int, end: int, began: datetime, ended: datetime) -> int:
    """Where content from ``start`` on ends at most: seconds were rounded, and a row that went too
    fast would count for nothing."""
    return min(end, start + int((ended - began).total_seconds() * FASTEST))


def _just_before(one: Replayed, stretch: _Stretch) -> Attendance | None:
    """The row that this stretch continues."""
    rows = Attendance.objects.filter(
        session=one.session,
        member=one.member,
        source=Source.REPLAY,
        content_to__in=(stretch.start - 1, stretch.start),
        ended_at__gte=stretch.began - PAUSE,
        ended_at__lte=stretch.began + PAUSE,
    )
    return rows.order_by("-pk").first()
