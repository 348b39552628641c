"""One question on its own: how it is shown without its key, and whether an answer is right.

Whoever shows a question chooses a ``seed`` (one per member and place) and gives the same one with
the answer; it says in which order the options stood.
"""

from __future__ import annotations

from django.db.models import QuerySet

from courses.quizzes import grading
from courses.quizzes.grading import Graded
from courses.quizzes.items import Answer, Item, Numeric, PublicQuestion, kind_of, options_of
from courses.quizzes.models import Question
from courses.quizzes.papers import Entry, order_of
from courses.quizzes.rights import banks_of
from members.accounts.models import Member


def public_form(question: Question, seed: int) -> PublicQuestion:
    """What a member sees of ``question``."""
    item = question.item
    entry = Entry(question.pk, question.version, order_of(item, seed, shuffled=True))
    return shown(entry, question.text, item)


def grade(question: Question, answer: Answer, seed: int) -> Graded:
    """Whether ``answer`` is right. An answer of the wrong form is wrong, never an error."""
    item = question.item
    return grading.grade(item, answer, order_of(item, seed, shuffled=True))


def as_said(question: Question, answer: Answer, seed: int) -> str:
    """``answer`` in the words that stood on the screen; "" when it is none of them."""
    options = public_form(question, seed).options
    if isinstance(answer, str):
        return answer.strip()
    places = answer if isinstance(answer, list) else [-1 if answer is None else answer]
    return " · ".join(options[one] for one in places if 0 <= one < len(options))


def explanation(question: Question) -> str:
    """What the author says about the answer: for those who have found it."""
    return question.item.explanation


def usable(member: Member) -> QuerySet[Question]:
    """Questions that ``member`` may ask in a course of hers."""
    banks = banks_of(member).values("pk")
    return Question.objects.filter(bank__in=banks, retired=False).select_related("bank")


def shown(entry: Entry, text: str, item: Item) -> PublicQuestion:
    """The question of ``entry``, its options in the order of the paper."""
    options = options_of(item)
    return PublicQuestion(
        id=entry.question,
        version=entry.version,
        kind=kind_of(item),
        text=text,
        options=tuple(options[one] for one in entry.order),
        unit=item.unit if isinstance(item, Numeric) else "",
    )
