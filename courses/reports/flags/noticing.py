"""What is worth a human's look. Knows no database; thresholds are those of domain 3.4.

Each of them has an honest explanation too, which is why a human looks and nothing else happens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from courses.quizzes import grading, wording
from courses.quizzes.items import Answer

FEWEST_QUESTIONS = 5
"""Of a shorter paper neither its speed nor its likeness to others says anything."""
SECONDS_A_QUESTION = 3
FEWEST_WRONG = 2
"""Right answers are alike because they are right; it takes wrong ones to be alike in."""
FEWEST_ALIKE = 3
"""People with the same paper."""
UNBELIEVED = 10 * 60
"""Seconds of playing in one day that the server's clock did not allow: late timers and rough
clocks make some, ten minutes take a program or a page that was changed."""


def is_quick(questions: int, answered: int, seconds: float) -> bool:
    """Whether a paper was answered faster than its questions can be read. Blanks take no time."""
    return (
        questions >= FEWEST_QUESTIONS
        and answered >= FEWEST_QUESTIONS
        and (seconds < SECONDS_A_QUESTION * answered)
    )


def settled(answer: Answer, order: Sequence[int]) -> str:
    """``answer`` without the order in which the options were shown; options of the author's list.

    >>> settled(0, (2, 0, 1)), settled([1, 0], (2, 0, 1))
    ('2', '0,2')
    """
    if grading.is_blank(answer):
        return ""
    if isinstance(answer, str):
        return wording.plain(answer)
    if isinstance(answer, list):
        return ",".join(map(str, sorted(_option(one, order) for one in answer)))
    return "" if answer is None else str(_option(answer, order))


def settled_order(answer: Answer, order: Sequence[int]) -> str:
    """The same of an answer whose order is what was answered."""
    if not isinstance(answer, list):
        return settled(answer, order)
    return ">".join(str(_option(one, order)) for one in answer)


def _option(position: int, order: Sequence[int]) -> int:
    return order[position] if 0 <= position < len(order) else position


def digest(answers: Iterable[tuple[int, int, str]]) -> str:
    """One word for a whole paper: (question, version, settled answer) in any order."""
    written = "\n".join(
        f"{question}:{version}:{said!r}" for question, version, said in sorted(answers)
    )
    return hashlib.sha256(written.encode()).hexdigest()


def is_comparable(questions: int, wrong: int) -> bool:
    """Whether it says something when others answered the same. ``wrong``: answered, not blank."""
    return questions >= FEWEST_QUESTIONS and wrong >= FEWEST_WRONG
