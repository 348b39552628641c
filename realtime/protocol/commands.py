"""What a page may ask of the server. Unknown fields and unknown types are refused.

``id`` is a UUID made by the page. The server answers ``accepted`` or ``refused`` with the same id
after the database has committed; sending the same command again is harmless.
"""

from typing import Annotated

import msgspec

from realtime.protocol.state import ReactionKind, StrokeTool, Uuid

CHAT_CHARS = 2000
QUESTION_CHARS = 500
ANSWER_CHARS = 2000
POLL_QUESTION_CHARS = 300
POLL_OPTION_CHARS = 200
POLL_OPTIONS = 12
STROKE_EDGE = 10000
STROKE_NUMBERS = 240


class Command(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True
):
    """Base of all commands."""


class Hello(Command, frozen=True, tag="hello"):
    """First message of a connection: the ticket, and what the page has already seen."""

    ticket: Annotated[str, msgspec.Meta(max_length=2048)]
    version: int
    epoch: Annotated[str, msgspec.Meta(max_length=64)] = ""
    last_seq: Annotated[int, msgspec.Meta(ge=0)] = 0


class Ping(Command, frozen=True, tag="ping"):
    """Measures the way to the server and back; answered by ``pong`` with the same ``t``."""

    t: float


class ClassStart(Command, frozen=True, tag="class.start"):
    """The host opens the class: the room becomes live."""

    id: Uuid


class ClassEnd(Command, frozen=True, tag="class.end"):
    """The host ends the class for everybody."""

    id: Uuid


class RecordingStart(Command, frozen=True, tag="recording.start"):
    """The host has the class recorded from now on, or goes on after a pause."""

    id: Uuid


class RecordingStop(Command, frozen=True, tag="recording.stop"):
    """The host pauses the recording; nothing is kept meanwhile."""

    id: Uuid


class ChatPost(Command, frozen=True, tag="chat.post"):
    """Say a line aloud in the room."""

    id: Uuid
    text: str
    reply_to: int | None = None


class ChatRecall(Command, frozen=True, tag="chat.recall"):
    """Take back an own line; host and assistants may take back any."""

    id: Uuid
    message: int


class ChatPin(Command, frozen=True, tag="chat.pin"):
    """Pin a line above the chat for everybody, or unpin with None (host and assistants)."""

    id: Uuid
    message: int | None = None


class ReactionSend(Command, frozen=True, tag="reaction.send"):
    """A passing reaction: counted into the next burst, never stored, never answered."""

    kind: ReactionKind


class SlidesPoint(Command, frozen=True, tag="slides.point"):
    """Where the laser pointer is (host and assistants), from 0 to 1; beside the page it goes out.

    Never stored, never answered; at most 20 a second.
    """

    x: float
    y: float


class SlidesShow(Command, frozen=True, tag="slides.show"):
    """Put slides on the stage, where they were left (host and assistants)."""

    id: Uuid
    deck: int


class SlidesHide(Command, frozen=True, tag="slides.hide"):
    """Take the slides off the stage (host and assistants)."""

    id: Uuid


class SlidesTurn(Command, frozen=True, tag="slides.turn"):
    """Show another page of the slides on the stage, from 1 (host and assistants)."""

    id: Uuid
    deck: int
    page: int


class SlidesPermit(Command, frozen=True, tag="slides.permit"):
    """Let members see all pages and download the file, or only what was shown."""

    id: Uuid
    deck: int
    downloads: bool


class SlidesDraw(Command, frozen=True, tag="slides.draw"):
    """Draw a line on the page that is shown (host and assistants); see ``StrokeState``."""

    id: Uuid
    deck: int
    page: int
    tool: StrokeTool
    colour: Annotated[int, msgspec.Meta(ge=0, le=3)]
    points: Annotated[list[int], msgspec.Meta(min_length=2, max_length=STROKE_NUMBERS)]


class SlidesUndo(Command, frozen=True, tag="slides.undo"):
    """Take back the newest line of the page that is shown."""

    id: Uuid
    deck: int
    page: int


class SlidesClear(Command, frozen=True, tag="slides.clear"):
    """Wipe the page that is shown."""

    id: Uuid
    deck: int
    page: int


class HandRaise(Command, frozen=True, tag="hand.raise"):
    """Ask to speak."""

    id: Uuid


class HandLower(Command, frozen=True, tag="hand.lower"):
    """Take the own hand down; host and assistants may lower another's."""

    id: Uuid
    member: int | None = None


class SpeakerInvite(Command, frozen=True, tag="speaker.invite"):
    """Ask a member to speak (host): she may publish her voice and picture from now on."""

    id: Uuid
    member: int


class SpeakerEnd(Command, frozen=True, tag="speaker.end"):
    """Stop speaking; host and assistants may end another's."""

    id: Uuid
    member: int | None = None


class MemberRemove(Command, frozen=True, tag="member.remove"):
    """Send somebody out (host; assistants: members only)."""

    id: Uuid
    member: int


class MemberReadmit(Command, frozen=True, tag="member.readmit"):
    """Let somebody in again who was sent out (host)."""

    id: Uuid
    member: int


class PollCreate(Command, frozen=True, tag="poll.create"):
    """Write a poll; ``open`` opens it at once (improvised), otherwise it waits in the tray."""

    id: Uuid
    question: str
    options: list[str]
    multiple: bool = False
    changeable: bool = True
    open: bool = True


class PollOpen(Command, frozen=True, tag="poll.open"):
    """Open a prepared poll."""

    id: Uuid
    poll: int


class PollVote(Command, frozen=True, tag="poll.vote"):
    """Vote. A later vote replaces the earlier one while the poll is open and changeable."""

    id: Uuid
    poll: int
    options: Annotated[list[int], msgspec.Meta(max_length=POLL_OPTIONS)]


class PollClose(Command, frozen=True, tag="poll.close"):
    """Close a poll: later votes are refused, the count is final."""

    id: Uuid
    poll: int


class PollPublish(Command, frozen=True, tag="poll.publish"):
    """Show the result to everybody. An open poll is closed by it first."""

    id: Uuid
    poll: int


class QuestionAsk(Command, frozen=True, tag="question.ask"):
    """Ask a question; it joins the queue."""

    id: Uuid
    text: str


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
    """Set a question aside; its author still sees it (host and assistants)."""

    id: Uuid
    question: int


RoomCommand = (
    ClassStart
    | ClassEnd
    | RecordingStart
    | RecordingStop
    | ChatPost
    | ChatRecall
    | ChatPin
    | HandRaise
    | HandLower
    | SpeakerInvite
    | SpeakerEnd
    | MemberRemove
    | MemberReadmit
    | PollCreate
    | PollOpen
    | PollVote
    | PollClose
    | PollPublish
    | QuestionAsk
    | QuestionUpvote
    | QuestionTake
    | QuestionAnswer
    | QuestionDismiss
    | SlidesShow
    | SlidesHide
    | SlidesTurn
    | SlidesPermit
    | SlidesDraw
    | SlidesUndo
    | SlidesClear
)
"""Commands that change something: they carry an id and are answered after commit."""

AnyCommand = Hello | Ping | ReactionSend | SlidesPoint | RoomCommand
