"""What checkpoints say of a course: how many somebody has answered, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from courses.checkpoints.queries import share
from courses.completion.measures import Found, Run
from courses.completion.rules import Answered, Leaf


def answered(runs: Mapping[int, Run], leaves: Sequence[Leaf]) -> Found:
    """The share of a lesson's checkpoints that each member has answered in her period."""
    wanted = [leaf for leaf in leaves if isinstance(leaf, Answered)]
    lessons = {leaf.lesson for leaf in wanted}
    found: dict[tuple[int, Leaf], int] = {}
    for period in {run.period for run in runs.values()}:
        members = [member for member, run in runs.items() if run.period == period]
        reached = share(members, lessons, period)
        for leaf in wanted:
            for member in members:
                if (permille := reached.get((member, leaf.lesson))) is not None:
                    found[member, leaf] = permille
    return found
