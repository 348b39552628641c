"""Presence, breaks and checks as a room shows them."""

from __future__ import annotations

from collections.abc import Iterable

from courses.activities.intervals import unix
from courses.activities.presence import queries as presence
from courses.activities.presence.models import Break, Check
from liveclass.rooms.actor import Actor
from realtime.protocol.attendance import BreakSpan, CheckState


def span(taken: Break) -> BreakSpan:
    """A break for the wire."""
    return BreakSpan(taken.pk, unix(taken.started_at), unix(taken.until))


def breaks(session_id: int) -> list[BreakSpan]:
    """The breaks of a session so far, in order."""
    rows = Break.objects.filter(session=session_id).order_by("started_at", "pk")
    return [span(one) for one in rows]


def check_state(
    check: Check, *, mine: bool = False, answered: int = 0, asked: int = 0
) -> CheckState:
    """A check for the wire; members are told no numbers."""
    return CheckState(
        id=check.pk,
        kind=check.kind,  # type: ignore[arg-type]  # CHECK attendance_check_kind_known
        question=check.question,
        options=check.options,
        opened_at=unix(check.opened_at),
        deadline=unix(check.deadline),
        open=check.settled_at is None,
        mine=mine,
        answered=answered,
        asked=asked,
    )


def checks_for(session_id: int, actor: Actor) -> tuple[int, CheckState | None]:
    """How many checks were asked, and the newest as ``actor`` sees it."""
    asked = presence.checks_of(session_id)
    if not asked:
        return 0, None
    check = asked[-1]
    mine = actor.member in presence.answered_by(check.pk, [actor.member])
    if not actor.is_staff:
        return len(asked), check_state(check, mine=mine)
    answered = presence.answer_count(check.pk)
    return len(asked), check_state(check, mine=mine, answered=answered, asked=check.asked)


def answered_newest(session_id: int, members: Iterable[int]) -> tuple[int, set[int]]:
    """The newest check (0: none) and those of ``members`` who have answered it."""
    check = presence.newest_check(session_id)
    return (check.pk, presence.answered_by(check.pk, members)) if check else (0, set())
