"""What a room looks like at one moment: the parts a snapshot and the events are made of."""

from typing import Annotated, Literal

import msgspec

RoomPhase = Literal["scheduled", "live", "ended"]
StreamName = Literal["camera", "screen"]
PollPhase = Literal["prepared", "open", "closed"]
QuestionPhase = Literal["waiting", "answering", "answered", "dismissed"]
ReactionKind = Literal["clap", "yes", "no", "thanks", "slower", "unclear"]
LineGrade = Literal["good", "fair", "poor"]
RecordingPhase = Literal["off", "starting", "on", "paused", "disk_full"]
Role = Literal["host", "assistant", "member"]
StrokeTool = Literal["pen", "marker"]
Uuid = Annotated[str, msgspec.Meta(min_length=8, max_length=36)]


class Person(msgspec.Struct, frozen=True):
    """Somebody as the room shows her. Names are never cut; ``latin`` serves the English page."""

    id: int
    name: str
    latin: str
    role: Role
    unit: str
    unit_en: str


class ChatLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line said aloud in the room. A recalled line keeps its place and loses its text.

    ``recalled_by`` is who took it back, its author or somebody of the staff, in the role of then.
    """

    id: int
    author: Person
    text: str
    at: float
    recalled: bool = False
    recalled_by: Person | None = None
    reply_to: int | None = None


class PollOption(msgspec.Struct, frozen=True):
    """One choice of a poll, in the order asked."""

    id: int
    text: str


class PollCount(msgspec.Struct, frozen=True):
    """Votes for one option, absolute."""

    option: int
    votes: int


class PollState(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as one person may see it: ``counts`` is None until she may see the bars."""

    id: int
    question: str
    options: list[PollOption]
    multiple: bool
    changeable: bool
    phase: PollPhase
    published: bool
    voters: int
    counts: list[PollCount] | None = None
    mine: list[int] = []
    opened_at: float | None = None


class QuestionState(msgspec.Struct, frozen=True, kw_only=True):
    """A question of a member, with how many have it too."""

    id: int
    author: Person
    text: str
    at: float
    votes: int
    mine: bool = False
    phase: QuestionPhase
    answer: str = ""
    answered_at: float | None = None


class HandState(msgspec.Struct, frozen=True):
    """A raised hand in the queue, oldest first."""

    person: Person
    since: float


class SpeakerState(msgspec.Struct, frozen=True):
    """A member who was asked to speak, and since when she may."""

    person: Person
    since: float


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


class Interval(msgspec.Struct, frozen=True):
    """A stretch of server-timed presence, unix seconds; ``end`` is None while it runs."""

    start: float
    end: float | None


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
    polls: list[PollState]
    questions: list[QuestionState]
    hands: list[HandState]
    hand_up: bool
    speakers: list[SpeakerState]
    removed: list[Person]
    """Who was sent out; empty for members."""
    slides: SlidesState | None
    presence: Presence
    attendance: list[Interval]


CHAT_IN_SNAPSHOT = 200
"""Newest lines a snapshot carries; older ones are on the summary page."""
PRESENCE_NAMES = 50
"""Names a presence message carries at most."""
