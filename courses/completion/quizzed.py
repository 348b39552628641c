"""What quizzes say of a course: how much of a quiz's mark somebody has, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from courses.catalog.models import Lesson
from courses.completion.actions import enrol
from courses.completion.measures import Found, Run
from courses.completion.queries import enrolment_of
from courses.completion.rules import Leaf, Passed
from courses.completion.settling import settle
from courses.quizzes.queries import best


def passed(runs: Mapping[int, Run], leaves: Sequence[Leaf]) -> Found:
    """The best attempt of each member in the period in which she takes the course."""
    wanted = [leaf for leaf in leaves if isinstance(leaf, Passed)]
    lessons = {leaf.lesson for leaf in wanted}
    found: dict[tuple[int, Leaf], int] = {}
    for period in {run.period for run in runs.values()}:
        members = [member for member, run in runs.items() if run.period == period]
        reached = best(members, lessons, period)
        for leaf in wanted:
            for member in members:
                if (permille := reached.get((member, leaf.lesson))) is not None:
                    found[member, leaf] = permille
    return found


def look_again(member: int, lesson: int) -> None:
    """``member`` has ended an attempt: she takes the course, and may have completed it by now."""
    course = Lesson.objects.values_list("section__course", flat=True).get(pk=lesson)
    if enrolment_of(member, course) is None:
        enrol([member], course)
    else:
        settle([member], course)
