"""Assigning, and keeping the obligations in step with who is in the audience."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from courses.assignments import queries
from courses.assignments.audience import encode, parse
from courses.assignments.due import GRACE, due_date
from courses.assignments.matching import matching
from courses.assignments.models import Assignment, Obligation, Repeat
from courses.catalog.models import Course
from courses.completion.actions import enrol
from courses.completion.models import Completion, Enrolment
from courses.credits.queries import may_write, today
from members.accounts.models import Member

CHUNK = 500
"""Most members that are written by one statement."""

when_changed: list[Callable[[Sequence[Obligation]], None]] = []
"""Told, in the same transaction, of obligations that were made, closed, waived, dropped or taken up
again; set in ``apps.ready``."""


def tell(changed: Sequence[Obligation]) -> None:
    """Say to ``when_changed`` what changed."""
    if changed:
        for told in when_changed:
            told(changed)


@transaction.atomic
def assign(by: Member, *, courses: Iterable[Course], audience: object, **facts: Any) -> Assignment:
    """Assign ``courses`` to ``audience`` (a tree as JSON gives it); who is in it owes them at once
    when it has begun.

    Raises:
        PermissionDenied: ``by`` does not administer the unit, or gives none without being a
            platform admin.
        BadAudience: the tree says nothing sensible.
    """
    unit = facts.get("unit")
    inside = unit is not None and queries.administered(by).filter(pk=unit.pk).exists()
    if not by.is_active or not (by.is_platform_admin or inside):
        raise PermissionDenied
    tree = encode(parse(audience))
    made = Assignment.objects.create(created_by=by, audience=tree, **facts)
    made.courses.set(courses)
    refresh(made.pk)
    return made


@transaction.atomic
def refresh(assignment: int, day: date | None = None) -> int:
    """Give who joined the audience her obligations, and drop those of who left it; answers how many
    were made. Safe to repeat, and by two workers at once."""
    when = day or today()
    found = queries.running(when).select_for_update(of=("self",)).filter(pk=assignment).first()
    if found is None:
        return 0
    inside = matching(parse(found.audience), found.unit_id).order_by("pk")
    wanted = list(inside.values_list("pk", flat=True))
    _drop(found, set(wanted), when)
    period = str(when.year) if found.repeat == Repeat.YEARLY else ""
    return sum(
        _owe(found, course, period, wanted, when)
        for course in found.courses.order_by("pk").values_list("pk", flat=True)
    )


def let_go(assignment: Assignment, day: date) -> None:
    """Nobody owes it any more."""
    _drop(assignment, set(), day)


def _drop(assignment: Assignment, wanted: set[int], day: date) -> None:
    rows = queries.open_obligations().filter(assignment=assignment)
    gone = [one for one in rows if one.member_id not in wanted]
    for one in gone:
        one.left_on = day
    Obligation.objects.bulk_update(gone, ["left_on"], batch_size=CHUNK)
    tell(gone)


def _owe(assignment: Assignment, course: int, period: str, wanted: Sequence[int], day: date) -> int:
    rows = assignment.obligations.filter(course=course, period=period)
    before = {one.member_id: one for one in rows}
    owing = [before[who] for who in wanted if who in before]
    _take_up(owing, day)
    _catch_up([one for one in owing if one.completed_at is None], course, period)
    fresh = [who for who in wanted if who not in before]
    year = int(period) if period else None
    due = due_date(day, assignment.due_on, assignment.due_days, year)
    done = _done_before(fresh, course, period)
    made = [
        Obligation(
            member_id=who, assignment=assignment, course_id=course, period=period,
            from_on=day, due_on=due, completed_at=done.get(who),
        )
        for who in fresh
    ]  # fmt: skip
    Obligation.objects.bulk_create(made, batch_size=CHUNK)
    tell(made)
    _enrol([who for who in fresh if who not in done], course, period)
    return len(made)


def _take_up(rows: Sequence[Obligation], day: date) -> None:
    """Who is back owes again what she had not done; she is not overdue at once."""
    back = [one for one in rows if one.left_on is not None and one.completed_at is None]
    for one in back:
        one.left_on = None
        one.due_on = one.due_on if one.due_on >= day else day + GRACE
    Obligation.objects.bulk_update(back, ["left_on", "due_on"], batch_size=CHUNK)
    tell(back)


def _catch_up(owing: Sequence[Obligation], course: int, period: str) -> None:
    """Close what was completed while its obligation was being written or did not stand: whoever
    completed it then could not see it."""
    done = _done_before([one.member_id for one in owing], course, period)
    closed = [one for one in owing if one.member_id in done]
    for one in closed:
        one.completed_at = done[one.member_id]
    Obligation.objects.bulk_update(closed, ["completed_at"], batch_size=CHUNK)
    tell(closed)


def _done_before(members: Sequence[int], course: int, period: str) -> dict[int, Any]:
    """When who has completed it did: in this period, or, asked for once, at any time."""
    found: dict[int, Any] = {}
    for first in range(0, len(members), CHUNK):
        chunk = members[first : first + CHUNK]
        rows = Completion.objects.filter(member__in=chunk, course=course).order_by("-at")
        rows = rows.filter(period=period) if period else rows
        found.update(rows.values_list("member", "at"))
    return found


def _enrol(members: Sequence[int], course: int, period: str) -> None:
    """They take the course. Asked for once, whoever takes it already, in whatever period, goes on
    with that: a newer enrolment would make what she does count elsewhere."""
    taking: set[int] = set()
    for first in range(0, len(members), CHUNK):
        chunk = members[first : first + CHUNK]
        rows = Enrolment.objects.filter(course=course, member__in=chunk)
        taking.update(rows.values_list("member", flat=True) if not period else ())
    fresh = [who for who in members if who not in taking]
    for first in range(0, len(fresh), CHUNK):
        enrol(fresh[first : first + CHUNK], course, period)


def close(completions: Sequence[Completion]) -> None:
    """Completing a course closes what was owed of it: in the same period, and what was asked for
    once. Called by ``completion.settling`` in its transaction."""
    groups: dict[tuple[int, str], dict[int, Completion]] = {}
    for one in completions:
        groups.setdefault((one.course_id, one.period), {})[one.member_id] = one
    for (course, period), by_member in groups.items():
        rows = queries.open_obligations().filter(
            course=course, period__in={period, ""}, member__in=by_member
        )
        closed = list(rows.select_for_update(of=("self",)).order_by("pk"))
        for owed in closed:
            owed.completed_at = by_member[owed.member_id].at
        Obligation.objects.bulk_update(closed, ["completed_at"], batch_size=CHUNK)
        tell(closed)


@transaction.atomic
def waive(
    by: Member, obligation: int, reason: str, first: date, last: date | None = None
) -> Obligation:
    """Excuse somebody from ``first`` to ``last``, or for good. A waiver that outlasts the due date
    moves it: she has ``GRACE`` days once it is over.

    Raises:
        PermissionDenied: ``by`` administers no unit of hers, or is herself.
    """
    one = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation)
    if not may_write(by, one.member):
        raise PermissionDenied
    one.waived_from, one.waived_until = first, last
    one.waived_reason, one.waived_by = reason, by
    if last is not None and first <= one.due_on <= last:
        one.due_on = last + GRACE
    one.save()
    tell([one])
    return one


@transaction.atomic
def take_back_waiver(by: Member, obligation: int) -> Obligation:
    """It is owed after all.

    Raises:
        PermissionDenied: as in ``waive``.
    """
    one = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation)
    if not may_write(by, one.member):
        raise PermissionDenied
    one.waived_from = one.waived_until = one.waived_by = None
    one.waived_reason = ""
    one.save()
    tell([one])
    return one
