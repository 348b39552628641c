"""What the server tells a page.

Four classes, after realtime.md 4.2:

- *durable*: carry ``seq``, are rows of ``RoomEvent``, arrive in order and without a gap;
- *keyed*: the newest value of something (tally, presence); older ones may be skipped;
- *lossy*: aggregates nobody misses (reactions);
- *private*: to one connection or one person (answers to commands, the snapshot).
"""

from realtime.protocol.admission import AdmissionChanged as AdmissionChanged
from realtime.protocol.attendance import BreakChanged as BreakChanged
from realtime.protocol.attendance import CheckClosed as CheckClosed
from realtime.protocol.attendance import CheckOpened as CheckOpened
from realtime.protocol.attendance import ChecksAnnounced as ChecksAnnounced
from realtime.protocol.attendance import CheckTally as CheckTally
from realtime.protocol.attendance import MyAttendance as MyAttendance
from realtime.protocol.attendance import MyCheck as MyCheck
from realtime.protocol.base import Event
from realtime.protocol.captions import CaptionHinted, CaptionRecalled, CaptionSaid
from realtime.protocol.chat import ChatEdited as ChatEdited
from realtime.protocol.chat import ChatRuled as ChatRuled
from realtime.protocol.chat import MyChat as MyChat
from realtime.protocol.chat import SilentChanged as SilentChanged
from realtime.protocol.lateness import ClassMoved
from realtime.protocol.polls import MyVote as MyVote
from realtime.protocol.polls import PollClosed as PollClosed
from realtime.protocol.polls import PollKey as PollKey
from realtime.protocol.polls import PollOpened as PollOpened
from realtime.protocol.polls import PollPrepared as PollPrepared
from realtime.protocol.polls import PollPublished as PollPublished
from realtime.protocol.polls import PollTally as PollTally
from realtime.protocol.polls import TrayChanged as TrayChanged
from realtime.protocol.questions import MyQuestions as MyQuestions
from realtime.protocol.questions import MyUpvote as MyUpvote
from realtime.protocol.questions import QuestionAside as QuestionAside
from realtime.protocol.questions import QuestionAsked as QuestionAsked
from realtime.protocol.questions import QuestionChanged as QuestionChanged
from realtime.protocol.questions import QuestionFlagged as QuestionFlagged
from realtime.protocol.questions import QuestionPermitted as QuestionPermitted
from realtime.protocol.questions import QuestionVotes as QuestionVotes
from realtime.protocol.refusals import RefusalCode
from realtime.protocol.reports import ReportsChanged as ReportsChanged
from realtime.protocol.stage import FloorRuled as FloorRuled
from realtime.protocol.stage import SpotlightChanged as SpotlightChanged
from realtime.protocol.stage import StageArranged as StageArranged
from realtime.protocol.state import (
    ChatLine,
    HandState,
    Person,
    Presence,
    ReactionCount,
    RecordingPhase,
    RoomState,
    SlidesState,
    SpeakerState,
    StreamQuality,
    StreamState,
    StrokeState,
)
from realtime.protocol.whisper import MyWhispers as MyWhispers

# ---- durable


class ClassStarted(Event, frozen=True, tag="class.started"):
    """The class is live."""

    seq: int
    at: float


class ClassEnded(Event, frozen=True, tag="class.ended"):
    """The class is over; the summary page has the rest."""

    seq: int
    at: float


class ChatPosted(Event, frozen=True, tag="chat.posted"):
    """A line was said aloud."""

    seq: int
    line: ChatLine


class ChatRecalled(Event, frozen=True, tag="chat.recalled"):
    """A line was taken back by its author or by the staff; its place stays."""

    seq: int
    message: int
    by: Person


class ChatPinned(Event, frozen=True, tag="chat.pinned"):
    """A line was pinned, or the pin removed."""

    seq: int
    line: ChatLine | None


class RecordingChanged(Event, frozen=True, tag="recording.changed"):
    """Whether the class is being recorded now, as the media process says."""

    seq: int
    phase: RecordingPhase
    at: float


class SlidesShown(Event, frozen=True, tag="slides.shown"):
    """Slides are on the stage; others that were there are not any more."""

    seq: int
    slides: SlidesState


class SlidesHidden(Event, frozen=True, tag="slides.hidden"):
    """No slides are on the stage any more."""

    seq: int


class SlidesTurned(Event, frozen=True, tag="slides.turned"):
    """Another page is shown, with what is drawn on it."""

    seq: int
    page: int
    reached: int
    strokes: list[StrokeState]


class SlidesPermitted(Event, frozen=True, tag="slides.permitted"):
    """Whether members may see all pages and download the file."""

    seq: int
    downloads: bool


