"""How many points an answer earns. Exact integers; knows no database and never raises on an answer.

The share of its points that an answer earns, in this module's words:

- **single, true_false**: all for the right one, otherwise nothing.
- **multiple**, nothing in part: all for exactly the right set. ``subset``: nothing as soon as one
  wrong option is chosen, else right ones chosen ÷ right ones. ``balanced``: (right ones chosen −
  wrong ones chosen) ÷ right ones, at least 0.
- **ordering**, nothing in part: all for exactly the right order. Otherwise, of all pairs,
  (pairs in the right order − pairs in the wrong one) ÷ pairs, at least 0: chance earns nothing.
- **numeric**: all within the tolerance, ends included, compared as fractions without rounding.
- **short_text**: all for an accepted answer after ``wording.plain``.

Points are kept in hundredths; a share is cut to whole hundredths, never rounded up, so that an
answer which is right in part never reaches the full points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from courses.quizzes import wording
from courses.quizzes.items import (
    MAX_ANSWER,
    Answer,
    Item,
    Multiple,
    Numeric,
    Ordering,
    PartialRule,
    ShortText,
    Single,
    TrueFalse,
)

NOTHING, EVERYTHING = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Graded:
    """What became of one answer; ``permille`` is cut, so 1000 only when it is entirely right."""

    right: bool
    permille: int


def grade(item: Item, answer: Answer, order: Sequence[int]) -> Graded:
    """Decide one answer, given as positions in the shown ``order`` of the author's options."""
    found = share(item, answer, order)
    return Graded(found == EVERYTHING, int(found * 1000))


def points(found: Fraction, possible: int) -> int:
    """Hundredths of a point for a share of ``possible`` whole points, cut."""
    return int(found * possible * 100)


def share(item: Item, answer: Answer, order: Sequence[int]) -> Fraction:
    """How much of its points ``answer`` earns, from 0 to 1.

    Args:
        order: which of the author's options stood at each position that was shown.
    """
    match item:
        case Single():
            return _all_if(_chosen(answer, order) == item.right)
        case TrueFalse():
            return _all_if(answer is not True and answer == (0 if item.right else 1))
        case Multiple():
            return _multiple(item, _several(answer, order))
        case Ordering():
            return _ordering(item.partial, _several(answer, order), len(item.options))
        case Numeric():
            return _all_if(isinstance(answer, str) and _is_near(item, answer))
        case ShortText():
            return _all_if(isinstance(answer, str) and _is_accepted(item, answer))


def is_blank(answer: Answer) -> bool:
    """Whether nothing was answered; an order in which every place is empty is nothing."""
    if isinstance(answer, str):
        return not answer.strip()
    return answer is None or (isinstance(answer, list) and all(one == -1 for one in answer))


def _all_if(right: bool) -> Fraction:
    return EVERYTHING if right else NOTHING


def _chosen(answer: Answer, order: Sequence[int]) -> int | None:
    whole = isinstance(answer, int) and not isinstance(answer, bool)
    return order[answer] if whole and 0 <= answer < len(order) else None  # type: ignore[index, operator]


def _several(answer: Answer, order: Sequence[int]) -> list[int]:
    """The author's options that were chosen, in the order given; empty when one is no option."""
    chosen = [_chosen(one, order) for one in answer] if isinstance(answer, list) else []
    known = [one for one in chosen if one is not None]
    return known if len(set(known)) == len(chosen) else []


def _multiple(item: Multiple, chosen: list[int]) -> Fraction:
    right = len(item.right.intersection(chosen))
    wrong = len(chosen) - right
    if item.partial == "none":
        return _all_if(wrong == 0 and right == len(item.right))
    if item.partial == "subset":
        return NOTHING if wrong else Fraction(right, len(item.right))
    return max(NOTHING, Fraction(right - wrong, len(item.right)))


def _ordering(partial: PartialRule, chosen: list[int], count: int) -> Fraction:
    if len(chosen) != count:
        return NOTHING
    pairs = list(combinations(chosen, 2))
    kept = sum(first < second for first, second in pairs)
    if partial == "none":
        return _all_if(kept == len(pairs))
    return max(NOTHING, Fraction(2 * kept - len(pairs), len(pairs)))


def _is_near(item: Numeric, answer: str) -> bool:
    typed = wording.number(answer, item.unit)
    if typed is None:
        return False
    value, tolerance = Fraction(item.value), Fraction(item.tolerance)
    allowed = abs(value) * tolerance / 100 if item.percent else tolerance
    return abs(typed - value) <= allowed


def _is_accepted(item: ShortText, answer: str) -> bool:
    if len(answer) > MAX_ANSWER or not answer.strip():
        return False
    typed = wording.plain(answer, exact_case=item.exact_case)
    accepted = (wording.plain(one, exact_case=item.exact_case) for one in item.accepted)
    return any(typed == one for one in accepted)
