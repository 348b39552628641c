"""What has to be decided above the catalogue when a course is written: its rule, and who is met."""

from __future__ import annotations

from collections.abc import Iterator

from courses.authoring.terms import Terms, tree
from courses.catalog import actions as catalog
from courses.catalog.models import Course, Lesson
from courses.catalog.refusals import CourseRefused
from courses.completion.models import Enrolment
from courses.completion.queries import parsed
from courses.completion.rules import Finished, Rule, checked, encode, leaves
from courses.completion.settling import CHUNK, settle
from members.accounts.models import Member
from realtime.jobs import task


def write_rule(course: Course, by: Member, said: Terms | None) -> None:
    """Store what the rule editor says; None: every required lesson.

    Raises:
        CourseRefused: locked, archived. BadRule: a tree that can never be fulfilled.
    """
    catalog.set_rule(course, by, encode(checked(tree(said))) if said is not None else "")


def write_tree(course: Course, by: Member, rule: Rule) -> None:
    """Store a rule of any shape, as the tree editor says it.

    Raises:
        CourseRefused: locked, archived. BadRule: a tree that can never be fulfilled.
    """
    catalog.set_rule(course, by, encode(checked(rule)))


def remove_lesson(lesson: Lesson, by: Member) -> None:
    """Take a lesson out that the rule does not ask for.

    Raises:
        CourseRefused: asked_for, locked, archived.
    """
    if lesson.pk in _asked_for(lesson.section.course):
        raise CourseRefused("asked_for")
    catalog.remove_lesson(lesson, by)


def _asked_for(course: Course) -> set[int]:
    if not course.rule:
        return set()
    return {one.lesson for one in leaves(parsed(course.rule)) if not isinstance(one, Finished)}


@task
def settle_everybody(course: int) -> None:
    """Look at everybody who takes a course whose lessons or rule changed. Nobody loses anything."""
    for members in _chunks(course):
        settle(members, course)


def changed(course: int) -> None:
    """Queue it; for ``catalog.actions.when_changed``."""
    settle_everybody.enqueue(course)


def lesson_changed(lesson: Lesson) -> None:
    """Queue its course; for ``checkpoints.actions.when_set``."""
    changed(lesson.section.course_id)


def _chunks(course: int) -> Iterator[list[int]]:
    """Who has not completed it, in the order of the keys."""
    rows = Enrolment.objects.filter(course=course, completed_at__isnull=True)
    last = 0
    while True:
        found = rows.filter(member__gt=last).order_by("member").values_list("member", flat=True)
        if not (members := list(found.distinct()[:CHUNK])):
            return
        yield members
        last = members[-1]
