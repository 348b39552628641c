"""Which columns of hours there are: each requirement in the period that runs and the one before."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from courses.credits.assess import period_of
from courses.credits.models import Requirement, Span
from courses.credits.periods import Period
from courses.credits.queries import requirements_in_force
from courses.reports.hours.models import HoursColumn

KEPT = timedelta(days=400)
"""How long a column is kept after its period: that of last year can be looked up all year."""
OWN = ""
"""The period of a requirement that begins with each person's joining."""


def keep(day: date) -> None:
    """Make the columns of ``day``, point those at hand to the version in force, drop old ones."""
    known = {(one.code, one.period): one for one in HoursColumn.objects.all()}
    for (code, key), (version, period) in wanted(day).items():
        before = known.get((code, key))
        first, last = (period.first, period.last) if period else (None, None)
        if before is None:
            fresh = HoursColumn(code=code, period=key, requirement=version, first=first, last=last)
            HoursColumn.objects.bulk_create([fresh], ignore_conflicts=True)
        elif before.requirement_id != version.pk:
            rows = HoursColumn.objects.filter(pk=before.pk)
            rows.update(requirement=version, first=first, last=last, walked=0)
    if any(one.last and one.last < day - KEPT for one in known.values()):
        HoursColumn.objects.filter(last__lt=day - KEPT).delete()


def wanted(
    day: date, known: datetime | None = None
) -> dict[tuple[str, str], tuple[Requirement, Period | None]]:
    """Code and period → the version that counts for it; with ``known``: of the versions that had
    been written by then."""
    found: dict[tuple[str, str], tuple[Requirement, Period | None]] = {}
    before: dict[date, set[str]] = {}
    for one in requirements_in_force(day, known):
        period = period_of(one, day, None)
        found[one.code, period.key if period else OWN] = (one, period)
        if period and one.span in (Span.YEAR, Span.QUARTER, Span.MONTH):
            before.setdefault(period.first - date.resolution, set()).add(one.code)
    for last, codes in before.items():
        for one in requirements_in_force(last, known):
            period = period_of(one, last, None)
            if one.code in codes and period:
                found[one.code, period.key] = (one, period)
    return found
