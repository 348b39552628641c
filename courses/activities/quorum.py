"""How many of those who are called have to come, so that a meeting can decide. Knows no database.

“Half or more” (半数以上) includes the half itself, “more than half” (超过半数) does not: of four,
two are enough for the one and too few for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

HALF, MAJORITY, TWO_THIRDS = "half", "majority", "two_thirds"


class Share(NamedTuple):
    """``part`` of ``whole``; ``over``: the share itself is not enough."""

    part: int
    whole: int
    over: bool = False


SHARES = {HALF: Share(1, 2), MAJORITY: Share(1, 2, over=True), TWO_THIRDS: Share(2, 3)}


@dataclass(frozen=True)
class Quorum:
    """Of ``called`` people ``present`` came, and ``needed`` had to."""

    called: int
    present: int
    needed: int

    @property
    def reached(self) -> bool:
        """Whether the meeting could decide. One to which nobody was called cannot."""
        return self.called > 0 and self.present >= self.needed


def needed(rule: str, called: int) -> int:
    """The least number of people that satisfies ``rule`` (a key of ``SHARES``), in whole people."""
    share = SHARES[rule]
    if share.over:
        return called * share.part // share.whole + 1
    return -(-called * share.part // share.whole)


def hold(rule: str, called: int, present: int) -> Quorum | None:
    """The quorum of a meeting; None when ``rule`` is empty: anything may be held."""
    return Quorum(called, present, needed(rule, called)) if rule else None
