"""What completes a course, who takes it, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from courses.catalog.kinds import ATTENDED, LessonKind
from courses.catalog.models import Course, Lesson
from courses.checkpoints.queries import with_checkpoints as checkpointed
from courses.completion.measures import Run, measure
from courses.completion.models import Enrolment
from courses.completion.rules import (
    All,
    Attended,
    Finished,
    Judged,
    Leaf,
    Passed,
    Present,
    Read,
    Rule,
    Watched,
    judge,
    leaves,
    parse,
    with_checkpoints,
)
from courses.quizzes.queries import pass_mark

_LEAVES: dict[str, type[Watched | Read | Passed | Attended | Present]] = {
    LessonKind.VIDEO: Watched,
    LessonKind.AUDIO: Watched,
    LessonKind.DOCUMENT: Read,
    LessonKind.ARTICLE: Read,
    LessonKind.QUIZ: Passed,
    LessonKind.LIVE: Attended,
    LessonKind.IN_PERSON: Present,
}

parsed = lru_cache(maxsize=512)(parse)
"""``parse`` of rules that are asked for again and again."""


def lessons_of(course: Course) -> list[Lesson]:
    """The lessons of a course in their order, those taken out left out."""
    rows = Lesson.objects.filter(section__course=course, removed=False)
    return list(rows.select_related("section").order_by("section__order", "section", "order", "pk"))


def condition_of(lesson: Lesson) -> Leaf:
    """What a lesson takes where its course has no rule of its own; a quiz its own pass mark."""
    if lesson.kind == LessonKind.QUIZ and (mark := pass_mark(lesson.pk)) is not None:
        return Passed(lesson=lesson.pk, permille=mark)
    return _LEAVES[lesson.kind](lesson=lesson.pk)


def rule_written(course: Course) -> Rule:
    """The rule as an author reads it; without one of its own, every required lesson.

    A course without required lessons takes them all.
    """
    if course.rule:
        return parsed(course.rule)
    lessons = lessons_of(course)
    required = [one for one in lessons if one.required] or lessons
    return All(tuple(condition_of(one) for one in required))


def rule_of(course: Course) -> Rule:
    """The rule of ``course`` as it is judged: watching a recording takes its checkpoints too."""
    rule = rule_written(course)
    watched = [leaf.lesson for leaf in leaves(rule) if isinstance(leaf, Watched)]
    return with_checkpoints(rule, checkpointed(watched)) if watched else rule


def self_study_minutes(course: Course) -> int:
    """Minutes of a course that count when it is completed: all but its classes, which count for
    themselves when they are attended."""
    rows = Lesson.objects.filter(section__course=course, removed=False, kind__in=ATTENDED)
    held = sum(rows.values_list("estimated_minutes", flat=True))
    return max(0, course.estimated_minutes - held)


def enrolment_of(member: int, course: int) -> Enrolment | None:
    """How ``member`` takes ``course`` now; None when she does not."""
    rows = Enrolment.objects.filter(member=member, course=course)
    return rows.order_by("-began_at", "-pk").first()


def period_of(member: int, lesson: int) -> str:
    """The period in which what ``member`` does of ``lesson`` counts now."""
    rows = Enrolment.objects.filter(member=member, course__sections__lessons=lesson)
    newest = rows.order_by("-began_at", "-pk").values_list("period", flat=True).first()
    return newest or ""


def run_of(enrolment: Enrolment | None) -> Run:
    """What counts for an enrolment; without one, what has been done until now."""
    if enrolment is None or not enrolment.period:
        return Run()
    return Run(enrolment.period, enrolment.began_at)


def standing(member: int, course: Course, enrolment: Enrolment | None = None) -> Judged:
    """How far ``member`` is, and of each condition how much she has and how much it takes."""
    found = enrolment or enrolment_of(member, course.pk)
    rule = rule_of(course)
    has = measure({member: run_of(found)}, leaves(rule))
    return judge(rule, lambda leaf: has.get((member, leaf), 0))


def empty(rule: Rule) -> bool:
    """Whether nothing would have to be done: such a course is never completed."""
    return next(leaves(rule), None) is None


def waits_for(course: int, members: Iterable[int]) -> list[int]:
    """Courses that ``members`` are taking and that ask for ``course`` to be finished before."""
    rows = Enrolment.objects.filter(
        member__in=list(members), completed_at__isnull=True, course__rule__contains='"finished"'
    )
    rules = dict(rows.values_list("course", "course__rule"))
    asked = Finished(course=course)
    return sorted(one for one, rule in rules.items() if asked in set(leaves(parsed(rule))))
