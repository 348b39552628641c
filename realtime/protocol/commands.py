"""What a page may ask of the server. Unknown fields and unknown types are refused.

``id`` is a UUID made by the page. The server answers ``accepted`` or ``refused`` with the same id
after the database has committed; sending the same command again is harmless.
"""

from typing import Annotated

import msgspec

from realtime.protocol.admission import LobbyAdmit, LobbySay, LobbySet, RoomLock
from realtime.protocol.attendance import BreakBegin as BreakBegin
from realtime.protocol.attendance import BreakEnd as BreakEnd
from realtime.protocol.attendance import CheckOpen as CheckOpen
from realtime.protocol.attendance import CheckReply as CheckReply
from realtime.protocol.attendance import ChecksAnnounce as ChecksAnnounce
from realtime.protocol.attendance import PresenceHere as PresenceHere
from realtime.protocol.base import Command, Uuid
from realtime.protocol.captions import CaptionHint, CaptionRecall, CaptionSay
from realtime.protocol.chat import ChatEdit as ChatEdit
from realtime.protocol.chat import ChatMute as ChatMute
from realtime.protocol.chat import ChatRule as ChatRule
from realtime.protocol.chat import Mentions
from realtime.protocol.polls import PollClose as PollClose
from realtime.protocol.polls import PollCreate as PollCreate
from realtime.protocol.polls import PollModerate as PollModerate
from realtime.protocol.polls import PollOpen as PollOpen
from realtime.protocol.polls import PollPublish as PollPublish
from realtime.protocol.polls import PollRepeat as PollRepeat
from realtime.protocol.polls import PollVote as PollVote
from realtime.protocol.questions import QuestionAnswer as QuestionAnswer
from realtime.protocol.questions import QuestionAsk as QuestionAsk
from realtime.protocol.questions import QuestionDismiss as QuestionDismiss
from realtime.protocol.questions import QuestionFlag as QuestionFlag
from realtime.protocol.questions import QuestionMerge as QuestionMerge
from realtime.protocol.questions import QuestionPermit as QuestionPermit
from realtime.protocol.questions import QuestionTake as QuestionTake
from realtime.protocol.questions import QuestionUpvote as QuestionUpvote
from realtime.protocol.reports import ReportSend, ReportSettle
from realtime.protocol.stage import FloorRule as FloorRule
from realtime.protocol.stage import SpeakerMute as SpeakerMute
from realtime.protocol.stage import SpeakerUnmute as SpeakerUnmute
from realtime.protocol.stage import StageArrange as StageArrange
from realtime.protocol.stage import StageSpotlight as StageSpotlight
from realtime.protocol.state import ReactionKind, StrokeTool
from realtime.protocol.whisper import (
    WhisperAnswer,
    WhisperBlock,
    WhisperDelete,
    WhisperRead,
    WhisperReport,
    WhisperSend,
    WhisperWithdraw,
)

CHAT_CHARS = 2000
STROKE_EDGE = 10000
STROKE_NUMBERS = 240


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
    """Say a line aloud in the room. ``mentions``: whom it is meant for; ``announcement``: everybody
    is to take note (host and assistants)."""

    id: Uuid
    text: str
    reply_to: int | None = None
    mentions: Mentions = []
    announcement: bool = False


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


RoomCommand = (
    ClassStart
    | ClassEnd
    | BreakBegin
    | BreakEnd
    | PresenceHere
    | ChecksAnnounce
    | CheckOpen
    | CheckReply
    | RecordingStart
    | RecordingStop
    | ChatPost
    | ChatRecall
    | ChatPin
    | ChatEdit
    | ChatRule
    | ChatMute
    | HandRaise
    | HandLower
    | SpeakerInvite
    | SpeakerEnd
    | FloorRule
    | StageArrange
    | StageSpotlight
    | SpeakerMute
    | SpeakerUnmute
    | MemberRemove
    | MemberReadmit
    | LobbySet
    | LobbySay
    | LobbyAdmit
    | RoomLock
    | ReportSend
    | ReportSettle
    | PollCreate
    | PollOpen
    | PollRepeat
    | PollVote
    | PollModerate
    | PollClose
    | PollPublish
    | QuestionAsk
    | QuestionUpvote
    | QuestionTake
    | QuestionAnswer
    | QuestionDismiss
    | WhisperSend
    | WhisperAnswer
    | WhisperRead
    | WhisperWithdraw
    | WhisperDelete
    | WhisperBlock
    | WhisperReport
    | QuestionMerge
    | QuestionFlag
    | QuestionPermit
    | SlidesShow
    | SlidesHide
    | SlidesTurn
    | SlidesPermit
    | SlidesDraw
    | SlidesUndo
    | SlidesClear
    | CaptionSay
    | CaptionRecall
)
"""Commands that change something: they carry an id and are answered after commit."""

AnyCommand = Hello | Ping | ReactionSend | SlidesPoint | CaptionHint | RoomCommand