class SlidesDrawn(Event, frozen=True, tag="slides.drawn"):
    """A line was drawn on the page that is shown."""

    seq: int
    stroke: StrokeState


class SlidesErased(Event, frozen=True, tag="slides.erased"):
    """Lines of the page that is shown were taken back."""

    seq: int
    strokes: list[int]


# ---- keyed


class StageChanged(Event, frozen=True, tag="stage.changed"):
    """Who is seen and heard now, complete."""

    stage: list[StreamState]


class StageQuality(Event, frozen=True, tag="stage.quality"):
    """How the stage arrives at the server, complete; told when it changes, every 5 s at
    most."""

    lines: list[StreamQuality]


class HandsChanged(Event, frozen=True, tag="hands.changed"):
    """The queue of raised hands, complete, oldest first, at most 50; ``total`` counts all."""

    hands: list[HandState]
    total: int


class SpeakersChanged(Event, frozen=True, tag="speakers.changed"):
    """Who was asked to speak, complete, at most six, who was asked first before."""

    speakers: list[SpeakerState]


class RemovedChanged(Event, frozen=True, tag="removed.changed"):
    """Who was sent out and not let in again, complete (host and assistants only)."""

    people: list[Person]


class PresenceChanged(Event, frozen=True, tag="presence.changed"):
    """Who is here, as counts and some names."""

    presence: Presence


# ---- lossy


class ReactionBurst(Event, frozen=True, tag="reaction.burst"):
    """Reactions of the last moment, added up."""

    counts: list[ReactionCount]


class SlidesPointed(Event, frozen=True, tag="slides.pointed"):
    """Where the laser pointer is on the page that is shown, from 0 to 1; beside it, it is out."""

    x: float
    y: float


# ---- private


class Snapshot(Event, frozen=True, tag="snapshot"):
    """The whole room as this person sees it; newer events follow."""

    state: RoomState


class Resumed(Event, frozen=True, tag="resumed"):
    """Nothing was lost: in this frame follow the events since ``last_seq`` and the keyed state."""

    epoch: str
    seq: int


class Accepted(Event, frozen=True, tag="accepted"):
    """The command is committed. ``seq`` is the newest durable event it caused, 0 if none."""

    id: str
    seq: int


class Refused(Event, frozen=True, tag="refused"):
    """The command changed nothing. ``message`` is for the person, in her language."""

    id: str
    code: RefusalCode
    message: str
    retry_ms: int = 0


class MyHand(Event, frozen=True, tag="hand.mine"):
    """Whether the own hand is up, to all pages of the same person."""

    up: bool


class Pong(Event, frozen=True, tag="pong"):
    """Answer to ``ping``."""

    t: float
    now: float


class Bye(Event, frozen=True, tag="bye"):
    """The server is about to close this connection; come back after ``retry_ms`` (-1: do not)."""

    code: RefusalCode | None
    message: str
    retry_ms: int


DurableEvent = (
    ClassStarted
    | ClassEnded
    | BreakChanged
    | ChecksAnnounced
    | CheckOpened
    | CheckClosed
    | ClassMoved
    | ChatPosted
    | ChatRecalled
    | ChatPinned
    | ChatEdited
    | ChatRuled
    | FloorRuled
    | StageArranged
    | PollOpened
    | PollClosed
    | PollPublished
    | QuestionAsked
    | QuestionChanged
    | QuestionPermitted
    | RecordingChanged
    | SlidesShown
    | SlidesHidden
    | SlidesTurned
    | SlidesPermitted
    | SlidesDrawn
    | SlidesErased
    | CaptionSaid
    | CaptionRecalled
)
KeyedEvent = (
    StageChanged
    | StageQuality
    | CheckTally
    | PollTally
    | PollPrepared
    | PollKey
    | TrayChanged
    | QuestionVotes
    | QuestionFlagged
    | QuestionAside
    | HandsChanged
    | SpeakersChanged
    | SpotlightChanged
    | RemovedChanged
    | SilentChanged
    | AdmissionChanged
    | ReportsChanged
    | PresenceChanged
)
LossyEvent = ReactionBurst | SlidesPointed | CaptionHinted
PrivateEvent = (
    Snapshot
    | Resumed
    | Accepted
    | Refused
    | MyVote
    | MyUpvote
    | MyHand
    | MyChat
    | MyWhispers
    | MyAttendance
    | MyCheck
    | MyQuestions
    | QuestionAside
    | Pong
    | Bye
)
RoomEventMessage = DurableEvent | KeyedEvent | LossyEvent | PrivateEvent
"""Every message a page may receive. One WebSocket frame holds one of them or an array of them."""
