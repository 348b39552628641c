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

__all__ = [
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
    "Upvote",
    "Vote",
    "VoteChoice",
]
