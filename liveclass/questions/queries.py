"""Questions and who has them too, as a room or a summary shows them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from courses.activities.intervals import unix
from courses.activities.models import Session
from liveclass.questions.models import Question, QuestionPhase, Upvote
from liveclass.rooms.actor import Actor
from liveclass.rooms.people import person
from realtime.protocol.state import QuestionState

SETTLED = (QuestionPhase.ANSWERED, QuestionPhase.DISMISSED)
"""Phases in which a question takes no more votes."""


def question_state(question: Question, votes: int, *, mine: bool = False) -> QuestionState:
    """A question for the wire."""
    return QuestionState(
        id=question.pk,
        author=person(question.author, question.author_role),  # type: ignore[arg-type]  # CHECK
        text=question.text,
        at=unix(question.at),
        votes=votes,
        mine=mine,
        phase=question.phase,  # type: ignore[arg-type]  # CHECK question_phase_matches_times
        answer=question.answer,
        answered_at=unix(question.answered_at) if question.answered_at else None,
    )


def vote_count(question: int) -> int:
    """How many have this question too."""
    return Upvote.objects.filter(question=question).count()


def vote_counts(questions: list[int]) -> dict[int, int]:
    """How many have each of ``questions`` too; those nobody else has are absent."""
    rows = Upvote.objects.filter(question__in=questions).values_list("question")
    return dict(rows.annotate(n=Count("pk")).order_by())


def upvoted(actor: Actor) -> set[int]:
    """The questions of the room the actor has too."""
    return upvoted_by(actor.room_id, [actor.member]).get(actor.member, set())


def upvoted_by(room_id: int, members: Iterable[int]) -> dict[int, set[int]]:
    """The questions of the room that ``members`` have too; those who have none are absent."""
    rows = Upvote.objects.filter(question__room=room_id, member__in=list(members))
    found: dict[int, set[int]] = {}
    for member, question in rows.values_list("member", "question"):
        found.setdefault(member, set()).add(question)
    return found


def set_aside(room_id: int, members: Iterable[int]) -> set[int]:
    """Those of ``members`` who asked something that was dismissed: only they see it still."""
    rows = Question.objects.filter(
        room=room_id, author__in=list(members), phase=QuestionPhase.DISMISSED
    )
    return set(rows.values_list("author", flat=True))


def dismissed(room_id: int) -> set[int]:
    """The questions that were set aside."""
    rows = Question.objects.filter(room=room_id, phase=QuestionPhase.DISMISSED)
    return set(rows.values_list("pk", flat=True))


def questions_for(actor: Actor) -> list[QuestionState]:
    """The questions of the room as the actor may see them, oldest first.

    One that was set aside is seen by the staff and by its author.
    """
    found = _with_author().filter(room=actor.room_id)
    if not actor.is_staff:
        found = found.filter(~Q(phase=QuestionPhase.DISMISSED) | Q(author=actor.member))
    return _states(found, upvoted(actor))


def unsettled(room_id: int) -> list[int]:
    """The questions of the room that still take votes."""
    rows = Question.objects.filter(room=room_id).exclude(phase__in=SETTLED)
    return list(rows.values_list("pk", flat=True))


def all_questions(session: Session) -> list[QuestionState]:
    """Every question of a session with its answer, for the summary."""
    return _states(_with_author().filter(room__session=session), set())


def _with_author() -> QuerySet[Question]:
    return Question.objects.select_related("author__department").order_by("pk")


def _states(questions: QuerySet[Question], mine: set[int]) -> list[QuestionState]:
    found = list(questions)
    votes = vote_counts([one.pk for one in found])
    return [question_state(one, votes.get(one.pk, 0), mine=one.pk in mine) for one in found]
