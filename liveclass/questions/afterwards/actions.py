"""Answering in writing when the class is over."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from liveclass.questions.afterwards.letters import tell_answer
from liveclass.questions.models import Question, QuestionPhase
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_staff
from liveclass.rooms.log import in_transaction, lock_room
from liveclass.rooms.models import Phase
from liveclass.rooms.text import clean_text
from realtime.protocol.questions import ANSWER_CHARS
from realtime.protocol.refusals import Refusal


def answer_later(actor: Actor, question: int, text: str) -> None:
    """Answer in writing, or write what was said aloud, after the class. Its author, and those of
    the questions united with it, get a letter; the same text again changes nothing.

    Nothing is added to the room's log: the replay shows what happened in class.

    Raises:
        Refusal: ``staff_only``; ``class_not_live`` before the end; ``question_unknown``,
            ``question_closed`` when set aside or united; ``text_empty``, ``text_too_long``.
    """
    require_staff(actor)
    with in_transaction():
        room = lock_room(actor.room_id)
        if room.state != Phase.ENDED:
            raise Refusal("class_not_live")
        found = Question.objects.filter(room=room, pk=question).first()
        if found is None:
            raise Refusal("question_unknown")
        if found.phase in (QuestionPhase.DISMISSED, QuestionPhase.MERGED):
            raise Refusal("question_closed")
        written = clean_text(text, ANSWER_CHARS)
        if written == found.answer:
            return
        found.phase, found.answer = QuestionPhase.ANSWERED, written
        found.answered_at, found.answered_by_id = timezone.now(), actor.member
        found.save(update_fields=["phase", "answer", "answered_at", "answered_by"])
        askers = {found.author_id, *found.united.values_list("author", flat=True)}
        for reader in sorted(askers - {actor.member}):
            # Robust: the answer stands and is on the page whether or not the queue takes letters.
            transaction.on_commit(partial(tell_answer.enqueue, question, reader), robust=True)
