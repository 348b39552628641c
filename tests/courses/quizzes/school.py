"""A course with a quiz, for tests: questions of every kind, made through the tables."""

from __future__ import annotations

from typing import Any

from courses.catalog.models import Course, Lesson, Section
from courses.quizzes import items
from courses.quizzes.items import (
    Item,
    Multiple,
    Numeric,
    Ordering,
    ShortText,
    Single,
    TrueFalse,
)
from courses.quizzes.models import Attempt, Bank, Draw, Question, Quiz
from courses.quizzes.papers import Answers
from courses.quizzes.queries import Asked, paper_of
from members.accounts.models import Member

ONE_OF_EACH: dict[str, Item] = {
    "S1": Single(options=("关闭阀门", "打开旁路", "停泵"), right=1),
    "M1": Multiple(options=("手套", "面罩", "手机", "安全帽"), right=frozenset({0, 1, 3})),
    "T1": TrueFalse(right=False),
    "O1": Ordering(options=("停电", "验电", "接地")),
    "N1": Numeric(value="1.6", tolerance="0.1", unit="MPa"),
    "W1": ShortText(accepted=("疏水阀", "steam trap")),
}


def make_bank(owner: Member, title: str = "安规题库", **fields: Any) -> Bank:
    """An empty bank."""
    return Bank.objects.create(owner=owner, title=title, **fields)


def add(bank: Bank, code: str, item: Item, **fields: Any) -> Question:
    """One more question in ``bank``."""
    fields = {"text": f"第 {code} 题？", **fields}
    return Question.objects.create(
        bank=bank,
        code=code,
        kind=items.kind_of(item),
        content=items.encode(item),
        author=bank.owner,
        **fields,
    )


def make_lesson(author: Member, code: str = "AQ-101", state: str = "published") -> Lesson:
    """The quiz lesson of a course."""
    course = Course.objects.create(code=code, title="安全生产法", author=author, state=state)
    section = Section.objects.create(course=course, order=1, title="考核")
    return Lesson.objects.create(section=section, order=1, kind="quiz", title="安规考试")


def make_quiz(author: Member, bank: Bank | None = None, **fields: Any) -> Quiz:
    """A quiz of every question in ``bank``, or of one of each kind."""
    if bank is None:
        bank = make_bank(author)
        for code, item in ONE_OF_EACH.items():
            add(bank, code, item)
    code = fields.pop("code", "AQ-101")
    quiz = Quiz.objects.create(lesson=make_lesson(author, code), **fields)
    Draw.objects.create(quiz=quiz, order=1, bank=bank)
    return quiz


def right_answers(attempt: Attempt) -> Answers:
    """What earns all points."""
    return {place: _right(asked) for place, asked in enumerate(paper_of(attempt))}


def _right(asked: Asked) -> int | list[int] | str:
    order, item = asked.entry.order, asked.item
    match item:
        case Single():
            return order.index(item.right)
        case Multiple():
            return [order.index(one) for one in sorted(item.right)]
        case TrueFalse():
            return 0 if item.right else 1
        case Ordering():
            return [order.index(one) for one in range(len(item.options))]
        case Numeric():
            return item.value
        case ShortText():
            return item.accepted[0]
