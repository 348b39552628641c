"""Hundreds of members complete the same course at once, through sixteen writers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from django.utils import timezone

from courses.catalog.models import Course, Lesson, Section
from courses.completion.actions import enrol
from courses.completion.models import Completion, Enrolment, Progress
from courses.completion.settling import settle
from courses.credits.certificates.models import Certificate
from courses.credits.models import CreditEntry
from members.accounts.models import Member
from tests.courses.credits.test_ledger_concurrency import at_once
from tests.factories import make_department, make_member

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WRITERS, PEOPLE = 16, 320


def test_nobody_is_lost_or_completed_twice(transactional_db: None, many_connections: None) -> None:
    unit = make_department()
    course = Course.objects.create(
        code="AQ-101", title="t", author=make_member(), credit_kind="safety", state="published"
    )
    section = Section.objects.create(course=course, order=1, title="1")
    lesson = Lesson.objects.create(section=section, order=1, kind="video", title="v")
    members = Member.objects.bulk_create(
        Member(staff_no=f"B{n}", name="m", department=unit) for n in range(PEOPLE)
    )
    enrol([one.pk for one in members], course.pk)
    Progress.objects.bulk_create(
        Progress(member=one, lesson=lesson, permille=960, changed_at=timezone.now())
        for one in members
    )

    def writer(number: int) -> Callable[[], int]:
        """Its share of everybody one by one, and some that others settle too, in its own order."""
        mine = [one.pk for one in members[number::WRITERS]]
        mine += [one.pk for one in members[:20]]
        Random(number).shuffle(mine)  # noqa: S311 - an order, not a secret

        def work() -> int:
            return sum(settle([one], course.pk) for one in mine) + settle(mine, course.pk)

        return work

    done: list[int] = at_once([writer(n) for n in range(WRITERS)])
    assert sum(done) == PEOPLE
    for table in (Completion, CreditEntry, Certificate):
        assert table.objects.count() == PEOPLE, table
    assert not Enrolment.objects.filter(completed_at__isnull=True).exists()
