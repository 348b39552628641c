"""What was said in a class, for those who decide what of it the replay shows."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from liveclass.chat.models import Message
from liveclass.classes.names import name_of
from liveclass.questions.models import Question, QuestionPhase
from liveclass.recordings.queries import hidden_in

MOST = 200
"""Lines and questions on the page; the newest."""


@dataclass(frozen=True)
class Said:
    """A line or a question; ``hidden``: the replay leaves it out."""

    key: int
    author: str
    text: str
    hidden: bool


def lines(room_id: int) -> list[Said]:
    """The newest lines of chat that were not taken back, oldest of them first."""
    rows = Message.objects.filter(room=room_id, recalled_at__isnull=True)
    newest = rows.select_related("author").order_by("-pk")[:MOST]
    return _said(newest, hidden_in(room_id)[0])


def questions(room_id: int) -> list[Said]:
    """The newest questions that were not set aside, oldest of them first."""
    rows = Question.objects.filter(room=room_id).exclude(phase=QuestionPhase.DISMISSED)
    newest = rows.select_related("author").order_by("-pk")[:MOST]
    return _said(newest, hidden_in(room_id)[1])


def _author(one: Message | Question) -> str:
    if isinstance(one, Question) and one.anonymous:
        return _("Anonymous")
    return name_of(one.author)


def _said(rows: Iterable[Message | Question], hidden: Container[int]) -> list[Said]:
    found = [Said(one.pk, _author(one), one.text, one.pk in hidden) for one in rows]
    return found[::-1]
