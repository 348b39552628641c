"""Presence and what is asked of it: breaks, announced checks, and time that does not count."""

from typing import Annotated, Literal

import msgspec

from realtime.protocol.base import Command, Event, Uuid

BREAK_MINUTES_MOST = 60
CHECKS_MOST = 12
"""Checks in one class; more would be a pillory."""
CHECK_SECONDS_LEAST = 60
CHECK_SECONDS_MOST = 300
CHECK_QUESTION_CHARS = 300
CHECK_OPTION_CHARS = 120
CHECK_OPTIONS_MOST = 6

CheckKind = Literal["presence", "question"]
LostWhy = Literal["elsewhere", "check"]


class Interval(msgspec.Struct, frozen=True):
    """A stretch of server-timed presence, unix seconds; ``end`` is None while it runs."""

    start: float
    end: float | None


class LostTime(msgspec.Struct, frozen=True):
    """Presence that does not count: it counts in another class, or a check was missed after it.

    ``end`` is None while it goes on.
    """

    start: float
    end: float | None
    why: LostWhy


class BreakSpan(msgspec.Struct, frozen=True):
    """A break. It is over at ``until`` by itself, or sooner when it is ended."""

    id: int
    start: float
    until: float


class CheckState(msgspec.Struct, frozen=True, kw_only=True):
    """A check. ``mine``: this person has answered. Members are told neither how many were asked
    nor how many answered."""

    id: int
    kind: CheckKind
    question: str
    options: list[str]
    opened_at: float
    deadline: float
    open: bool
    mine: bool
    answered: int
    asked: int


class BreakBegin(Command, frozen=True, tag="break.begin"):
    """A break of so many minutes from now; one that runs is given a new end (host, assistants)."""

    id: Uuid
    minutes: Annotated[int, msgspec.Meta(ge=1, le=BREAK_MINUTES_MOST)]


class BreakEnd(Command, frozen=True, tag="break.end"):
    """The break is over before its time (host and assistants)."""

    id: Uuid


class PresenceHere(Command, frozen=True, tag="presence.here"):
    """Who is in two classes at once wants to be counted in this one from now on."""

    id: Uuid


class ChecksAnnounce(Command, frozen=True, tag="checks.announce"):
    """Tell everybody that up to so many checks may come (host and assistants)."""

    id: Uuid
    most: Annotated[int, msgspec.Meta(ge=1, le=CHECKS_MOST)]


class CheckOpen(Command, frozen=True, tag="check.open"):
    """Ask everybody: without ``question`` whether they are there, with it what they understood.

    ``correct`` is the place of the right option, from 0 (host and assistants).
    """

    id: Uuid
    seconds: Annotated[int, msgspec.Meta(ge=CHECK_SECONDS_LEAST, le=CHECK_SECONDS_MOST)] = 120
    question: str = ""
    options: Annotated[list[str], msgspec.Meta(max_length=CHECK_OPTIONS_MOST)] = []
    correct: Annotated[int, msgspec.Meta(ge=0)] = 0


class CheckReply(Command, frozen=True, tag="check.answer"):
    """I am here; or ``choice``, the place of an option. The first answer stands."""

    id: Uuid
    check: int
    choice: Annotated[int, msgspec.Meta(ge=0)] | None = None


class BreakChanged(Event, frozen=True, tag="break.changed"):
    """A break begins, gets another end, or is over."""

    seq: int
    span: BreakSpan


class ChecksAnnounced(Event, frozen=True, tag="checks.announced"):
    """Up to ``most`` checks may come in this class."""

    seq: int
    most: int


class CheckOpened(Event, frozen=True, tag="check.opened"):
    """A check is asked of everybody present."""

    seq: int
    check: CheckState


class CheckClosed(Event, frozen=True, tag="check.closed"):
    """The time of a check is over."""

    seq: int
    check: int


class CheckTally(Event, frozen=True, tag="check.tally"):
    """How many have answered, absolute (host and assistants only)."""

    check: int
    answered: int
    asked: int


class MyCheck(Event, frozen=True, tag="check.mine"):
    """The own answer is kept, to all pages of the same person."""

    check: int


class MyAttendance(Event, frozen=True, tag="attendance.mine"):
    """Own server-timed presence so far, and what of it does not count."""

    intervals: list[Interval]
    lost: list[LostTime]
