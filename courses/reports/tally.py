"""Sums up a tree. Plain arithmetic, no Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


def share(permille: int) -> str:
    """Thousandths as percent with one decimal; 100 only when it is all of them."""
    return "100" if permille == 1000 else f"{permille / 10:.1f}"


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


class Figures(NamedTuple):
    """One cell of the board on one day; everybody who takes it is in exactly one state."""

    taking: int = 0
    completed: int = 0
    overdue: int = 0
    waived: int = 0

    def plus(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(*(mine + yours for mine, yours in zip(self, other, strict=True)))

    def less(self, other: Figures) -> Figures:
        """What is more here than in ``other``; may be negative."""
        return Figures(*(mine - yours for mine, yours in zip(self, other, strict=True)))

    @property
    def asked(self) -> int:
        """Those of whom it is asked: everybody but who is excused."""
        return self.taking - self.waived

    @property
    def open(self) -> int:
        """Those who should complete it and have not."""
        return self.asked - self.completed

    @property
    def going(self) -> int:
        """In progress: neither completed nor overdue nor excused."""
        return self.open - self.overdue

    def of(self, state: str) -> int:
        """How many are in ``state``; all of them when it is none."""
        undone = self.taking - self.completed
        numbers = {
            "overdue": self.overdue, "going": self.going, "waived": self.waived,
            "done": self.completed, "open": undone,
        }  # fmt: skip
        return numbers.get(state, self.taking)

    @property
    def permille(self) -> int:
        """Share of those asked who completed it, as in ``Tally``; 1000 when all are excused."""
        if self.taking and not self.asked:
            return 1000
        return Tally(self.asked, self.completed).permille


NOTHING = Tally()
NOBODY = Figures()

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
