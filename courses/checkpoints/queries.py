"""Which checkpoints a recording has, and which of them somebody has answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, QuerySet

from courses.catalog.models import Lesson
from courses.checkpoints.models import Checkpoint, CheckpointAnswer, Reached

PERMILLE = 1000
ANSWERS = 200
"""Most answers of one person that are shown at once."""


def of_lesson(lesson: Lesson) -> QuerySet[Checkpoint]:
    """Those of ``lesson``, in the order of its time."""
    rows = Checkpoint.objects.filter(lesson=lesson, removed=False).select_related("question")
    return rows.order_by("second")


def with_checkpoints(lessons: Iterable[int]) -> set[int]:
    """Which of ``lessons`` ask questions."""
    rows = Checkpoint.objects.filter(lesson__in=list(lessons), removed=False)
    return set(rows.values_list("lesson", flat=True))


def passed(member: int, lesson: Lesson, period: str) -> set[int]:
    """Keys of the checkpoints of ``lesson`` that ``member`` has answered."""
    rows = Reached.objects.filter(
        checkpoint__lesson=lesson, member=member, period=period, right=True
    )
    return set(rows.values_list("checkpoint", flat=True))


def share(
    members: Sequence[int], lessons: Iterable[int], period: str
) -> Mapping[tuple[int, int], int]:
    """Thousandths of a lesson's checkpoints that a member has answered, by (member, lesson)."""
    live = Checkpoint.objects.filter(lesson__in=list(lessons), removed=False)
    totals = dict(live.values_list("lesson").annotate(number=Count("pk")).order_by())
    mine = Reached.objects.filter(
        member__in=list(members), period=period, right=True,
        checkpoint__lesson__in=totals, checkpoint__removed=False,
    )  # fmt: skip
    rows = mine.values_list("member", "checkpoint__lesson").annotate(number=Count("pk")).order_by()
    return {
        (member, lesson): number * PERMILLE // totals[lesson] for member, lesson, number in rows
    }


def answers_in(member: int, course: int, period: str) -> list[CheckpointAnswer]:
    """What ``member`` answered in ``course`` in her ``period``, question by question in the order
    of the recordings; at most ``ANSWERS``."""
    rows = CheckpointAnswer.objects.filter(
        reached__member=member, reached__period=period,
        reached__checkpoint__lesson__section__course=course,
    ).select_related("reached__checkpoint__question", "reached__checkpoint__lesson")  # fmt: skip
    place = ("section__order", "order", "pk")
    order = [f"reached__checkpoint__lesson__{one}" for one in place]
    return list(rows.order_by(*order, "reached__checkpoint__second", "reached", "number")[:ANSWERS])


def beyond(lesson: Lesson) -> list[Checkpoint]:
    """Those of ``lesson`` that lie behind the end of the recording in use: nobody is asked them
    until they are moved, and so nobody can complete it."""
    newest = lesson.materials.filter(state="ready").order_by("-version").first()
    return list(of_lesson(lesson).filter(second__gt=newest.length // 10)) if newest else []
