"""All tables of this storey, so that Django finds them. Nothing is defined here."""

from liveclass.acts.models import Act
from liveclass.captions.models import Caption
from liveclass.chat.models import Message, Silence, Wording
from liveclass.lateness.models import Delay
from liveclass.polls.models import (
    Answer,
    Option,
    Poll,
    ReplayAnswer,
    Vote,
    VoteAnswer,
    VoteChoice,
)
from liveclass.questions.models import Question, Upvote
from liveclass.recordings.models import Edition, Hidden, Recording
from liveclass.reporting.models import Report
from liveclass.rooms.models import (
    Entrant,
    Guest,
    GuestLink,
    Hand,
    Participation,
    Room,
    RoomEvent,
    Speaker,
    StageStream,
    StreamKey,
)
from liveclass.slides.models import Deck, Stroke
from liveclass.whisper.models import Whisper, WhisperReport, WhisperThread

__all__ = [
    "Act",
    "Answer",
    "Caption",
    "Deck",
    "Delay",
    "Edition",
    "Entrant",
    "Guest",
    "GuestLink",
    "Hand",
    "Hidden",
    "Message",
    "Option",
    "Participation",
    "Poll",
    "Question",
    "Recording",
    "ReplayAnswer",
    "Report",
    "Room",
    "RoomEvent",
    "Silence",
    "Speaker",
    "StageStream",
    "StreamKey",
    "Stroke",
    "Upvote",
    "Vote",
    "VoteAnswer",
    "VoteChoice",
    "Whisper",
    "WhisperReport",
    "WhisperThread",
    "Wording",
]
