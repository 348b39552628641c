"""Sums up a tree. Plain arithmetic, no Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Tally(NamedTuple):
    """People who take something, and those of them who completed it."""

    taking: int = 0
    completed: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.taking + other.taking, self.completed + other.completed)

    def less(self, other: Tally) -> Tally:
        """What is more here than in ``other``; may be negative."""
        return Tally(self.taking - other.taking, self.completed - other.completed)

    @property
    def open(self) -> int:
        """Those who have not completed it."""
        return self.taking - self.completed

    @property
    def permille(self) -> int:
        """Share of those who completed it, in thousandths, truncated; 1000 only if all did."""
        return self.completed * 1000 // self.taking if self.taking else 0


NOTHING = Tally()

Cell = tuple[int, int | None]
"""Unit and course; no course: all courses of the unit together."""


def upwards(
    changes: Mapping[tuple[int, int], Tally], above: Mapping[int, Iterable[int]]
) -> dict[Cell, Tally]:
    """What each cell changes by when ``changes`` happen directly in units; ``above``: unit → every
    unit it counts in, itself included. Cells that do not change are left out."""
    found: dict[Cell, Tally] = {}
    for (unit, course), change in changes.items():
        for ancestor in above.get(unit, ()):
            for cell in ((ancestor, course), (ancestor, None)):
                found[cell] = found.get(cell, NOTHING).plus(change)
    return {cell: change for cell, change in found.items() if change != NOTHING}
