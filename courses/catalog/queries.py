"""Which courses there are, what they are made of, and who may write, review and see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from courses.catalog.kinds import CourseState, MaterialState
from courses.catalog.models import Course, Lesson, Material, Section, Series
from members.accounts.models import Member
from members.units.queries import may_teach

MOST_WORDS = 8
"""Words of a search that are looked at."""
PAGE = 24
"""Courses on one page of the catalogue."""
MOST_LISTED = 200
"""Courses in one list of an author or a reviewer."""


def may_author(member: Member) -> bool:
    """Lecturers, people responsible for a unit, and platform admins write courses."""
    return member.is_active and (member.is_platform_admin or may_teach(member.pk))


def may_edit(member: Member, course: Course) -> bool:
    """Its author, and platform admins."""
    return member.is_active and (member.is_platform_admin or course.author_id == member.pk)


def may_review(member: Member, course: Course) -> bool:
    """Platform admins; the author only where nobody else could."""
    if not (member.is_active and member.is_platform_admin):
        return False
    return course.author_id != member.pk or not _other_reviewers(member).exists()


def _other_reviewers(member: Member) -> QuerySet[Member]:
    return Member.objects.filter(is_active=True, is_platform_admin=True).exclude(pk=member.pk)


def published(now: datetime | None = None) -> QuerySet[Course]:
    """Courses on the shelf."""
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=now or timezone.now())
    return Course.objects.filter(alive, state=CourseState.PUBLISHED)


def visible_to(member: Member, now: datetime | None = None) -> QuerySet[Course]:
    """Courses that ``member`` may take: what is published, for everybody with an account."""
    return published(now) if member.is_active else Course.objects.none()


def may_see(member: Member, course: Course, now: datetime | None = None) -> bool:
    """Whether she may open it: it is on the shelf, or she writes or reviews it."""
    return is_on_shelf(course, now) or may_edit(member, course)


def is_on_shelf(course: Course, now: datetime | None = None) -> bool:
    """Whether it is published and has not expired."""
    alive = course.expires_at is None or course.expires_at > (now or timezone.now())
    return course.state == CourseState.PUBLISHED and alive


def find_course(code: str) -> Course:
    """The course behind ``code``.

    Raises:
        Course.DoesNotExist: nothing has this code.
    """
    return Course.objects.select_related("author", "category", "series").get(code=code)


def find_lesson(code: str, lesson: int) -> Lesson:
    """A lesson of the course ``code`` that was not taken out, with its course and author.

    Raises:
        Lesson.DoesNotExist: there is none.
    """
    rows = Lesson.objects.select_related("section__course__author", "activity")
    return rows.get(pk=lesson, section__course__code=code, removed=False)


def outline(course: Course) -> list[tuple[Section, list[Lesson]]]:
    """Sections and their lessons in order, those taken out left out. Two queries."""
    lessons = Lesson.objects.filter(removed=False).order_by("order", "pk")
    sections = course.sections.order_by("order", "pk").prefetch_related(
        Prefetch("lessons", queryset=lessons.select_related("activity"))
    )
    return [(section, list(section.lessons.all())) for section in sections]


def taken_out(course: Course) -> list[Lesson]:
    """The lessons that were taken out and kept for what was learnt in them."""
    rows = Lesson.objects.filter(section__course=course, removed=True)
    return list(rows.select_related("section__course").order_by("title", "pk"))


def materials_of(lessons: Iterable[int]) -> dict[int, Material]:
    """The newest ready material of each lesson that has one."""
    rows = Material.objects.filter(lesson__in=list(lessons), state=MaterialState.READY)
    newest = rows.order_by("lesson", "-version")
    return {lesson: next(group) for lesson, group in groupby(newest, lambda one: one.lesson_id)}


def material_of(lesson: Lesson) -> Material | None:
    """What is shown of ``lesson`` now."""
    return materials_of([lesson.pk]).get(lesson.pk)


def matching(words: str) -> Q:
    """Courses in which every word occurs: in code, title, summary or the title of a lesson.

    Parts of words match, so Chinese needs no blanks.
    """
    found = Q()
    for word in words.split()[:MOST_WORDS]:
        lessons = Lesson.objects.filter(title__icontains=word, removed=False)
        found &= (
            Q(code__icontains=word)
            | Q(title__icontains=word)
            | Q(summary__icontains=word)
            | Q(pk__in=lessons.values("section__course"))
        )
    return found


def written_by(member: Member) -> list[Course]:
    """What she may change, newest change first."""
    rows = Course.objects.select_related("author", "category")
    if not member.is_platform_admin:
        rows = rows.filter(author=member)
    return list(rows.order_by("-changed_at", "-pk")[:MOST_LISTED])


def to_review() -> list[Course]:
    """What waits for a reviewer: handed in, or changed by its author after it was published."""
    waiting = Q(state=CourseState.REVIEW, approved_at__isnull=True)
    changed = Q(state=CourseState.PUBLISHED, unreviewed=True)
    rows = Course.objects.filter(waiting | changed).select_related("author", "category")
    return list(rows.order_by("changed_at", "pk")[:MOST_LISTED])


def all_series() -> QuerySet[Series]:
    """Every series with its courses that wait, in the order of publication."""
    waiting = Course.objects.filter(state=CourseState.REVIEW).order_by("series_order", "code")
    return Series.objects.prefetch_related(Prefetch("courses", queryset=waiting, to_attr="waiting"))
