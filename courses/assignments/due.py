"""When something is due, when to remind, and whom to tell: local dates only. Knows no database."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, time, timedelta
from enum import StrEnum

DUE_SOON = 7
"""Days before its due date from which an obligation is *due soon*."""
REMIND_BEFORE = (7, 3, 1, 0)
"""Days before its due date on which a member is reminded."""
REMIND_AFTER = (1, 8, 15, 22)
"""Days after it, the last one included: then it is for others to talk to her."""
LEADER_AFTER = (3, 10)
"""Days after it on which the leader of her unit is told."""
ABOVE_AFTER = (14, 21)
"""Days after it on which the leader of the unit above is told; that is the end of the ladder."""
QUIET_FROM, QUIET_TO = time(21), time(8)
"""No mail is sent between these local times."""
MAX_MAILS_A_WEEK = 3
"""Digests a person gets in seven days, whatever is due."""


class State(StrEnum):
    """What became of an obligation."""

    OVERDUE = "overdue"
    SOON = "soon"
    OPEN = "open"
    WAIVED = "waived"
    DONE = "done"
    LEFT = "left"


URGENCY = tuple(State)
"""From the most urgent on."""


def due_date(began: date, due_on: date | None, due_days: int | None, year: int | None) -> date:
    """When it is due for somebody for whom it began on ``began``.

    ``year``: of a yearly period; a fixed day is then the same day of that year (29 February becomes
    the 28th where there is none). Whoever comes when a fixed day has passed is not overdue at
    once: she is given ``GRACE`` days.
    """
    if due_on is None:
        return began + timedelta(days=due_days or 0)
    day = due_on if year is None else in_year(due_on, year)
    return day if day >= began else began + GRACE


GRACE = timedelta(days=14)
"""What somebody is given who comes after a fixed due date."""


def moved(old: date, new: date, today: date) -> date:
    """The due date of something open whose rule changed: nobody becomes overdue by a change. Who
    would gets ``GRACE`` days, but no longer than she had; who was overdue already stays so."""
    if new >= today:
        return new
    return old if old < today else min(old, today + GRACE)


def in_year(day: date, year: int) -> date:
    """The same day of ``year``."""
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def steps(today: date, due: date, *, escalates: bool = True) -> list[int]:
    """Who is told today of something that is open: 0 she herself, 1 the leader of her unit, 2 the
    one above."""
    late = (today - due).days
    told = []
    if -late in REMIND_BEFORE or late in REMIND_AFTER:
        told.append(0)
    if escalates and late in LEADER_AFTER:
        told.append(1)
    if escalates and late in ABOVE_AFTER:
        told.append(2)
    return told


def is_quiet(now: time) -> bool:
    """Whether no mail is sent at the local time ``now``."""
    return now >= QUIET_FROM or now < QUIET_TO
