"""The way of a course to its members: draft, review, published now, on a day, or in a series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from courses.catalog.kinds import ATTENDED, FILED, CourseState, LessonKind
from courses.catalog.models import Course, Lesson, Series
from courses.catalog.queries import materials_of
from courses.catalog.refusals import CourseRefused
from courses.catalog.series import next_moment
from members.accounts.models import Member
from members.units.queries import organisation

has_content: dict[str, Callable[[Sequence[int]], set[int]]] = {}
"""Kind → which of these lessons have content, for kinds whose content lies in a feature above."""

BATCH = 100
"""Courses that one run of a job moves on; the next minute takes the rest."""


def unfinished(course: Course) -> list[Lesson]:
    """Lessons without content: no file that is ready, no text, no class."""
    rows = Lesson.objects.filter(section__course=course, removed=False)
    lessons = list(rows.order_by("section__order", "order"))
    ready = set(materials_of(one.pk for one in lessons if one.is_filed))
    for kind, known in has_content.items():
        ready |= known([one.pk for one in lessons if one.kind == kind])
    return [one for one in lessons if _is_empty(one, one.pk in ready)]


def _is_empty(lesson: Lesson, is_ready: bool) -> bool:
    if lesson.kind in FILED or lesson.kind in has_content:
        return not is_ready
    if lesson.kind in ATTENDED:
        return lesson.activity_id is None
    return lesson.kind == LessonKind.ARTICLE and not lesson.article


@transaction.atomic
def submit(
    course: Course, publish_at: datetime | None = None, series: Series | None = None
) -> Course:
    """Hand a draft in for review, to be published at once, at ``publish_at`` or in ``series``.

    Raises:
        CourseRefused: wrong_state, no_lessons, nothing_inside, past.
    """
    locked = _locked(course.pk, CourseState.DRAFT)
    if not Lesson.objects.filter(section__course=locked, removed=False).exists():
        raise CourseRefused("no_lessons")
    if unfinished(locked):
        raise CourseRefused("nothing_inside")
    late = publish_at and locked.expires_at and locked.expires_at <= publish_at
    if late or (publish_at and publish_at <= timezone.now()):
        raise CourseRefused("past")
    locked.state, locked.review_note = CourseState.REVIEW, ""
    locked.publish_at = None if series else publish_at
    locked.series, locked.approved_at = series, None
    if series is not None:
        locked.series_order = series.courses.count()
    locked.save()
    return locked


@transaction.atomic
def withdraw(course: Course) -> Course:
    """Take a course back out of the review, or out of the queue behind it.

    Raises:
        CourseRefused: wrong_state.
    """
    locked = _locked(course.pk, CourseState.REVIEW)
    locked.state, locked.approved_at = CourseState.DRAFT, None
    locked.save()
    return locked


@transaction.atomic
def approve(course: Course, reviewer: Member) -> Course:
    """It is good: published now, or when its day or its turn comes. Confirms changes of a course
    that is published already.

    Raises:
        CourseRefused: wrong_state.
    """
    locked = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    locked.reviewer = reviewer
    if locked.state == CourseState.PUBLISHED and locked.unreviewed:
        locked.unreviewed, locked.version = False, locked.version + 1
        locked.save()
        return locked
    if locked.state != CourseState.REVIEW or locked.approved_at is not None:
        raise CourseRefused("wrong_state")
    now = timezone.now()
    locked.approved_at, locked.review_note = now, ""
    waits = locked.series_id or (locked.publish_at and locked.publish_at > now)
    if not waits:
        _publish(locked, now)
    locked.save()
    return locked


@transaction.atomic
def send_back(course: Course, reviewer: Member, note: str) -> Course:
    """Return it to its author with a note.

    Raises:
        CourseRefused: wrong_state.
    """
    locked = _locked(course.pk, CourseState.REVIEW)
    locked.state, locked.approved_at = CourseState.DRAFT, None
    locked.reviewer, locked.review_note = reviewer, note
    locked.save()
    return locked


@transaction.atomic
def archive(course: Course) -> Course:
    """Take a course off the shelf for good; what was learnt in it stays.

    Raises:
        CourseRefused: wrong_state.
    """
    locked = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    if locked.state == CourseState.ARCHIVED:
        raise CourseRefused("wrong_state")
    locked.state, locked.approved_at, locked.unreviewed = CourseState.ARCHIVED, None, False
    locked.save()
    return locked


def publish_due(now: datetime | None = None) -> int:
    """Publish approved courses whose day has come; how many."""
    when = now or timezone.now()
    rows = Course.objects.filter(
        state=CourseState.REVIEW, approved_at__isnull=False, publish_at__lte=when
    )
    with transaction.atomic():
        due = list(rows.select_for_update(of=("self",)).order_by("pk")[:BATCH])
        for course in due:
            _publish(course, when)
            course.save()
    return len(due)


def expire(now: datetime | None = None) -> int:
    """Take courses off the shelf whose time is over; how many."""
    rows = Course.objects.filter(state=CourseState.PUBLISHED, expires_at__lte=now or timezone.now())
    due = list(rows.order_by("pk")[:BATCH])
    for course in due:
        archive(course)
    return len(due)


def run_series(now: datetime | None = None) -> int:
    """Publish the next course of every series whose day has come; how many.

    Where none is approved yet the day passes: what comes late waits for the next one. After a
    standstill each series goes on with one course, not with all at once.
    """
    when = now or timezone.now()
    done = 0
    due = Series.objects.filter(active=True, next_at__lte=when).order_by("pk")
    for key in list(due.values_list("pk", flat=True)[:BATCH]):
        done += _next_of(key, when)
    return done


@transaction.atomic
def _next_of(key: int, now: datetime) -> int:
    series = Series.objects.select_for_update().get(pk=key)
    if not series.active or series.next_at > now:
        return 0
    series.next_at = next_moment(series.nth, series.weekday, series.at, _zone(), now)
    series.save(update_fields=["next_at"])
    rows = Course.objects.filter(
        series=series, state=CourseState.REVIEW, approved_at__isnull=False
    ).order_by("series_order", "pk")
    first = rows.select_for_update(of=("self",)).first()
    if first is None:
        return 0
    _publish(first, now)
    first.save()
    return 1


@transaction.atomic
def plan_series(by: Member, title: str, nth: int, weekday: int, at: time) -> Series:
    """A new series; its first day is the next one of the rhythm."""
    next_at = next_moment(nth, weekday, at, _zone(), timezone.now())
    return Series.objects.create(
        title=title, nth=nth, weekday=weekday, at=at, next_at=next_at, created_by=by
    )


@transaction.atomic
def pause_series(series: Series, running: bool) -> Series:
    """Stop a series, or let it go on with the next day of its rhythm."""
    locked = Series.objects.select_for_update().get(pk=series.pk)
    locked.active = running
    if running:
        locked.next_at = next_moment(locked.nth, locked.weekday, locked.at, _zone(), timezone.now())
    locked.save()
    return locked


def _publish(course: Course, now: datetime) -> None:
    course.state, course.published_at = CourseState.PUBLISHED, now
    course.version += 1
    course.unreviewed = False


def _locked(key: int, state: CourseState) -> Course:
    locked = Course.objects.select_for_update(of=("self",)).get(pk=key)
    if locked.state != state:
        raise CourseRefused("wrong_state")
    return locked


def _zone() -> ZoneInfo:
    return ZoneInfo(organisation().zone)
