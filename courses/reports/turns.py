"""On which days people become overdue or excused. Plain arithmetic on dates, no Django.

What became of an obligation follows from facts and the date. So the board keeps no number of people
overdue: it keeps by how much that number changes on which day, and adds up the days that have come.
A midnight that passes changes nothing that is kept.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple


class Owed(NamedTuple):
    """One open obligation: local dates, the last of a waiver included; none: not, or for good."""

    due_on: date
    waived_from: date | None = None
    waived_until: date | None = None

    def is_waived(self, day: date) -> bool:
        """Whether a waiver stands on ``day``."""
        return (
            self.waived_from is not None
            and self.waived_from <= day
            and (self.waived_until is None or day <= self.waived_until)
        )


class Late(NamedTuple):
    """People who are overdue, and people who are excused; nobody is both."""

    overdue: int = 0
    waived: int = 0

    def plus(self, other: Late) -> Late:
        """Both together."""
        return Late(self.overdue + other.overdue, self.waived + other.waived)

    def less(self, other: Late) -> Late:
        """What is more here than in ``other``; may be negative."""
        return Late(self.overdue - other.overdue, self.waived - other.waived)


NEITHER = Late()


def standing(owed: Collection[Owed], day: date) -> Late:
    """Where somebody stands on ``day`` who owes one course for all of ``owed``: overdue if any of
    them is, excused only if she is of every one."""
    if any(one.due_on < day and not one.is_waived(day) for one in owed):
        return Late(overdue=1)
    return Late(waived=1) if owed and all(one.is_waived(day) for one in owed) else NEITHER


def turns(owed: Collection[Owed]) -> dict[date, Late]:
    """Day → by how much her standing changes on it; adding up all days until one gives
    ``standing`` of that day."""
    found: dict[date, Late] = {}
    before = NEITHER
    for day in sorted(_days(owed)):
        now = standing(owed, day)
        if now != before:
            found[day] = now.less(before)
        before = now
    return found


def _days(owed: Collection[Owed]) -> set[date]:
    """Every day on which anything may change."""
    found = {one.waived_from for one in owed if one.waived_from is not None}
    ends = [one.due_on for one in owed]
    ends += [one.waived_until for one in owed if one.waived_until is not None]
    # What ends with the last day of the calendar ends never.
    return found | {one + date.resolution for one in ends if one < date.max}
