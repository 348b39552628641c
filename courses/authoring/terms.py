"""The rule editor's form and the tree it stands for. Knows no database.

The form says of each lesson whether it *must* be done, belongs to one of three choices, or is not
asked for; how many of each choice it takes; and which courses come before. Trees of that shape
are read back into the form; any other tree is shown in words and stays until it is replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from courses.completion.rules import (
    All,
    AtLeast,
    Attended,
    Finished,
    Leaf,
    Passed,
    Present,
    Read,
    Rule,
    Some,
    Watched,
)

Part = Literal["must", "choice", "choice2", "choice3", ""]
Way = Literal["live", "replay", "together"]
CHOICES: tuple[Part, ...] = ("choice", "choice2", "choice3")
PERMILLE = {
    "video": 950, "audio": 950, "document": 1000, "article": 1000, "quiz": 600, "live": 800,
    "in_person": 1000,
}  # fmt: skip
"""What a lesson of each kind takes where nothing else is said."""


@dataclass(frozen=True)
class Term:
    """What the form says of one lesson. ``way`` matters for classes only."""

    lesson: int
    kind: str
    part: Part
    percent: int
    way: Way = "together"


@dataclass(frozen=True)
class Terms:
    """The whole form. ``numbers``: how many of each of ``CHOICES``; ``before``: courses to finish
    first."""

    terms: tuple[Term, ...]
    numbers: tuple[int, ...] = (1,) * len(CHOICES)
    before: tuple[int, ...] = ()

    @property
    def choices(self) -> list[tuple[int, tuple[Term, ...]]]:
        """How many of which lessons, for each of ``CHOICES``, empty ones too."""
        return [
            (number, tuple(one for one in self.terms if one.part == name))
            for name, number in zip(CHOICES, self.numbers, strict=True)
        ]


@dataclass(frozen=True)
class Shape:
    """A tree as the form shows it: lesson → its part and condition."""

    found: dict[int, tuple[Part, Leaf]]
    numbers: tuple[int, ...] = (1,) * len(CHOICES)
    before: tuple[int, ...] = ()


def leaf_of(term: Term) -> Leaf:
    """The condition on one lesson."""
    permille = term.percent * 10
    match term.kind:
        case "video" | "audio":
            return Watched(lesson=term.lesson, permille=permille)
        case "quiz":
            return Passed(lesson=term.lesson, permille=permille)
        case "live":
            return Attended(lesson=term.lesson, permille=permille, way=term.way)
        case "in_person":
            return Present(lesson=term.lesson, permille=permille)
        case _:
            return Read(lesson=term.lesson, permille=permille)


def tree(said: Terms) -> Rule:
    """The tree that the form stands for."""
    parts: list[Rule] = [leaf_of(one) for one in said.terms if one.part == "must"]
    for number, terms in said.choices:
        if terms:
            parts.append(AtLeast(number=number, of=tuple(leaf_of(one) for one in terms)))
    parts += [Finished(course=course) for course in said.before]
    return All(tuple(parts))


def read_back(rule: Rule) -> Shape | None:
    """The form that stands for ``rule``; None: no form does."""
    if not isinstance(rule, All):
        return None
    found: dict[int, tuple[Part, Leaf]] = {}
    before: list[int] = []
    numbers: list[int] = []
    for part in rule.of:
        if isinstance(part, Finished):
            before.append(part.course)
        elif isinstance(part, Some | AtLeast):
            if len(numbers) == len(CHOICES) or not _take(found, part.of, CHOICES[len(numbers)]):
                return None
            numbers.append(part.number if isinstance(part, AtLeast) else 1)
        elif not _take(found, [part], "must"):
            return None
    missing = len(CHOICES) - len(numbers)
    return Shape(found, (*numbers, *[1] * missing), tuple(before))


def _take(found: dict[int, tuple[Part, Leaf]], rules: Iterable[Rule], part: Part) -> bool:
    """Note plain conditions on lessons not noted yet; False where there is anything else."""
    for one in rules:
        if isinstance(one, All | Some | AtLeast | Finished) or one.lesson in found:
            return False
        found[one.lesson] = (part, one)
    return True
