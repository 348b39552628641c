"""When somebody falls behind what is required. Plain arithmetic on dates, no Django.

Hours are due evenly over the days somebody is here. Who has less than was due ``GRACE`` ago is
behind; so is, once the period is over, everybody who did not reach what was required.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from courses.credits.periods import Away, Period, days_away, following

GRACE = timedelta(days=30)
"""Nobody is called behind for a month without a class."""


def behind_from(period: Period, away: Iterable[Away], required: int, have: int) -> date:
    """The first day on which somebody with ``have`` of ``required`` hundredths is behind.

    ``away``: days of the period on which she is not here, or is excused. Where the hours are there
    and something else is missing, the day after the period.
    """
    spans = list(away)
    here = period.days - days_away(period, spans)
    if have >= required or not here:
        return following(period)
    # the first number of days for which required × number ÷ here is more than she has
    enough = _day_here(period, spans, have * here // required + 1)
    return min(enough + GRACE + date.resolution, following(period))


def _day_here(period: Period, away: list[Away], number: int) -> date:
    """The ``number``-th day of ``period`` that lies in none of ``away``."""
    day, left = period.first, number
    for one in sorted(away, key=lambda one: (one.first, one.last)):
        if one.last < day:
            continue
        before = (one.first - day).days
        if before >= left:
            break
        left -= max(0, before)
        day = min(one.last, period.last) + date.resolution
    return day + timedelta(days=left - 1)
