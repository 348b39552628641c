"""Answers as the page of a paper sends them, with or without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.http import QueryDict

from courses.quizzes import papers
from courses.quizzes.grading import is_blank
from courses.quizzes.items import MAX_ANSWER, Answer, PublicQuestion
from courses.quizzes.papers import Answers, BadAnswers

NO_OPTION = -1
"""A place in an order for which nothing is chosen yet."""


class Saving(msgspec.Struct, forbid_unknown_fields=True):
    """What the page's script sends to have the draft kept."""

    number: int
    answers: msgspec.Raw


def saving(body: bytes) -> tuple[int, Answers]:
    """The number of a saving and its answers.

    Raises:
        BadAnswers: it cannot be read.
    """
    if len(body) > papers.MAX_DRAFT:
        raise BadAnswers("too large")
    try:
        sent = msgspec.json.decode(body, type=Saving)
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise BadAnswers(str(wrong)) from wrong
    if not 0 < sent.number < 2**31:
        raise BadAnswers("a number that no page has")
    return sent.number, papers.decode_answers(bytes(sent.answers))


def answers_from(data: QueryDict, questions: Sequence[PublicQuestion]) -> Answers:
    """The answers in a posted form; what is not an answer to a question is not answered."""
    found = {place: _answer(data, place, one) for place, one in enumerate(questions)}
    return {place: answer for place, answer in found.items() if not is_blank(answer)}


def _answer(data: QueryDict, place: int, question: PublicQuestion) -> Answer:
    name = f"q{place}"
    match question.kind:
        case "single" | "true_false":
            return _position(data.get(name, ""))
        case "multiple":
            ticked = [_position(one) for one in data.getlist(name)[: len(question.options)]]
            return sorted({one for one in ticked if one is not None})
        case "ordering":
            places = range(len(question.options))
            chosen = [_position(data.get(f"{name}_{one}", "")) for one in places]
            return [NO_OPTION if one is None else one for one in chosen]
        case _:
            return data.get(name, "")[:MAX_ANSWER]


def _position(text: str) -> int | None:
    return int(text) if text in {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} else None
