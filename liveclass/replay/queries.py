"""What happened when, as everybody in the room was told it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courses.activities.intervals import unix
from courses.activities.models import Session
from courses.activities.queries import role_in
from liveclass.captions import queries as captions
from liveclass.chat.models import Message
from liveclass.polls.queries import hidden_answers, without_hidden
from liveclass.questions.models import Question, QuestionPhase
from liveclass.recordings.queries import hidden_in
from liveclass.rooms.models import Phase, RoomEvent
from liveclass.rooms.queries import removed
from liveclass.summary.queries import sees_everything
from members.accounts.models import Member

SHOWN = (
    "class.started", "class.ended", "chat.posted", "chat.edited", "chat.recalled", "chat.pinned",
    "poll.opened", "poll.closed", "poll.published", "question.asked", "question.changed",
    "recording.changed", "slides.shown", "slides.hidden", "slides.turned", "slides.permitted",
    "slides.drawn", "slides.erased", "caption.said", "caption.recalled",
)  # fmt: skip
"""Of the log, what a replay reads."""
MOST_EVENTS = 500
"""In one answer; the page asks for the next ones."""


def may_watch(session: Session, member: Member) -> bool:
    """The people of the room and of its summary; while it runs, nobody who was sent out of it."""
    if session.room.state != Phase.ENDED and removed(session.room.pk, [member.pk]):
        return False
    return sees_everything(session, member) or role_in(session, member) is not None


@dataclass(frozen=True, slots=True)
class Log:
    """A stretch of the log. ``last`` is the newest event looked at; ``more``: others follow."""

    events: list[dict[str, Any]]
    last: int
    more: bool
    withdrawn: dict[str, list[int]]
    """Ids of the ``lines`` and ``questions`` taken away in this stretch: a page that is open since
    before knows them."""


def log(room_id: int, began: float, after: int) -> Log:
    """The events behind number ``after``, each with ``t``: seconds since ``began`` (unix).

    What was taken back, and questions that were set aside, are not told at all: whoever watches
    later knows less than who was there, never more.
    """
    rows = RoomEvent.objects.filter(room=room_id, seq__gt=after, type__in=SHOWN).order_by("seq")
    found = list(rows.values_list("seq", "at", "payload")[: MOST_EVENTS + 1])
    hidden = _Hidden.of(room_id)
    told = found[:MOST_EVENTS]
    return Log(
        events=[
            {"t": round(unix(at) - began, 3), "event": shown}
            for _seq, at, payload in told
            if (shown := hidden.shown(payload)) is not None
        ],
        withdrawn=_withdrawn([payload for _seq, _at, payload in told]),
        last=told[-1][0] if told else after,
        more=len(found) > MOST_EVENTS,
    )


def _withdrawn(payloads: list[dict[str, Any]]) -> dict[str, list[int]]:
    changed = [one["question"] for one in payloads if one["type"] == "question.changed"]
    return {
        "lines": [one["message"] for one in payloads if one["type"] == "chat.recalled"],
        "questions": [one["id"] for one in changed if one["phase"] == "dismissed"],
    }


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Ids of lines, questions, captions and written answers that are not shown any more."""

    lines: frozenset[int]
    questions: frozenset[int]
    captions: frozenset[int]
    answers: frozenset[int]

    @classmethod
    def of(cls, room_id: int) -> _Hidden:
        recalled = Message.objects.filter(room=room_id, recalled_at__isnull=False)
        dismissed = Question.objects.filter(room=room_id, phase=QuestionPhase.DISMISSED)
        lines, asked = hidden_in(room_id)
        return cls(
            lines | frozenset(recalled.values_list("pk", flat=True)),
            asked | frozenset(dismissed.values_list("pk", flat=True)),
            captions.recalled(room_id),
            frozenset(hidden_answers(room_id)),
        )

    def shown(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        """The event without what is hidden; None when nothing of it is left.

        A pin on a line that was recalled had removed the pin before: that is still told.
        """
        line, question = payload.get("line"), payload.get("question")
        if payload["type"] == "chat.pinned" and line and line["id"] in self.lines:
            return {**payload, "line": None}
        if payload["type"] == "caption.said":
            return None if payload["caption"]["id"] in self.captions else payload
        if payload["type"] == "poll.published":
            return without_hidden(payload, self.answers)
        gone = (
            payload["type"] in ("chat.recalled", "caption.recalled")
            or (payload["type"] == "chat.edited" and payload["message"] in self.lines)
            or (line and line["id"] in self.lines)
            or (question and question["id"] in self.questions)
        )
        return None if gone else payload
