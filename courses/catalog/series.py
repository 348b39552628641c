"""Days of a rhythm: every week, or one certain weekday of each month. Knows no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_WEEK = 0
LAST = 5
"""The last one of the month, whether it is the fourth or the fifth."""


def next_moment(nth: int, weekday: int, at: time, zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment of the rhythm later than ``after`` (aware), in UTC.

    ``at`` is a clock on the wall of ``zone``: it stays 09:00 when summer time begins or ends.
    """
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if falls_on(nth, weekday, day) and moment > after:
            return moment
        day += timedelta(days=1)


def falls_on(nth: int, weekday: int, day: date) -> bool:
    """Whether ``day`` is one of the rhythm; ``weekday`` 0 is Monday."""
    if day.weekday() != weekday:
        return False
    if nth == EVERY_WEEK:
        return True
    if nth == LAST:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == nth
