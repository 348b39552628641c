"""A paper as its page shows it: one row per question, with what has been answered so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.quizzes import grading
from courses.quizzes.grading import is_blank
from courses.quizzes.items import (
    Answer,
    Item,
    Multiple,
    Numeric,
    Ordering,
    PublicQuestion,
    ShortText,
    Single,
    TrueFalse,
)
from courses.quizzes.models import Attempt, Response
from courses.quizzes.papers import Answers, decode_answer
from courses.quizzes.queries import Asked, paper_of


@dataclass(frozen=True)
class Choice:
    """One option as shown; ``chosen``: by the member."""

    position: int
    text: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One question on the page. It is made of the public form: there is no key to be shown."""

    place: int
    question: PublicQuestion
    points: int
    choices: list[Choice] = field(default_factory=list)
    places: list[list[Choice]] = field(default_factory=list)
    written: str = ""
    blank: bool = True

    @property
    def number(self) -> int:
        """Counted from 1."""
        return self.place + 1

    @property
    def name(self) -> str:
        """Name of its field."""
        return f"q{self.place}"


def rows_of(questions: Iterable[tuple[PublicQuestion, int]], answers: Answers) -> list[Row]:
    """The rows of a paper: (question, points) in their order, and the answers so far."""
    return [
        _row(place, question, points, answers.get(place))
        for place, (question, points) in enumerate(questions)
    ]


def _row(place: int, question: PublicQuestion, points: int, answer: Answer) -> Row:
    row = Row(place, question, points, blank=is_blank(answer))
    texts = truth() if question.kind == "true_false" else question.options
    if question.kind == "ordering":
        put = answer if isinstance(answer, list) else []
        chosen = [put[one] if one < len(put) else None for one in range(len(texts))]
        return replace(row, places=[_choices(texts, [one]) for one in chosen])
    if texts:
        picked: list[int | None] = list(answer) if isinstance(answer, list) else [_whole(answer)]
        return replace(row, choices=_choices(texts, picked))
    return replace(row, written=answer if isinstance(answer, str) else "")


def truth() -> tuple[str, ...]:
    """How true and false are called."""
    return pgettext("answer", "True"), pgettext("answer", "False")


def _whole(answer: Answer) -> int | None:
    return answer if isinstance(answer, int) else None


def _choices(texts: Iterable[str], chosen: Iterable[int | None]) -> list[Choice]:
    picked = set(chosen)
    return [Choice(one, text, one in picked) for one, text in enumerate(texts)]


@dataclass(frozen=True)
class Reviewed:
    """One question after its release, with the key. ``mark``: right, part, wrong or blank."""

    number: int
    text: str
    kind: str
    mark: str
    points: int
    possible: int
    answered: list[str]
    right: list[str]
    explanation: str


def review_of(attempt: Attempt) -> list[Reviewed]:
    """The questions of an attempt with the answers and the key: only once they are released."""
    given = {one.place: one for one in Response.objects.filter(attempt=attempt)}
    return [
        reviewed(place, asked, given[place].points, decode_answer(given[place].answer))
        for place, asked in enumerate(paper_of(attempt))
    ]


def checked(paper: Iterable[Asked], answers: Answers) -> list[Reviewed]:
    """A paper that nobody keeps, marked: what its author sees in the preview."""
    found = []
    for place, asked in enumerate(paper):
        answer = answers.get(place)
        blank = is_blank(answer)
        share = Fraction(0) if blank else grading.share(asked.item, answer, asked.entry.order)
        found.append(reviewed(place, asked, grading.points(share, asked.points), answer))
    return found


def reviewed(place: int, asked: Asked, points: int, answer: Answer) -> Reviewed:
    """One question with its key."""
    possible = asked.points * 100
    mark = "right" if points == possible else "part" if points else "wrong"
    return Reviewed(
        number=place + 1,
        text=asked.text,
        kind=asked.public.kind,
        mark="blank" if is_blank(answer) else mark,
        points=points,
        possible=possible,
        answered=_said(asked, answer),
        right=key_of(asked.item),
        explanation=asked.item.explanation,
    )


def _said(asked: Asked, answer: Answer) -> list[str]:
    if is_blank(answer):
        return []
    if isinstance(answer, str):
        return [answer]
    texts = asked.public.options
    if isinstance(asked.item, TrueFalse):
        texts = truth()
    chosen = answer if isinstance(answer, list) else [answer]
    return [texts[one] if one is not None and 0 <= one < len(texts) else "–" for one in chosen]


def key_of(item: Item) -> list[str]:
    """The right answer in words, an ordering line by line."""
    match item:
        case Single():
            return [item.options[item.right]]
        case Multiple():
            return [item.options[one] for one in sorted(item.right)]
        case TrueFalse():
            return [truth()[0 if item.right else 1]]
        case Ordering():
            return list(item.options)
        case Numeric():
            return [_number(item)]
        case ShortText():
            return list(item.accepted)


def _number(item: Numeric) -> str:
    value = f"{item.value} {item.unit}".strip()
    if float(item.tolerance) == 0:
        return value
    spread = f"{item.tolerance} %" if item.percent else f"{item.tolerance} {item.unit}".strip()
    return _("%(value)s, give or take %(spread)s") % {"value": value, "spread": spread}
