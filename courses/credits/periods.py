"""Periods in which something is required, as local dates of the organisation. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """From ``first`` to ``last``, both included. ``key`` names it, e.g. ``2026`` or ``2026-Q4``."""

    first: date
    last: date
    key: str = ""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return today > self.last


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The date on the organisation's wall at ``moment`` (aware)."""
    return moment.astimezone(zone).date()


def year(day: date) -> Period:
    """The calendar year of ``day``."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31), f"{day.year}")


def quarter(day: date) -> Period:
    """The quarter of ``day``."""
    number = (day.month - 1) // 3
    first = date(day.year, 3 * number + 1, 1)
    return Period(first, _end_of_months(first, 3), f"{day.year}-Q{number + 1}")


def month(day: date) -> Period:
    """The month of ``day``."""
    first = day.replace(day=1)
    return Period(first, _end_of_months(first, 1), f"{day:%Y-%m}")


def since(event: date, days: int) -> Period:
    """``days`` days from ``event`` on, the day of the event included."""
    return Period(event, event + timedelta(days=days - 1), f"{event:%Y-%m-%d}+{days}")


def following(period: Period) -> date:
    """The first day after ``period``."""
    return period.last + DAY


def _end_of_months(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1) - DAY


@dataclass(frozen=True)
class Away:
    """Days that do not count against somebody, both ends included: not yet or no longer here, or
    excused."""

    first: date
    last: date


def days_away(period: Period, away: Iterable[Away]) -> int:
    """How many days of ``period`` lie in at least one of ``away``."""
    spans = sorted(
        (max(one.first, period.first), min(one.last, period.last))
        for one in away
        if one.first <= period.last and one.last >= period.first and one.first <= one.last
    )
    total, reached = 0, period.first - DAY
    for first, last in spans:
        begin = max(first, reached + DAY)
        if last >= begin:
            total += (last - begin).days + 1
            reached = last
    return total


def share_by_days(period: Period, away: Iterable[Away]) -> tuple[int, int]:
    """Days that count, of all days."""
    return period.days - days_away(period, away), period.days


def share_by_months(period: Period, away: Iterable[Away]) -> tuple[int, int]:
    """Months that count, of all months the period touches.

    A month counts when somebody was there for more than half of its days in the period; so whoever
    comes on the 1st owes the month, and three months of leave take exactly three off.
    """
    spans, counted, total = list(away), 0, 0
    day = period.first
    while day <= period.last:
        whole = month(day)
        part = Period(max(whole.first, period.first), min(whole.last, period.last))
        counted += 2 * days_away(part, spans) < part.days
        total += 1
        day = following(whole)
    return counted, total
