"""Decides what the replay of a class shows. No file is changed: everything can be taken back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from courses.activities.actions import show_only
from courses.activities.intervals import unix
from courses.activities.models import Session
from liveclass.chat.models import Message
from liveclass.questions.models import Question
from liveclass.recordings.models import Edition, Hidden
from members.accounts.models import Member

LEAST = 0.5
"""So much of a class is shown at least: a share of what was left would prove nothing."""


class NotShown(Exception):
    """These bounds leave less than half of the class."""


def length_of(session: Session) -> int:
    """Whole seconds that the class lasted."""
    began, ended = session.room.started_at, session.room.ended_at
    return int(unix(ended) - unix(began)) if began and ended else 0


@transaction.atomic
def edit(session: Session, title: str, downloads: bool, first: int, last: int | None) -> None:
    """Another title (empty: as the class), files to keep or not, and from which second of the class
    to which it is shown; ``last`` None: to its end.

    Raises:
        NotShown: too little would be left.
    """
    whole = length_of(session)
    end = whole if last is None else min(last, whole)
    if end - first < whole * LEAST:
        raise NotShown
    Edition.objects.update_or_create(
        room=session.room, defaults={"title": title, "downloads": downloads}
    )
    bounds = None if first == 0 and end == whole else (first, end)
    if bounds != _bounds(session):
        show_only(session, bounds)


def _bounds(session: Session) -> tuple[int, int] | None:
    if session.shown_from is None or session.shown_to is None:
        return None
    return session.shown_from, session.shown_to


def hide_line(session: Session, by: Member, key: int, hidden: bool) -> None:
    """Take a line of chat out of the replay, or put it back; twice is once.

    Raises:
        Message.DoesNotExist: nothing of this class.
    """
    line = Message.objects.get(room=session.room, pk=key)
    if hidden:
        facts = {"room": session.room, "by": by, "at": timezone.now()}
        Hidden.objects.get_or_create(message=line, defaults=facts)
    else:
        Hidden.objects.filter(message=line).delete()


def hide_question(session: Session, by: Member, key: int, hidden: bool) -> None:
    """Take a question out of the replay, or put it back; twice is once.

    Raises:
        Question.DoesNotExist: nothing of this class.
    """
    question = Question.objects.get(room=session.room, pk=key)
    if hidden:
        facts = {"room": session.room, "by": by, "at": timezone.now()}
        Hidden.objects.get_or_create(question=question, defaults=facts)
    else:
        Hidden.objects.filter(question=question).delete()
