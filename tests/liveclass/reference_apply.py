"""What an event does to the state of a room, in Python: the reference for ``state.ts``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from realtime.protocol import events as e
from realtime.protocol.captions import CAPTIONS_IN_SNAPSHOT
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
    return replace(line, text="", recalled=True, recalled_by=by, edited=False, mentions=[])


def _reworded(line: ChatLine, text: str) -> ChatLine:
    return replace(line, text=text, edited=True)


OWN = ("voted", "mine", "my_answers", "counts", "answers", "correct", "explanation")
"""Of a poll, what an event for everybody does not tell."""


def _polls(state: RoomState, poll: PollState) -> list[PollState]:
    """What only this person knows survives an event that is for everybody."""
    old = next((one for one in state.polls if one.id == poll.id), None)
    if old is None:
        return [*state.polls, poll]
    return _put(state.polls, replace(poll, **{name: getattr(old, name) for name in OWN}))


def _questions(state: RoomState, question: QuestionState) -> list[QuestionState]:
    own = question.author.id == state.me.id or question.id in state.asked
    hidden = state.me.role == "member" and not own
    if question.phase == "dismissed" and hidden:
        return [one for one in state.questions if one.id != question.id]
    old = next((one for one in state.questions if one.id == question.id), None)
    mine = question.mine or (old is not None and old.mine)
    known = {"flagged": old.flagged, "aside": old.aside} if old else {}
    return _put(state.questions, replace(question, mine=mine, **known))


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
        case e.BreakChanged(span=span):
            return replace(state, breaks=_put(state.breaks, span))
        case e.ChecksAnnounced(most=most):
            return replace(state, checks=most)
        case e.CheckOpened(check=check):
            return replace(state, check=check, checks_asked=state.checks_asked + 1)
        case e.CheckClosed(check=id):
            return _check(state, id, open=False)
        case e.CheckTally(check=id, answered=answered, asked=asked):
            return _check(state, id, answered=answered, asked=asked)
        case e.MyCheck(check=id):
            return _check(state, id, mine=True)
        case e.ClassMoved(starts_at=starts_at):
            return replace(state, starts_at=starts_at)
        case e.ChatPosted(line=line):
            return replace(state, chat=_put(state.chat, line)[-CHAT_IN_SNAPSHOT:])
        case e.ChatRecalled(message=id, by=by):
            return replace(state, chat=_patch(state.chat, id, lambda one: _emptied(one, by)))
        case e.ChatPinned(line=line):
            return replace(state, pinned=line)
        case e.ChatEdited(message=id, text=text):
            pinned = state.pinned
            if pinned is not None and pinned.id == id:
                pinned = _reworded(pinned, text)
            chat = _patch(state.chat, id, lambda one: _reworded(one, text))
            return replace(state, chat=chat, pinned=pinned)
        case e.ChatRuled(rules=rules):
            return replace(state, chat_rules=rules)
        case e.SpotlightChanged(person=person):
            return replace(state, spotlight=person)
        case e.StageArranged(layout=layout):
            return replace(state, layout=layout)
        case e.FloorRuled(floor=floor):
            return replace(state, floor=floor)
        case e.MyChat(muted=muted):
            return replace(state, chat_muted=muted)
        case e.SilentChanged(people=people):
            return replace(state, silent=people)
        case e.PollOpened(poll=poll):
            return replace(state, polls=_polls(state, poll))
        case e.PollPrepared(poll=poll):
            return replace(state, polls=_put(state.polls, poll))
        case e.PollClosed(poll=id, voters=voters):
            return _poll(state, id, phase="closed", voters=voters)
        case e.PollPublished(poll=id):
            return _published(state, event)
        case e.PollTally(poll=id, voters=voters):
            seen = {"counts": event.counts, "answers": event.answers}
            told = {name: value for name, value in seen.items() if value is not None}
            return _poll(state, id, voters=voters, **told)
        case e.PollKey(poll=id, correct=correct, explanation=explanation):
            return _poll(state, id, correct=correct, explanation=explanation)
        case e.TrayChanged(polls=waiting):
            return replace(state, polls=_tray(state.polls, waiting))
        case e.MyVote(poll=id, options=options, answers=answers):
            return _poll(state, id, voted=True, mine=options, my_answers=answers)
        case e.RecordingChanged(phase=phase):
            return replace(state, recording=phase)
        case e.QuestionAsked(question=question) | e.QuestionChanged(question=question):
            return replace(state, questions=_questions(state, question))
        case e.QuestionVotes(question=id, votes=votes):
            return _question(state, id, votes=votes)
        case e.MyUpvote(question=id, on=on):
            return _question(state, id, mine=on)
        case e.MyQuestions(questions=own):
            return replace(state, asked=own)
        case e.QuestionPermitted(anonymous=anonymous):
            return replace(state, anonymous_questions=anonymous)
        case e.QuestionFlagged(question=id, on=on):
            return _question(state, id, flagged=on)
        case e.QuestionAside(question=id, aside=aside):
            return _question(state, id, aside=aside)
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
        case e.AdmissionChanged(admission=admission):
            return replace(state, admission=admission)
        case e.ReportsChanged(reports=reports):
            return replace(state, reports=reports)
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
        case e.CaptionSaid(caption=caption):
            return replace(state, captions=_put(state.captions, caption)[-CAPTIONS_IN_SNAPSHOT:])
        case e.CaptionRecalled(caption=id):
            return replace(
                state, captions=_patch(state.captions, id, lambda one: replace(one, text=""))
            )
        case e.MyHand(up=up):
            return replace(state, hand_up=up)
        case e.MyWhispers(whispers=whispers):
            return replace(state, whispers=whispers)
        case e.PresenceChanged(presence=presence):
            return replace(state, presence=presence)
        case e.MyAttendance(intervals=intervals, lost=lost):
            return replace(state, attendance=intervals, lost=lost)
        case _:
            return state


def _check(state: RoomState, id: int, **fields: Any) -> RoomState:
    check = state.check
    return replace(state, check=replace(check, **fields) if check and check.id == id else check)


def _slides(state: RoomState, **fields: Any) -> RoomState:
    return replace(state, slides=state.slides and replace(state.slides, **fields))


def _strokes(state: RoomState) -> list[StrokeState]:
    return state.slides.strokes if state.slides else []


def _poll(state: RoomState, id: int, **fields: Any) -> RoomState:
    return replace(state, polls=_patch(state.polls, id, lambda one: replace(one, **fields)))


def _published(state: RoomState, event: e.PollPublished) -> RoomState:
    """The staff know more of the written answers than everybody is told."""
    fields: dict[str, Any] = {} if state.me.role != "member" else {"answers": event.answers}
    for name in ("voters", "counts", "correct", "explanation"):
        fields[name] = getattr(event, name)
    return _poll(state, event.poll, phase="closed", published=True, **fields)


def _tray(polls: list[PollState], waiting: list[int]) -> list[PollState]:
    """The polls with their places in the tray; what waited and is no longer in it is gone."""
    return [
        replace(one, place=waiting.index(one.id)) if one.id in waiting else one
        for one in polls
        if one.phase != "prepared" or one.id in waiting
    ]


def _question(state: RoomState, id: int, **fields: Any) -> RoomState:
    changed = _patch(state.questions, id, lambda one: replace(one, **fields))
    return replace(state, questions=changed)
