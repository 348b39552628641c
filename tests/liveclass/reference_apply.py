"""What an event does to the state of a room, in Python: the reference for ``state.ts``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from realtime.protocol import events as e
from realtime.protocol.state import (
    CHAT_IN_SNAPSHOT,
    ChatLine,
    Person,
    PollState,
    QuestionState,
    RoomState,
    StrokeState,
)

T = TypeVar("T")


def _put(items: list[Any], item: Any) -> list[Any]:
    """``item`` in the place of its namesake, else at the end."""
    if any(old.id == item.id for old in items):
        return [item if old.id == item.id else old for old in items]
    return [*items, item]


def _patch(items: list[T], id: int, change: Callable[[T], T]) -> list[T]:
    return [change(one) if one.id == id else one for one in items]  # type: ignore[attr-defined]


def _emptied(line: ChatLine, by: Person) -> ChatLine:
    return replace(line, text="", recalled=True, recalled_by=by)


def _polls(state: RoomState, poll: PollState) -> list[PollState]:
    """What only this person knows survives an event that is for everybody."""
    old = next((one for one in state.polls if one.id == poll.id), None)
    if old is None:
        return [*state.polls, poll]
    counts = old.counts if poll.counts is None else poll.counts
    return _put(state.polls, replace(poll, mine=poll.mine or old.mine, counts=counts))


def _questions(state: RoomState, question: QuestionState) -> list[QuestionState]:
    hidden = state.me.role == "member" and question.author.id != state.me.id
    if question.phase == "dismissed" and hidden:
        return [one for one in state.questions if one.id != question.id]
    old = next((one for one in state.questions if one.id == question.id), None)
    mine = question.mine or (old is not None and old.mine)
    return _put(state.questions, replace(question, mine=mine))


def apply(state: RoomState, event: e.Event) -> RoomState:
    """The room after ``event``."""
    seq = getattr(event, "seq", None)
    after = _apply(state, event)
    if seq is None or isinstance(event, e.Resumed | e.Accepted):
        return after
    return replace(after, seq=seq)


def _apply(state: RoomState, event: e.Event) -> RoomState:  # noqa: C901 - a table
    match event:
        case e.Snapshot(state=fresh):
            return fresh
        case e.ClassStarted(at=at):
            return replace(state, phase="live", started_at=at)
        case e.ClassEnded(at=at):
            return replace(state, phase="ended", ended_at=at)
        case e.ChatPosted(line=line):
            return replace(state, chat=_put(state.chat, line)[-CHAT_IN_SNAPSHOT:])
        case e.ChatRecalled(message=id, by=by):
            return replace(state, chat=_patch(state.chat, id, lambda one: _emptied(one, by)))
        case e.ChatPinned(line=line):
            return replace(state, pinned=line)
        case e.PollOpened(poll=poll) | e.PollPrepared(poll=poll):
            return replace(state, polls=_polls(state, poll))
        case e.PollClosed(poll=id, voters=voters):
            return _poll(state, id, phase="closed", voters=voters)
        case e.PollPublished(poll=id, voters=voters, counts=counts):
            fields = {"phase": "closed", "published": True, "voters": voters, "counts": counts}
            return _poll(state, id, **fields)
        case e.PollTally(poll=id, voters=voters, counts=None):
            return _poll(state, id, voters=voters)
        case e.PollTally(poll=id, voters=voters, counts=counts):
            return _poll(state, id, voters=voters, counts=counts)
        case e.MyVote(poll=id, options=options):
            return _poll(state, id, mine=options)
        case e.RecordingChanged(phase=phase):
            return replace(state, recording=phase)
        case e.QuestionAsked(question=question) | e.QuestionChanged(question=question):
            return replace(state, questions=_questions(state, question))
        case e.QuestionVotes(question=id, votes=votes):
            return _question(state, id, votes=votes)
        case e.MyUpvote(question=id, on=on):
            return _question(state, id, mine=on)
        case e.StageChanged(stage=stage):
            return replace(state, stage=stage)
        case e.StageQuality(lines=lines):
            return replace(state, lines=lines)
        case e.HandsChanged(hands=hands):
            return replace(state, hands=hands)
        case e.SpeakersChanged(speakers=speakers):
            return replace(state, speakers=speakers)
        case e.RemovedChanged(people=people):
            return replace(state, removed=people)
        case e.SlidesShown(slides=slides):
            return replace(state, slides=slides)
        case e.SlidesHidden():
            return replace(state, slides=None)
        case e.SlidesTurned(page=page, reached=reached, strokes=strokes):
            return _slides(state, page=page, reached=reached, strokes=strokes)
        case e.SlidesPermitted(downloads=downloads):
            return _slides(state, downloads=downloads)
        case e.SlidesDrawn(stroke=stroke):
            return _slides(state, strokes=_put(_strokes(state), stroke))
        case e.SlidesErased(strokes=gone):
            left = [one for one in _strokes(state) if one.id not in gone]
            return _slides(state, strokes=left)
        case e.MyHand(up=up):
            return replace(state, hand_up=up)
        case e.PresenceChanged(presence=presence):
            return replace(state, presence=presence)
        case e.MyAttendance(intervals=intervals):
            return replace(state, attendance=intervals)
        case _:
            return state


def _slides(state: RoomState, **fields: Any) -> RoomState:
    return replace(state, slides=state.slides and replace(state.slides, **fields))


def _strokes(state: RoomState) -> list[StrokeState]:
    return state.slides.strokes if state.slides else []


def _poll(state: RoomState, id: int, **fields: Any) -> RoomState:
    return replace(state, polls=_patch(state.polls, id, lambda one: replace(one, **fields)))


def _question(state: RoomState, id: int, **fields: Any) -> RoomState:
    changed = _patch(state.questions, id, lambda one: replace(one, **fields))
    return replace(state, questions=changed)
