"""Who may open a lesson, and what its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from courses.catalog.kinds import FILED, CourseState, MaterialState
from courses.catalog.models import Course, Lesson, Material
from courses.catalog.queries import materials_of
from courses.completion.measures import measure
from courses.completion.models import Progress
from courses.completion.queries import (
    condition_of,
    enrolment_of,
    lessons_of,
    period_of,
    rule_of,
    run_of,
)
from courses.completion.ranges import Cover, unpack
from courses.completion.rules import (
    Answered,
    Attended,
    Finished,
    Passed,
    Present,
    Read,
    Watched,
    leaves,
)
from members.accounts.models import Member

Counted = Watched | Read | Passed | Attended | Present | Answered
"""A condition on a lesson."""


def find_lesson(code: str, lesson: int) -> Lesson | None:
    """The lesson of the course ``code`` that is played from a file; None when there is none."""
    rows = Lesson.objects.select_related("section__course")
    return rows.filter(pk=lesson, section__course__code=code, removed=False, kind__in=FILED).first()


def may_play(member: Member, course: Course, now: datetime | None = None) -> bool:
    """Whether what ``member`` plays of the course counts: it is published and not over.

    Who looks after the course takes it by saying so on its page; before that she only looks.
    """
    if course.state != CourseState.PUBLISHED:
        return False
    if course.expires_at is not None and course.expires_at <= (now or timezone.now()):
        return False
    return not may_preview(member, course) or enrolment_of(member.pk, course.pk) is not None


def may_preview(member: Member, course: Course) -> bool:
    """Whether ``member`` may look at the course without taking it; nothing counts then."""
    return member.is_platform_admin or member.pk in (course.author_id, course.reviewer_id)


def may_open(member: Member, course: Course) -> bool:
    """Whether the files of the course are hers to play."""
    return may_play(member, course) or may_preview(member, course)


def material_of(lesson: Lesson) -> Material | None:
    """The newest file of ``lesson`` that is ready; None while there is none."""
    rows = lesson.materials.filter(state=MaterialState.READY)
    return rows.order_by("-version").first()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member is in a lesson. ``watched`` and ``position``: of the version ``version``."""

    watched: Cover = ()
    position: int = 0
    permille: int = 0


def place_of(member: int, lesson: int, version: int) -> Place:
    """Where ``member`` is in ``lesson`` now; a version that she has not begun is not covered."""
    rows = Progress.objects.filter(member=member, lesson=lesson, period=period_of(member, lesson))
    found = rows.first()
    if found is None:
        return Place()
    if found.version != version:
        return Place(permille=found.permille)
    return Place(unpack(bytes(found.cover)), found.position, found.permille)


def needed(lesson: Lesson) -> int:
    """Thousandths of ``lesson`` that its course asks for; of several conditions the highest."""
    asked = [
        leaf.permille
        for leaf in leaves(rule_of(lesson.section.course))
        if not isinstance(leaf, Finished | Answered) and leaf.lesson == lesson.pk
    ]
    own = condition_of(lesson)
    assert not isinstance(own, Finished)  # noqa: S101 - no lesson is a prerequisite
    return max(asked, default=own.permille)


@dataclass(frozen=True, slots=True)
class Row:
    """A lesson in the list beside the player. ``cover``: of ``length``, empty for other kinds."""

    lesson: Lesson
    permille: int
    done: bool
    cover: Cover
    length: int

    @property
    def bars(self) -> list[tuple[int, int]]:
        """Begin and length of each part that is covered."""
        return [(start, end - start) for start, end in self.cover]


def rows(member: int, lesson: Lesson) -> list[Row]:
    """All lessons of the course of ``lesson`` and how far ``member`` is in each, by the same
    measures as on the page of the course: quizzes, classes and questions too."""
    course = lesson.section.course
    run = run_of(enrolment_of(member, course.pk))
    found = Progress.objects.filter(
        member=member, lesson__section__course=course, period=run.period
    )
    known = {one.lesson_id: one for one in found}
    lessons = lessons_of(course)
    asked: dict[int, list[Counted]] = {one.pk: [] for one in lessons}
    for leaf in leaves(rule_of(course)):
        if not isinstance(leaf, Finished) and leaf.lesson in asked:
            asked[leaf.lesson].append(leaf)
    for one in lessons:
        own = condition_of(one)
        if not asked[one.pk] and not isinstance(own, Finished):
            asked[one.pk].append(own)
    has = measure({member: run}, (leaf for some in asked.values() for leaf in some))
    files = materials_of(one.pk for one in lessons if one.is_filed)
    return [
        _row(one, known.get(one.pk), files.get(one.pk),
             [(has.get((member, leaf), 0), leaf.permille) for leaf in asked[one.pk]])
        for one in lessons
    ]  # fmt: skip


def _row(
    lesson: Lesson, progress: Progress | None, file: Material | None, has: list[tuple[int, int]]
) -> Row:
    reached = min((got for got, _ in has), default=0)
    done = all(got >= asked for got, asked in has)
    if progress is None or file is None or progress.version != file.version:
        return Row(lesson, reached, done, (), 0)  # the line of another version says nothing
    return Row(lesson, reached, done, unpack(bytes(progress.cover)), progress.length)
