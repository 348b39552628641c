"""A rule's tree as the rows of the tree editor, and what its buttons do. Knows no database.

A page cannot hold a tree, so it holds its rows from top to bottom, each with how deep it stands,
what it is and a percentage. *What it is* is one word. Of a group: ``all``, ``any`` or ``at-2``; of
a condition: ``lesson-7``, ``lesson-7-live``, ``lesson-7-replay``, ``answered-7`` or ``course-5``.
The first row is the whole rule and always a group. Every button sends all rows and gets all rows
back, so nothing is kept between two clicks and nothing is stored until the rule makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

from courses.authoring.terms import PERMILLE, Term, Way, leaf_of
from courses.completion.rules import (
    MAX_DEPTH,
    MAX_LEAVES,
    All,
    Answered,
    AtLeast,
    Attended,
    Finished,
    Leaf,
    Rule,
    Some,
)

MAX_ROWS = MAX_LEAVES + 100
_GROUP = re.compile(r"all|any|at-([1-9]\d{0,2})")
_CONDITION = re.compile(r"(lesson|answered|course)-([1-9]\d{0,17})(?:-(live|replay))?")


class Row(NamedTuple):
    """One row. ``percent`` is what a condition takes, and nothing in a group or for a course."""

    depth: int
    what: str
    percent: int = 0

    @property
    def is_group(self) -> bool:
        """Whether other rows may stand in it."""
        return _GROUP.fullmatch(self.what) is not None


class BadRows(ValueError):
    """Rows that no page of ours sends."""


class Fault(ValueError):
    """A tree that cannot be stored yet: ``code`` says why, ``at`` is the row."""

    def __init__(self, at: int, code: str) -> None:
        super().__init__(at, code)
        self.at, self.code = at, code


def rows_of(rule: Rule) -> list[Row]:
    """The rows of ``rule``; a single condition gets a group around it."""
    whole = rule if isinstance(rule, All | Some | AtLeast) else All((rule,))
    return list(_rows(whole, 0))


def _rows(rule: Rule, depth: int) -> Iterator[Row]:
    if not isinstance(rule, All | Some | AtLeast):
        yield Row(depth, _word(rule), 0 if isinstance(rule, Finished) else rule.permille // 10)
        return
    match rule:
        case All():
            yield Row(depth, "all")
        case Some():
            yield Row(depth, "any")
        case AtLeast():
            yield Row(depth, f"at-{rule.number}")
    for part in rule.of:
        yield from _rows(part, depth + 1)


def _word(leaf: Leaf) -> str:
    match leaf:
        case Finished():
            return f"course-{leaf.course}"
        case Answered():
            return f"answered-{leaf.lesson}"
        case Attended() if leaf.way != "together":
            return f"lesson-{leaf.lesson}-{leaf.way}"
        case _:
            return f"lesson-{leaf.lesson}"


def checked(rows: Sequence[Row]) -> Sequence[Row]:
    """The same rows, once they are known to be a tree.

    Raises:
        BadRows: too many, too deep, a row that hangs in the air or below a condition.
    """
    if not rows or len(rows) > MAX_ROWS or rows[0].depth or not rows[0].is_group:
        raise BadRows("no tree")
    for before, row in pairwise(rows):
        deepest = before.depth + before.is_group
        if not 1 <= row.depth <= min(deepest, MAX_DEPTH - 1):
            raise BadRows("a row hangs in the air")
    return rows


def below(rows: Sequence[Row], at: int) -> range:
    """Row ``at`` and every row in it."""
    end = at + 1
    while end < len(rows) and rows[end].depth > rows[at].depth:
        end += 1
    return range(at, end)


def inside(rows: Sequence[Row], at: int) -> list[int]:
    """The rows directly in group ``at``."""
    return [one for one in below(rows, at) if rows[one].depth == rows[at].depth + 1]


def above(rows: Sequence[Row], at: int) -> int:
    """The group in which row ``at`` stands; not for the first row."""
    return next(one for one in range(at - 1, -1, -1) if rows[one].depth < rows[at].depth)


def stepped(rows: Sequence[Row], do: str, fresh: Row) -> tuple[list[Row], int]:
    """What a button makes of ``rows``, and the row to go on with.

    Args:
        do: ``add-3``, ``group-3`` (into group 3), ``remove-3``, ``up-3``, ``down-3``.
        fresh: the condition that *add* puts in.

    Raises:
        BadRows: no such button, or it cannot be pressed there.
    """
    name, _, number = do.partition("-")
    if not number.isdecimal() or len(number) > 4 or int(number) >= len(rows):
        raise BadRows(do)
    at = int(number)
    if name in {"add", "group"} and rows[at].is_group:
        return _put_in(rows, at, fresh if name == "add" else Row(0, "all"))
    if not at:
        raise BadRows(do)
    if name == "remove":
        gone = below(rows, at)
        return [row for one, row in enumerate(rows) if one not in gone], above(rows, at)
    if name in {"up", "down"}:
        return _moved(rows, at, -1 if name == "up" else 1)
    raise BadRows(do)


def _put_in(rows: Sequence[Row], at: int, row: Row) -> tuple[list[Row], int]:
    depth = rows[at].depth + 1
    if len(rows) >= MAX_ROWS or depth + row.is_group >= MAX_DEPTH:
        raise BadRows("full")
    end = below(rows, at).stop
    return [*rows[:end], row._replace(depth=depth), *rows[end:]], end


def _moved(rows: Sequence[Row], at: int, step: int) -> tuple[list[Row], int]:
    siblings = inside(rows, above(rows, at))
    place = siblings.index(at) + step
    if not 0 <= place < len(siblings):
        return list(rows), at
    one, other = sorted((at, siblings[place]))
    first, second = below(rows, one), below(rows, other)
    changed = [*rows[:one], *rows[other : second.stop], *rows[one:other], *rows[second.stop :]]
    return changed, one if step < 0 else one + len(second) + (other - first.stop)


def rule_of(rows: Sequence[Row], kinds: Mapping[int, str], courses: frozenset[int]) -> Rule:
    """The tree that ``rows`` stand for.

    Args:
        kinds: the lessons that may be asked for and their kinds; courses: those that may.

    Raises:
        Fault: an empty group, fewer in it than it takes, a condition on nothing, a percentage that
            is none, more conditions than a rule may have.
    """
    if sum(not row.is_group for row in rows) > MAX_LEAVES:
        raise Fault(0, "full")
    return _rule(rows, 0, kinds, courses)


def _rule(rows: Sequence[Row], at: int, kinds: Mapping[int, str], courses: frozenset[int]) -> Rule:
    row = rows[at]
    if not row.is_group:
        return _leaf(at, row, kinds, courses)
    parts = tuple(_rule(rows, one, kinds, courses) for one in inside(rows, at))
    if not parts:
        raise Fault(at, "empty")
    if row.what == "all":
        return All(parts)
    if row.what == "any":
        return Some(parts)
    number = int(row.what.removeprefix("at-"))
    if number > len(parts):
        raise Fault(at, "fewer")
    return AtLeast(number=number, of=parts)


def _leaf(at: int, row: Row, kinds: Mapping[int, str], courses: frozenset[int]) -> Leaf:
    found = _CONDITION.fullmatch(row.what)
    if found is None:
        raise Fault(at, "nothing")
    what, key, way = found[1], int(found[2]), found[3]
    if what == "course":
        if key not in courses or way:
            raise Fault(at, "nothing")
        return Finished(course=key)
    kind = kinds.get(key)
    if kind is None or (way and (kind != "live" or what == "answered")):
        raise Fault(at, "nothing")
    if not 1 <= row.percent <= 100:
        raise Fault(at, "percent")
    if what == "answered":
        if kind not in {"video", "audio"}:
            raise Fault(at, "nothing")
        return Answered(lesson=key, permille=row.percent * 10)
    return leaf_of(Term(key, kind, "must", row.percent, cast(Way, way or "together")))


def next_condition(rows: Sequence[Row], kinds: Mapping[int, str]) -> Row:
    """What *add* puts in: the first lesson that no row asks for yet, with what its kind takes."""
    asked = {row.what for row in rows}
    for lesson, kind in kinds.items():
        if f"lesson-{lesson}" not in asked:
            return Row(0, f"lesson-{lesson}", PERMILLE[kind] // 10)
    return Row(0, "", 100)
