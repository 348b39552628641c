"""What a room looks like at one moment: the parts a snapshot and the events are made of."""

from typing import Literal

import msgspec

from realtime.protocol.admission import AdmissionState
from realtime.protocol.admission import WaitingState as WaitingState
from realtime.protocol.attendance import BreakSpan as BreakSpan
from realtime.protocol.attendance import CheckState as CheckState
from realtime.protocol.attendance import Interval as Interval
from realtime.protocol.attendance import LostTime as LostTime
from realtime.protocol.base import Person as Person
from realtime.protocol.base import Role as Role
from realtime.protocol.captions import CaptionLine
from realtime.protocol.chat import ChatRules as ChatRules
from realtime.protocol.polls import PollAnswer as PollAnswer
from realtime.protocol.polls import PollCount as PollCount
from realtime.protocol.polls import PollOption as PollOption
from realtime.protocol.polls import PollState as PollState
from realtime.protocol.questions import Aside as Aside
from realtime.protocol.questions import AsideReason as AsideReason
from realtime.protocol.questions import QuestionPhase as QuestionPhase
from realtime.protocol.questions import QuestionState as QuestionState
from realtime.protocol.reports import ReportState
from realtime.protocol.stage import FloorMode, LayoutMode, Mute
from realtime.protocol.whisper import WhisperBox as WhisperBox
from realtime.protocol.whisper import WhisperLetter as WhisperLetter
from realtime.protocol.whisper import Whispers as Whispers
from realtime.protocol.whisper import WhisperThread as WhisperThread

RoomPhase = Literal["scheduled", "live", "ended"]
StreamName = Literal["camera", "screen"]
ReactionKind = Literal["clap", "yes", "no", "thanks", "slower", "unclear"]
LineGrade = Literal["good", "fair", "poor"]
RecordingPhase = Literal["off", "starting", "on", "paused", "disk_full"]
StrokeTool = Literal["pen", "marker"]


class ChatLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line said aloud in the room. A recalled line keeps its place and loses its text.

    ``recalled_by`` is who took it back, its author or somebody of the staff, in the role of then.
    ``announcement``: it is for everybody to take note of. ``mentions`` are the people it is meant
    for; their names stand in the text behind an @.
    """

    id: int
    author: Person
    text: str
    at: float
    recalled: bool = False
    recalled_by: Person | None = None
    reply_to: int | None = None
    edited: bool = False
    announcement: bool = False
    mentions: list[int] = []


class HandState(msgspec.Struct, frozen=True):
    """A raised hand in the queue, oldest first."""

    person: Person
    since: float


class SpeakerState(msgspec.Struct, frozen=True):
    """A member who was asked to speak, since when she may, and whether nobody hears her now."""

    person: Person
    since: float
    muted: Mute = "no"


class StrokeState(msgspec.Struct, frozen=True, kw_only=True):
    """A line on a page of slides. ``points`` are x, y, x, y, … from 0 to STROKE_EDGE, the whole
    width and the whole height of the page; ``colour`` is one of four."""

    id: int
    tool: StrokeTool
    colour: int
    points: list[int]


class SlidesState(msgspec.Struct, frozen=True, kw_only=True):
    """The slides on the stage: ``page`` is shown of ``pages``, ``strokes`` are drawn on it.

    Nothing behind ``reached``, the furthest page that was shown while the class was live, is given
    to members unless ``downloads`` are allowed. ``folder`` is where the pages are fetched.
    """

    deck: int
    folder: str
    name: str
    pages: int
    page: int
    reached: int
    downloads: bool
    strokes: list[StrokeState]


class StreamState(msgspec.Struct, frozen=True):
    """A published stream: whose and since when. ``session`` changes when it is published anew."""

    stream: StreamName
    person: Person
    session: str
    since: float


class StreamQuality(msgspec.Struct, frozen=True, kw_only=True):
    """How a stream of the stage arrives at the server, over the last seconds.

    ``audio`` and ``video``: whether packets of this kind arrive at all; ``watched``: whether
    anybody receives the stream.
    """

    stream: StreamName
    grade: LineGrade
    audio: bool
    video: bool
    watched: bool


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Who is here: ``online`` of ``expected``, and at most PRESENCE_NAMES people, staff first.

    Both numbers count members only, as a poll's ``voters`` does: those who hold the class are
    neither expected nor asked. They are among ``people``.
    """

    online: int
    expected: int
    people: list[Person]


class ReactionCount(msgspec.Struct, frozen=True):
    """How many reactions of one kind arrived since the last burst."""

    kind: ReactionKind
    count: int


class RoomState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a person sees on entering a room, as of ``seq`` in ``epoch``."""

    room: str
    epoch: str
    seq: int
    now: float
    me: Person
    title: str
    lecturer: Person
    phase: RoomPhase
    starts_at: float
    minutes: int
    started_at: float | None
    ended_at: float | None
    recording: RecordingPhase
    stage: list[StreamState]
    lines: list[StreamQuality]
    """How the stage arrives at the server; empty until that was judged."""
    chat: list[ChatLine]
    pinned: ChatLine | None
    chat_rules: ChatRules
    chat_muted: bool
    """Whether one's own writing was taken away."""
    silent: list[Person]
    """Whose writing was taken away; empty for members."""
    polls: list[PollState]
    questions: list[QuestionState]
    asked: list[int]
    """Own questions that carry no name."""
    anonymous_questions: bool
    layout: LayoutMode
    spotlight: Person | None
    """Who of those who speak is shown large."""
    floor: FloorMode
    hands: list[HandState]
    hand_up: bool
    whispers: Whispers
    """The own ones; nothing of anybody else's is in a snapshot."""
    speakers: list[SpeakerState]
    removed: list[Person]
    """Who was sent out; empty for members."""
    admission: AdmissionState | None
    """How people come in; None for members."""
    reports: list[ReportState]
    """What members have reported and nobody has settled; empty for members."""
    slides: SlidesState | None
    captions: list[CaptionLine]
    presence: Presence
    attendance: list[Interval]
    lost: list[LostTime]
    """Own presence that does not count."""
    breaks: list[BreakSpan]
    checks: int
    """How many checks were announced; 0: none."""
    checks_asked: int
    check: CheckState | None
    """The newest check."""


CHAT_IN_SNAPSHOT = 200
"""Newest lines a snapshot carries; older ones are on the summary page."""
PRESENCE_NAMES = 50
"""Names a presence message carries at most."""
