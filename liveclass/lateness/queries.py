"""Reads of what was put off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from courses.activities.models import Session
from liveclass.lateness.models import Delay
from liveclass.rooms.models import Phase

EARLIEST = timedelta(hours=12)
"""So long before its start a class is late at most; before that its form is changed."""


def announced(sessions: Iterable[int]) -> dict[int, datetime]:
    """The start that was announced, for each of ``sessions`` that was put off since. Another time
    in the form of the class is an announcement of its own: what was before it is over."""
    wanted = list(sessions)
    if not wanted:
        return {}
    rows = Delay.objects.filter(session__in=wanted).order_by("-pk")
    found: dict[int, datetime] = {}
    for session, starts_at, before, after in rows.values_list(
        "session", "session__starts_at", "before", "after"
    ):
        if found.get(session, starts_at) == after:
            found[session] = before
    return found


def history(session: Session) -> list[Delay]:
    """Every delay with who said so, oldest first; a class has few (``actions.LONGEST``)."""
    return list(Delay.objects.filter(session=session).select_related("by").order_by("pk"))


def may_be_late(session: Session, now: datetime) -> bool:
    """Whether it is about to begin, or should have begun and has not been given up."""
    if session.rehearses_id is not None:
        return False
    begins, ends = session.starts_at, session.starts_at + timedelta(minutes=session.minutes)
    return session.room.state == Phase.SCHEDULED and begins - EARLIEST <= now < ends
