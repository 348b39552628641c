"""The list of people of a summary: who was there, who was not, who held it; a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from liveclass.summary.records import PersonRow

Show = Literal["present", "absent", "others"]


@dataclass(frozen=True)
class Roster:
    """One page of one part of the list. ``counts``: how many people each part has.

    ``first`` and ``last`` are positions in that part, from 1; both are 0 on an empty page.
    """

    show: Show
    counts: dict[Show, int]
    rows: tuple[PersonRow, ...]
    first: int
    last: int
    on: str
    """Last staff number of this page; empty when no other page follows."""

    @property
    def total(self) -> int:
        """How many people the part has."""
        return self.counts[self.show]


def roster(everybody: Iterable[PersonRow], show: str, after: str, most: int) -> Roster:
    """The page of the part ``show`` behind staff number ``after``; unknown parts are the first.

    Present and absent are the expected people, so that they add up to them; whoever else was there
    (who held the class, guests) is a part of its own.
    """
    parts = _parts(everybody)
    part: Show = show if show in parts else "present"
    found = sorted(parts[part], key=lambda row: row.staff_no)
    rest = [row for row in found if row.staff_no > after]
    shown, before = rest[:most], len(found) - len(rest)
    return Roster(
        show=part,
        counts={name: len(rows) for name, rows in parts.items()},
        rows=tuple(shown),
        first=before + 1 if shown else 0,
        last=before + len(shown) if shown else 0,
        on=shown[-1].staff_no if len(rest) > len(shown) else "",
    )


def _parts(everybody: Iterable[PersonRow]) -> dict[Show, list[PersonRow]]:
    parts: dict[Show, list[PersonRow]] = {"present": [], "absent": [], "others": []}
    for row in everybody:
        if row.expected:
            parts["present" if row.present else "absent"].append(row)
        elif row.present:
            parts["others"].append(row)
    return parts
