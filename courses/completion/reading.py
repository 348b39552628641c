"""An article is one page: it was read, or it was not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.catalog.models import Lesson
from courses.completion.models import Enrolment, Progress
from courses.completion.queries import period_of
from courses.completion.ranges import pack
from courses.completion.settling import settle

PAGE = ((0, 1),)
"""The cover of an article that was read."""


@transaction.atomic
def record_read(member: int, lesson: Lesson, now: datetime | None = None) -> bool:
    """``member`` has read the article; whether that was news. ``lesson.section`` is loaded."""
    when = now or timezone.now()
    rows = Progress.objects.select_for_update(of=("self",))
    progress, _ = rows.get_or_create(
        member_id=member, lesson=lesson, period=period_of(member, lesson.pk),
        defaults={"length": 1, "changed_at": when},
    )  # fmt: skip
    if progress.permille == 1000:
        return False
    progress.length, progress.covered, progress.permille = 1, 1, 1000
    progress.cover, progress.changed_at = pack(PAGE), when
    progress.save()
    settle([member], lesson.section.course_id, when)
    return True


def remember(enrolment: Enrolment, lesson: Lesson, now: datetime | None = None) -> None:
    """She has opened ``lesson``: there she goes on next time."""
    rows = Enrolment.objects.filter(pk=enrolment.pk)
    rows.update(lesson=lesson, seen_at=now or timezone.now())
