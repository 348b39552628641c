"""Polls on the wire: what is asked for, what everybody is told, what one person sees of it."""

from typing import Annotated, Literal

import msgspec

from realtime.protocol.base import Command, Event, Uuid

PollPhase = Literal["prepared", "open", "closed"]
PollKind = Literal["single", "multiple", "truefalse", "rating", "quiz", "ranking", "words", "text"]
AnswerState = Literal["new", "shown", "hidden"]

POLL_QUESTION_CHARS = 300
POLL_OPTION_CHARS = 200
POLL_OPTIONS = 50
POLL_EXPLANATION_CHARS = 500
POLL_WORDS = 3
"""Words one person may give to a word cloud."""
POLL_WORD_CHARS = 30
POLL_TEXT_CHARS = 200
POLL_ANSWERS_TOLD = 200
"""Written answers one message carries at most; the file has all."""
POLL_SECONDS_LEAST = 10
POLL_SECONDS_MOST = 3600
POLL_GRACE = 2
"""Seconds after the deadline in which an answer still counts that was under way."""


# ---- parts of the state


class PollOption(msgspec.Struct, frozen=True):
    """One choice of a poll, in the order asked."""

    id: int
    text: str


class PollCount(msgspec.Struct, frozen=True):
    """Votes for one option, absolute; in a ranking its points: among n options the first place
    brings n - 1, the last none (Borda)."""

    option: int
    votes: int


class PollAnswer(msgspec.Struct, frozen=True):
    """A word or text that was written, and by how many. Members are given none that is hidden."""

    id: int
    text: str
    votes: int
    state: AnswerState


class PollState(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as one person may see it: ``counts`` and ``answers`` are None until she may see them.

    ``least`` and ``most`` say how many options (or words) one answer has. ``correct`` and
    ``explanation`` are empty for members until the result is published. ``voted`` without ``mine``
    and ``my_answers``: the poll is anonymous. ``origin`` is the poll of which this one is round
    ``round``; ``deck`` and ``page`` are the slide that was shown when it opened; ``place`` is its
    position in the tray, from 0.
    """

    id: int
    kind: PollKind
    question: str
    options: list[PollOption]
    least: int
    most: int
    changeable: bool
    anonymous: bool
    seconds: int | None
    phase: PollPhase
    published: bool
    voters: int
    counts: list[PollCount] | None = None
    answers: list[PollAnswer] | None = None
    voted: bool = False
    mine: list[int] = []
    my_answers: list[str] = []
    opened_at: float | None = None
    deadline: float | None = None
    correct: list[int] = []
    explanation: str = ""
    origin: int | None = None
    round: int = 1
    deck: int | None = None
    page: int | None = None
    place: int = 0


# ---- commands


class PollCreate(Command, frozen=True, tag="poll.create"):
    """Write a poll; ``open`` opens it at once (improvised), otherwise it waits in the tray.

    ``correct`` are places in ``options``, from 0. A rating has the options "1" to "5" or to "10";
    true/false, words and text need none. ``seconds`` is the countdown, None: without one.
    """

    id: Uuid
    question: str
    options: Annotated[list[str], msgspec.Meta(max_length=POLL_OPTIONS + 1)] = []
    kind: PollKind = "single"
    least: int = 1
    most: int = 1
    changeable: bool = True
    anonymous: bool = False
    seconds: int | None = None
    correct: Annotated[list[int], msgspec.Meta(max_length=POLL_OPTIONS)] = []
    explanation: str = ""
    open: bool = True


class PollOpen(Command, frozen=True, tag="poll.open"):
    """Open a prepared poll."""

    id: Uuid
    poll: int


class PollRepeat(Command, frozen=True, tag="poll.repeat"):
    """Ask the same once more, as a new round whose result stands beside the one before."""

    id: Uuid
    poll: int


class PollVote(Command, frozen=True, tag="poll.vote"):
    """Vote. A later vote replaces the earlier one while the poll is open and changeable.

    A ranking names every option, the first place first. ``answers`` are the words or the text.
    """

    id: Uuid
    poll: int
    options: Annotated[list[int], msgspec.Meta(max_length=POLL_OPTIONS)] = []
    answers: Annotated[list[str], msgspec.Meta(max_length=POLL_WORDS)] = []


class PollModerate(Command, frozen=True, tag="poll.moderate"):
    """Show a written answer to everybody or hide it (host and assistants)."""

    id: Uuid
    poll: int
    answer: int
    shown: bool


class PollClose(Command, frozen=True, tag="poll.close"):
    """Close a poll: later votes are refused, the count is final."""

    id: Uuid
    poll: int


class PollPublish(Command, frozen=True, tag="poll.publish"):
    """Show the result to everybody. An open poll is closed by it first."""

    id: Uuid
    poll: int


# ---- durable events


class PollOpened(Event, frozen=True, tag="poll.opened"):
    """A poll is open for votes."""

    seq: int
    poll: PollState


class PollClosed(Event, frozen=True, tag="poll.closed"):
    """A poll is closed; ``voters`` is final."""

    seq: int
    poll: int
    voters: int


class PollPublished(Event, frozen=True, tag="poll.published"):
    """The final result is shown to everybody; told anew when an answer is shown or hidden later."""

    seq: int
    poll: int
    voters: int
    counts: list[PollCount]
    answers: list[PollAnswer] | None
    correct: list[int]
    explanation: str


# ---- keyed events


class PollTally(Event, frozen=True, tag="poll.tally"):
    """How many have voted, absolute; the rest only for those who may see it."""

    poll: int
    voters: int
    counts: list[PollCount] | None
    answers: list[PollAnswer] | None


class PollPrepared(Event, frozen=True, tag="poll.prepared"):
    """A poll waits in the tray (host and assistants only)."""

    poll: PollState


class PollKey(Event, frozen=True, tag="poll.key"):
    """What is right, and why (host and assistants only)."""

    poll: int
    correct: list[int]
    explanation: str


class TrayChanged(Event, frozen=True, tag="tray.changed"):
    """The polls that wait in the tray, complete and in its order (host and assistants only)."""

    polls: list[int]


# ---- private events


class MyVote(Event, frozen=True, tag="poll.mine"):
    """That the own vote is stored, to all pages of the same person; in an anonymous poll it is not
    told for what, because that is not known."""

    poll: int
    options: list[int]
    answers: list[str]
