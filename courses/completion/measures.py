"""How much of a rule's condition somebody has: each kind of evidence answers for its own leaves.

Watching, reading and finished courses are known here. Features above (tests, classes) put what they
know into ``known`` when the storey starts; a kind that nobody answers for counts as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from courses.completion.models import Completion, Progress
from courses.completion.rules import Finished, Leaf, Read, Watched


class Run(NamedTuple):
    """One member's taking of one course: ``period`` and, where it is one of several, ``since`` when
    evidence belongs to it (None: whenever it was)."""

    period: str = ""
    since: datetime | None = None


Found = Mapping[tuple[int, Leaf], int]
"""Thousandths for (member, leaf); what is absent is 0."""
Measure = Callable[[Mapping[int, Run], Sequence[Leaf]], Found]
"""Answers for many members (each with her run) and leaves of its own kinds at once."""


def _seen(runs: Mapping[int, Run], leaves: Sequence[Leaf]) -> Found:
    """Watched or read, of the newest material or of one before: it never gets less."""
    by_lesson = _by_lesson(leaves)
    rows = Progress.objects.filter(member__in=runs, lesson__in=by_lesson).values_list(
        "member", "lesson", "period", "permille"
    )
    return {
        (member, leaf): permille
        for member, lesson, period, permille in rows
        if period == runs[member].period
        for leaf in by_lesson[lesson]
    }


def _finished(runs: Mapping[int, Run], leaves: Sequence[Leaf]) -> Found:
    """A prerequisite holds whenever it was fulfilled."""
    wanted = {leaf.course: leaf for leaf in leaves if isinstance(leaf, Finished)}
    rows = Completion.objects.filter(member__in=runs, course__in=wanted)
    return {
        (member, wanted[course]): 1000 for member, course in rows.values_list("member", "course")
    }


def _by_lesson(leaves: Iterable[Leaf]) -> dict[int, list[Leaf]]:
    found: dict[int, list[Leaf]] = {}
    for leaf in leaves:
        if not isinstance(leaf, Finished):
            found.setdefault(leaf.lesson, []).append(leaf)
    return found


known: dict[type[Leaf], Measure] = {Watched: _seen, Read: _seen, Finished: _finished}
"""Who answers for which kind of leaf."""


def measure(runs: Mapping[int, Run], leaves: Iterable[Leaf]) -> dict[tuple[int, Leaf], int]:
    """How much of each leaf each member has; every kind of evidence is asked once."""
    asked: dict[Measure, list[Leaf]] = {}
    for leaf in dict.fromkeys(leaves):
        if (answers := known.get(type(leaf))) is not None:
            asked.setdefault(answers, []).append(leaf)
    found: dict[tuple[int, Leaf], int] = {}
    for answers, mine in asked.items():
        found.update(answers(runs, mine))
    return found
