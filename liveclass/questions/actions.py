"""Asking, joining a question, taking it up, answering it, setting it aside."""

from __future__ import annotations

from django.utils import timezone

from liveclass.questions import queries
from liveclass.questions.models import Question, QuestionPhase, Upvote
from liveclass.rooms.actions import append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.aloud import line_aloud
from liveclass.rooms.doors import require_not_ended, require_open, require_staff
from liveclass.rooms.models import Room
from liveclass.rooms.once import once_after_commit
from liveclass.rooms.people import speakers
from liveclass.rooms.text import clean_line, clean_text
from realtime.hub import after_commit, hub
from realtime.protocol.events import (
    MyQuestions,
    MyUpvote,
    QuestionAside,
    QuestionAsked,
    QuestionChanged,
    QuestionVotes,
)
from realtime.protocol.questions import ANSWER_CHARS, ASIDE_CHARS, QUESTION_CHARS, AsideReason
from realtime.protocol.refusals import Refusal

CHANGING = (
    "phase", "answer", "answered_at", "answered_by",
    "into", "aside_reason", "aside_words", "acted_by", "acted_role",
)  # fmt: skip
"""Columns a change of a question may touch."""
QUESTIONS_PER_ROOM = 300
"""More than anybody answers in one class; keeps a snapshot bounded."""


@command
def ask(room: Room, actor: Actor, command_id: str, text: str, anonymous: bool = False) -> int:
    """Put a question into the queue; ``anonymous``: without her name, if the class allows it.

    Raises:
        Refusal: ``question_anonymous`` rather than showing a name she meant to keep.
    """
    now = timezone.now()
    require_open(room, room.session.starts_at, now)
    text = line_aloud(text, QUESTION_CHARS)
    if Question.objects.filter(room=room).count() >= QUESTIONS_PER_ROOM:
        raise Refusal("question_limit")
    if anonymous and not room.anonymous_questions:
        raise Refusal("question_anonymous")
    question = Question.objects.create(
        room=room,
        author_id=actor.member,
        author_role=actor.role,
        text=text,
        at=now,
        anonymous=anonymous,
    )
    if anonymous:
        own = MyQuestions(questions=queries.nameless(room.pk, [actor.member])[actor.member])
        after_commit(lambda: hub.private(actor.room, actor.member, own))
    state = queries.question_state(question, 0)
    return append_event(room, actor, command_id, lambda seq: QuestionAsked(seq=seq, question=state))


@command
def upvote(room: Room, actor: Actor, command_id: str, question: int, on: bool = True) -> int:
    """'I have this question too', or no longer. Saying it twice changes nothing."""
    require_not_ended(room)
    found = _find(room, question)
    if found.author_id == actor.member:
        raise Refusal("question_own")
    if found.phase in queries.SETTLED:
        raise Refusal("question_closed")
    if on:
        Upvote.objects.get_or_create(question=found, member_id=actor.member)
    else:
        Upvote.objects.filter(question=found, member=actor.member).delete()
    mine = MyUpvote(question=question, on=on)
    after_commit(lambda: hub.private(actor.room, actor.member, mine))
    announce_votes(actor.room, question)
    return 0


@command
def take(room: Room, actor: Actor, command_id: str, question: int) -> int:
    """Begin to answer a waiting question aloud."""
    found = find_for_staff(room, actor, question)
    if found.phase == QuestionPhase.ANSWERING:
        return 0
    if found.phase != QuestionPhase.WAITING:
        raise Refusal("question_closed")
    found.phase = QuestionPhase.ANSWERING
    return _change(room, actor, command_id, found)


@command
def answer(room: Room, actor: Actor, command_id: str, question: int, text: str = "") -> int:
    """Mark as answered: in writing, or aloud when ``text`` is empty.

    A written answer may follow, or replace, an earlier one.
    """
    found = find_for_staff(room, actor, question)
    if found.phase in (QuestionPhase.DISMISSED, QuestionPhase.MERGED):
        raise Refusal("question_closed")
    written = clean_text(text, ANSWER_CHARS) if text.strip() else ""
    if found.phase == QuestionPhase.ANSWERED and written in ("", found.answer):
        return 0
    found.phase, found.answer = QuestionPhase.ANSWERED, written
    found.answered_at, found.answered_by_id = timezone.now(), actor.member
    return _change(room, actor, command_id, found)


@command
def dismiss(
    room: Room,
    actor: Actor,
    command_id: str,
    question: int,
    reason: AsideReason = "off_topic",
    words: str = "",
) -> int:
    """Set a question aside; its author and the staff still see it, and why.

    Raises:
        Refusal: ``text_empty`` when the reason is another one and ``words`` do not say which.
    """
    found = find_for_staff(room, actor, question)
    if found.phase == QuestionPhase.DISMISSED:
        return 0
    if found.phase in queries.SETTLED:
        raise Refusal("question_closed")
    if words.strip() or reason == "other":
        found.aside_words = clean_line(words, ASIDE_CHARS)
    found.phase, found.aside_reason = QuestionPhase.DISMISSED, reason
    sign(found, actor)
    _tell_why(actor, found)
    return _change(room, actor, command_id, found)


def sign(question: Question, actor: Actor) -> None:
    """Remember who set it aside or united it; it is saved with the change."""
    question.acted_by, question.acted_role = speakers([actor.member])[actor.member], actor.role


def _tell_why(actor: Actor, question: Question) -> None:
    reason = queries.aside(question)
    if reason is None:
        return
    event = QuestionAside(question=question.pk, aside=reason)

    def tell() -> None:
        hub.keyed(actor.room, f"question.aside:{question.pk}", event, to="staff")
        hub.private(actor.room, question.author_id, event)

    after_commit(tell)


def _change(room: Room, actor: Actor, command_id: str, question: Question) -> int:
    question.save(update_fields=CHANGING)
    state = queries.question_state(question, queries.vote_count(question.pk))
    return append_event(
        room, actor, command_id, lambda seq: QuestionChanged(seq=seq, question=state)
    )


def announce_votes(code: str, question: int) -> None:
    """Tell everybody after the commit how many have it."""

    def tell() -> None:
        votes = queries.vote_count(question)
        hub.keyed(code, f"question.votes:{question}", QuestionVotes(question=question, votes=votes))

    once_after_commit(("question", question), tell)


def find_for_staff(room: Room, actor: Actor, question: int) -> Question:
    """The question, for those who settle it while the class is not over."""
    require_staff(actor)
    require_not_ended(room)
    return _find(room, question)


def _find(room: Room, question: int) -> Question:
    found = Question.objects.select_related(*queries.PEOPLE).filter(room=room, pk=question)
    one = found.first()
    if one is None:
        raise Refusal("question_unknown")
    return one
