"""Questions on the wire: asking, wanting, uniting, settling, and what each audience knows of them.

Three audiences: everybody (text, votes, phase, answer), the staff (triage, and why a question was
set aside), its author (why it was set aside). Who asked without a name is told to nobody.
"""

from typing import Annotated, Literal

import msgspec

from realtime.protocol.base import Command, Event, Person, Uuid

QuestionPhase = Literal["waiting", "answering", "answered", "dismissed", "merged"]
AsideReason = Literal["off_topic", "answered_before", "other_place", "no_time", "wording", "other"]

QUESTION_CHARS = 500
ANSWER_CHARS = 2000
ASIDE_CHARS = 200
MERGE_MOST = 20
"""Questions united by one command."""


class Aside(msgspec.Struct, frozen=True):
    """Why a question was set aside, and by whom; ``words`` may be empty unless other."""

    reason: AsideReason
    words: str
    by: Person


class QuestionState(msgspec.Struct, frozen=True, kw_only=True):
    """A question of a member, with how many have it too.

    ``author`` has id 0 and no name when it was asked anonymously, for everybody and the staff too.
    ``into`` is the question it was united with by ``united_by``. ``flagged`` (for
    the lecturer) is told to the staff only, ``aside`` to them and the author.
    """

    id: int
    author: Person
    text: str
    at: float
    votes: int
    mine: bool = False
    phase: QuestionPhase
    answer: str = ""
    answered_at: float | None = None
    into: int | None = None
    united_by: Person | None = None
    flagged: bool = False
    aside: Aside | None = None


class QuestionAsk(Command, frozen=True, tag="question.ask"):
    """Ask a question; it joins the queue. ``anonymous``: no name beside it, if the class allows."""

    id: Uuid
    text: str
    anonymous: bool = False


class QuestionUpvote(Command, frozen=True, tag="question.upvote"):
    """I have this question too; ``on`` False takes it back."""

    id: Uuid
    question: int
    on: bool = True


class QuestionTake(Command, frozen=True, tag="question.take"):
    """The host begins to answer a question live (host and assistants)."""

    id: Uuid
    question: int


class QuestionAnswer(Command, frozen=True, tag="question.answer"):
    """Mark as answered; ``text`` is the written answer, empty when it was answered live."""

    id: Uuid
    question: int
    text: str = ""


class QuestionDismiss(Command, frozen=True, tag="question.dismiss"):
    """Set a question aside and say why; its author still sees it (host and assistants)."""

    id: Uuid
    question: int
    reason: AsideReason
    words: str = ""


class QuestionMerge(Command, frozen=True, tag="question.merge"):
    """Unite similar questions with ``question``, whose words stay (host and assistants)."""

    id: Uuid
    question: int
    others: Annotated[list[int], msgspec.Meta(min_length=1, max_length=MERGE_MOST)]


class QuestionFlag(Command, frozen=True, tag="question.flag"):
    """Mark a waiting question for the lecturer, or no longer (host and assistants)."""

    id: Uuid
    question: int
    on: bool = True


class QuestionPermit(Command, frozen=True, tag="question.permit"):
    """Whether questions may be asked anonymously from now on (host and assistants)."""

    id: Uuid
    anonymous: bool


class QuestionAsked(Event, frozen=True, tag="question.asked"):
    """A question joined the queue."""

    seq: int
    question: QuestionState


class QuestionChanged(Event, frozen=True, tag="question.changed"):
    """A question is being answered, was answered, united with another or set aside."""

    seq: int
    question: QuestionState


class QuestionPermitted(Event, frozen=True, tag="question.permitted"):
    """Whether questions may be asked anonymously."""

    seq: int
    anonymous: bool


class QuestionVotes(Event, frozen=True, tag="question.votes"):
    """How many have this question, absolute."""

    question: int
    votes: int


class QuestionFlagged(Event, frozen=True, tag="question.flagged"):
    """Whether a question is marked for the lecturer (host and assistants only)."""

    question: int
    on: bool


class QuestionAside(Event, frozen=True, tag="question.aside"):
    """Why a question was set aside (host, assistants, and its author only)."""

    question: int
    aside: Aside


class MyUpvote(Event, frozen=True, tag="question.mine"):
    """Own 'I have this question too', to all pages of the same person."""

    question: int
    on: bool


class MyQuestions(Event, frozen=True, tag="questions.own"):
    """Own questions that carry no name, complete, to all pages of the same person."""

    questions: list[int]
