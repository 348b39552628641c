"""Closed periods, and what has changed since in the same days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from courses.credits import queries
from courses.credits.closing.models import ClosedRow, PeriodClose
from courses.credits.cohort import standings
from courses.credits.models import CreditEntry, Waiver
from members.accounts.models import Member

PER_PAGE = 100
CHANGES = 200
"""Most people whose later changes one page tells."""


@dataclass(frozen=True)
class Adjustment:
    """What one person's line would be today, and what was written since that made it so."""

    row: ClosedRow
    required: int
    counted: int
    state: str
    entries: tuple[CreditEntry, ...]
    waivers: tuple[Waiver, ...]


def closes_of(code: str) -> list[PeriodClose]:
    """The closed periods of one requirement, newest first; at most forty."""
    rows = PeriodClose.objects.filter(code=code).select_related("closed_by")
    return list(rows.order_by("-last")[:40])


def rows_of(close: PeriodClose) -> QuerySet[ClosedRow]:
    """Its lines, by staff number."""
    return ClosedRow.objects.filter(close=close).select_related("unit").order_by("staff_no")


def adjustments(close: PeriodClose) -> list[Adjustment]:
    """Where today's reckoning differs from the report because of what was written since, by staff
    number; of the first ``CHANGES`` people of whom something was written."""
    reported = ClosedRow.objects.filter(close=close).values("member")
    late = CreditEntry.objects.filter(
        earned_on__range=(close.first, close.last), entered_at__gt=close.closed_at,
        member__in=reported,
    )  # fmt: skip
    excused = Waiver.objects.filter(
        Q(created_at__gt=close.closed_at) | Q(withdrawn_at__gt=close.closed_at),
        code__in=["", close.code], first__lte=close.last, last__gte=close.first,
        member__in=reported,
    )  # fmt: skip
    ids = {one for rows in (late, excused) for one in _members(rows)}
    touched = sorted(ids)[:CHANGES]
    entries, waivers = defaultdict(list), defaultdict(list)
    for entry in late.filter(member__in=touched).select_related("entered_by").order_by("pk"):
        entries[entry.member_id].append(entry)
    for waiver in excused.filter(member__in=touched).select_related("approved_by").order_by("pk"):
        waivers[waiver.member_id].append(waiver)
    rows = {row.member_id: row for row in rows_of(close).filter(member__in=touched)}
    people = Member.objects.filter(pk__in=touched)
    now = standings(close.requirement, people, close.last, queries.today(), CHANGES)
    found = []
    for one in now:
        row, result = rows[one.member.pk], one.result
        counted = result.counted + result.carried
        if (row.required, row.counted, row.state) != (result.required, counted, result.state):
            mine = tuple(entries[one.member.pk]), tuple(waivers[one.member.pk])
            found.append(Adjustment(row, result.required, counted, result.state, *mine))
    return found


def _members(rows: QuerySet[CreditEntry] | QuerySet[Waiver]) -> list[int]:
    return list(rows.order_by().values_list("member", flat=True).distinct()[:CHANGES])
