"""Reading banks: lists for authors, and what a sheet would do before it does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from courses.quizzes import rights
from courses.quizzes.bank.rows import Row
from courses.quizzes.models import Bank, Question
from members.accounts.models import Member

PER_PAGE = 50


@dataclass(frozen=True)
class Planned:
    """What a row of a sheet would do: ``new``, ``changed`` or ``same``."""

    row: Row
    deed: str


def banks(member: Member) -> QuerySet[Bank]:
    """The banks that ``member`` may use, with the number of questions that are drawn."""
    rows = rights.banks_of(member).select_related("owner")
    rows = rows.order_by("title", "pk")
    return rows.annotate(questions_used=Count("questions", filter=Q(questions__retired=False)))


def questions(
    bank: Bank, words: str = "", topic: str = "", retired: bool = False
) -> QuerySet[Question]:
    """Questions of ``bank``; ``words``: in the text or the code."""
    rows = Question.objects.filter(bank=bank, retired=retired).order_by("code", "pk")
    if topic:
        rows = rows.filter(topic=topic)
    if words:
        rows = rows.filter(Q(text__icontains=words) | Q(code__icontains=words))
    return rows


def topics(bank: Bank) -> list[str]:
    """The topics of a bank."""
    rows = Question.objects.filter(bank=bank, retired=False).exclude(topic="")
    return list(rows.order_by("topic").values_list("topic", flat=True).distinct()[:200])


def plan(bank: Bank, rows: Sequence[Row]) -> list[Planned]:
    """What taking ``rows`` into ``bank`` would do."""
    known = {one.code: one for one in Question.objects.filter(bank=bank)}
    return [Planned(row, _deed(row, known.get(row.code))) for row in rows]


def _deed(row: Row, found: Question | None) -> str:
    if found is None:
        return "new"
    there = (found.text, found.topic, found.points, found.content)
    return "same" if there == (row.text, row.topic, row.points, row.content) else "changed"
