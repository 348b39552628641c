"""What checkpoints say of a course: how many somebody has answered, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from courses.checkpoints.queries import answers_in, share
from courses.completion.measures import Found, Run
from courses.completion.rules import Answered, Leaf
from courses.credits.models import CreditEntry, Source
from courses.credits.record import evidence


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


def answers_of(entry: CreditEntry) -> list[evidence.Answered]:
    """What was answered at the checkpoints of the course that ``entry`` is for."""
    if entry.source_kind != Source.COURSE or not entry.source_id.isdecimal():
        return []
    return [
        evidence.Answered(
            one.reached.checkpoint.lesson.title, one.reached.checkpoint.question.text,
            one.number, one.said, one.right, one.at,
        )
        for one in answers_in(entry.member_id, int(entry.source_id), entry.period)
    ]  # fmt: skip
