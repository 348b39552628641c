"""Setting checkpoints, and answering them. What is right is decided here; keys stay on the server.

Who answers wrong watches the minute before once more: until that minute can have passed on the
server's clock no further answer is taken, so that trying all options gains nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.catalog.models import Lesson
from courses.checkpoints.models import LONGEST, Checkpoint, CheckpointAnswer, Reached
from courses.checkpoints.refusals import CheckpointRefused
from courses.quizzes import asking
from courses.quizzes.items import Answer
from members.accounts.models import Member

MOST = 50
"""Checkpoints of one lesson."""
TRIES_KEPT = 50
"""Answers of one member to one checkpoint that are kept as they were given, and the right one."""
AGAIN = 60
"""Seconds of the recording that are watched again."""
SAID = 500
"""Characters of an answer that are kept."""
FASTEST = 2.0
"""The highest speed at which watching counts: the minute takes at least half of one."""

when_passed: list[Callable[[int, int], None]] = []
"""Told (member, lesson) in the transaction of a right answer; set in ``apps.ready``."""
when_set: list[Callable[[Lesson], None]] = []
"""Told of a lesson whose checkpoints changed, after the commit; set in ``apps.ready``."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What an answer was. ``wait``: seconds until another one is taken; ``explanation``: only for
    who has found it."""

    right: bool
    wait: int = 0
    explanation: str = ""


def set_checkpoint(lesson: Lesson, second: int, question: int, by: Member) -> Checkpoint:
    """Ask ``question`` at ``second`` of ``lesson``.

    Raises:
        CheckpointRefused: ``outside``, ``question_unknown``, ``taken``, ``full``.
    """
    _require_inside(lesson, second)
    found = asking.usable(by).filter(pk=question).first()
    if found is None:
        raise CheckpointRefused("question_unknown")
    with transaction.atomic():
        Lesson.objects.select_for_update().get(pk=lesson.pk)
        mine = Checkpoint.objects.filter(lesson=lesson, removed=False)
        if mine.count() >= MOST:
            raise CheckpointRefused("full")
        if mine.filter(second=second).exists() or mine.filter(question=found).exists():
            raise CheckpointRefused("taken")
        made = Checkpoint.objects.create(lesson=lesson, second=second, question=found, author=by)
        _changed(lesson)
    return made


def move_checkpoint(checkpoint: Checkpoint, second: int) -> None:
    """Ask it at another time; who has answered it stays so.

    Raises:
        CheckpointRefused: ``outside``, ``taken``.
    """
    _require_inside(checkpoint.lesson, second)
    checkpoint.second = second
    try:
        with transaction.atomic():
            checkpoint.save(update_fields=["second"])
    except IntegrityError as twice:
        raise CheckpointRefused("taken") from twice


def remove_checkpoint(checkpoint: Checkpoint) -> None:
    """Ask it no longer: what it was waiting for may be complete now."""
    with transaction.atomic():
        Checkpoint.objects.filter(pk=checkpoint.pk).update(removed=True)
        _changed(checkpoint.lesson)


def _changed(lesson: Lesson) -> None:
    for tell in when_set:
        transaction.on_commit(lambda tell=tell: tell(lesson))  # type: ignore[misc]


def _require_inside(lesson: Lesson, second: int) -> None:
    newest = lesson.materials.filter(state="ready").order_by("-version").first()
    longest = newest.length // 10 if newest else LONGEST
    if not 1 <= second <= min(longest, LONGEST):
        raise CheckpointRefused("outside")


def seed_of(member: int, checkpoint: int) -> int:
    """In which order ``member`` sees the options, every time the same."""
    return (member * 1_000_003 + checkpoint) % (1 << 31)


def check(checkpoint: Checkpoint, member: int, said: Answer) -> Marked:
    """What ``said`` would be; nothing is written (a preview)."""
    seed = seed_of(member, checkpoint.pk)
    right = asking.grade(checkpoint.question, said, seed).right
    return Marked(right, 0, asking.explanation(checkpoint.question) if right else "")


def answer(
    checkpoint: Checkpoint,
    member: int,
    period: str,
    command: str,
    said: Answer,
    now: datetime | None = None,
) -> Marked:
    """Take an answer: ``command`` is the page's name of it, and the same one counts once.

    Raises:
        CheckpointRefused: ``too_soon`` while the minute has not been watched again.
    """
    when = now or timezone.now()
    try:
        return _answer(checkpoint, member, period, command, said, when)
    except IntegrityError:
        # Two pages answered for the first time at once: the other one is there now.
        return _answer(checkpoint, member, period, command, said, when)


@transaction.atomic
def _answer(
    checkpoint: Checkpoint, member: int, period: str, command: str, said: Answer, now: datetime
) -> Marked:
    rows = Reached.objects.select_for_update()
    before = rows.filter(checkpoint=checkpoint, member=member, period=period).first()
    if before is not None and (before.right or before.last == command):
        return _told(checkpoint, before, now)
    if before is not None and (wait := _wait(checkpoint, before, now)):
        raise CheckpointRefused("too_soon", wait)
    marked = check(checkpoint, member, said)
    after = before or Reached(checkpoint=checkpoint, member_id=member, period=period)
    after.tries += 1
    after.last, after.right, after.at = command, marked.right, now
    after.save()
    if after.right or after.tries <= TRIES_KEPT:
        seed = seed_of(member, checkpoint.pk)
        CheckpointAnswer.objects.create(
            reached=after, number=after.tries, right=after.right, at=now,
            said=asking.as_said(checkpoint.question, said, seed)[:SAID],
        )  # fmt: skip
    if after.right:
        for tell in when_passed:
            tell(member, checkpoint.lesson_id)
    return _told(checkpoint, after, now)


def _told(checkpoint: Checkpoint, reached: Reached, now: datetime) -> Marked:
    if reached.right:
        return Marked(True, 0, asking.explanation(checkpoint.question))
    return Marked(False, _wait(checkpoint, reached, now))


def _wait(checkpoint: Checkpoint, reached: Reached, now: datetime) -> int:
    """Seconds until the minute before the question can have been watched again."""
    until = reached.at + timedelta(seconds=min(AGAIN, checkpoint.second) / FASTEST)
    return max(0, ceil((until - now).total_seconds()))
