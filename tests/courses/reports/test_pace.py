"""When somebody falls behind: the arithmetic of days, beside a slow second opinion."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.credits.periods import Away, Period
from courses.reports.hours.pace import GRACE, behind_from

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "2026")
DAY = timedelta(days=1)


def test_hours_are_due_evenly_and_a_month_is_granted() -> None:
    assert behind_from(YEAR, [], 3650, 0) == date(2026, 1, 2) + GRACE
    assert behind_from(YEAR, [], 3650, 1000) == date(2026, 1, 1) + 101 * DAY + GRACE
    assert behind_from(YEAR, [], 3650, 3649) == date(2027, 1, 1), "not before the period is over"


def test_hours_that_are_there_are_behind_only_when_it_is_over() -> None:
    assert behind_from(YEAR, [], 3200, 3200) == date(2027, 1, 1)


def test_who_comes_later_has_her_own_beginning() -> None:
    before = [Away(date.min, date(2026, 6, 30))]
    assert behind_from(YEAR, before, 1600, 0) == date(2026, 7, 2) + GRACE


days = st.integers(-20, 80).map(lambda n: YEAR.first + n * DAY)
spans = st.tuples(days, days).map(lambda two: Away(min(two), max(two)))


@settings(max_examples=150, deadline=None)
@given(st.lists(spans, max_size=4), st.integers(1, 500), st.integers(0, 500))
def test_it_is_the_first_day_on_which_too_little_is_there(
    away: list[Away], required: int, have: int
) -> None:
    period = Period(YEAR.first, YEAR.first + 59 * DAY, "sixty days")
    all_days = [period.first + n * DAY for n in range(period.days)]
    here = [one for one in all_days if not any(gap.first <= one <= gap.last for gap in away)]
    found = period.last + DAY
    for number, one in enumerate(here, start=1):
        if required * number > have * len(here):
            found = min(found, one + DAY + GRACE)
            break
    assert behind_from(period, away, required, have) == found
