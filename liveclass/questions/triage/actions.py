"""Keeping the queue in order: uniting similar questions, marking some, allowing anonymous ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from liveclass.questions import queries
from liveclass.questions.actions import CHANGING, announce_votes, find_for_staff, sign
from liveclass.questions.models import Question, QuestionPhase, Upvote
from liveclass.rooms.actions import append_event, append_events, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.log import Entry
from liveclass.rooms.models import Room
from realtime.hub import after_commit, hub
from realtime.protocol.events import (
    MyUpvote,
    QuestionChanged,
    QuestionFlagged,
    QuestionPermitted,
)
from realtime.protocol.refusals import Refusal


@command
def merge(room: Room, actor: Actor, command_id: str, question: int, others: list[int]) -> int:
    """Unite ``others`` with ``question``: whoever asked or wanted one of them wants this now, once.

    What was united with one of ``others`` before follows it.

    Raises:
        Refusal: ``question_closed`` when one is settled; ``question_alone`` when none is left.
    """
    kept = find_for_staff(room, actor, question)
    found = [find_for_staff(room, actor, one) for one in sorted(set(others) - {question})]
    if not found:
        raise Refusal("question_alone")
    if any(one.phase in queries.SETTLED for one in (kept, *found)):
        raise Refusal("question_closed")
    _unite_votes(actor.room, kept, found)
    before = Question.objects.select_related(*queries.PEOPLE).filter(into__in=found).order_by("pk")
    moved = [*list(before), *found]
    for one in moved:
        one.phase, one.into = QuestionPhase.MERGED, kept
        if one in found:
            sign(one, actor)
        one.save(update_fields=CHANGING)
    counts = queries.vote_counts([one.pk for one in moved])
    entries = [
        Entry(
            actor.member,
            command_id if one is moved[-1] else None,
            partial(_changed, one, counts.get(one.pk, 0)),
        )
        for one in moved
    ]
    return append_events(room, actor.room, entries)[-1].seq


def _changed(question: Question, votes: int, seq: int) -> QuestionChanged:
    return QuestionChanged(seq=seq, question=queries.question_state(question, votes))


def _unite_votes(code: str, kept: Question, others: list[Question]) -> None:
    """Give ``kept`` the wishes of ``others`` and their authors, but its own author none."""
    wanted = set(Upvote.objects.filter(question__in=others).values_list("member", flat=True))
    wanted |= {one.author_id for one in others}
    have = set(Upvote.objects.filter(question=kept).values_list("member", flat=True))
    new = sorted(wanted - have - {kept.author_id})
    Upvote.objects.bulk_create(Upvote(question=kept, member_id=one) for one in new)
    mine = MyUpvote(question=kept.pk, on=True)

    def tell() -> None:
        for member in new:
            hub.private(code, member, mine)

    after_commit(tell)
    announce_votes(code, kept.pk)


@command
def flag(room: Room, actor: Actor, command_id: str, question: int, on: bool = True) -> int:
    """Mark a question for the lecturer, or no longer. Saying it twice changes nothing."""
    found = find_for_staff(room, actor, question)
    if found.phase in queries.SETTLED:
        raise Refusal("question_closed")
    Question.objects.filter(pk=question).update(flagged=on)
    event = QuestionFlagged(question=question, on=on)
    after_commit(_to_staff(actor.room, event))
    return 0


def _to_staff(code: str, event: QuestionFlagged) -> Callable[[], None]:
    return lambda: hub.keyed(code, f"question.flagged:{event.question}", event, to="staff")


@command
def permit(room: Room, actor: Actor, command_id: str, anonymous: bool) -> int:
    """Allow anonymous questions, or no longer; those already asked keep no name."""
    require_staff(actor)
    require_not_ended(room)
    if room.anonymous_questions == anonymous:
        return 0
    room.anonymous_questions = anonymous
    room.save(update_fields=["anonymous_questions"])
    return append_event(
        room, actor, command_id, lambda seq: QuestionPermitted(seq=seq, anonymous=anonymous)
    )
