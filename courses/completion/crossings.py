"""Which growth of a lesson is worth a look at its course: where something is reached by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from courses.catalog.models import Lesson
from courses.completion.queries import condition_of, parsed
from courses.completion.rules import Finished, leaves

STEP = 100
"""Thousandths after which a course's own progress is brought up to date in any case."""


class Growth(NamedTuple):
    """A member's share of a lesson grew, in thousandths."""

    member: int
    lesson: int
    before: int
    after: int


def crossed(growths: Iterable[Growth]) -> dict[int, set[int]]:
    """Course → members for whom something may be decided now."""
    grown = list(growths)
    marks = _marks({one.lesson for one in grown})
    found: dict[int, set[int]] = {}
    for one in grown:
        if one.lesson in marks:
            course, at = marks[one.lesson]
            stepped = one.before // STEP != one.after // STEP
            if stepped or any(one.before < mark <= one.after for mark in at):
                found.setdefault(course, set()).add(one.member)
    return found


def _marks(lessons: set[int]) -> dict[int, tuple[int, set[int]]]:
    """Lesson → its course, and the shares that the course asks for."""
    found = {}
    rows = Lesson.objects.filter(pk__in=lessons).select_related("section__course")
    for lesson in rows:
        course = lesson.section.course
        asked = leaves(parsed(course.rule)) if course.rule else [condition_of(lesson)]
        at = {
            leaf.permille
            for leaf in asked
            if not isinstance(leaf, Finished) and leaf.lesson == lesson.pk
        }
        found[lesson.pk] = (course.pk, at)
    return found
