"""Closing a period: the one writer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.credits import queries
from courses.credits.closing.models import ClosedRow, PeriodClose
from courses.credits.cohort import Standing, asked, periods_over, standings
from courses.credits.models import Requirement
from courses.credits.periods import Period
from members.accounts.models import Member

MOST = 10_000
"""Most people one report is about: some seconds of reckoning. Who has more closes requirements of
parts of the organisation."""


class NotOver(ValueError):
    """The period still runs, or the requirement has none like it."""


class Closed(ValueError):
    """This period of the requirement was closed before; nothing was written."""


class TooMany(ValueError):
    """The requirement is about more people than one report holds."""


def close_period(by: Member, requirement: Requirement, key: str) -> PeriodClose:
    """Keep how everybody stands to ``requirement`` in its period ``key``, for good.

    Whatever changes afterwards leaves these lines alone and is told as an adjustment (T18). People
    are reckoned before anything is written, so that nobody waits for this; what is entered during
    that time counts as entered after the close.

    Raises:
        PermissionDenied: ``by`` writes no rules.
        NotOver, Closed, TooMany.
    """
    if not queries.may_rule(by):
        raise PermissionDenied
    today = queries.today()
    period = next((one for one in periods_over(requirement, today) if one.key == key), None)
    if period is None:
        raise NotOver(key)
    people = asked([unit.pk for unit in requirement.units.all()], requirement.role)
    if people.count() > MOST:
        raise TooMany(str(MOST))
    if PeriodClose.objects.filter(code=requirement.code, period=key).exists():
        raise Closed(f"{requirement.code} {key}")
    moment = timezone.now()
    rows = [
        _row(one)
        for one in standings(requirement, people, period.last, today, MOST)
        if one.result.state != "not_applicable"
    ]
    return _write(by, requirement, period, moment, rows)


@transaction.atomic
def _write(
    by: Member, requirement: Requirement, period: Period, moment: datetime, rows: list[ClosedRow]
) -> PeriodClose:
    # the row first: of two who close at once the second waits for it, and finds it
    made, fresh = PeriodClose.objects.get_or_create(
        code=requirement.code, period=period.key,
        defaults={
            "requirement": requirement, "first": period.first, "last": period.last,
            "closed_by": by, "closed_at": moment, "people": 0, "met": 0, "digest": "",
        },
    )  # fmt: skip
    if not fresh:
        raise Closed(str(made))
    for row in rows:
        row.close = made
    ClosedRow.objects.bulk_create(rows, batch_size=500)
    made.people, made.met = len(rows), sum(row.state == "met" for row in rows)
    made.digest = digest(rows)
    made.save(update_fields=["people", "met", "digest"])
    return made


def _row(one: Standing) -> ClosedRow:
    """Her line, of a report that is not there yet."""
    member, result = one.member, one.result
    return ClosedRow(
        member=member, staff_no=member.staff_no, name=member.name,
        unit_id=member.department_id, required=result.required,
        counted=result.counted + result.carried, state=result.state,
    )  # fmt: skip


def digest(rows: Iterable[ClosedRow]) -> str:
    """SHA-256 over all lines in the order of staff numbers: what was handed in can be compared."""
    found = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.staff_no):
        line = [row.staff_no, row.name, row.unit_id, row.required, row.counted, row.state]
        found.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return found.hexdigest()
