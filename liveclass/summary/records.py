"""What a summary shows, as plain data: templates and CSV files read it and never query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from liveclass.summary.timeline import Line

COMPLETE_PERCENT = 80
"""From this share of the class on, presence counts as complete."""


@dataclass(frozen=True)
class PersonRow:
    """One person's presence; ``stretches`` are disjoint and within the class."""

    staff_no: str
    name: str
    unit: str
    role: str
    role_name: str
    expected: bool
    line: Line
    stretches: tuple[tuple[datetime, datetime], ...]
    reason: str = ""
    """Why she could not come, as far as somebody has said so."""
    missed: tuple[tuple[datetime, datetime], ...] = ()
    """What a missed check leaves to be made up."""

    @property
    def present(self) -> bool:
        """Whether she was there at all."""
        return bool(self.stretches)

    @property
    def percent(self) -> int:
        """Share of the class, truncated."""
        return self.line.percent

    @property
    def complete(self) -> bool:
        """Whether the presence reaches the share that counts as complete."""
        return self.percent >= COMPLETE_PERCENT

    @property
    def first(self) -> datetime | None:
        """When she came."""
        return self.stretches[0][0] if self.stretches else None

    @property
    def last(self) -> datetime | None:
        """When she left for good."""
        return self.stretches[-1][1] if self.stretches else None


@dataclass(frozen=True)
class AccountRow:
    """What became of one stretch of the reader's own presence, in words."""

    start: datetime
    end: datetime
    said: str
    counts: bool


@dataclass(frozen=True)
class MessageRow:
    """One chat line; ``text`` is empty for a recalled one, ``recalled_by`` tells who did it."""

    at: datetime
    staff_no: str
    author: str
    role_name: str
    text: str
    recalled: bool
    recalled_by: str
    by_author: bool


@dataclass(frozen=True)
class QuestionRow:
    """One question with how many had it too, and its answer.

    ``note`` says who set it aside or united it and why, to those who may know. ``own``: the
    reader asked it. ``open``: it may still be answered in writing.
    """

    id: int

    at: datetime
    staff_no: str
    author: str
    text: str
    votes: int
    phase: str
    phase_name: str
    answer: str
    answered_at: datetime | None
    note: str
    own: bool
    open: bool
    united: tuple[str, ...]


@dataclass(frozen=True)
class OptionRow:
    """One choice with its votes, or points in a ranking; ``percent`` is of a full bar: of the
    voters, not of the votes."""

    text: str
    votes: int
    percent: int
    mine: bool
    correct: bool


@dataclass(frozen=True)
class AnswerRow:
    """Something written, by how many; ``hidden`` ones reach the staff only."""

    text: str
    votes: int
    mine: bool
    hidden: bool


@dataclass(frozen=True)
class PollRow:
    """One poll with its result. ``page`` is the slide that was shown when it was asked; ``mean``
    is empty but for a rating."""

    id: int
    question: str
    kind: str
    kind_name: str
    anonymous: bool
    round: int
    page: int | None
    published: bool
    voters: int
    whole: int
    mean: str
    explanation: str
    opened_at: datetime | None
    options: tuple[OptionRow, ...]
    answers: tuple[AnswerRow, ...]

    @property
    def width(self) -> int:
        """Length of a full bar, in votes or points; never 0."""
        return max(1, self.whole)


@dataclass(frozen=True)
class Turnout:
    """How many were expected, came, and stayed for enough of it."""

    expected: int
    present: int
    complete: int

    @property
    def partial(self) -> int:
        """Came, and stayed too short."""
        return self.present - self.complete

    @property
    def absent(self) -> int:
        """Expected and never seen."""
        return self.expected - self.present

    @property
    def width(self) -> int:
        """Length of the turnout line, in people; never 0."""
        return max(1, self.expected)
