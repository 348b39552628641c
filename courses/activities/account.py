"""What becomes of presence in a class: every second of it is in one line, with the reason.

The one place where it is decided what counts; hours, quorum, summaries and the live explanation ask
here. Knows no database. All numbers are unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from courses.activities.intervals import Stretch, clip, seconds, subtract, union

Why = Literal["counted", "before", "break", "check", "elsewhere", "twice", "after"]
"""``counted``; before the start; in a break; a check was missed after it; in another class at the
same time; already counted in another way (in the hall, on a second device); after the end."""

END_OF_TIME = float("inf")


@dataclass(frozen=True)
class Presence:
    """A stretch in which the server saw somebody, and on which device as far as that is known."""

    source: str
    stretch: Stretch
    device: str = ""


@dataclass(frozen=True)
class Line:
    """What became of one piece of presence."""

    start: float
    end: float
    source: str
    why: Why
    device: str = ""

    @property
    def counts(self) -> bool:
        """Whether these seconds count."""
        return self.why == "counted"


@dataclass(frozen=True)
class Facts:
    """What is known of one member and one class, beside her presence in it.

    ``rank``: the number of the session, for ties between classes. ``held``: from when to when the
    class was (or is) live. ``gaps``: what a missed check leaves to be made up. ``elsewhere``:
    presence in other classes, each with the number of its session.
    """

    rank: int
    held: Stretch
    breaks: Sequence[Stretch] = ()
    gaps: Sequence[Stretch] = ()
    elsewhere: Sequence[tuple[int, Stretch]] = field(default=())

    def base(self) -> float:
        """Seconds of the class that can count: without its breaks."""
        return seconds(subtract([self.held], self.breaks))


def account(presence: Iterable[Presence], facts: Facts) -> list[Line]:
    """Every piece of ``presence``, in order, with what became of it.

    A missed check takes nothing from who was seen in the hall: there was no page to answer on.
    """
    lines: list[Line] = []
    taken: list[Stretch] = []
    for one in sorted(presence, key=lambda each: (each.stretch, each.source, each.device)):
        rest = [one.stretch] if one.stretch[0] < one.stretch[1] else []
        for why, away in _reasons(one, facts, taken):
            lines += [Line(a, b, one.source, why, one.device) for a, b in _common(rest, away)]
            rest = subtract(rest, away)
        lines += [Line(a, b, one.source, "counted", one.device) for a, b in rest]
        taken = union([*taken, *rest])
    return sorted(lines, key=lambda line: (line.start, line.end))


def counted(lines: Iterable[Line]) -> list[Stretch]:
    """The seconds that count, as disjoint stretches in order."""
    return union((line.start, line.end) for line in lines if line.counts)


def _reasons(
    one: Presence, facts: Facts, taken: Sequence[Stretch]
) -> list[tuple[Why, Sequence[Stretch]]]:
    """What may take time from a piece of presence; who comes first, has it."""
    began, ended = facts.held
    return [
        ("before", [(-END_OF_TIME, began)]),
        ("after", [(ended, END_OF_TIME)]),
        ("break", facts.breaks),
        ("elsewhere", _entered_earlier(one, facts)),
        ("check", facts.gaps if one.source == "live" else ()),
        ("twice", taken),
    ]


def _entered_earlier(one: Presence, facts: Facts) -> list[Stretch]:
    """Nobody attends two classes at once: a second belongs to the class she had entered first (of
    equal ones, the one planned first). Whoever asks to be counted elsewhere leaves here for a
    moment and comes back, behind the other class."""
    mine = (one.stretch[0], facts.rank)
    return [other for rank, other in facts.elsewhere if (other[0], rank) < mine]


def missed(deadline: float, entered: float, signs: Iterable[float]) -> Stretch:
    """What a missed check leaves to be made up: since the last sign of life before it, or since
    she had entered, until it was over."""
    return max([entered, *(sign for sign in signs if sign <= deadline)]), deadline


def misunderstood(opened: float, began: float, checks: Iterable[float]) -> Stretch:
    """What a wrong answer leaves to be made up: all since the check before, or since the class
    began, until the question was asked."""
    return max([began, *(at for at in checks if at <= opened)]), opened


def _common(stretches: Sequence[Stretch], away: Sequence[Stretch]) -> list[Stretch]:
    """What is in both."""
    return [piece for start, end in union(away) for piece in clip(stretches, start, end)]
