"""All tables of this storey, so that Django finds them. Nothing is defined here."""

from liveclass.chat.models import Message
from liveclass.polls.models import Option, Poll, Vote, VoteChoice
from liveclass.questions.models import Question, Upvote
from liveclass.recordings.models import Recording
from liveclass.rooms.models import (
    Hand,
    Participation,
    Room,
    RoomEvent,
    Speaker,
    StageStream,
    StreamKey,
)
from liveclass.slides.models import Deck, Stroke

__all__ = [
    "Deck",
    "Hand",
    "Message",
    "Option",
    "Participation",
    "Poll",
    "Question",
    "Recording",
    "Room",
    "RoomEvent",
    "Speaker",
    "StageStream",
    "StreamKey",
    "Stroke",
    "Upvote",
    "Vote",
    "VoteChoice",
]
