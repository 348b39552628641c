"""Setting up the quiz of a lesson."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.catalog.models import Lesson
from courses.catalog.queries import may_edit
from courses.quizzes import rights
from courses.quizzes.kinds import AttemptState
from courses.quizzes.models import Attempt, Bank, Draw, Quiz
from members.accounts.models import Member


@dataclass(frozen=True)
class Wanted:
    """One draw: ``number`` None takes every question of the bank and topic."""

    bank: Bank
    topic: str
    number: int | None


@transaction.atomic
def set_up(
    by: Member, lesson: Lesson, draws: Sequence[Wanted], now: datetime | None = None, **fields: Any
) -> Quiz:
    """Write how the quiz of ``lesson`` is held.

    Papers that have been drawn stay; a quiz that now closes earlier ends running attempts earlier,
    never before this moment, and no change gives a running attempt more time.

    Raises:
        PermissionDenied: ``by`` does not hold the course, or may not use one of the banks.
    """
    if not may_edit(by, lesson.section.course):
        raise PermissionDenied
    quiz = Quiz.objects.select_for_update().filter(lesson=lesson).first() or Quiz(lesson=lesson)
    _check_banks(by, quiz, draws)
    for name, value in fields.items():
        setattr(quiz, name, value)
    quiz.save()
    quiz.draws.all().delete()
    Draw.objects.bulk_create(
        [
            Draw(quiz=quiz, order=place, bank=one.bank, topic=one.topic, number=one.number)
            for place, one in enumerate(draws, start=1)
        ]
    )
    if quiz.closes_at is not None:
        _close_earlier(quiz, max(quiz.closes_at, now or timezone.now()))
    return quiz


def _check_banks(by: Member, quiz: Quiz, draws: Sequence[Wanted]) -> None:
    """Banks that the quiz draws from already may stay, also when they are shared no longer."""
    allowed = set(rights.banks_of(by).values_list("pk", flat=True))
    if quiz.pk is not None:
        allowed |= set(quiz.draws.values_list("bank", flat=True))
    if any(one.bank.pk not in allowed for one in draws):
        raise PermissionDenied


def _close_earlier(quiz: Quiz, at: datetime) -> None:
    running = Attempt.objects.filter(quiz=quiz, state=AttemptState.OPEN)
    running.filter(Q(due_at__isnull=True) | Q(due_at__gt=at)).update(due_at=at)
