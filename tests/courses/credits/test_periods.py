"""Periods are local dates: the same in Shanghai, in UTC and where clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.credits.periods import (
    Away,
    Period,
    days_away,
    following,
    local_date,
    month,
    quarter,
    share_by_months,
    since,
    year,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DATES = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def test_t13_what_a_meeting_in_october_does_for_the_quarters() -> None:
    held = quarter(date(2026, 10, 28))
    assert (held.key, held.first, held.last) == ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31))
    assert quarter(following(held)).last == date(2027, 3, 31), "the next one is due"


def test_t14_november_ends_at_local_midnight() -> None:
    november = month(date(2026, 11, 30))
    midnight = datetime(2026, 11, 30, 16, tzinfo=UTC)  # 1 December 00:00 in Shanghai
    assert not november.is_over(local_date(midnight - timedelta(seconds=1), SHANGHAI))
    assert november.is_over(local_date(midnight, SHANGHAI))
    assert not november.is_over(local_date(midnight, ZoneInfo("UTC")))


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        (SHANGHAI, datetime(2025, 12, 31, 16, 0, tzinfo=UTC), date(2026, 1, 1)),
        (SHANGHAI, datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC), date(2025, 12, 31)),
        (BERLIN, datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        (BERLIN, datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (BERLIN, datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (BERLIN, datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (BERLIN, datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_days_change_at_the_organisation_s_midnight(
    zone: ZoneInfo, moment: datetime, day: date
) -> None:
    assert local_date(moment, zone) == day


@given(DATES)
def test_periods_of_a_day_hold_it_and_lie_in_each_other(day: date) -> None:
    for smaller, bigger in ((month(day), quarter(day)), (quarter(day), year(day))):
        assert day in smaller
        assert bigger.first <= smaller.first <= smaller.last <= bigger.last
    assert month(day).last + timedelta(days=1) == month(following(month(day))).first
    assert since(day, 30).days == 30


@given(DATES, st.lists(st.tuples(DATES, st.integers(-5, 400)), max_size=6))
def test_days_away_are_counted_once(day: date, spans: list[tuple[date, int]]) -> None:
    period = year(day)
    away = [Away(first, first + timedelta(days=length)) for first, length in spans]
    every = [period.first + timedelta(days=n) for n in range(period.days)]
    brute = sum(1 for one in every if any(span.first <= one <= span.last for span in away))
    assert days_away(period, away) == brute


def test_a_month_counts_when_somebody_was_there_for_more_than_half_of_it() -> None:
    period = Period(date(2026, 1, 1), date(2026, 12, 31))
    for joined, months in ((date(2026, 7, 1), 6), (date(2026, 7, 15), 6), (date(2026, 7, 20), 5)):
        before = Away(period.first, joined - timedelta(days=1))
        assert share_by_months(period, [before]) == (months, 12)
