"""From the text of a frame to the action it asks for: strict in, exhaustive, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, assert_never, get_args

import msgspec

from liveclass.chat import actions as chat
from liveclass.polls import actions as polls
from liveclass.questions import actions as questions
from liveclass.recordings import actions as recordings
from liveclass.removal import actions as removal
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from liveclass.slides import actions as slides
from liveclass.speaking import actions as speaking
from realtime.limits import Kind
from realtime.protocol import commands as c
from realtime.protocol.refusals import RefusalCode
from realtime.writer import Together

MAX_NUMBER = 2**53 - 1
"""The largest integer both sides can hold exactly."""

_decoder: msgspec.json.Decoder[c.AnyCommand] = msgspec.json.Decoder(c.AnyCommand)
_KNOWN = frozenset(
    tag
    for command in get_args(c.AnyCommand)
    if isinstance(tag := command.__struct_config__.tag, str)
)

_SlidesCommand = (
    c.SlidesShow
    | c.SlidesHide
    | c.SlidesTurn
    | c.SlidesPermit
    | c.SlidesDraw
    | c.SlidesUndo
    | c.SlidesClear
)


class _Envelope(msgspec.Struct):
    """What can be said about a message that is no command."""

    type: str = ""
    id: str = ""


_envelope = msgspec.json.Decoder(_Envelope)


class NotACommand(Exception):
    """The message cannot be obeyed; ``id`` is its own, as far as it could be read."""

    def __init__(self, code: RefusalCode, id: str = "") -> None:
        super().__init__(code)
        self.code: RefusalCode = code
        self.id = id


def decode(text: str) -> c.AnyCommand:
    """Read one command; NotACommand ``malformed`` or ``unknown_command`` for anything else."""
    try:
        command = _decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _explain(text) from None
    if not all(map(_storable, _leaves(command))):
        raise NotACommand("malformed", getattr(command, "id", ""))
    return command


def _explain(text: str) -> NotACommand:
    try:
        envelope = _envelope.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return NotACommand("malformed")
    known = not envelope.type or envelope.type in _KNOWN
    return NotACommand("malformed" if known else "unknown_command", envelope.id[:36])


def _leaves(command: msgspec.Struct) -> Iterator[Any]:
    for value in msgspec.structs.astuple(command):
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _storable(value: Any) -> bool:
    """Databases hold neither NUL characters nor endless integers."""
    if isinstance(value, str):
        return "\0" not in value
    return not isinstance(value, int) or abs(value) <= MAX_NUMBER


def kind_of(command: c.RoomCommand) -> Kind:
    """Which rate limit a command falls under."""
    match command:
        case c.ChatPost():
            return "chat"
        case c.PollVote() | c.QuestionUpvote():
            return "vote"
        case c.SlidesTurn() | c.SlidesDraw():
            return "slides"
        case _:
            return "other"


def action_for(actor: Actor, command: c.RoomCommand) -> Callable[[], int]:  # noqa: C901 - a table
    """The action ``command`` asks for, ready to be run by the writer; it returns the newest seq."""
    match command:
        case c.ClassStart(id=id):
            return partial(rooms.start_class, actor, id)
        case c.ClassEnd(id=id):
            return partial(rooms.end_class, actor, id)
        case c.RecordingStart(id=id):
            return partial(recordings.start_recording, actor, id)
        case c.RecordingStop(id=id):
            return partial(recordings.stop_recording, actor, id)
        case c.HandRaise(id=id):
            return partial(rooms.raise_hand, actor, id)
        case c.HandLower(id=id, member=member):
            return partial(rooms.lower_hand, actor, id, member)
        case c.SpeakerInvite(id=id, member=whom):
            return partial(speaking.invite_speaker, actor, id, whom)
        case c.SpeakerEnd(id=id, member=member):
            return partial(speaking.end_speaking, actor, id, member)
        case c.MemberRemove(id=id, member=whom):
            return partial(removal.remove_member, actor, id, whom)
        case c.MemberReadmit(id=id, member=whom):
            return partial(removal.readmit_member, actor, id, whom)
        case c.ChatPost(id=id, text=text, reply_to=reply_to):
            return Together(chat.post_all, actor.room_id, chat.Said(actor, id, text, reply_to))
        case c.ChatRecall(id=id, message=message):
            return partial(chat.recall, actor, id, message)
        case c.ChatPin(id=id, message=pinned):
            return partial(chat.pin, actor, id, pinned)
        case c.PollCreate(id=id, question=asked, options=options):
            return partial(
                polls.create, actor, id, asked, options,
                command.multiple, command.changeable, command.open,
            )  # fmt: skip
        case c.PollOpen(id=id, poll=poll):
            return partial(polls.open_poll, actor, id, poll)
        case c.PollVote(id=id, poll=poll, options=chosen):
            ballot = polls.Ballot(actor, id, chosen)
            return Together(polls.cast_votes, (actor.room_id, poll), ballot)
        case c.PollClose(id=id, poll=poll):
            return partial(polls.close_poll, actor, id, poll)
        case c.PollPublish(id=id, poll=poll):
            return partial(polls.publish_poll, actor, id, poll)
        case c.QuestionAsk(id=id, text=text):
            return partial(questions.ask, actor, id, text)
        case c.QuestionUpvote(id=id, question=question, on=on):
            return partial(questions.upvote, actor, id, question, on)
        case c.QuestionTake(id=id, question=question):
            return partial(questions.take, actor, id, question)
        case c.QuestionAnswer(id=id, question=question, text=text):
            return partial(questions.answer, actor, id, question, text)
        case c.QuestionDismiss(id=id, question=question):
            return partial(questions.dismiss, actor, id, question)
        case _:
            return _slides_action(actor, command)


def _slides_action(actor: Actor, command: _SlidesCommand) -> Callable[[], int]:
    match command:
        case c.SlidesShow(id=id, deck=deck):
            return partial(slides.show, actor, id, deck)
        case c.SlidesHide(id=id):
            return partial(slides.hide, actor, id)
        case c.SlidesTurn(id=id, deck=deck, page=page):
            return partial(slides.turn, actor, id, deck, page)
        case c.SlidesPermit(id=id, deck=deck, downloads=downloads):
            return partial(slides.permit, actor, id, deck, downloads)
        case c.SlidesDraw(id=id, deck=deck, page=page, tool=tool, colour=colour, points=points):
            return partial(slides.draw, actor, id, deck, page, tool, colour, points)
        case c.SlidesUndo(id=id, deck=deck, page=page):
            return partial(slides.undo, actor, id, deck, page)
        case c.SlidesClear(id=id, deck=deck, page=page):
            return partial(slides.clear, actor, id, deck, page)
        case _:
            assert_never(command)
