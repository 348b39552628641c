"""From the text of a frame to the action it asks for: strict in, exhaustive, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, assert_never, get_args

import msgspec

from liveclass.admission import actions as admission
from liveclass.attendance import breaks
from liveclass.captions import actions as captions
from liveclass.chat import actions as chat
from liveclass.chat.moderation import actions as moderation
from liveclass.checks import actions as checks
from liveclass.polls import actions as polls
from liveclass.questions import actions as questions
from liveclass.questions.triage import actions as triage
from liveclass.recordings import actions as recordings
from liveclass.removal import actions as removal
from liveclass.reporting import actions as reporting
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from liveclass.slides import actions as slides
from liveclass.speaking import actions as speaking
from liveclass.speaking import muting
from liveclass.whisper.dispatch import whisper_action
from realtime.limits import Kind
from realtime.protocol import admission as door
from realtime.protocol import captions as cc
from realtime.protocol import commands as c
from realtime.protocol import reports
from realtime.protocol import whisper as w
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


_PollCommand = (
    c.PollCreate
    | c.PollOpen
    | c.PollRepeat
    | c.PollVote
    | c.PollModerate
    | c.PollClose
    | c.PollPublish
)


_PresenceCommand = (
    c.BreakBegin | c.BreakEnd | c.PresenceHere | c.ChecksAnnounce | c.CheckOpen | c.CheckReply
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
        case c.ChatPost() | c.ChatEdit():
            return "chat"
        case c.PollVote() | c.QuestionUpvote() | c.CheckReply():
            return "vote"
        case c.SlidesTurn() | c.SlidesDraw():
            return "slides"
        case cc.CaptionSay():
            return "caption"
        case w.WhisperSend() | w.WhisperAnswer() | w.WhisperReport():
            return "whisper"
        case _:
            return "other"


def action_for(actor: Actor, command: c.RoomCommand) -> Callable[[], int]:  # noqa: C901 - a table
    """The action ``command`` asks for, ready to be run by the writer; it returns the newest seq."""
    match command:
        case c.ClassStart(id=id):
            return partial(rooms.start_class, actor, id)
        case c.ClassEnd(id=id):
            return partial(rooms.end_class, actor, id)
        case (
            c.BreakBegin() | c.BreakEnd() | c.PresenceHere() | c.ChecksAnnounce() | c.CheckOpen()
            | c.CheckReply()
        ):  # fmt: skip
            return _presence_action(actor, command)
        case c.RecordingStart(id=id):
            return partial(recordings.start_recording, actor, id)
        case c.RecordingStop(id=id):
            return partial(recordings.stop_recording, actor, id)
        case c.HandRaise(id=id):
            return partial(speaking.ask_to_speak, actor, id)
        case c.HandLower(id=id, member=member):
            return partial(rooms.lower_hand, actor, id, member)
        case c.SpeakerInvite(id=id, member=whom):
            return partial(speaking.invite_speaker, actor, id, whom)
        case c.SpeakerEnd(id=id, member=member):
            return partial(speaking.end_speaking, actor, id, member)
        case c.StageArrange(id=id, layout=layout):
            return partial(rooms.arrange, actor, id, layout)
        case c.StageSpotlight(id=id, member=member):
            return partial(speaking.spotlight, actor, id, member)
        case c.FloorRule(id=id, floor=floor):
            return partial(speaking.rule, actor, id, floor)
        case c.SpeakerMute(id=id, member=member, held=held):
            return partial(muting.mute, actor, id, member, held)
        case c.SpeakerUnmute(id=id, member=member):
            return partial(muting.unmute, actor, id, member)
        case c.MemberRemove(id=id, member=whom):
            return partial(removal.remove_member, actor, id, whom)
        case c.MemberReadmit(id=id, member=whom):
            return partial(removal.readmit_member, actor, id, whom)
        case reports.ReportSend(id=id, message=message, member=about, text=reason):
            return partial(reporting.send, actor, id, message, about, reason)
        case reports.ReportSettle(id=id, report=report):
            return partial(reporting.settle, actor, id, report)
        case door.LobbySet() | door.LobbySay() | door.LobbyAdmit() | door.RoomLock():
            return _door_action(actor, command)
        case (
            c.ChatPost() | c.ChatRecall() | c.ChatPin() | c.ChatEdit() | c.ChatRule() | c.ChatMute()
        ):  # fmt: skip
            return _chat_action(actor, command)
        case c.QuestionAsk(id=id, text=text, anonymous=anonymous):
            return partial(questions.ask, actor, id, text, anonymous)
        case c.QuestionUpvote(id=id, question=question, on=on):
            return partial(questions.upvote, actor, id, question, on)
        case c.QuestionTake(id=id, question=question):
            return partial(questions.take, actor, id, question)
        case c.QuestionAnswer(id=id, question=question, text=text):
            return partial(questions.answer, actor, id, question, text)
        case cc.CaptionSay(id=id, text=text, source=source):
            return partial(captions.say, actor, id, text, source)
        case cc.CaptionRecall(id=id, caption=caption):
            return partial(captions.recall, actor, id, caption)
        case c.QuestionDismiss(id=id, question=question, reason=reason, words=words):
            return partial(questions.dismiss, actor, id, question, reason, words)
        case c.QuestionMerge(id=id, question=question, others=others):
            return partial(triage.merge, actor, id, question, others)
        case c.QuestionFlag(id=id, question=question, on=on):
            return partial(triage.flag, actor, id, question, on)
        case c.QuestionPermit(id=id, anonymous=anonymous):
            return partial(triage.permit, actor, id, anonymous)
        case (
            c.PollCreate() | c.PollOpen() | c.PollRepeat() | c.PollVote() | c.PollModerate()
            | c.PollClose() | c.PollPublish()
        ):  # fmt: skip
            return _poll_action(actor, command)
        case (
            w.WhisperSend() | w.WhisperAnswer() | w.WhisperRead() | w.WhisperWithdraw()
            | w.WhisperDelete() | w.WhisperBlock() | w.WhisperReport()
        ):  # fmt: skip
            return whisper_action(actor, command)
        case _:
            return _slides_action(actor, command)


def _chat_action(
    actor: Actor,
    command: c.ChatPost | c.ChatRecall | c.ChatPin | c.ChatEdit | c.ChatRule | c.ChatMute,
) -> Callable[[], int]:
    match command:
        case c.ChatPost(id=id, text=text, reply_to=reply_to):
            said = chat.Said(actor, id, text, reply_to, command.mentions, command.announcement)
            return Together(chat.post_all, actor.room_id, said)
        case c.ChatRecall(id=id, message=message):
            return partial(chat.recall, actor, id, message)
        case c.ChatPin(id=id, message=pinned):
            return partial(chat.pin, actor, id, pinned)
        case c.ChatEdit(id=id, message=message, text=text):
            return partial(chat.edit, actor, id, message, text)
        case c.ChatRule(id=id, slow=slow, closed=closed):
            return partial(moderation.rule, actor, id, slow, closed)
        case c.ChatMute(id=id, member=whom, on=on):
            return partial(moderation.mute, actor, id, whom, on)
        case _:
            assert_never(command)


def _door_action(
    actor: Actor, command: door.LobbySet | door.LobbySay | door.LobbyAdmit | door.RoomLock
) -> Callable[[], int]:
    match command:
        case door.LobbySet(id=id, lobby=lobby):
            return partial(admission.set_lobby, actor, id, lobby)
        case door.LobbySay(id=id, text=text):
            return partial(admission.say_in_lobby, actor, id, text)
        case door.LobbyAdmit(id=id, member=whom):
            return partial(admission.let_in, actor, id, whom)
        case door.RoomLock(id=id, on=on):
            return partial(admission.lock, actor, id, on)
        case _:
            assert_never(command)


def _presence_action(actor: Actor, command: _PresenceCommand) -> Callable[[], int]:
    match command:
        case c.BreakBegin(id=id, minutes=minutes):
            return partial(breaks.begin, actor, id, minutes)
        case c.BreakEnd(id=id):
            return partial(breaks.end, actor, id)
        case c.PresenceHere(id=id):
            return partial(breaks.count_here, actor, id)
        case c.ChecksAnnounce(id=id, most=most):
            return partial(checks.announce, actor, id, most)
        case c.CheckOpen(id=id, seconds=seconds, question=question, options=options):
            return partial(checks.ask, actor, id, seconds, question, options, command.correct)
        case c.CheckReply(id=id, check=check, choice=choice):
            return partial(checks.answer, actor, id, check, choice)
        case _:
            assert_never(command)


def _poll_action(actor: Actor, command: _PollCommand) -> Callable[[], int]:
    match command:
        case c.PollCreate(id=id):
            return partial(polls.write, actor, id, _plan(command), command.open)
        case c.PollOpen(id=id, poll=poll):
            return partial(polls.open_poll, actor, id, poll)
        case c.PollRepeat(id=id, poll=poll):
            return partial(polls.repeat_poll, actor, id, poll)
        case c.PollVote(id=id, poll=poll, options=chosen, answers=answers):
            ballot = polls.Ballot(actor, id, chosen, answers)
            return Together(polls.cast_votes, (actor.room_id, poll), ballot)
        case c.PollModerate(id=id, poll=poll, answer=answer, shown=shown):
            return partial(polls.moderate, actor, id, poll, answer, shown)
        case c.PollClose(id=id, poll=poll):
            return partial(polls.close_poll, actor, id, poll)
        case c.PollPublish(id=id, poll=poll):
            return partial(polls.publish_poll, actor, id, poll)
        case _:
            assert_never(command)


def _plan(command: c.PollCreate) -> polls.Plan:
    return polls.Plan(
        question=command.question,
        options=tuple(command.options),
        kind=command.kind,
        least=command.least,
        most=command.most,
        changeable=command.changeable,
        anonymous=command.anonymous,
        seconds=command.seconds,
        correct=tuple(command.correct),
        explanation=command.explanation,
    )


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
