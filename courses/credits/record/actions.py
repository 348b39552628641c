"""Requests for correction and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.credits import actions as ledger
from courses.credits import queries
from courses.credits.actions import Earned
from courses.credits.models import CreditEntry, Tenure
from courses.credits.record.models import Correction, CorrectionState
from members.accounts.models import Member

MOST_OPEN = 20
"""Requests one member may have waiting at a time."""


class TooMany(ValueError):
    """So many requests are waiting that another one would not be read sooner."""


class Decided(ValueError):
    """Somebody has answered this request already."""


@dataclass(frozen=True)
class Right:
    """What should stand in the ledger instead."""

    title: str
    minutes: int
    kind: str
    mode: str
    on: date


@transaction.atomic
def request_correction(member: Member, text: str, entry: CreditEntry | None = None) -> Correction:
    """Say that an entry, or a missing one, is wrong.

    Raises:
        PermissionDenied: the entry is somebody else's.
        TooMany: ``MOST_OPEN`` are waiting.
        ValueError: nothing was said.
    """
    if entry is not None and entry.member_id != member.pk:
        raise PermissionDenied
    if not text.strip():
        raise ValueError("say what is wrong")
    waiting = Correction.objects.filter(member=member, state=CorrectionState.OPEN)
    if waiting.count() >= MOST_OPEN:
        raise TooMany
    return Correction.objects.create(member=member, entry=entry, text=text.strip()[:1000])


def refuse(by: Member, request: Correction, answer: str) -> Correction:
    """Leave the record as it is, and say why.

    Raises:
        PermissionDenied, Decided; ValueError: no answer.
    """
    return _decide(by, request, answer, None, correct=False)


def correct(by: Member, request: Correction, answer: str, right: Right | None) -> Correction:
    """Reverse the entry that was complained of, if any, and write ``right``, if any.

    Raises:
        PermissionDenied, Decided; ValueError: no answer, or nothing to write.
    """
    return _decide(by, request, answer, right, correct=True)


@transaction.atomic
def _decide(
    by: Member, request: Correction, answer: str, right: Right | None, *, correct: bool
) -> Correction:
    locked = Correction.objects.select_for_update(of=("self",)).select_related("member")
    found = locked.get(pk=request.pk)
    if not queries.may_write(by, found.member):
        raise PermissionDenied
    if found.state != CorrectionState.OPEN:
        raise Decided
    if not answer.strip():
        raise ValueError("an answer is part of the decision")
    if correct:
        found.result = _write(by, found, answer, right)
    found.state = CorrectionState.ACCEPTED if correct else CorrectionState.REFUSED
    found.answer, found.decided_by, found.decided_at = answer.strip()[:500], by, timezone.now()
    found.save()
    return found


def _write(by: Member, found: Correction, answer: str, right: Right | None) -> CreditEntry:
    entry = found.entry
    if right is None:
        if entry is None:
            raise ValueError("there is nothing to take back and nothing to write")
        return ledger.reverse(entry, answer, by)
    if entry is None:
        return ledger.enter_by_hand(
            by, found.member, title=right.title, minutes=right.minutes, kind=right.kind,
            mode=right.mode, on=right.on, reason=answer, token=f"correction-{found.pk}",
        )  # fmt: skip
    moment = datetime.combine(right.on, time(12), queries.zone())
    earned = Earned(
        found.member, entry.source_kind, entry.source_id, right.title, right.minutes, right.kind,
        right.mode, moment, {**entry.evidence, "corrected": f"request {found.pk}"},
        entered_by=by, reason=answer.strip()[:500],
    )  # fmt: skip
    return ledger.replace(entry, earned, answer)


@transaction.atomic
def set_tenure(by: Member, member: Member, joined_on: date, left_on: date | None) -> Tenure:
    """Write down when ``member`` came, and left: hours are required for the time between.

    Raises:
        PermissionDenied: ``by`` may not write in this record.
        ValueError: she would leave before she came.
    """
    if not queries.may_write(by, member):
        raise PermissionDenied
    if left_on is not None and left_on < joined_on:
        raise ValueError("nobody leaves before she came")
    days = {"joined_on": joined_on, "left_on": left_on}
    made, _ = Tenure.objects.update_or_create(member=member, defaults=days)
    ledger.tell_excused(member.pk)
    return made
