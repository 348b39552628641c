"""A class that was held becomes a lesson, in one step: nothing is copied, the lesson names it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Sum

from courses.activities.models import Activity
from courses.catalog import actions as catalog
from courses.catalog.kinds import CourseState, LessonKind
from courses.catalog.models import Course, Lesson
from courses.catalog.queries import may_edit
from courses.catalog.refusals import CourseRefused
from members.accounts.models import Member

MOST_OFFERED = 100
"""Courses to choose from: those that were changed last."""
LONGEST = 24 * 60
"""Minutes that a lesson is estimated at, at most."""


def open_courses(member: Member) -> list[Course]:
    """Courses into which she may put a lesson now, newest change first."""
    rows = Course.objects.filter(state__in=[CourseState.DRAFT, CourseState.PUBLISHED])
    if not member.is_platform_admin:
        rows = rows.filter(author=member)
    return list(rows.order_by("-changed_at", "-pk")[:MOST_OFFERED])


def lessons_of(activity: Activity) -> list[Lesson]:
    """The lessons that are this class, with their courses."""
    rows = Lesson.objects.select_related("section__course").filter(activity=activity, removed=False)
    return list(rows.order_by("pk")[:MOST_OFFERED])


@transaction.atomic
def add_class(course: Course, by: Member, activity: Activity, title: str) -> Lesson:
    """Put the class at the end of the last section; twice is once.

    Live, in the replay or both together count as one, from 800 ‰ on, as lessons that are a class
    do everywhere (``courses.authoring.terms.PERMILLE``).

    Raises:
        CourseRefused: locked, archived, full, not_yours.
    """
    locked = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    if not may_edit(by, locked):
        raise CourseRefused("not_yours")
    known = Lesson.objects.filter(section__course=locked, activity=activity, removed=False).first()
    if known is not None:
        return known
    section = locked.sections.order_by("order", "pk").last()
    if section is None:
        section = catalog.add_section(locked, by, locked.title)
    minutes = activity.segments.aggregate(sum=Sum("minutes"))["sum"] or 1
    return catalog.add_lesson(
        section, by, LessonKind.LIVE, title, activity=activity,
        estimated_minutes=min(minutes, LONGEST),
    )  # fmt: skip


@transaction.atomic
def course_of_class(by: Member, activity: Activity, code: str, title: str) -> Lesson:
    """A new draft course that consists of the class; the one of before when it is asked for twice.

    Raises:
        CourseRefused: not_yours: somebody else's course has this code; locked, archived.
    """
    course = Course.objects.filter(code=code).first()
    if course is None:
        course = catalog.create_course(by, code, title=title)
    return add_class(course, by, activity, title)
