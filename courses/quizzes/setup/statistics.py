"""How the questions of a quiz did: what its author needs to find wrong or useless ones.

For every question: how often it was answered, which share of its points was earned (difficulty),
and the discrimination: the correlation between what the question earned and what the rest of the
paper earned. Near 0 it says nothing about what somebody knows; below 0 the key is probably wrong.
Everything is summed by the database, one row per question; nobody's name is read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast

from courses.quizzes import items, papers
from courses.quizzes.grading import is_blank
from courses.quizzes.items import Item, options_of
from courses.quizzes.kinds import AttemptState
from courses.quizzes.models import Attempt, Question, Quiz, Response

FEWEST = 5
"""Attempts below which nothing is broken down: it would be about persons."""
LOOKED_AT = 2000
"""Newest responses of a question whose chosen options are counted."""


@dataclass(frozen=True)
class Bar:
    """How often one option was chosen."""

    text: str
    right: bool
    chosen: int


@dataclass(frozen=True)
class QuestionFigures:
    """How one question did. ``discrimination``: -1 to 1, None where it has no meaning."""

    question: Question
    asked: int
    blank: int
    earned_permille: int
    discrimination: float | None
    bars: list[Bar]

    @property
    def suspicious(self) -> bool:
        """Whether a human should look at the key."""
        return self.discrimination is not None and self.discrimination < 0


@dataclass(frozen=True)
class QuizFigures:
    """How the whole quiz went; ``average`` in thousandths."""

    attempts: int
    members: int
    passed_members: int
    average: int


def quiz_figures(quiz: Quiz) -> QuizFigures:
    """Attempts that have ended."""
    ended = Attempt.objects.filter(quiz=quiz).exclude(state=AttemptState.OPEN)
    found = ended.aggregate(
        attempts=Count("pk"),
        members=Count("member", distinct=True),
        passed=Count("member", distinct=True, filter=Q(passed=True)),
        average=Avg("permille"),
    )
    return QuizFigures(
        found["attempts"], found["members"], found["passed"], int(found["average"] or 0)
    )


def question_figures(quiz: Quiz) -> list[QuestionFigures]:
    """Every question that was answered in its present version, in the order of codes."""
    rows = _sums(quiz)
    questions = Question.objects.in_bulk([row["question"] for row in rows])
    found = []
    for row in rows:
        question = questions[row["question"]]
        if row["version"] != question.version or row["asked"] < FEWEST:
            continue
        found.append(
            QuestionFigures(
                question=question,
                asked=row["asked"],
                blank=row["blank"],
                earned_permille=int(row["x"] * 1000),
                discrimination=_correlation(row),
                bars=_bars(quiz, question),
            )
        )
    return sorted(found, key=lambda one: (one.question.code, one.question.pk))


def _sums(quiz: Quiz) -> list[dict[str, Any]]:
    """Averages of x (share earned here), y (share earned elsewhere) and their products."""
    here = Cast(F("points"), FloatField()) / Cast(F("possible"), FloatField())
    others = F("attempt__possible") - F("possible")
    elsewhere = Cast(F("attempt__points") - F("points"), FloatField()) / Cast(others, FloatField())
    rows = Response.objects.filter(attempt__quiz=quiz).order_by()
    whole = rows.filter(attempt__possible__gt=F("possible"))
    base = list(
        rows.values("question", "version").annotate(
            asked=Count("pk"), blank=Count("pk", filter=Q(answer="")), x=Avg(here)
        )
    )
    paired: dict[tuple[int, int], Any] = {
        (row["question"], row["version"]): row
        for row in whole.annotate(here=here, there=elsewhere)
        .values("question", "version")
        .annotate(
            n=Count("pk"),
            sx=Sum("here"),
            sy=Sum("there"),
            sxx=Sum(F("here") * F("here")),
            syy=Sum(F("there") * F("there")),
            sxy=Sum(F("here") * F("there")),
        )
    }
    return [{**dict(row), **paired.get((row["question"], row["version"]), {})} for row in base]


def _correlation(row: dict[str, Any]) -> float | None:
    """Pearson's r from sums; None with fewer than ``FEWEST`` pairs or without any difference."""
    n = row.get("n", 0)
    if n < FEWEST:
        return None
    spread_x = n * row["sxx"] - row["sx"] ** 2
    spread_y = n * row["syy"] - row["sy"] ** 2
    if spread_x < 1e-9 or spread_y < 1e-9:
        return None
    r = float((n * row["sxy"] - row["sx"] * row["sy"]) / sqrt(spread_x * spread_y))
    return max(-1.0, min(1.0, r))


def _bars(quiz: Quiz, question: Question) -> list[Bar]:
    """How often each option was chosen, in the author's order."""
    item = question.item
    options = options_of(item)
    if isinstance(item, items.Ordering) or not options:
        return []
    rows = Response.objects.filter(
        attempt__quiz=quiz, question=question, version=question.version
    ).select_related("attempt")
    chosen: Counter[int] = Counter()
    for row in rows.order_by("-pk")[:LOOKED_AT]:
        entry = papers.decode(row.attempt.paper)[row.place]
        chosen.update(_options_chosen(papers.decode_answer(row.answer), entry.order))
    return [Bar(text, place in _right(item), chosen[place]) for place, text in enumerate(options)]


def _options_chosen(answer: items.Answer, order: tuple[int, ...]) -> list[int]:
    if is_blank(answer) or isinstance(answer, str):
        return []
    shown = answer if isinstance(answer, list) else [answer]
    return [order[one] for one in shown if one is not None and 0 <= one < len(order)]


def _right(item: Item) -> frozenset[int]:
    if isinstance(item, items.Single):
        return frozenset({item.right})
    return item.right if isinstance(item, items.Multiple) else frozenset()
