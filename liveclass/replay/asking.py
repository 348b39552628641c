"""The replay asks again what the class was asked; the answer is kept for her who gave it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.activities.models import Session
from courses.activities.queries import role_in
from liveclass.polls.ballots import checked_cast
from liveclass.polls.models import Poll, PollPhase, ReplayAnswer, Vote
from liveclass.polls.queries import choices
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal


def asked(session: Session, member: Member) -> dict[str, Any]:
    """Whether the replay asks ``member``, and what she has answered already: in the class or in the
    replay, by poll. Its twin is ``Asked`` in ``assets/src/replay/data.ts``."""
    if role_in(session, member) != "member":
        return {"asks": False, "answers": []}
    room = session.room.pk
    live = choices(room, [member.pk]).get(member.pk, {})
    said = {poll: (cast.options, cast.answers) for poll, cast in live.items()}
    for row in ReplayAnswer.objects.filter(poll__room=room, member=member):
        said.setdefault(row.poll_id, (row.options, row.answers))
    return {
        "asks": True,
        "answers": [
            {"poll": poll, "options": options, "answers": answers}
            for poll, (options, answers) in sorted(said.items())
        ],
    }


@transaction.atomic
def answer(
    session: Session, member: Member, client_id: str, poll: int, options: list[int],
    answers: list[str],
) -> ReplayAnswer:  # fmt: skip
    """Keep her answer; the same command twice is once, and what the class counted stays.

    Raises:
        Refusal: ``members_only``; ``poll_unknown``; ``poll_not_open`` while the class itself still
            answers it; ``vote_final`` when she has answered; whatever a ballot is refused for.
    """
    if role_in(session, member) != "member":
        raise Refusal("members_only")
    # The lock makes two pages that answer at once wait for each other.
    found = Poll.objects.select_for_update().filter(room=session.room, pk=poll).first()
    if found is None or found.phase == PollPhase.PREPARED:
        raise Refusal("poll_unknown")
    if found.phase == PollPhase.OPEN:
        raise Refusal("poll_not_open")
    before = ReplayAnswer.objects.filter(poll=found, member=member).first()
    if before is not None and before.client_id == client_id:
        return before
    if before is not None or Vote.objects.filter(poll=found, member=member).exists():
        raise Refusal("vote_final")
    known = list(found.options.order_by("order").values_list("pk", flat=True))
    cast = checked_cast(found, known, options, answers)
    return ReplayAnswer.objects.create(
        poll=found,
        member=member,
        client_id=client_id,
        options=[] if found.anonymous else cast.options,
        answers=[] if found.anonymous else cast.answers,
        at=timezone.now(),
    )
