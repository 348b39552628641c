"""Writing courses: facts, sections, lessons and their order. Who may is decided by the caller's
query (``may_edit``); what is possible in which state is decided here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, ProtectedError

from courses.catalog.kinds import ATTENDED, CourseState, LessonKind
from courses.catalog.models import Course, Lesson, Section
from courses.catalog.refusals import CourseRefused
from courses.catalog.text import cleaned
from members.accounts.models import Member

MAX_SECTIONS = 50
MAX_LESSONS = 200

when_changed: list[Callable[[int], None]] = []
"""Who wants to know, after commit, that the lessons or the rule of a course changed; set in
``apps.ready``."""

FACTS = (
    "title", "summary", "language", "category", "credit_kind", "estimated_minutes", "expires_at",
    "certificate", "certificate_months",
)  # fmt: skip


@transaction.atomic
def create_course(author: Member, code: str, **facts: Any) -> Course:
    """A draft with one empty section."""
    course = Course.objects.create(author=author, code=code, **_known(facts))
    Section.objects.create(course=course, order=0, title=course.title)
    return course


@transaction.atomic
def change_facts(course: Course, by: Member, **facts: Any) -> Course:
    """Write the given facts anew.

    Raises:
        CourseRefused: locked, archived.
    """
    locked = _open(course.pk)
    for name, value in _known(facts).items():
        setattr(locked, name, value)
    locked.save()
    content_changed(locked, by)
    return locked


def set_cover(course: Course, by: Member, picture: bytes) -> None:
    """Give a course a cover, or none with an empty ``picture`` (a file from ``covers.cover``).

    Raises:
        CourseRefused: locked, archived.
    """
    name = f"{course.code}-{hashlib.sha256(picture).hexdigest()[:16]}.jpg" if picture else ""
    with transaction.atomic():
        locked = _open(course.pk)
        before = locked.cover.name
        if picture:
            locked.cover.save(name, ContentFile(picture), save=False)
        else:
            locked.cover = ""
        locked.save(update_fields=["cover", "changed_at"])
        content_changed(locked, by)
        storage = locked.cover.storage
        if before and before != locked.cover.name:
            transaction.on_commit(lambda: storage.delete(before))


@transaction.atomic
def set_rule(course: Course, by: Member, rule: str) -> None:
    """Store a rule tree (JSON the caller has checked); empty: every required lesson.

    Raises:
        CourseRefused: locked, archived.
    """
    locked = _open(course.pk)
    locked.rule = rule
    locked.save(update_fields=["rule", "changed_at"])
    content_changed(locked, by)
    _tell(locked.pk)


@transaction.atomic
def add_section(course: Course, by: Member, title: str) -> Section:
    """A section at the end.

    Raises:
        CourseRefused: locked, archived, full.
    """
    _open(course.pk)
    if course.sections.count() >= MAX_SECTIONS:
        raise CourseRefused("full")
    content_changed(course, by)
    return Section.objects.create(course=course, order=_after(course.sections), title=title)


@transaction.atomic
def rename_section(section: Section, by: Member, title: str) -> None:
    """Another title.

    Raises:
        CourseRefused: locked, archived.
    """
    course = _open(section.course_id)
    Section.objects.filter(pk=section.pk).update(title=title)
    content_changed(course, by)


@transaction.atomic
def remove_section(section: Section, by: Member) -> None:
    """Take out a section without lessons; lessons that were taken out of it before move up.

    Raises:
        CourseRefused: locked, archived, not_empty.
    """
    course = _open(section.course_id)
    others = course.sections.exclude(pk=section.pk).order_by("order", "pk")
    keeper = others.first()
    if section.lessons.filter(removed=False).exists() or keeper is None:
        raise CourseRefused("not_empty")
    section.lessons.update(section=keeper)
    section.delete()
    content_changed(course, by)


@transaction.atomic
def add_lesson(section: Section, by: Member, kind: str, title: str, **facts: Any) -> Lesson:
    """A lesson at the end of ``section``.

    Raises:
        CourseRefused: locked, archived, full.
    """
    course = _open(section.course_id)
    if Lesson.objects.filter(section__course=course, removed=False).count() >= MAX_LESSONS:
        raise CourseRefused("full")
    order = _after(section.lessons)
    lesson = Lesson(section=section, order=order, kind=kind, title=title)
    _write(lesson, facts)
    lesson.save()
    content_changed(course, by)
    _tell(course.pk)
    return lesson


@transaction.atomic
def change_lesson(lesson: Lesson, by: Member, **facts: Any) -> Lesson:
    """Write title, required, estimated minutes, article or activity anew; its kind stays.

    Raises:
        CourseRefused: locked, archived.
    """
    course = _open(lesson.section.course_id)
    locked = Lesson.objects.select_for_update(of=("self",)).get(pk=lesson.pk)
    _write(locked, facts)
    locked.save()
    content_changed(course, by)
    _tell(course.pk)
    return locked


@transaction.atomic
def remove_lesson(lesson: Lesson, by: Member) -> None:
    """Take a lesson out. What somebody has learnt in it is kept; untouched it is deleted.

    Raises:
        CourseRefused: locked, archived.
    """
    course = _open(lesson.section.course_id)
    try:
        with transaction.atomic():
            Lesson.objects.get(pk=lesson.pk).delete()
    except ProtectedError:
        Lesson.objects.filter(pk=lesson.pk).update(removed=True)
    content_changed(course, by)
    _tell(course.pk)


@transaction.atomic
def restore_lesson(lesson: Lesson, by: Member) -> None:
    """Put a lesson back that was taken out, at the end of its section, with what was learnt in it.

    Raises:
        CourseRefused: locked, archived, full.
    """
    course = _open(lesson.section.course_id)
    if Lesson.objects.filter(section__course=course, removed=False).count() >= MAX_LESSONS:
        raise CourseRefused("full")
    order = _after(lesson.section.lessons)
    if not Lesson.objects.filter(pk=lesson.pk, removed=True).update(removed=False, order=order):
        return
    content_changed(course, by)
    _tell(course.pk)


@transaction.atomic
def arrange(course: Course, by: Member, order: Sequence[tuple[int, Sequence[int]]]) -> None:
    """Put sections and lessons (by key) in this order.

    Raises:
        CourseRefused: locked, archived; stale_order: not exactly the sections and lessons that
            the course has now.
    """
    locked = _open(course.pk)
    sections = {one.pk: one for one in locked.sections.all()}
    rows = Lesson.objects.filter(section__course=locked, removed=False)
    lessons = {one.pk: one for one in rows}
    named = [lesson for _, inside in order for lesson in inside]
    if sorted(named) != sorted(lessons) or sorted(one for one, _ in order) != sorted(sections):
        raise CourseRefused("stale_order")
    for place, (section, inside) in enumerate(order):
        sections[section].order = place
        for at, key in enumerate(inside):
            lessons[key].section_id, lessons[key].order = section, at
    Section.objects.bulk_update(sections.values(), ["order"])
    Lesson.objects.bulk_update(lessons.values(), ["section", "order"])
    content_changed(locked, by)


def content_changed(course: Course, by: Member) -> None:
    """Remember for the reviewers that a published course was changed by its author."""
    if not by.is_platform_admin:
        rows = Course.objects.filter(pk=course.pk, state=CourseState.PUBLISHED)
        rows.update(unreviewed=True)


def _open(course: int) -> Course:
    """The course, locked, if it may be changed in its state."""
    locked = Course.objects.select_for_update(of=("self",)).get(pk=course)
    if locked.state == CourseState.REVIEW:
        raise CourseRefused("locked")
    if locked.state == CourseState.ARCHIVED:
        raise CourseRefused("archived")
    return locked


def _write(lesson: Lesson, facts: Mapping[str, Any]) -> None:
    """Set what a lesson of its kind has."""
    for name in ("title", "required", "estimated_minutes"):
        if name in facts:
            setattr(lesson, name, facts[name])
    if lesson.kind == LessonKind.ARTICLE and "article" in facts:
        lesson.article = cleaned(facts["article"])
    if lesson.kind in ATTENDED and "activity" in facts:
        lesson.activity = facts["activity"]


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    strangers = set(facts) - set(FACTS)
    if strangers:
        raise TypeError(f"no facts of a course: {sorted(strangers)}")
    return dict(facts)


def _after(rows: Any) -> int:
    """The place after the last one of a related manager's rows."""
    last = rows.aggregate(last=Max("order"))["last"]
    return 0 if last is None else int(last) + 1


def _tell(course: int) -> None:
    for tell in when_changed:
        transaction.on_commit(lambda tell=tell: tell(course))  # type: ignore[misc]
