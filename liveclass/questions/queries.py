"""Questions and who has them too, as a room or a summary shows them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from msgspec.structs import replace

from courses.activities.intervals import unix
from courses.activities.models import Session
from liveclass.questions.models import Question, QuestionPhase, Upvote
from liveclass.rooms.actor import Actor
from liveclass.rooms.people import person
from realtime.protocol.state import Aside, Person, QuestionState

SETTLED = (QuestionPhase.ANSWERED, QuestionPhase.DISMISSED, QuestionPhase.MERGED)
"""Phases in which a question takes no more votes."""


PEOPLE = ("author__department", "acted_by__department")
"""What ``question_state`` reads with a question."""
NOBODY = 0
"""Id of the person who stands beside an anonymous question."""


def asker(question: Question) -> Person:
    """Who asked, or nobody when it was asked anonymously: not even the staff are told."""
    if question.anonymous:
        return Person(NOBODY, "", "", "member", "", "")
    return person(question.author, question.author_role)  # type: ignore[arg-type]  # CHECK


def question_state(question: Question, votes: int, *, mine: bool = False) -> QuestionState:
    """A question for the wire, as everybody may know it."""
    return QuestionState(
        id=question.pk,
        author=asker(question),
        text=question.text,
        at=unix(question.at),
        votes=votes,
        mine=mine,
        phase=question.phase,  # type: ignore[arg-type]  # CHECK question_phase_matches_times
        answer=question.answer,
        answered_at=unix(question.answered_at) if question.answered_at else None,
        into=question.into_id,
        united_by=_acted_by(question) if question.into_id else None,
    )


def aside(question: Question) -> Aside | None:
    """Why it was set aside, for its author and the staff; None when it was not."""
    if not question.aside_reason:
        return None
    return Aside(
        reason=question.aside_reason,  # type: ignore[arg-type]  # CHECK question_aside_has_reason
        words=question.aside_words,
        by=_acted_by(question),
    )


def _acted_by(question: Question) -> Person:
    if question.acted_by is None:
        raise ValueError(f"question {question.pk} was neither united nor set aside")
    return person(question.acted_by, question.acted_role)  # type: ignore[arg-type]  # set with it


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
    rows = list(found)
    return [
        replace(
            state,
            flagged=row.flagged and actor.is_staff,
            aside=aside(row) if actor.is_staff or row.author_id == actor.member else None,
        )
        for row, state in zip(rows, _states(rows, upvoted(actor)), strict=True)
    ]


def nameless(room_id: int, members: Iterable[int]) -> dict[int, list[int]]:
    """The anonymous questions of each of ``members``; those without any are absent."""
    rows = Question.objects.filter(room=room_id, author__in=list(members), anonymous=True)
    found: dict[int, list[int]] = {}
    for member, question in rows.order_by("pk").values_list("author", "pk"):
        found.setdefault(member, []).append(question)
    return found


REPLIES_SHOWN = 20
"""Own answered questions on the page of a class; the summary has all."""


def replies_to(room_id: int, member: int) -> list[Question]:
    """The newest questions of ``member`` that were answered in writing, her united ones with the
    answer of the one they were united with."""
    rows = Question.objects.filter(room=room_id, author=member).select_related("into")
    answered = rows.filter(~Q(answer="") | Q(into__isnull=False) & ~Q(into__answer=""))
    return list(answered.order_by("-pk")[:REPLIES_SHOWN])


def unsettled(room_id: int) -> list[int]:
    """The questions of the room that still take votes."""
    rows = Question.objects.filter(room=room_id).exclude(phase__in=SETTLED)
    return list(rows.values_list("pk", flat=True))


def all_questions(session: Session) -> list[QuestionState]:
    """Every question of a session with its answer, for the summary."""
    return _states(list(_with_author().filter(room__session=session)), set())


def _with_author() -> QuerySet[Question]:
    return Question.objects.select_related(*PEOPLE).order_by("pk")


def _states(found: list[Question], mine: set[int]) -> list[QuestionState]:
    votes = vote_counts([one.pk for one in found])
    return [question_state(one, votes.get(one.pk, 0), mine=one.pk in mine) for one in found]
