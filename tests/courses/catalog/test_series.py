"""Days of a rhythm against a calendar that is counted day by day."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from courses.catalog.series import LAST, falls_on, next_moment

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NINE = time(9)


@pytest.mark.parametrize("nth", [1, 2, 3, 4, LAST])
def test_each_month_has_exactly_one_such_day(nth: int) -> None:
    for month in range(1, 13):
        for weekday in range(7):
            days = [d for d in calendar.Calendar().itermonthdates(2026, month) if d.month == month]
            inside = [day for day in days if day.weekday() == weekday]
            wanted = inside[-1] if nth == LAST else inside[nth - 1]
            assert [day for day in days if falls_on(nth, weekday, day)] == [wanted]


def test_the_first_monday_at_nine_in_the_organisation_s_zone() -> None:
    after = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert next_moment(1, 0, NINE, SHANGHAI, after) == datetime(2026, 12, 7, 1, 0, tzinfo=UTC)


def test_on_the_day_itself_the_clock_decides() -> None:
    before = datetime(2026, 12, 7, 0, 59, tzinfo=UTC)
    at = datetime(2026, 12, 7, 1, 0, tzinfo=UTC)
    assert next_moment(1, 0, NINE, SHANGHAI, before) == at
    assert next_moment(1, 0, NINE, SHANGHAI, at) == datetime(2027, 1, 4, 1, 0, tzinfo=UTC)


def test_nine_stays_nine_when_summer_time_begins() -> None:
    winter = next_moment(0, 0, NINE, BERLIN, datetime(2026, 3, 21, tzinfo=UTC))
    summer = next_moment(0, 0, NINE, BERLIN, winter)
    assert (winter, summer) == (
        datetime(2026, 3, 23, 8, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, 0, tzinfo=UTC),
    )  # fmt: skip


def test_a_time_that_a_day_does_not_have_is_not_left_out() -> None:
    after = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    moment = next_moment(LAST, 6, time(2, 30), BERLIN, after)
    assert moment.astimezone(BERLIN).date() == date(2026, 3, 29)
    assert moment - after < timedelta(days=1)
