"""The paper of one attempt: which questions, in which order, with options in which order.

Drawn once from a seed and stored whole, so that a reload, another device and the marking see the
same paper even when the bank has changed since. Knows no database.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import msgspec

from courses.quizzes.items import MAX_ANSWER, MAX_OPTIONS, Answer, Item, Ordering, options_of

MAX_QUESTIONS = 100
"""Questions of one paper."""
MAX_DRAFT = 64 * 1024
"""Bytes of the answers of one paper as JSON."""
SEEDS = 2**53
"""Seeds lie below: a whole number that every program can hold."""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One question of a paper, in the version that was shown; ``order`` of its options."""

    question: int
    version: int
    order: tuple[int, ...]


Paper = tuple[Entry, ...]
Answers = dict[int, Answer]
"""By position on the paper, from 0."""

_Written = Annotated[str, msgspec.Meta(max_length=MAX_ANSWER)]
_Position = Annotated[int, msgspec.Meta(ge=0, lt=MAX_OPTIONS)]
# -1: a place of an order for which nothing has been chosen yet
_Placed = Annotated[int, msgspec.Meta(ge=-1, lt=MAX_OPTIONS)]
_Positions = Annotated[list[_Placed], msgspec.Meta(max_length=MAX_OPTIONS)]
_Sent = dict[
    Annotated[int, msgspec.Meta(ge=0, lt=MAX_QUESTIONS)], _Position | _Positions | _Written | None
]


class BadAnswers(ValueError):
    """What was sent cannot be answers to this paper."""


def draw(
    pools: Iterable[tuple[Sequence[int], int | None]], seed: int, *, shuffled: bool
) -> list[int]:
    """Which questions: of every pool so many (None: all), none twice, at most ``MAX_QUESTIONS``.

    A question that lies in several pools is taken by the first that draws it. The same pools and
    seed always give the same questions.
    """
    chance = random.Random(seed)  # noqa: S311 - fair, reproducible; nothing secret hangs on it
    taken: list[int] = []
    for pool, number in pools:
        left = [one for one in pool if one not in taken]
        if number is None:
            taken += left
        else:
            taken += chance.sample(left, min(number, len(left)))
    taken = taken[:MAX_QUESTIONS]
    if shuffled:
        chance.shuffle(taken)
    return taken


def order_of(item: Item, seed: int, *, shuffled: bool) -> tuple[int, ...]:
    """In which order the options are shown. What is to be put in order always comes drawn, every
    order as likely as any other: a rule “never the right one” would give it away."""
    order = list(range(len(options_of(item))))
    if shuffled or isinstance(item, Ordering):
        random.Random(seed).shuffle(order)  # noqa: S311 - as in draw
    return tuple(order)


def lay_out(
    questions: Sequence[int], items: Mapping[int, tuple[int, Item]], seed: int, *, shuffled: bool
) -> Paper:
    """The paper of ``questions``; ``items``: version and item by question."""
    return tuple(
        Entry(one, items[one][0], order_of(items[one][1], seed + place * 7919, shuffled=shuffled))
        for place, one in enumerate(questions, start=1)
    )


def encode(paper: Paper) -> str:
    """The paper as it is stored."""
    return msgspec.json.encode(paper).decode()


def decode(data: str) -> Paper:
    """A stored paper."""
    return msgspec.json.decode(data, type=tuple[Entry, ...])


def encode_answers(answers: Answers) -> str:
    """Answers as they are stored."""
    return msgspec.json.encode(dict(sorted(answers.items()))).decode()


def decode_answers(data: str | bytes, count: int = MAX_QUESTIONS) -> Answers:
    """Read answers to a paper of ``count`` questions.

    Raises:
        BadAnswers: too many bytes, not answers, or to questions that the paper does not have.
    """
    if len(data) > MAX_DRAFT:
        raise BadAnswers("too large")
    try:
        answers: Answers = msgspec.json.decode(data, type=_Sent)
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise BadAnswers(str(wrong)) from wrong
    if any(number >= count for number in answers):
        raise BadAnswers("more answers than questions")
    return answers


def encode_answer(answer: Answer) -> str:
    """One answer as it is stored."""
    return msgspec.json.encode(answer).decode()


def decode_answer(data: str) -> Answer:
    """One stored answer; an empty text is none.

    Raises:
        BadAnswers: not an answer.
    """
    return decode_answers(f'{{"0":{data or "null"}}}')[0]
