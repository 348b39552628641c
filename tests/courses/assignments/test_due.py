"""Local dates: when something is due, when somebody is told, and that it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from courses.assignments.due import (
    ABOVE_AFTER,
    GRACE,
    REMIND_AFTER,
    REMIND_BEFORE,
    State,
    due_date,
    in_year,
    is_quiet,
    steps,
)
from courses.assignments.models import Obligation
from courses.credits import queries
from members.units.models import Organisation

DUE = date(2026, 11, 30)


def test_a_fixed_date_a_relative_one_and_who_comes_late() -> None:
    assert due_date(date(2026, 11, 1), DUE, None, None) == DUE
    assert due_date(date(2026, 11, 1), None, 30, None) == date(2026, 12, 1)
    assert due_date(date(2026, 12, 5), DUE, None, None) == date(2026, 12, 5) + GRACE
    assert due_date(date(2027, 1, 1), DUE, None, 2027) == date(2027, 11, 30)
    assert in_year(date(2028, 2, 29), 2029) == date(2029, 2, 28)


def test_the_ladder_climbs_and_ends_by_itself() -> None:
    told = {
        late: steps(DUE + timedelta(days=late), DUE)
        for late in range(-40, 400)
        if steps(DUE + timedelta(days=late), DUE)
    }
    assert min(told) == -max(REMIND_BEFORE)
    assert max(told) == max(*REMIND_AFTER, *ABOVE_AFTER)
    first = [min(late for late, who in told.items() if step in who) for step in (0, 1, 2)]
    assert first == sorted(first)
    assert first[1] > 0, "nobody is reported before the due date has passed"
    quiet = [steps(DUE + timedelta(days=late), DUE, escalates=False) for late in range(-40, 400)]
    assert {step for one in quiet for step in one} == {0}


def test_quiet_hours_go_over_midnight() -> None:
    assert [is_quiet(time(hour)) for hour in (20, 21, 0, 7, 8, 12)] == [
        False, True, True, True, False, False,
    ]  # fmt: skip


def test_what_it_is_follows_from_dates_and_nothing_else() -> None:
    one = Obligation(from_on=date(2026, 11, 1), due_on=DUE)
    assert one.state(date(2026, 11, 22)) is State.OPEN
    assert one.state(date(2026, 11, 23)) is State.SOON
    assert one.state(DUE) is State.SOON, "the whole day still counts"
    assert one.state(DUE + timedelta(days=1)) is State.OVERDUE
    one.waived_from, one.waived_until = DUE, DUE + timedelta(days=2)
    assert one.state(DUE + timedelta(days=2)) is State.WAIVED
    assert one.state(DUE + timedelta(days=3)) is State.OVERDUE
    one.left_on = DUE
    assert one.state(DUE) is State.LEFT
    one.completed_at = datetime(2026, 11, 1, tzinfo=UTC)
    assert one.state(DUE + timedelta(days=99)) is State.DONE


@pytest.mark.parametrize(
    ("zone", "last_moment"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 1, 15, 59, 59, tzinfo=UTC)),
        ("UTC", datetime(2026, 11, 1, 23, 59, 59, tzinfo=UTC)),
        # The day on which clocks go back has 25 hours; all of them count.
        ("America/New_York", datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_day_ends_on_the_organisation_s_wall(
    db: None, zone: str, last_moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Organisation.objects.create(time_zone=zone)
    one = Obligation(from_on=date(2026, 10, 1), due_on=date(2026, 11, 1))
    for moment, state in (
        (last_moment, State.SOON),
        (last_moment + timedelta(seconds=1), State.OVERDUE),
    ):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert one.state(queries.today()) is state
