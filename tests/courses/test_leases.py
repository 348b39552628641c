"""Taking over moves what may be believed from page to page; it never makes more of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from courses.catalog.models import Course, Lesson, Section
from courses.completion.actions import open_lease, record
from courses.completion.book import Report
from courses.completion.models import Lease, Progress
from courses.completion.policy import policy
from courses.completion.ranges import TICKS_PER_SECOND
from tests.factories import make_member

pytestmark = pytest.mark.django_db
HOUR = 36_000
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def opened(member: int, lesson: int, seconds: float) -> Lease:
    lease = open_lease(member, lesson, 1, START + timedelta(seconds=seconds))
    assert lease is not None
    return lease


def claim(lease: Lease, seconds: float, start: int, end: int) -> int:
    """Ticks that are believed of it."""
    assert lease.lesson_id is not None
    report = Report(lease.pk, lease.member_id, lease.lesson_id, 1, HOUR, 1, ((start, end),), 0)
    return record(report, START + timedelta(seconds=seconds)).kept


@pytest.fixture
def lesson(db: None) -> int:
    course = Course.objects.create(code="AQ-101", title="安全生产法", author=make_member())
    section = Section.objects.create(course=course, order=1, title="1")
    return Lesson.objects.create(section=section, order=1, kind="video", title="权利").pk


def test_a_hundred_leases_are_one_account(lesson: int) -> None:
    member = make_member().pk
    leases = [opened(member, lesson, turn / 10) for turn in range(100)]
    total = sum(claim(one, 10, turn * 360, turn * 360 + 360) for turn, one in enumerate(leases))
    assert 0 < total <= (policy().burst + policy().rate * 10) * TICKS_PER_SECOND
    assert Progress.objects.get().covered == total


@pytest.mark.parametrize("rate", [1, 2])
def test_what_the_first_device_has_not_reported_yet_still_counts(lesson: int, rate: int) -> None:
    member = make_member().pk
    desk = opened(member, lesson, 0)
    phone = opened(member, lesson, 15)
    played = 15 * rate * TICKS_PER_SECOND
    assert claim(phone, 16, played, played + 10) == 10
    assert claim(desk, 600, 0, played) == played
