"""Breaks, checks and absences: the only writers of them. The caller holds the room's lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from courses.activities.account import missed, misunderstood
from courses.activities.actions import CHUNK
from courses.activities.intervals import STALE, moment, unix
from courses.activities.models import Attendance, Source
from courses.activities.presence.models import (
    Absence,
    Break,
    Check,
    CheckAnswer,
    CheckKind,
    CheckPlan,
    Gap,
)
from courses.credits.queries import may_write
from members.accounts.models import Member

LONGEST_ABSENCE = timedelta(days=366)


def running_break(session_id: int, at: datetime) -> Break | None:
    """The break in which ``at`` lies."""
    rows = Break.objects.filter(session=session_id, started_at__lte=at, until__gt=at)
    return rows.order_by("-started_at").first()


def begin_break(session_id: int, by: int, at: datetime, minutes: int) -> Break:
    """A break from ``at`` on; one that runs already is given a new end."""
    until = at + timedelta(minutes=minutes)
    running = running_break(session_id, at)
    if running is None:
        return Break.objects.create(
            session_id=session_id, started_at=at, until=until, begun_by_id=by
        )
    running.until = until
    running.save(update_fields=["until"])
    return running


def end_break(session_id: int, at: datetime) -> Break | None:
    """The running break is over now; None when there is none."""
    running = running_break(session_id, at)
    if running is not None:
        running.until = at
        running.save(update_fields=["until"])
    return running


def announce_checks(session_id: int, by: int, most: int, at: datetime) -> None:
    """So many checks may come; a later announcement replaces the number."""
    CheckPlan.objects.update_or_create(
        session_id=session_id,
        defaults={"most": most, "announced_at": at, "announced_by_id": by},
    )


def open_check(
    session_id: int, by: int, at: datetime, seconds: int, *, asked: int,
    question: str = "", options: Iterable[str] = (), correct: int | None = None,
) -> Check:  # fmt: skip
    """Ask ``asked`` people; the caller has checked that it may be asked."""
    return Check.objects.create(
        session_id=session_id,
        kind=CheckKind.QUESTION if question else CheckKind.PRESENCE,
        question=question,
        options=list(options),
        correct=correct,
        opened_at=at,
        deadline=at + timedelta(seconds=seconds),
        opened_by_id=by,
        asked=asked,
    )


def answer_check(check: Check, member: int, choice: int | None, at: datetime) -> CheckAnswer:
    """Keep the first answer; a second one changes nothing."""
    answer, _new = CheckAnswer.objects.get_or_create(
        check_asked=check,
        member_id=member,
        defaults={"choice": choice, "right": choice == check.correct, "at": at},
    )
    return answer


def settle_check(check: Check, members: set[int], signs: Mapping[int, datetime]) -> list[int]:
    """Its time is over: who of ``members`` was present all the while and did not answer rightly
    gets a stretch to make up. ``signs``: when each last did something else before the deadline.

    Answers who has something to make up. Who came later or went meanwhile has missed nothing.
    """
    answers = {one.member_id: one for one in CheckAnswer.objects.filter(check_asked=check)}
    present = _present_throughout(check, members)
    earlier = _earlier(check)
    fresh = []
    for member, entered in present.items():
        answer = answers.get(member)
        if answer is not None and answer.right:
            continue
        if answer is not None:
            checks = [unix(one.deadline) for one in earlier]
            start, end = misunderstood(unix(check.opened_at), unix(entered), checks)
        else:
            known = _signs(member, earlier, signs)
            start, end = missed(unix(check.deadline), unix(entered), known)
        fresh.append(
            Gap(
                session_id=check.session_id, check_asked=check, member_id=member,
                started_at=moment(start), ended_at=moment(max(start, end)),
                wrong=answer is not None,
            )
        )  # fmt: skip
    Gap.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)
    close_check(check)
    return sorted(gap.member_id for gap in fresh)


def close_check(check: Check) -> None:
    """It takes no more answers. Without ``settle_check`` nobody has missed it."""
    check.settled_at = timezone.now()
    check.save(update_fields=["settled_at"])


def _present_throughout(check: Check, members: set[int]) -> dict[int, datetime]:
    """Who of ``members`` was seen live from the question to the deadline, and since when."""
    rows = Attendance.objects.filter(
        session=check.session_id,
        source=Source.LIVE,
        started_at__lte=check.opened_at,
        seen_at__gte=check.deadline - STALE,
    ).exclude(ended_at__lt=check.deadline)
    found = rows.values_list("member", "started_at")
    return {member: since for member, since in found if member in members}


def _earlier(check: Check) -> list[Check]:
    rows = Check.objects.filter(session=check.session_id, opened_at__lt=check.opened_at)
    return list(rows.prefetch_related("answers"))


def _signs(member: int, earlier: list[Check], signs: Mapping[int, datetime]) -> list[float]:
    """Answers to earlier checks, and what else the member did."""
    answered = [unix(one.at) for check in earlier for one in check.answers.all()
                if one.member_id == member]  # fmt: skip
    return [*answered, *([unix(signs[member])] if member in signs else [])]


# ---- absences


def excuse(
    by: Member, member: Member, kind: str, starts_at: datetime, ends_at: datetime, note: str = ""
) -> Absence:
    """Say why somebody cannot attend from … to.

    Raises:
        PermissionDenied: ``by`` may not write the record of ``member``.
        ValueError: it does not end after it begins, or lasts longer than a year.
    """
    if not may_write(by, member):
        raise PermissionDenied
    if not starts_at < ends_at <= starts_at + LONGEST_ABSENCE:
        raise ValueError("an absence lasts some time, and at most a year")
    return Absence.objects.create(
        member=member, kind=kind, starts_at=starts_at, ends_at=ends_at,
        note=note.strip(), entered_by=by,
    )  # fmt: skip


def withdraw(by: Member, absence: Absence) -> None:
    """It does not hold any more; the row stays for audit.

    Raises:
        PermissionDenied: ``by`` may not write the record of the member.
    """
    if not may_write(by, absence.member):
        raise PermissionDenied
    Absence.objects.filter(pk=absence.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now()
    )
